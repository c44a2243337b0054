/**
 * Which GPIO chip of this host a board file means. Owns the listing of chips and the choice by label; drives nothing.
 *
 * Kernels renumber lines: the first line of the header is 0 up to 6.1, 399 on a Raspberry Pi 5 with 6.1, 512 on a Pi 4
 * and 571 on a Pi 5 with 6.6 (raspberrypi/linux #6084, fivdi/onoff #199 and #200). Labels stay: pinctrl-bcm2835 (Pi 0
 * to 3), pinctrl-bcm2711 (Pi 4), pinctrl-rp1 (Pi 5). So the base is looked up at every start and never written down.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InputLine, OutputLine } from './line-names.js';
import { LineFault, type LinePlace } from './gpio-places.js';

export interface GpioChip {
  /** As the kernel calls it: gpiochip512 in sysfs, gpiochip0 as a device. */
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

export interface SysfsChip extends GpioChip {
  /** Global number of the chip's first line. */
  readonly base: number;
}

const SYSFS = '/sys/class/gpio';

/** The chips that sysfs offers; null where the kernel was built without it. Throws LineFault when it cannot be read. */
export function sysfsChips(root = SYSFS): SysfsChip[] | null {
  try {
    return readdirSync(root)
      .filter((name) => /^gpiochip\d+$/.test(name))
      .map((name) => ({
        name,
        label: attribute(root, name, 'label'),
        lines: count(root, name, 'ngpio'),
        base: count(root, name, 'base'),
      }));
  } catch (error) {
    if (error instanceof LineFault) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new LineFault('io', null, `${root} cannot be read: ${String(error)}`, { cause: error });
  }
}

function attribute(root: string, chip: string, name: string): string {
  return readFileSync(join(root, chip, name), 'utf8').trim();
}

function count(root: string, chip: string, name: string): number {
  const text = attribute(root, chip, name);
  if (!/^\d+$/.test(text)) throw new LineFault('io', null, `${chip}/${name} says "${text}", which is no number`);
  return Number(text);
}

/**
 * The chips that gpiodetect prints, `gpiochip0 [pinctrl-bcm2711] (58 lines)` in versions 1 and 2. A chip that stands
 * there twice, under an old device name as well, counts once.
 */
export function detectedChips(text: string): GpioChip[] {
  const found = new Map<string, GpioChip>();
  for (const match of text.matchAll(/^(gpiochip\d+) \[(.*)\] \((\d+) lines?\)$/gm)) {
    const [, name = '', label = '', lines = ''] = match;
    found.set(name, { name, label, lines: Number(lines) });
  }
  return [...found.values()];
}

/** The one chip of the host that has a label of this place. Throws LineFault, saying what was found instead. */
export function chipOf<Chip extends GpioChip>(chips: readonly Chip[], place: LinePlace<InputLine | OutputLine>): Chip {
  const wanted = place.labels.map((label) => `"${label}"`).join(' or ');
  const matching = chips.filter(({ label }) => place.labels.includes(label));
  const [chip] = matching;
  if (chip === undefined)
    throw new LineFault('chip', place.line, `no GPIO chip is labelled ${wanted}; this host has ${listed(chips)}`);
  if (matching.length > 1)
    throw new LineFault('chip', place.line, `several GPIO chips are labelled ${wanted}: ${listed(matching)}`);
  if (!(place.offset < chip.lines))
    throw new LineFault('chip', place.line, `${listed([chip])} has no offset ${place.offset}`);
  return chip;
}

function listed(chips: readonly GpioChip[]): string {
  if (chips.length === 0) return 'none';
  return chips.map(({ name, label, lines }) => `${name} "${label}" (${lines} lines)`).join(', ');
}
