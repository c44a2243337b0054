/**
 * The bench as it is told: lines, chips, beat and bus of the topic `bench`, beside the board that they belong to. Pure:
 * messages in, rows out; what the board does not have has no row.
 */
import type { BoardShown } from '../../../model/board-shown.js';
import { SHOWN_LINES, READ_CHIPS, type ShownLine } from '../../../model/bench-state.js';
import {
  benchPayload,
  type AboutPayload,
  type AlarmPayload,
  type BenchPayload,
  type SamplePayload,
} from '../../../telemetry/topics.js';

/** null: not what the contract says. */
export function benchTold(text: string): BenchPayload | null {
  try {
    return benchPayload.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** How a row stands: as it should, not, or neither is meant. */
export type Mark = 'good' | 'bad' | 'plain';

export interface Row {
  readonly name: string;
  readonly where: string;
  readonly word: string;
  readonly mark: Mark;
}

const NO_VALUE = 'no value';

interface LineWords {
  readonly what: string;
  readonly yes: string;
  readonly no: string;
  /** A start needs it, whatever else is on; fans and relay are off while nothing runs, and that is well. */
  readonly needed: boolean;
}

const LINES: Readonly<Record<ShownLine, LineWords>> = {
  'e-stop-closed': { what: 'Emergency stop', yes: 'not pressed', no: 'pressed', needed: true },
  'door-closed': { what: 'Door', yes: 'closed', no: 'open', needed: true },
  'tray-dry': { what: 'Drip tray', yes: 'dry', no: 'wet', needed: true },
  'thermal-cutout-closed': { what: 'Thermal cut-out', yes: 'closed', no: 'open', needed: true },
  'canopy-fan-turning': { what: 'Fan of the canopy', yes: 'turns', no: 'stands still', needed: false },
  'hot-side-fan-turning': { what: 'Fan of the hot side', yes: 'turns', no: 'stands still', needed: false },
  'master-relay-closed': { what: 'Contact of the master relay', yes: 'closed', no: 'open', needed: false },
  'safe-enabled': { what: 'SAFE_EN', yes: 'high', no: 'low', needed: false },
  'arm-button': { what: 'Arm button', yes: 'pressed', no: 'not pressed', needed: false },
};

/** Inputs that the board has, each with what it says. */
export function lineRows(board: BoardShown, live: BenchPayload | null): Row[] {
  return SHOWN_LINES.flatMap((name) => {
    const line = board.lines.find((one) => one.name === name);
    if (line === undefined || line.absent !== null) return [];
    const { what, yes, no, needed } = LINES[name];
    const level = live?.[`line_${name}`] ?? null;
    if (level === null) return [{ name: what, where: line.at, word: NO_VALUE, mark: 'plain' }];
    const mark = needed ? (level ? 'good' : 'bad') : 'plain';
    return [{ name: what, where: line.at, word: level ? yes : no, mark }];
  });
}

/** Lines that the controller drives; nothing reads them back. */
export function outputNames(board: BoardShown): string[] {
  return board.lines.filter(({ absent, direction }) => absent === null && direction === 'out').map(({ name }) => name);
}

const CHIP_MARK: Readonly<Record<string, Mark>> = {
  ok: 'good',
  silent: 'bad',
  wrong: 'bad',
  'over-range': 'bad',
  'warming-up': 'plain',
};

/** Chips of the board, each with how it answers. What is only written to, or is part of another, says nothing by itself. */
export function chipRows(board: BoardShown, live: BenchPayload | null): Row[] {
  return board.chips.flatMap(({ name, driver, address }) => {
    const where = `${driver} ${address}`;
    const read = READ_CHIPS.find((one) => one === name);
    if (read === undefined) {
      const word = driver === 'breakout' ? 'with galvanostat' : 'written to';
      return [{ name, where, word, mark: 'plain' }];
    }
    const state = live?.[`chip_${read}`] ?? null;
    if (state === 'absent') return [];
    if (state === null) return [{ name, where, word: NO_VALUE, mark: 'plain' }];
    return [{ name, where, word: state.replace('-', ' '), mark: CHIP_MARK[state] ?? 'plain' }];
  });
}

const COUNTERS = {
  bus_nack: 'not acknowledged by any chip',
  bus_timeout: 'took too long',
  bus_crc: 'did not pass the check',
  bus_busy: 'found the bus taken',
  bus_gone: 'found no bus',
  bus_protocol: 'against the rules',
} as const;

export interface Counter {
  readonly key: string;
  readonly what: string;
  readonly count: number | null;
}

/** Of the topic `bench`, and of the samples until that was heard. */
export function counters(live: BenchPayload | null, sample: SamplePayload | null): Counter[] {
  return (Object.keys(COUNTERS) as (keyof typeof COUNTERS)[]).map((key) => {
    const count = live?.[key] ?? sample?.[key];
    return { key, what: COUNTERS[key], count: count ?? null };
  });
}

const yesNo = (flag: boolean | null | undefined): string | null =>
  typeof flag === 'boolean' ? (flag ? 'yes' : 'no') : null;

/** What the galvanostat and the control cycle say; null: nothing. */
export function standingRows(live: BenchPayload | null): (readonly [what: string, is: string | null])[] {
  const late_ms = live?.cycle_late_ms ?? null;
  const missed = live?.missed_ticks ?? null;
  return [
    ['Galvanostat armed', yesNo(live?.board_armed)],
    ['Output on', yesNo(live?.board_output_on)],
    ['Voltage limits the current', yesNo(live?.board_compliance)],
    ['Refused by pump, Peltier or fans', live === null || !live.open ? null : (live.refused ?? 'nothing')],
    ['Latest control cycle of this run', late_ms === null ? null : `${late_ms.toFixed(1)} ms late`],
    ['Cycles left out in this run', missed === null ? null : String(missed)],
  ];
}

/** Of the transfers of the last ten seconds, %; null: nothing is told. */
export function failedShare(live: BenchPayload | null): string | null {
  const share = live?.bus_failed_share ?? null;
  return share === null ? null : `${(100 * share).toFixed(1)} %`;
}

/** Trips that hold until somebody clears them, first-out first. */
export function latchedTrips(live: BenchPayload | null): string[] {
  return (live?.latched ?? '').split(' ').filter((name) => name !== '');
}

const SAFE_STATES = {
  S0: 'S0: master relay open',
  S1: 'S1: output off',
  S2: 'S2: stopped step by step',
} as const;

/** The furthest that an alarm that stands has brought the bench, a shelved one too; null: none did. */
export function safeState(alarms: readonly Pick<AlarmPayload, 'state' | 'safe_state'>[]): string | null {
  const standing = alarms.filter(({ state }) => state !== 'normal').map(({ safe_state }) => safe_state);
  for (const one of ['S0', 'S1', 'S2'] as const) if (standing.includes(one)) return SAFE_STATES[one];
  return null;
}

/** What is left of the permit, s; null: there is none, or it does not end. */
export function permitLeft_s(about: AboutPayload | null, wall_ms: number): number | null {
  const until = about?.permit === 'given' ? about.permit_until : null;
  return until === null || until === undefined ? null : Math.max(0, (until - wall_ms) / 1000);
}
