/** What is known of an interrupted run, in words and as JSON. Text only; decides nothing. */
import type { Plan } from '../model/plan.js';
import { charge_F_mol } from '../physics/charge.js';
import type { Account, BoardNow, PastRun } from '../recovery.js';
import { duration, paragraph, plain } from '../model/words.js';

export interface Known {
  readonly past: PastRun;
  /** What the interrupted run had to do, and what is left of that. */
  readonly plan: Plan;
  readonly rest: Plan;
  readonly account: Account;
  readonly now: BoardNow;
  readonly left_C: number;
  /** UTC of this look, ms. */
  readonly at_ms: number;
}

export function knownLines(known: Known, columns: number): string[] {
  const { past, plan, rest, account, now, left_C } = known;
  const { detail } = past;
  const step = plan.steps[past.rows.step?.index ?? -1];
  const rows: [string, string][] = [
    ['run', `${detail.run}, ${detail.outcome}${detail.reason === null ? '' : `: ${detail.reason}`}`],
    [
      'step',
      step === undefined
        ? 'none had begun'
        : `${(past.rows.step?.index ?? 0) + 1} of ${plan.steps.length}: ${step.title}`,
    ],
    ['since', sinceText(known)],
    ['host', `${plain(account.host.charge_C, 3)} C in its newest row, at ${duration(account.hostAt_s)}`],
    ['board', boardText(account)],
    [
      'taken',
      `${plain(account.taken.charge_C, 3)} C by the ${account.source}; at most ${plain(account.missing_mC, 0)} mC uncounted`,
    ],
    ['', account.why],
    [
      'left',
      `${plain(left_C, 3)} C of ${plain(rest.numbers.charge_C, 3)} C; so far ${plain(charge_F_mol(account.taken.charge_C, rest.basis_mmol), 3)} F/mol`,
    ],
    ['now', nowText(now)],
    ['to do', rest.steps.map(({ title }) => title).join('; ')],
  ];
  const wide = rows.flatMap(([name, text]) => wrapped(name, text, columns));
  return ['What is known:', ...wide, ''];
}

const LABEL = 10;

function wrapped(name: string, text: string, columns: number): string[] {
  const lines = paragraph(text, Math.max(40, columns - LABEL)).map((line) => line.slice(2));
  return lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(LABEL)}${line}`);
}

/** Since the newest row, by this machine's clock; null where that is to come: a run at a multiple of real time. */
function since_s({ past, account, at_ms }: Known): number | null {
  const s = (at_ms - past.detail.started_utc_ms) / 1000 - account.hostAt_s;
  return s >= 0 ? s : null;
}

function sinceText(known: Known): string {
  const s = since_s(known);
  return s === null ? 'not known: the clock of the run went faster than this one' : `${duration(s)} ago`;
}

function boardText({ board, difference_C }: Account): string {
  if (board === null || difference_C === null) return 'counts this run no longer';
  const mC = 1000 * difference_C;
  return `${plain(board.charge_C, 3)} C by its own counter; the host is ${plain(Math.abs(mC), 1)} mC ${mC > 0 ? 'above' : 'below'}`;
}

function nowText({ reading }: BoardNow): string {
  if (reading === null) return 'the board gives no reading';
  const faults = reading.faults.length === 0 ? 'nothing latched' : `latched: ${reading.faults.join(', ')}`;
  const output = reading.outputOn ? 'output ON' : 'output off';
  return `cell ${plain(reading.cellTemperature_C, 2)} °C, ${plain(1000 * reading.current_A, 2)} mA, ${output}, ${faults}`;
}

/** The same for programs. */
export function knownJson(known: Known): object {
  const { past, rest, account, now, left_C } = known;
  const { detail, rows } = past;
  return {
    run: detail.run,
    outcome: detail.outcome,
    recipe: detail.recipe,
    step: rows.step?.index ?? null,
    interrupted_s: account.hostAt_s,
    since_s: since_s(known),
    host_charge_C: account.host.charge_C,
    board_charge_C: account.board?.charge_C ?? null,
    difference_C: account.difference_C,
    taken: account.source,
    why: account.why,
    taken_charge_C: account.taken.charge_C,
    taken_absolute_charge_C: account.taken.absolute_C,
    uncertainty_mC: account.missing_mC,
    planned_charge_C: rest.numbers.charge_C,
    left_charge_C: left_C,
    temperature_C: now.reading?.cellTemperature_C ?? null,
    current_mA: now.reading === null ? null : 1000 * now.reading.current_A,
    output_on: now.reading?.outputOn ?? null,
    latched: now.reading?.faults ?? null,
    steps: rest.steps.map(({ id }) => id),
  };
}
