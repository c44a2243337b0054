/** A series as text for a terminal of 80 columns: its entries in one table, and what to weigh for each. Computes nothing. */
import type { Plan, Weighing } from '../model/plan.js';
import type { Series } from '../model/series.js';
import { perchlorate_g } from './weighing.js';
import { massText } from '../model/weighed.js';
import { weighingText } from './weighing-table.js';
import { digits, time } from './words.js';

const width = 80;

/** The text of `check` on a series. Ends with a line feed. */
export function seriesText(series: Series, plans: readonly Plan[]): string {
  const [first] = plans;
  const where = `series ${series.name}, ${counted(plans.length)} on ${series.base}, board ${first?.board ?? 'none'}`;
  return [
    series.title,
    ...(first === undefined ? [] : folded(first.source, '  ')),
    ...folded(where, '  '),
    '',
    ...numberTable(plans),
    ...weighing(plans),
    ...warnings(plans),
    '',
    `OK  ${series.name}  ${counted(plans.length)}`,
    '',
  ].join('\n');
}

/** The text of `series list`: each entry with its title and tags. */
export function entriesText({ name, title, base, entries }: Series): string {
  const ids = Math.max(...entries.map(({ id }) => id.length));
  const rows = entries.flatMap((entry) => {
    const tags = Object.entries(entry.tags ?? {}).map(([tag, value]) => `${tag}: ${value}`);
    const lead = ' '.repeat(ids + 4);
    const [head = '', ...rest] = folded(entry.title, lead);
    const own = tags.length === 0 ? [] : folded(`(${tags.join('; ')})`, lead);
    return [`  ${entry.id.padEnd(ids)}  ${head.slice(lead.length)}`, ...rest, ...own];
  });
  const where = folded(`series ${name}, ${counted(entries.length)} on ${base}`, '  ');
  return [title, ...where, '', ...rows, ''].join('\n');
}

function counted(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`;
}

/** Rows of cells in columns as wide as their widest; the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const wide = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? '').length));
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(wide(0)) : cell.padStart(wide(column))));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** How an entry is told apart: its own name, without that of the series. */
export function entryOf({ partOf, recipe }: Plan): string {
  return partOf?.entry ?? recipe;
}

/** The columns of the table; the last of those that may be left out go first where a line would be too long. */
const headings = ['entry', 'charge', 'F/mol', 'current', 'time', 'amount', 'cell', 'hydrogen'];
const columnsMin = 5;

function numberTable(plans: readonly Plan[]): string[] {
  const rows = [headings, ...plans.map(numberRow)];
  for (let count = headings.length; count > columnsMin; count--) {
    const table = columns(rows.map((row) => row.slice(0, count)));
    if (table.every((line) => line.length <= width)) return table;
  }
  return columns(rows.map((row) => row.slice(0, columnsMin)));
}

function numberRow(plan: Plan): string[] {
  const { numbers, basis_mmol } = plan;
  const id = entryOf(plan);
  const amount = `${digits(basis_mmol)} mmol`;
  if (!(numbers.charge_C > 0)) return [id, '0.00 C', '0.00', 'none', '', amount, '', ''];
  return [
    id,
    `${numbers.charge_C.toFixed(1)} C`,
    numbers.charge_F_mol.toFixed(2),
    `${digits(numbers.current_mA)} mA`,
    time(numbers.duration_s),
    amount,
    `${numbers.cell_voltage_V.toFixed(2)} V`,
    `${digits(numbers.hydrogen_mL, 3)} mL`,
  ];
}

/** What all entries need alike as one table; what differs, an entry a line. */
function weighing(plans: readonly Plan[]): string[] {
  const [first] = plans;
  if (first === undefined) return [];
  const isCommon = (row: Weighing): boolean => plans.every((plan) => plan.weighing.some((other) => same(other, row)));
  const common = first.weighing.filter(isCommon);
  const differs = plans.some((plan) => plan.weighing.length !== common.length);
  const most_g = Math.max(...plans.map((plan) => perchlorate_g(plan.weighing)));
  return [
    '',
    'Weigh for every entry',
    ...(common.length === 0 && !(most_g > 0) ? ['  nothing'] : weighingText(common, most_g)),
    ...(differs ? ['', 'Weigh besides', ...plans.flatMap((plan) => besides(plan, isCommon, plans))] : []),
  ];
}

function besides(plan: Plan, isCommon: (row: Weighing) => boolean, plans: readonly Plan[]): string[] {
  const ids = Math.max(...plans.map((one) => entryOf(one).length));
  const own = plan.weighing.filter((row) => !isCommon(row));
  const lead = `  ${entryOf(plan).padEnd(ids)}  `;
  if (own.length === 0) return [`${lead}nothing`];
  return own.flatMap((row, index) => {
    const volume = row.volume_uL === null ? '' : ` (${digits(row.volume_uL, 3)} uL)`;
    const line = `${massText(row)}${volume}  ${row.id}, ${row.name}, ${digits(row.amount_mmol, 3)} mmol`;
    const [head = '', ...rest] = folded(line, ' '.repeat(ids + 4));
    return [`${index === 0 ? lead : ' '.repeat(ids + 4)}${head.trimStart()}`, ...rest];
  });
}

/** What is weighed; whether an entry calls the mass derived makes no other. */
function same(a: Weighing, b: Weighing): boolean {
  const weighed = (row: Weighing): string =>
    JSON.stringify(Object.entries(row).filter(([key]) => key !== 'source_mass'));
  return weighed(a) === weighed(b);
}

/** Each warning once, with the entries that it is of. */
function warnings(plans: readonly Plan[]): string[] {
  const of = new Map<string, string[]>();
  for (const plan of plans)
    for (const warning of plan.warnings) of.set(warning, [...(of.get(warning) ?? []), entryOf(plan)]);
  if (of.size === 0) return [];
  const rows = [...of].flatMap(([warning, ids]) => {
    const who = ids.length === plans.length ? 'every entry' : ids.join(', ');
    return folded(`${who}: ${warning}`, '  ! ');
  });
  return ['', 'Warnings', ...rows];
}

/** Words into lines of the width, the first after `lead`, the others under it. */
function folded(text: string, lead: string): string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(/\s+/)) {
    const isFirst = line.length === lead.length;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(lead.length) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
