/** Which recipes there are to choose from, and what is told of one. Pure: what the workshop says in, rows and words out. */
import type { PlanShown, RecipeRow, Verdict } from '../../api/recipes.js';
import { duration, fixed } from '../parts/format.js';

export interface Choice {
  /** As `start` takes it: NAME, or NAME#ENTRY of a series. */
  readonly name: string;
  readonly title: string;
  readonly group: 'Own recipes' | 'Recipes' | 'Series';
  readonly verdict: Verdict;
}

const GROUPS = ['Own recipes', 'Recipes', 'Series'] as const;

/** Own recipes first; each entry of a series is one. */
export function choicesOf(recipes: readonly RecipeRow[]): Choice[] {
  const all = recipes.flatMap(({ name, kind, title, ships, verdict, entries }): Choice[] =>
    kind === 'series'
      ? entries.map((entry) => ({
          name: `${name}#${entry.id}`,
          title: entry.title,
          group: 'Series',
          verdict: entry.verdict,
        }))
      : [{ name, title, group: ships ? 'Recipes' : 'Own recipes', verdict }],
  );
  return GROUPS.flatMap((group) => all.filter((one) => one.group === group));
}

/** Every word stands in name or title. */
export function found(choices: readonly Choice[], search: string): Choice[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return choices.filter(({ name, title }) => words.every((word) => `${name} ${title}`.toLowerCase().includes(word)));
}

/** What one wants to see first, in a line. */
export function verdictText({ state, charge_C, charge_F_mol, duration_s, problems }: Verdict): string {
  if (state === 'refused') return problems === 1 ? 'refused: 1 problem' : `refused: ${problems} problems`;
  if (charge_C === null || !(charge_C > 0)) return 'no current';
  return `${fixed(charge_C, 1)} C, ${fixed(charge_F_mol, 2)} F/mol, ${duration(duration_s)}`;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** The numbers of a plan in the order in which they are asked for; what a recipe has not is left out. */
export function factsOf({ numbers, basis_mmol, cells, reactor, mode }: PlanShown): Fact[] {
  const told = (label: string, key: string, digits: number, unit: string): Fact[] => {
    const value = numbers[key] ?? null;
    return value === null ? [] : [{ label, value: `${fixed(value, digits)} ${unit}` }];
  };
  return [
    { label: 'Reactor', value: `${reactor}, ${mode}` },
    {
      label: 'Amount',
      value: cells > 1 ? `${fixed(basis_mmol, 2)} mmol in each of ${cells} cells` : `${fixed(basis_mmol, 2)} mmol`,
    },
    ...told('Current', 'current_mA', 1, 'mA'),
    ...told('Density', 'current_density_mA_cm2', 2, 'mA/cm²'),
    ...told('Charge', 'charge_C', 1, 'C'),
    ...told('Equivalents', 'charge_F_mol', 3, 'F/mol'),
    ...(typeof numbers['duration_s'] === 'number'
      ? [{ label: 'Electrolysis', value: duration(numbers['duration_s']) }]
      : []),
    ...told('Cell voltage', 'cell_voltage_V', 2, 'V'),
    ...told('Hydrogen at most', 'hydrogen_mL', 1, 'mL'),
    ...told('In the sweep', 'sweep_hydrogen_vol_percent', 2, 'vol%'),
    ...told('Heat', 'heat_W', 2, 'W'),
  ];
}
