/**
 * Root of a resume: what record and board know of an interrupted run, which count of its charge is taken and why, and
 * what is left to do. Owns that decision; it reads, and nothing here drives a bench or starts anything.
 */
import type { Bench, GalvanostatReading, HeldRun } from './device/ports.js';
import type { Clock } from './model/clock.js';
import type { Plan } from './model/plan.js';
import { type Interruption, remaining } from './procedure/remaining.js';
import type { LastRows, RunDetail } from './record/history.js';
import type { Resumption } from './record/run.js';

export { chargeLeft_C, RESUME_PROMPT } from './procedure/remaining.js';

/** What the board says before anything is loaded, cleared or armed. */
export interface BoardNow {
  readonly serial: string;
  /** null when it holds no run, or keeps no count. */
  readonly held: HeldRun | null;
  /** null when it gave no usable reading. */
  readonly reading: GalvanostatReading | null;
}

/** A run as the record has it. */
export interface PastRun {
  readonly detail: RunDetail;
  readonly rows: LastRows;
}

export interface Count {
  readonly charge_C: number;
  readonly absolute_C: number;
}

/** The charge of an interrupted run by both who counted, and which of them the run goes on from. */
export interface Account {
  readonly host: Count;
  /** Instant of the newest row on the disk, s of the run. */
  readonly hostAt_s: number;
  /** null when the board no longer counts this run. */
  readonly board: Count | null;
  /** Host minus board, C. */
  readonly difference_C: number | null;
  readonly source: 'board' | 'host';
  /** One sentence for a person. */
  readonly why: string;
  readonly taken: Count;
  /** Charge that may have passed and is in neither count, mC. */
  readonly missing_mC: number;
}

/** Host and board count the same current to within this: twice what the guard warns at. */
const COUNTS_AGREE_C = 0.1;
const COUNTS_AGREE_SHARE = 0.001;
/** What the board's count can miss: the conversions of one cycle of its own, mC. */
const BOARD_MISSES_MC = 1;
/**
 * What the newest row on the disk can miss of a run whose host died, s of its current: a row waits for the next one
 * (0.25 s) and for its group (0.5 s), and the board drives on for up to its dead-man of 0.25 s.
 */
const HOST_MISSES_S = 1;
/** The same of a run that its host has ended: the board may have been silent for so long before, s. */
const ENDED_MISSES_S = 0.25;
/** A chip that has just been opened gives its first value within some cycles. */
const POLLS = 20;
const POLL_MS = 50;

/** Reads the board; changes nothing on it. Rejects with BusFault when it does not answer. */
export async function lookAtBoard(bench: Bench & { identity: { serial: number } }, clock: Clock): Promise<BoardNow> {
  const { galvanostat, bus, identity } = bench;
  const held = await galvanostat.lastRun();
  for (let tries = 0; tries < POLLS; tries++) {
    const poll = galvanostat.poll();
    const reading = poll.decode(await bus.batch(poll.transfers));
    if (reading?.ok) return { serial: String(identity.serial), held, reading: reading.value };
    await clock.sleep(POLL_MS);
  }
  return { serial: String(identity.serial), held, reading: null };
}

/** Both counts of the charge, and the one to go on from: the board's while it still counts this very run, and fits it. */
export function accountOf(past: PastRun, now: BoardNow): Account {
  const { host, at_s: hostAt_s, missing_mC } = hostCount(past);
  const { held } = now;
  const lost = whyNotHeld(past.detail, now);
  if (held === null || lost !== null) {
    const why = `${lost ?? 'the board keeps no count'}: the newest row on the disk counts`;
    return { host, hostAt_s, board: null, difference_C: null, source: 'host', why, taken: host, missing_mC };
  }
  const board = {
    charge_C: (past.detail.carried_charge_C ?? 0) + held.netCharge_C,
    absolute_C: (past.detail.carried_absolute_C ?? 0) + held.absoluteCharge_C,
  };
  const difference_C = host.charge_C - board.charge_C;
  if (!follows(host, board)) {
    const why =
      'the board’s counter cannot have come from the newest row on the disk: that row counts. Look at the board';
    return { host, hostAt_s, board, difference_C, source: 'host', why, taken: host, missing_mC };
  }
  return {
    host,
    hostAt_s,
    board,
    difference_C,
    source: 'board',
    why: 'the board still holds this run, and counted on until its output was off',
    taken: board,
    missing_mC: BOARD_MISSES_MC,
  };
}

/**
 * Whether the board's count can have come from the host's by current that went on: it has grown, be it by much when rows
 * waited for a slow disk, and its net by no more than that. Taken for less, what has passed would be passed once more.
 */
function follows(host: Count, board: Count): boolean {
  const allowed_C = COUNTS_AGREE_C + COUNTS_AGREE_SHARE * host.absolute_C;
  const since_C = board.absolute_C - host.absolute_C;
  return since_C >= -allowed_C && Math.abs(board.charge_C - host.charge_C) <= Math.max(0, since_C) + allowed_C;
}

