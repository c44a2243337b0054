/** The weighing table as text of 80 columns. Chooses words; computes nothing. */
import type { Weighing } from '../model/plan.js';
import { massText } from '../model/weighed.js';
import { digits } from './words.js';

const width = 80;

/** Heading row, a row a reagent (its name below it where the line is full), and what the table must not be read without. */
export function weighingText(rows: readonly Weighing[], perchlorate_g: number): string[] {
  const ids = Math.max(7, ...rows.map(({ id }) => id.length));
  const hasLiquid = rows.some(({ volume_uL }) => volume_uL !== null);
  const cells = (id: string, mass: string, volume: string, amount: string, equivalents: string, off: string): string =>
    [
      `  ${id.padEnd(ids)}`,
      mass.padStart(9),
      ...(hasLiquid ? [volume.padStart(8)] : []),
      amount.padStart(10),
      equivalents.padStart(8),
      off.padStart(8),
    ].join('  ');
  const balance_mg = rows[0]?.balance_mg;
  const source = rows.flatMap(({ id, source_mass }) => (source_mass === undefined ? [] : [`${id} ${source_mass}`]));
  return [
    cells('reagent', 'weigh', 'volume', 'amount', 'asked', 'rounded'),
    ...rows.flatMap((row) => {
      const volume = row.volume_uL === null ? '' : volumeText(row.volume_uL);
      const line = cells(
        row.id,
        massText(row),
        volume,
        `${digits(row.amount_mmol, 3)} mmol`,
        `${digits(row.equivalents, 3)} eq`,
        signed(row.error_eq),
      );
      const whole = `${line}  ${row.name}`;
      return whole.length <= width ? [whole] : [line, ...folded(row.name, `  ${' '.repeat(ids)}  `)];
    }),
    ...(balance_mg === undefined
      ? []
      : [`  rounded: by the balance, which shows ${digits(balance_mg)} mg; in equivalents`]),
    ...(source.length === 0 ? [] : folded(`source, to its own digits: ${source.join(', ')}`, '  ')),
    ...(perchlorate_g > 0
      ? [`  holds ${digits(perchlorate_g, 3)} g of perchlorate: never dry, heat or scrape the residue`]
      : []),
  ];
}

function volumeText(volume_uL: number): string {
  return volume_uL >= 1000 ? `${digits(volume_uL / 1000, 3)} mL` : `${digits(volume_uL, 3)} uL`;
}

function signed(error_eq: number): string {
  const text = digits(error_eq, 1);
  return Math.abs(error_eq) < 5e-6 ? '0' : error_eq > 0 ? `+${text}` : text;
}

/** Words on lines of their own. */
function folded(name: string, lead: string): string[] {
  const lines = [''];
  for (const word of name.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (last === '' || lead.length + longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => lead + line);
}
