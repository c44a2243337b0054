import * as fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chipOf, detectedChips, type GpioChip, sysfsChips } from '../../src/bus/gpio-chips.js';
import { LineFault, placesOf, restingLevel, whyNoPlace } from '../../src/bus/gpio-places.js';
import { boardNamed } from '../contract/files.js';
import { boardWith, input, output } from './gpio-board.js';

const PI = ['pinctrl-bcm2711', 'pinctrl-rp1'];

function faultOf(act: () => unknown): LineFault {
  try {
    act();
  } catch (error) {
    if (error instanceof LineFault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the places of a board’s lines', () => {
  it('takes one label or a list, and the read-back from its output', () => {
    const readBack = { chip: PI, offset: 26, active: 'low' } as const;
    const board = boardWith({
      'e-stop-closed': input('pinctrl-rp1', 5),
      'master-relay': { chip: PI, offset: 20, direction: 'out', active: 'high', readBack },
    });
    expect(placesOf(board)).toEqual({
      inputs: [
        { line: 'e-stop-closed', labels: ['pinctrl-rp1'], offset: 5, activeLow: true },
        { line: 'master-relay-closed', labels: PI, offset: 26, activeLow: true },
      ],
      outputs: [{ line: 'master-relay', labels: PI, offset: 20, activeLow: false }],
    });
    expect(whyNoPlace(board, 'master-relay-closed')).toBeUndefined();
    expect(whyNoPlace(board, 'door-closed')).toBe('not in this test');
  });

  it('refuses a line that faces the wrong way', () => {
    const board = boardWith({ 'door-closed': output(PI, 6), buzzer: input(PI, 7) });
    const { reason, message } = faultOf(() => placesOf(board));
    expect(reason).toBe('board');
    expect(message).toContain('"door-closed" is an input, not direction: out');
    expect(message).toContain('"buzzer" is an output, not direction: in');
  });

  it('refuses two owners of one place, also where only one of their labels is the same', () => {
    const board = boardWith({
      'door-closed': input(PI, 6),
      buzzer: output('pinctrl-rp1', 6),
      'light-red': output('x', 6),
    });
    expect(faultOf(() => placesOf(board)).message).toBe(
      'test-board: "door-closed" and "buzzer" are both at pinctrl-bcm2711|pinctrl-rp1 6',
    );
  });

  it('rests where the line is not asserted', () => {
    expect(restingLevel({ activeLow: true })).toBe(true);
    expect(restingLevel({ activeLow: false })).toBe(false);
  });
});

describe('the reference board gs1', () => {
  const board = boardNamed('gs1');

  it('has every safety input and the relay with its read-back, on any Pi', () => {
    const { inputs, outputs } = placesOf(board);
    const lines = [...inputs, ...outputs].map(({ line }) => line);
    expect(lines).toEqual(
      expect.arrayContaining(['e-stop-closed', 'door-closed', 'thermal-cutout-closed', 'master-relay-closed']),
    );
    expect(lines).toEqual(expect.arrayContaining(['master-relay', 'nitrogen-shut', 'arm-button']));
    for (const { labels } of [...inputs, ...outputs])
      expect(labels).toEqual(['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1']);
  });

  it('has the chips of the simulated bench at the same addresses', () => {
    const simulated = boardNamed('bench-sim');
    expect(board.simulated).toBe(false);
    expect(board.bus).toMatchObject({ kind: 'i2c', bus: 1, rate_Hz: 100_000 });
    expect(board.chips).toEqual(simulated.chips);
    expect(board.limits).toEqual(simulated.limits);
  });

  it('keeps its lines off the pins of the I2C bus, the UART and the identification EEPROM', () => {
    const { inputs, outputs } = placesOf(board);
    const taken = new Set([0, 1, 2, 3, 14, 15]);
    for (const { line, offset } of [...inputs, ...outputs]) {
      expect(taken.has(offset), line).toBe(false);
      expect(offset, line).toBeLessThanOrEqual(27);
    }
  });
});

describe('the choice of a chip', () => {
  const chip = (name: string, label: string): GpioChip => ({ name, label, lines: 54 });
  const place = (labels: string[], offset = 5) => ({ line: 'buzzer', labels, offset, activeLow: false }) as const;

  it('takes the one with a label, wherever it stands', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 1 }), fc.nat(99), (labels, pick) => {
        const wanted = labels[pick % labels.length] ?? '';
        const chips = labels.map((label, index) => chip(`gpiochip${index * 32}`, label));
        expect(chipOf(chips, place([wanted, 'not there'])).label).toBe(wanted);
        expect(faultOf(() => chipOf(chips, place(['not there']))).reason).toBe('chip');
      }),
    );
  });

  it('says that there is none, that there are two, and that an offset is too large', () => {
    expect(faultOf(() => chipOf([], place(PI))).message).toContain('this host has none');
    const two = [chip('gpiochip0', 'pinctrl-rp1'), chip('gpiochip4', 'pinctrl-rp1')];
    expect(faultOf(() => chipOf(two, place(PI))).message).toContain('several');
    expect(faultOf(() => chipOf([chip('gpiochip0', 'pinctrl-rp1')], place(PI, 54))).message).toContain('no offset 54');
  });

  it('reads what gpiodetect prints, a chip with two device names once', () => {
    const text =
      'gpiochip0 [pinctrl-rp1] (54 lines)\ngpiochip10 [gpio-brcmstb@107d508500] (32 lines)\ngpiochip0 [pinctrl-rp1] (54 lines)\n';
    expect(detectedChips(text)).toEqual([
      { name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 },
      { name: 'gpiochip10', label: 'gpio-brcmstb@107d508500', lines: 32 },
    ]);
  });

  it('tells a kernel without sysfs from one whose sysfs is broken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'galvanode-sysfs-'));
    try {
      expect(sysfsChips(join(folder, 'nowhere'))).toBeNull();
      expect(sysfsChips(folder)).toEqual([]);
      mkdirSync(join(folder, 'gpiochip512'));
      for (const [name, text] of Object.entries({ label: 'pinctrl-rp1\n', base: '-1\n', ngpio: '54\n' }))
        writeFileSync(join(folder, 'gpiochip512', name), text);
      expect(faultOf(() => sysfsChips(folder)).message).toContain('base says "-1"');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
