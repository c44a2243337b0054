/**
 * Every single fault of the campaign: those of the simulated bench, and those of the control process. Owns what the
 * campaign adds to a fault of the registry: what it demands, whether a bench should bear it, and what it makes blind.
 */
import { FAULT_CELLS } from '../../src/twin/faults/cells.js';
import type { FaultVerb } from '../../src/twin/faults/order.js';
import { DUTIES } from './duties.js';
import { HOST } from './host-faults.js';
import type { Duty } from './oracle.js';
import type { PlannedFault } from './case.js';

export interface CampaignCell {
  readonly target: string;
  readonly verb: FaultVerb;
  readonly amounts: readonly (number | null)[];
  readonly rows: string;
}

export interface CampaignFault {
  readonly rows: string;
  readonly duty: Duty | null;
  /** Met for longer than this somebody must have been told, ms. */
  readonly notice_ms: number;
  /** Keeps an output on by itself. */
  readonly stuckOn: boolean;
  /** Spoils transfers, or lets them wait: the host may miss samples. */
  readonly hurtsBus: boolean;
  /** The counters of the bus tell of it. */
  readonly countedOnBus: boolean;
  /** A run has to bear it: a trip is a nuisance. */
  readonly benign: boolean;
}

const HOST_CELLS: readonly CampaignCell[] = [
  { target: HOST, verb: 'off', amounts: [null], rows: 'P2 O1 O5' },
  { target: HOST, verb: 'delayed', amounts: [0.1, 0.4, 10], rows: 'P3 P4' },
  { target: HOST, verb: 'slow', amounts: [0.05, 0.12, 0.5, 1], rows: 'P5 B5' },
];

/** In the order of the registry, the control process last. */
export const CELLS: readonly CampaignCell[] = [
  ...FAULT_CELLS.map(({ target, verb, amounts, rows }) => ({ target, verb, amounts, rows: rows.join(' ') })),
  ...HOST_CELLS,
];

/** A hundredth of all transfers, as a long cable makes them fail, % of transfers. */
export const BUS_NOISE = [
  { target: 'bus', verb: 'nack', amount: 0.8 },
  { target: 'galvanostat', verb: 'flip', amount: 0.2 },
] as const satisfies readonly Pick<PlannedFault, 'target' | 'verb' | 'amount'>[];
/** Up to this share of transfers a run bears what befalls them, %. */
const BORNE_PERCENT = 1;

const BUS_VERBS: ReadonlySet<string> = new Set(['nack', 'hang', 'flip', 'dup', 'replay', 'partial', 'shortread']);
/** Their outputs stay on against every command of the board but the master relay's. */
const STUCK_ON: ReadonlySet<string> = new Set(['power-stage:stuck', 'safe-enable:stuck']);

type Named = Pick<PlannedFault, 'target' | 'verb' | 'amount'>;

const known = new Map<string, CampaignFault>();

/** What the campaign knows of a fault. Throws RangeError for one that is no cell. */
export function cellOf(fault: Named): CampaignFault {
  const name = `${fault.target}:${fault.verb}=${fault.amount}`;
  let found = known.get(name);
  if (found === undefined) known.set(name, (found = describe(fault)));
  return found;
}

function describe(fault: Named): CampaignFault {
  const { target, verb, amount } = fault;
  const cell = CELLS.find((one) => one.target === target && one.verb === verb);
  if (cell === undefined) throw new RangeError(`${target}:${verb} is no fault of the campaign`);
  const duty = dutyOf(fault);
  const countedOnBus = BUS_VERBS.has(verb);
  return {
    rows: cell.rows,
    duty,
    notice_ms: duty?.limit_ms ?? Infinity,
    stuckOn: STUCK_ON.has(`${target}:${verb}`),
    hurtsBus: countedOnBus || target === HOST,
    countedOnBus,
    benign: (countedOnBus && amount !== null && amount <= BORNE_PERCENT) || verb === 'dup',
  };
}

export function dutyOf({ target, verb, amount }: Named): Duty | null {
  const row = DUTIES.find(
    (one) =>
      one.targets.includes(target) && one.verbs.includes(verb) && (one.amount === undefined || one.amount === amount),
  );
  return row?.duty ?? null;
}
