/** What came of a run as rows of a name, a number and its unit: of one run, and of two beside each other. Pure. */
import type { RunDetailRow } from '../../api/runs.js';
import { duration, fixed, MINUS, NOTHING } from '../parts/format.js';

export interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly digits: number;
  /** What it is to be held against, or how sure it is. */
  readonly beside?: string;
  /** In hours and minutes rather than as a number. */
  readonly isTime?: boolean;
}

const of = (name: string, value: number | null | undefined, unit: string, digits: number, beside?: string): Figure => ({
  name,
  value: value ?? null,
  unit,
  digits,
  ...(beside === undefined ? {} : { beside }),
});

/** ` of 194.4 C planned`; nothing where nothing was planned. */
function planned(value: number | null | undefined, digits: number, unit: string): string | undefined {
  return value === null || value === undefined || !(value > 0) ? undefined : `of ${fixed(value, digits)} ${unit}`;
}

function charges(run: RunDetailRow): Figure[] {
  const { charge_C, board_charge_C: board } = run;
  const apart = charge_C === null || board === null ? undefined : `${signed(board - charge_C, 3)} C to the host’s`;
  return [
    of('Charge', charge_C, 'C', 2, planned(run.planned['charge_C'], 2, 'C')),
    of('Charge per mole', run.charge_F_mol, 'F/mol', 3, planned(run.planned['charge_F_mol'], 3, 'F/mol')),
    of('Charge by the board', board, 'C', 2, apart),
  ];
}

function efficiency({ figures }: RunDetailRow): Figure {
  const share = figures['faradaic_efficiency'] ?? null;
  const half = figures['faradaic_efficiency_uncertainty'] ?? null;
  const sure = half === null ? undefined : `± ${fixed(100 * half, 1)} % (k = 2), no measure of product`;
  return of('Faradaic efficiency of hydrogen', share === null ? null : 100 * share, '%', 1, sure);
}

/** Those that a run has: a figure that there is none of is left out, but for charge and time. */
export function figuresOf(run: RunDetailRow): Figure[] {
  const { figures, extremes } = run;
  const energy_J = figures['energy_J'] ?? null;
  const more = [
    of('Lowest voltage with current', extremes['voltage_min_V'], 'V', 2),
    of(
      'Highest voltage with current',
      extremes['voltage_max_V'],
      'V',
      2,
      planned(run.planned['cell_voltage_V'], 2, 'V expected'),
    ),
    of('Lowest temperature with current', extremes['temperature_min_C'], '°C', 2),
    of('Highest temperature with current', extremes['temperature_max_C'], '°C', 2),
    of('Hydrogen beside the cell, at most', extremes['hydrogen_max_ppm'], 'ppm', 0),
    of('Hydrogen in the vent line', figures['vent_hydrogen_umol'], 'µmol', 1),
    efficiency(run),
    of('Energy into the cell', energy_J === null ? null : energy_J / 3600, 'Wh', 4),
  ];
  const time_s = planned(run.planned['duration_s'], 0, 's') === undefined ? null : (run.planned['duration_s'] ?? null);
  const time: Figure = {
    ...of('Time', run.elapsed_s, 's', 0, time_s === null ? undefined : `${duration(time_s)} of electrolysis planned`),
    isTime: true,
  };
  return [...charges(run), time, ...more.filter(({ value }) => value !== null)];
}

export function figureText({ value, digits, unit, isTime }: Figure): string {
  if (value === null) return NOTHING;
  return isTime === true ? duration(value) : `${fixed(value, digits)} ${unit}`;
}

export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

export interface ComparedFigure {
  readonly name: string;
  /** Of the numbers; empty of a time, which has its own. */
  readonly unit: string;
  readonly texts: readonly [string, string];
  /** Of the second to the first; null where either is missing. */
  readonly difference: string | null;
}

/** The figures of both, by their names, in the order of the first. */
export function compared(first: RunDetailRow, second: RunDetailRow): ComparedFigure[] {
  const [these, those] = [figuresOf(first), figuresOf(second)];
  const names = [...new Set([...these, ...those].map(({ name }) => name))];
  return names.map((name): ComparedFigure => {
    const [a, b] = [these, those].map((figures) => figures.find((figure) => figure.name === name));
    const unit = [a, b].map((figure) => (figure?.isTime === true ? '' : figure?.unit)).find((one) => one !== undefined);
    return { name, unit: unit ?? '', texts: [bareText(a), bareText(b)], difference: differenceOf(a, b) };
  });
}

/** Without its unit, which stands with the name. */
function bareText(figure: Figure | undefined): string {
  if (figure === undefined || figure.value === null) return NOTHING;
  return figure.isTime === true ? duration(figure.value) : fixed(figure.value, figure.digits);
}

function differenceOf(a: Figure | undefined, b: Figure | undefined): string | null {
  if (a === undefined || b === undefined || a.value === null || b.value === null) return null;
  const apart = b.value - a.value;
  if (a.isTime === true) return `${apart < 0 ? MINUS : '+'}${duration(Math.abs(apart))}`;
  return signed(apart, a.digits);
}

export interface ComparedFact {
  readonly name: string;
  readonly texts: readonly [string, string];
  readonly same: boolean;
}

/** What was set up: alike or not. */
export function comparedFacts(first: RunDetailRow, second: RunDetailRow): ComparedFact[] {
  const facts: readonly (readonly [string, (run: RunDetailRow) => string])[] = [
    ['Outcome', ({ outcome }) => outcome],
    ['Recipe', ({ recipe }) => recipe],
    ['Recipe file', ({ recipe_sha256: hash }) => `sha256 ${hash.slice(0, 12)}`],
    ['Changed by hand', ({ overrides }) => (overrides.length === 0 ? 'nothing' : overrides.join(', '))],
    ['Reactor', ({ reactor }) => reactor],
    ['Board', ({ board }) => board],
    ['Program', ({ program }) => program],
    ['Firmware', ({ firmware }) => firmware ?? 'none'],
    ['Alarms', ({ alarms }) => String(alarms.length)],
  ];
  return facts.map(([name, read]) => {
    const texts = [read(first), read(second)] as const;
    return { name, texts, same: texts[0] === texts[1] };
  });
}

/** What the operator answered, by its name, of both runs. */
export function comparedAnswers(first: RunDetailRow, second: RunDetailRow): ComparedFact[] {
  const keys = [...new Set([...first.answers, ...second.answers].map(({ key }) => key))];
  return keys.map((key) => {
    const texts = [answerText(first, key), answerText(second, key)] as const;
    return { name: key, texts, same: texts[0] === texts[1] };
  });
}

function answerText({ answers }: RunDetailRow, key: string): string {
  const of = answers.filter((answer) => answer.key === key).map(saidOf);
  return of.length === 0 ? NOTHING : of.join('; ');
}

export function saidOf({ value, unit, came }: RunDetailRow['answers'][number]): string {
  if (value === null) return came;
  return unit === null ? String(value) : `${value} ${unit}`;
}
