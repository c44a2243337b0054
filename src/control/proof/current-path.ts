/**
 * Whether the master relay does what it is told, by the current itself: a few tenths of a milliampere are asked for with
 * the relay open, when none may pass, and with it closed, when they must. A contact that reads well and is welded, and one
 * that reads closed and does not carry, are both found.
 *
 * Open, the stage of a GS-1 runs to its rail, since its sense leads stand before the relay. Its firmware takes that for a
 * cell that came off after 96 ms; so the current is asked for no longer, and if a slow host is late, that trip is the same
 * answer.
 */
import type { GalvanostatReading, ProofPort } from '../../device/ports.js';
import { type ProofCycle, ProofFailure } from './proof-cycle.js';

/** Of the current asked for: less than this is none, and between these it passes. Stages are off by some 0.15 mA at most. */
const NONE_SHARE = 0.15;
const PASSES_SHARE = { low: 0.35, high: 1.65 };
/** Nearer than this it has settled: no reason to wait longer. */
const SETTLED_SHARE = 0.1;
/** Output relay, its settling, the slew and two blocks of measurement take some 60 ms; openCell comes at some 120 ms. */
const DRIVEN_MS = 90;
/** After an off, until it is measured, ms. */
const OFF_MS = 150;
const OPEN_CELL = 'openCell';

export interface PathSeen {
  readonly voltage_V: number;
  readonly current_A: number;
  /** The board took the open path for a cell that came off. */
  readonly tripped: boolean;
}

const amount = (reading: GalvanostatReading): number => Math.abs(reading.current_A);

/** Asks for the current with the master relay open. Throws ProofFailure when it passes, or when nothing shows that it was tried. */
export async function openPath(cycle: ProofCycle, port: ProofPort): Promise<PathSeen> {
  const railed = (r: GalvanostatReading): boolean => r.outputOn && r.compliance;
  const passes = (r: GalvanostatReading): boolean => !(amount(r) <= NONE_SHARE * port.current_A);
  let before: GalvanostatReading | undefined;
  let through: GalvanostatReading | undefined;
  const readings = await cycle.driven(port.current_A, DRIVEN_MS, (r) => {
    if (passes(r) && before !== undefined && passes(before)) through = r; // one alone may be a misread
    before = r;
    return through !== undefined || (port.railsWhenOpen && railed(r));
  });
  if (through !== undefined)
    throw new ProofFailure(
      `${mA(through.current_A)} mA pass although the master relay is open: its contacts are welded. ` +
        'Pull the plug of the bench and replace the relay',
    );
  const last = readings.at(-1);
  const faults = last?.faults ?? [];
  const other = faults.filter((fault) => fault !== OPEN_CELL);
  if (other.length > 0) throw new ProofFailure(`the galvanostat tripped while it was proven: ${other.join(', ')}`);
  const tripped = faults.length > 0;
  const tried = tripped || (port.railsWhenOpen ? readings.some(railed) : readings.some((r) => r.outputOn));
  if (last === undefined || !tried)
    throw new ProofFailure(
      'the galvanostat did not drive into the open path: run its self-test, check its output relay and its supply',
    );
  const seen = readings.find(railed) ?? last;
  return { voltage_V: seen.voltage_V, current_A: seen.current_A, tripped };
}

/** Asks for the current with the master relay closed, then takes it off. Throws ProofFailure when it does not pass, or stays. */
export async function closedPath(
  cycle: ProofCycle,
  port: ProofPort,
  off: () => Promise<void>,
): Promise<PathSeen & { readonly off_ms: number }> {
  const passes = (r: GalvanostatReading): boolean =>
    r.outputOn &&
    !r.compliance &&
    amount(r) >= PASSES_SHARE.low * port.current_A &&
    amount(r) <= PASSES_SHARE.high * port.current_A;
  const settled = (r: GalvanostatReading): boolean =>
    passes(r) && Math.abs(amount(r) - port.current_A) <= SETTLED_SHARE * port.current_A;
  const readings = await cycle.driven(port.current_A, DRIVEN_MS, settled);
  const last = readings.at(-1);
  if (last === undefined || !passes(last)) throw new ProofFailure(whyNot(last, port));
  const from_ms = cycle.now();
  await off();
  for (;;) {
    const { outputOn, current_A } = await cycle.seen();
    const off_ms = cycle.now() - from_ms;
    if (!outputOn && Math.abs(current_A) <= NONE_SHARE * port.current_A)
      return { voltage_V: last.voltage_V, current_A: last.current_A, tripped: false, off_ms };
    if (!(off_ms <= OFF_MS))
      throw new ProofFailure(
        `${mA(current_A)} mA still flow ${OFF_MS} ms after the off: the output stage does not obey. Pull the plug`,
      );
    await cycle.pause();
  }
}

function whyNot(last: GalvanostatReading | undefined, port: ProofPort): string {
  if (last === undefined) return 'the galvanostat gives no new sample: check its cable and supply';
  const other = last.faults.filter((fault) => fault !== OPEN_CELL);
  if (other.length > 0) return `the galvanostat tripped while it was proven: ${other.join(', ')}`;
  return (
    `${mA(last.current_A)} mA pass of the ${mA(port.current_A)} mA asked for (${last.voltage_V.toFixed(1)} V) although ` +
    'the master relay is closed: check the leads of the cell, its filling, and the contacts of the relay'
  );
}

const mA = (current_A: number): string => (current_A * 1000).toFixed(3);
