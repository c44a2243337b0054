/**
 * Two emulations of the board under the same seeded operations, compared by value and window: after every operation both
 * are brought to the same board time and must come to the same state. Their transfers take different times, so what
 * depends on a millisecond is given some to settle; what never agrees is a difference.
 */
import type { EmulatedBoard } from '../../firmware-bridge/rig/emulated-board.js';
import {
  CLEAR,
  CONFIGURE,
  CONSTANTS,
  encodeClearFrame,
  encodeConfigureFrame,
  LOAD,
  OUTCOME,
} from '../../src/bus/protocol.gen.js';
import { envelopePayload } from '../../src/device/gs1-frames.js';
import type { GalvanostatReading } from '../../src/device/ports.js';
import { seeded, type Random } from '../../src/model/random.js';
import type { BoardInputs } from '../../src/twin/firmware.js';
import { allOff, BoardRig, envelope, payloadOf } from '../firmware-bridge/rig.js';

type Rig = BoardRig<EmulatedBoard>;

/** What is done to a board; the answer is compared. */
interface Operation {
  readonly name: string;
  readonly apply: (rig: Rig) => Promise<string>;
}

const SETTLE_MS = 20;
const SETTLE_TRIES = 6;
/** Skew of ramps between the boards, longest bus time of a cycle and a block of the mean. */
const SKEW_MS = 30;
/** One and a half counts of the largest range: noise of two means of a block, and what calibration leaves of offsets. */
const CURRENT_NOISE_A = 12e-6;

/** Disturbances that trip, each held for much longer than its fault needs. */
const DISTURBANCES: readonly Partial<BoardInputs>[] = [
  { interlockClosed: false },
  { doorClosed: false },
  { supply_V: 20 },
  { cellTemperature_C: 40 },
  { cellTemperature_C: Number.NaN },
  { current_A: 0.3 },
  { voltage_V: 25 },
  { relayContactClosed: true },
];

async function settled(work: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await work()) ?? 'done';
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  }
}

/** A healthy cycle: time, telemetry, an answer. */
async function cycles(rig: Rig, count: number, setpoint_A: number): Promise<string> {
  let last: string | undefined;
  for (let i = 0; i < count; i++) {
    rig.advance(25);
    await rig.send(rig.board.poll());
    last = await rig.drive(setpoint_A);
  }
  return last ?? 'driven';
}

function start(random: Random): Operation {
  const limits = { ...envelope, current_A: 0.02 + 0.08 * random.uniform() };
  return {
    name: `start within ${limits.current_A.toFixed(4)} A`,
    apply: async (rig) => {
      rig.inputs = {};
      await settled(() => rig.board.disarm());
      rig.advance(60);
      await settled(() => rig.board.clear());
      return settled(() => rig.armed(limits));
    },
  };
}

/** One operation, drawn; the same for all boards. */
function drawn(random: Random): Operation {
  const pick = Math.floor(random.uniform() * 16);
  const setpoint_A = Math.round((random.uniform() - 0.4) * 0.12 * 1e6) / 1e6;
  const count = 1 + Math.floor(random.uniform() * 4);
  const bytes = Uint8Array.from({ length: 2 + Math.floor(random.uniform() * 34) }, () =>
    Math.floor(random.uniform() * 256),
  );
  const disturbance = DISTURBANCES[Math.floor(random.uniform() * DISTURBANCES.length)] ?? {};
  if (pick < 5) return { name: `drive ${setpoint_A} A`, apply: (rig) => cycles(rig, count, setpoint_A) };
  if (pick < 8) return start(random);
  switch (pick) {
    case 8:
      return { name: 'off', apply: (rig) => settled(() => rig.board.off()) };
    case 9:
      return { name: 'disarm', apply: (rig) => settled(() => rig.board.disarm()) };
    case 10:
      return { name: 'silence', apply: async (rig) => `${rig.advance(200)}` };
    case 11:
      return {
        name: `disturbance ${Object.entries(disturbance).join()}`,
        apply: async (rig) => {
          rig.inputs = disturbance;
          const result = await cycles(rig, 5, 0.01);
          rig.inputs = {};
          return /notArmed/.test(result) ? 'notArmed' : result;
        },
      };
    case 12:
      return {
        name: 'clear',
        apply: async (rig) => rig.raw(CLEAR, encodeClearFrame({ key: CONSTANTS.clearKey, faults: 0x3ffff })),
      };
    case 13:
      return configure(random);
    case 14:
      return { name: 'load', apply: async (rig) => rig.raw(LOAD, envelopePayload({ ...envelope, current_A: 0.05 })) };
    default:
      return {
        name: `noise ${Buffer.from(bytes).toString('hex')}`,
        apply: async (rig) => {
          rig.firmware.write(bytes);
          return Buffer.from(payloadOf(rig, OUTCOME).subarray(1)).toString('hex');
        },
      };
  }
}