/** Why the board's counter is not that of this run; null when it is. */
function whyNotHeld(run: RunDetail, { held, serial }: BoardNow): string | null {
  if (run.run_tag === null) return 'the record of this run is of a program that did not note how the board knew it';
  if (held === null) return 'the board holds no run: it was switched off or reset, or keeps no count of its own';
  if (serial !== run.firmware_serial) return `this is board ${serial}, the run was on ${run.firmware_serial ?? 'none'}`;
  if (held.bootCount !== run.board_boot_count) return 'the board was reset since the run began';
  if (held.runTag !== run.run_tag) return 'the board has been given another run since';
  return null;
}

/** The newest count on the disk, be it of a sample, of the ledger or of the run's end. */
function hostCount({ detail, rows }: PastRun): { host: Count; at_s: number; missing_mC: number } {
  const { sample, ledger } = rows;
  const carried = { charge_C: detail.carried_charge_C ?? 0, absolute_C: detail.carried_absolute_C ?? 0 };
  const current_mA = flowing_mA(detail, rows);
  if (detail.absolute_charge_C !== null && detail.charge_C !== null) {
    const host = { charge_C: detail.charge_C, absolute_C: detail.absolute_charge_C };
    return { host, at_s: detail.elapsed_s ?? 0, missing_mC: current_mA * ENDED_MISSES_S };
  }
  const missing_mC = current_mA * HOST_MISSES_S;
  const sampled = {
    charge_C: sample?.charge_C ?? carried.charge_C,
    absolute_C: sample?.absolute_charge_C ?? carried.absolute_C,
  };
  const sampled_s = sample?.elapsed_s ?? 0;
  if (ledger === null || ledger.host_C === null || !((ledger.elapsed_s ?? 0) > sampled_s))
    return { host: sampled, at_s: sampled_s, missing_mC };
  const since_C = Math.abs(ledger.host_C - sampled.charge_C);
  const host = { charge_C: ledger.host_C, absolute_C: sampled.absolute_C + since_C };
  return { host, at_s: ledger.elapsed_s ?? 0, missing_mC };
}

/** The most that can have flowed after the newest row: the plan's current, were it only about to begin. */
function flowing_mA({ steps, numbers }: RunDetail, { step }: LastRows): number {
  return step !== null && steps[step.index]?.kind === 'electrolyse' ? (numbers['current_mA'] ?? 0) : 0;
}

/**
 * Where in its plan the run was interrupted, by the charge that is taken. Both ends are of one count: what host and board
 * already differed by when the step began is none of its charge.
 */
export function interruptionOf({ rows }: PastRun, { taken, source }: Account): Interruption {
  if (rows.step === null) return { step: 0, passed_C: 0 };
  const { index, from_C, boardFrom_C, waited_s = 0 } = rows.step;
  const begun_C = source === 'board' ? boardFrom_C : from_C;
  return { step: index, passed_C: Math.abs(taken.charge_C - begun_C), waited_s };
}

/**
 * The plan of a run that may itself have resumed others: what they left of it, one after another. `chain` is from the
 * first run on, each but the first naming the one before it.
 */
export function planAlong(whole: Plan, chain: readonly RunDetail[]): Plan {
  return chain.reduce(
    (plan, { resumes, resumed_step, resumed_passed_C, steps }) =>
      resumes === null
        ? plan
        : withWaitsOf(remaining(plan, { step: resumed_step ?? 0, passed_C: resumed_passed_C ?? 0 }), steps),
    whole,
  );
}

/** What a resumed run had left of a wait stands in its own steps. */
function withWaitsOf(plan: Plan, kept: RunDetail['steps']): Plan {
  const steps = plan.steps.map((step, place) => {
    const duration_s = kept[place]?.id === step.id ? kept[place].duration_s : undefined;
    return step.kind !== 'wait' || duration_s === undefined ? step : { ...step, duration_s };
  });
  return { ...plan, steps };
}

/**
 * Where the directions alternate, both count, and the charge with its sign says nothing. What had passed before the step is
 * the charge of the electrolyses before it, each of which had ended; `own_C` is what this run passed in all.
 */
function alternating({ steps }: Plan, at: Interruption, own_C: number): Interruption {
  const step = steps[at.step];
  if (step?.kind !== 'electrolyse' || step.polarity === undefined) return at;
  const before_C = steps
    .slice(0, at.step)
    .reduce((sum, earlier) => sum + (earlier.kind === 'electrolyse' ? earlier.charge_C : 0), 0);
  return { ...at, passed_C: Math.max(0, own_C - before_C) };
}

/** What is left to do, and what the new run has to carry. */
export function resumptionOf(plan: Plan, past: PastRun, account: Account): { plan: Plan; resume: Resumption } {
  const at = alternating(
    plan,
    interruptionOf(past, account),
    account.taken.absolute_C - (past.detail.carried_absolute_C ?? 0),
  );
  const { charge_C, absolute_C } = account.taken;
  const { step, passed_C } = at;
  return { plan: remaining(plan, at), resume: { run: past.detail.run, step, passed_C, charge_C, absolute_C } };
}
