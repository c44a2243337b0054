/** A plan as text for a terminal of 80 columns, and as the JSON of `check --json`. Pure; chooses words, computes nothing new. */
import type { Plan } from '../model/plan.js';
import { conditionsOf } from './conditions.js';
import { furtherNumbers } from './further-numbers.js';
import { pauseText } from './pause.js';
import { perchlorate_g } from './weighing.js';
import { weighingText } from './weighing-table.js';
import { digits, time } from './words.js';

const width = 80;

/** The text of `check`: what it is, the numbers, what to weigh, the steps, what to know. Ends with a line feed. */
export function planText(plan: Plan): string {
  const where = `${plan.mode}, reactor ${plan.reactor.name}, board ${plan.board}`;
  return [
    [plan.title, ...wrap(plan.source, '  '), `  ${where}`, ...cellLines(plan)],
    section('Numbers', numberRows(plan)),
    boundSection(plan),
    section('Weigh', weighingText(plan.weighing, perchlorate_g(plan.weighing))),
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
  const further = { ...furtherNumbers(conditionsOf(plan)), perchlorate_g: perchlorate_g(plan.weighing) };
  return `${JSON.stringify({ name: recipe, title, ...numbers, steps, warnings, reactor: reactor.name, ...further, ...rest }, null, 2)}\n`;
}

/** Cells in parallel: the numbers below are those of one. */
function cellLines({ cells, basis_mmol, numbers }: Plan): string[] {
  if (cells === undefined) return [];
  const all = `${digits(cells * basis_mmol)} mmol and ${digits(cells * numbers.charge_C, 5)} C in all`;
  return wrap(`${cells} cells, each on a board of its own; every number is that of one, ${all}`, '  ');
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
  return tableOf(rows);
}

function tableOf(rows: readonly (readonly [name: string, value: string, more: string])[]): string[] {
  return rows.flatMap(([name, value, more]) =>
    wrap(more, `  ${name.padEnd(14)}${value.padEnd(12)}  `).map((line) => line.trimEnd()),
  );
}

/** How far the run is from its bounds, and what its charge can have made at most. Nothing without a current. */
function boundSection(plan: Plan): string[] {
  const { ceilings, ventilation, transport, heat } = furtherNumbers(conditionsOf(plan));
  if (ceilings === null || ventilation === null) return [];
  const percent = (share: number): string => `${digits(100 * share, 2)} %`;
  const box = ventilation.sealed_boxes[0];
  const substrate_umol = ceilings.hydrogen_of_substrate_umol;
  const rows: readonly (readonly [name: string, value: string, more: string])[] = [
    [
      'transport',
      percent(transport.used_fresh),
      `of its limit; ${percent(transport.used_spent)} with the limiting imine used up, ${percent(plan.reactor.limits.transportRatio)} is refused`,
    ],
    [
      'warming',
      `${digits(heat.adiabatic_K_h, 2)} K/h`,
      `should the cooling fail: ${digits(plan.numbers.heat_W, 2)} W into ${digits(heat.liquid_J_K, 3)} J/K`,
    ],
    [
      'leak',
      time(60 * (box?.minutes_to['25_percent_LEL'] ?? 0)),
      `to 1 %vol in a closed ${digits(box?.volume_L ?? 0)} L box; the canopy would read ${digits(ventilation.canopy_ppm, 2)} ppm`,
    ],
    [
      'product',
      `${digits(ceilings.at_full_yield.efficiency_1e_percent, 3)} %`,
      `of the charge at full yield, ${digits(ceilings.at_full_yield.efficiency_2e_percent, 3)} % at two electrons each`,
    ],
    ...(substrate_umol === null
      ? []
      : [
          [
            substrateName(plan),
            `${digits(substrate_umol)} umol`,
            'if each substrate gives one H: more comes from the anode, not from turnover',
          ] as const,
        ]),
  ];
  return section('Bounds', tableOf(rows));
}

/** "H of 1a", the name of a row. */
function substrateName({ weighing }: Plan): string {
  const id = weighing.find(({ role }) => role === 'substrate')?.id ?? 'substrate';
  return id.length <= 8 ? `H of ${id}` : 'H, substrate';
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
