/** A plan as text for a terminal of 80 columns, and as the JSON of `check --json`. Pure; chooses words, computes nothing new. */
import type { Plan } from '../model/plan.js';
import { pauseText } from './pause.js';
import { digits, time } from './words.js';

const width = 80;

/** The text of `check`: what it is, the numbers, what to weigh, the steps, what to know. Ends with a line feed. */
export function planText(plan: Plan): string {
  const where = `${plan.mode}, reactor ${plan.reactor.name}, board ${plan.board}`;
  return [
    [plan.title, ...wrap(plan.source, '  '), `  ${where}`],
    section('Numbers', numberRows(plan)),
    section('Weigh', weighingRows(plan)),
    section(
      'Steps',
      plan.steps.flatMap((step, index) => wrap(step.title, `  ${String(index + 1).padStart(2)}  `)),
    ),
    pauseSection(plan),
    plan.derived.length === 0
      ? []
      : section('Not in the source', wrap(plan.derived.map(({ field }) => field).join(', '), '  ')),
    plan.warnings.length === 0
      ? []
      : section(
          'Warnings',
          plan.warnings.flatMap((warning) => wrap(warning, '  ! ')),
        ),
    ['', `OK  ${plan.recipe}  sha256 ${plan.sha256.slice(0, 16)}`],
  ]
    .flat()
    .concat('')
    .join('\n');
}

/** Keys of design section 4, with the steps and all that belongs to a plan but the reactor's parameters and the text. */
export function planJson(plan: Plan): string {
  const { reactor, text: _text, files: _files, numbers, recipe, title, steps, warnings, ...rest } = plan;
  return `${JSON.stringify({ name: recipe, title, ...numbers, steps, warnings, reactor: reactor.name, ...rest }, null, 2)}\n`;
}

function section(title: string, rows: readonly string[]): string[] {
  return ['', title, ...rows];
}

/** Nothing where the recipe gets what every recipe gets. */
function pauseSection({ pause }: Plan): string[] {
  const texts = pauseText(pause);
  return texts.length === 0
    ? []
    : section(
        'When held',
        texts.flatMap((text) => wrap(text, '  - ')),
      );
}

function numberRows(plan: Plan): string[] {
  const { numbers, envelope, limits, basis_mmol } = plan;
  const vent = numbers.sweep_hydrogen_vol_percent;
  const rows: readonly (readonly [name: string, value: string, more: string])[] = [
    [
      'charge',
      `${numbers.charge_C.toFixed(1)} C`,
      `${numbers.charge_F_mol.toFixed(2)} F/mol on ${digits(basis_mmol)} mmol`,
    ],
    ['current', `${digits(numbers.current_mA)} mA`, `${numbers.current_density_mA_cm2.toFixed(2)} mA/cm2`],
    ['electrolysis', time(numbers.duration_s), `${digits(numbers.duration_s, 5)} s without the ramp`],
    ['cell voltage', `${numbers.cell_voltage_V.toFixed(2)} V`, `ends the run above ${digits(envelope.voltage_V)} V`],
    ['heat', `${digits(numbers.heat_W, 2)} W`, 'at most'],
    [
      'hydrogen',
      `${digits(numbers.hydrogen_mL, 3)} mL`,
      `${digits(numbers.hydrogen_umol)} umol and ${digits(numbers.hydrogen_rate_mL_min, 3)} mL/min at most`,
    ],
    [
      'swept line',
      vent === null ? 'not swept' : `${vent.toFixed(2)} %vol`,
      vent === null ? '' : `hydrogen; needs ${digits(limits.sweepMin_mL_min, 3)} mL/min of nitrogen`,
    ],
  ];
  return rows.map(([name, value, more]) => `  ${name.padEnd(14)}${value.padEnd(12)}  ${more}`.trimEnd());
}

function weighingRows(plan: Plan): string[] {
  const ids = Math.max(...plan.weighing.map(({ id }) => id.length));
  return plan.weighing.map(({ id, name, equivalents, amount_mmol, mass_mg }) => {
    const mass = mass_mg >= 1000 ? `${(mass_mg / 1000).toFixed(3)} g ` : `${digits(mass_mg, 4)} mg`;
    const row = `  ${id.padEnd(ids)}  ${mass.padStart(10)}  ${`${digits(amount_mmol, 3)} mmol`.padStart(11)}  ${`${digits(equivalents, 3)} eq`.padStart(7)}  ${name}`;
    return row.length <= width ? row : `${row.slice(0, width - 1)}…`;
  });
}

/** Words into lines of the width, the first after `lead`, the others under it. */
function wrap(text: string, lead: string): string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(/\s+/)) {
    const isFirst = line.trim() === lead.trim() && line.length <= lead.length;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(lead.length) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