function configure(random: Random): Operation {
  const range = Math.floor(random.uniform() * 4);
  const slew_uA_s = 10_000 + Math.floor(random.uniform() * 2_000_000);
  return {
    name: `configure range ${range}`,
    apply: async (rig) => rig.raw(CONFIGURE, encodeConfigureFrame({ range, deadman_ms: 150, slew_uA_s })),
  };
}

/** What must agree exactly once settled. */
function stateOf(reading: GalvanostatReading, rig: Rig): string {
  const { armed, outputOn, compliance, safeEnabled, interlockOk, faults, setpoint_A } = reading;
  return JSON.stringify({
    armed,
    outputOn,
    compliance,
    safeEnabled,
    interlockOk,
    faults,
    setpoint_A,
    off: allOff(rig),
  });
}

/** What must agree within noise, calibration and skew. */
function strays(a: GalvanostatReading, b: GalvanostatReading, operations: number): string | undefined {
  const within = (what: string, difference: number, allowed: number): string | undefined =>
    Math.abs(difference) <= allowed ? undefined : `${what} differs by ${difference}`;
  return (
    within('current', a.current_A - b.current_A, 5e-4 * Math.abs(a.current_A) + CURRENT_NOISE_A) ??
    within('voltage', a.voltage_V - b.voltage_V, 1e-3 * Math.abs(a.voltage_V) + 0.02) ??
    within('T1', a.cellTemperature_C - b.cellTemperature_C, 0.2) ??
    within('charge', a.netCharge_C - b.netCharge_C, 5e-4 * Math.abs(a.netCharge_C) + 0.1 * operations * SKEW_MS * 1e-3)
  );
}

/** Both boards `ms` beyond the one that is further. */
function align(rigs: readonly [Rig, Rig], offsets_ms: readonly [number, number], ms: number): void {
  const now = (index: 0 | 1): number => rigs[index].firmware.time_ms - offsets_ms[index];
  const until_ms = Math.max(now(0), now(1)) + ms;
  for (const index of [0, 1] as const) rigs[index].advance(until_ms - now(index));
}

export interface Comparison {
  readonly operations: number;
  /** Operations after which the boards could not be brought to agree, and how. */
  readonly differences: readonly string[];
}

/** `count` operations on both boards. A difference is noted once, and both are started anew. */
export async function compared(
  boards: readonly [EmulatedBoard, EmulatedBoard],
  seed: number,
  count: number,
): Promise<Comparison> {
  const rigs: readonly [Rig, Rig] = [
    new BoardRig(boards[0], { slew_A_s: 1 }),
    new BoardRig(boards[1], { slew_A_s: 1 }),
  ];
  const offsets_ms = [boards[0].time_ms, boards[1].time_ms] as const;
  const random = seeded(seed);
  const differences: string[] = [];
  for (const rig of rigs) await rig.board.open();
  for (let operation = 0; operation < count; operation++) {
    const { name, apply } = drawn(random);
    const answers = [await apply(rigs[0]), await apply(rigs[1])] as const;
    let difference = answers[0] === answers[1] ? undefined : `answers ${answers.join(' and ')}`;
    difference ??= await settledDifference(rigs, offsets_ms, operation + 1);
    if (difference !== undefined) differences.push(`${operation} ${name}: ${difference}`);
  }
  return { operations: count, differences };
}

async function settledDifference(
  rigs: readonly [Rig, Rig],
  offsets_ms: readonly [number, number],
  operations: number,
): Promise<string | undefined> {
  let difference: string | undefined;
  for (let attempt = 0; attempt < SETTLE_TRIES; attempt++) {
    align(rigs, offsets_ms, SETTLE_MS);
    const [a, b] = [await rigs[0].read(), await rigs[1].read()];
    const states = [stateOf(a, rigs[0]), stateOf(b, rigs[1])] as const;
    difference = states[0] === states[1] ? strays(a, b, operations) : states.join(' and ');
    for (const [rig, reading] of [[rigs[0], a] as const, [rigs[1], b] as const]) await rig.drive(reading.setpoint_A);
    if (difference === undefined) return undefined;
  }
  return difference;
}
