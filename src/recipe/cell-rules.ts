/**
 * Rules of the cell: that the recipe's cell is the reactor's, and that its current fits area, board, transport and voltage.
 * Equations are those of src/physics.
 */
import type { Path } from '../model/document.js';
import { agrees, type Kind, type Quantity } from '../model/units.js';
import { charge_F_mol, currentDensity_mA_cm2 } from '../physics/charge.js';
import type { Composition } from '../physics/kinetics.js';
import { type Case, cellOf, compositionAfter, temperatureBefore_C } from './case.js';
import { fieldOf, type Finding, type Ruled, stepsOf, under } from './finding.js';
import { atLeast, atMost, digits } from './words.js';

/** The comparator of the board trips at 110 % of the envelope, which must lie within the range. */
const rangeShare = 1.1;
/** Noise of the flow meter (SLF3S: 0.5 %, one sigma), four times: a flow at the limit itself would trip by it. */
const flowRoom = 1.02;
/** A recipe that runs at the least flow of its reactor has its own limit a little below; further down nothing is laid out. */
const flowLoosest = 0.9;
/** Share of the board's compliance that a plan may need; the rest is for aging and bubbles. */
const complianceShare = 0.8;

export function cellFindings(one: Case): Ruled[] {
  return [
    ...under('cell-geometry', geometry(one)),
    ...under('cell-mode', mode(one)),
    ...under('flow-least', [...flowRate(one), ...flowLimit(one)]),
    ...under('current-range', current(one)),
    ...under('current-density', density(one)),
    ...under('voltage-limit', voltageLimit(one)),
  ];
}

/** Area, gap and volume as written must be the reactor's, to the last digit written. */
function geometry({ recipe, reactor }: Case): Finding[] {
  const { cell } = recipe;
  const same = (field: readonly string[], stated: Quantity<Kind>, actual: number, unit: string): Finding[] =>
    agrees(actual, stated)
      ? []
      : [
          {
            path: ['cell', ...field],
            message: `the reactor "${reactor.name}" has ${digits(actual)} ${unit}, not ${stated.text}`,
            hint: `${digits(actual)} ${unit}, or another reactor`,
          },
        ];
  return [
    ...same(['cathode', 'area'], cell.cathode.area, reactor.cell.area_cm2, 'cm2'),
    ...same(['anode', 'area'], cell.anode.area, reactor.cell.area_cm2, 'cm2'),
    ...same(['gap'], cell.gap, reactor.cell.gap_cm * 10, 'mm'),
    ...same(['volume'], cell.volume, reactor.cell.liquid_mL, 'mL'),
  ];
}

function mode({ recipe, reactor }: Case): Finding[] {
  const isBatch = recipe.cell.mode === 'batch';
  if (isBatch === (reactor.transport.kind === 'stirred')) return [];
  const has = isBatch ? 'is a flow cell' : 'is a stirred cell without a pump';
  return [
    {
      path: ['cell', 'mode'],
      message: `the reactor "${reactor.name}" ${has}`,
      hint: isBatch ? 'recirculating' : 'batch',
    },
  ];
}

function flowRate({ recipe, board, limits }: Case): Finding[] {
  return stepsOf(recipe, 'flow').flatMap(({ index, body }): Finding[] => {
    const path = fieldOf('flow', index, 'rate');
    const full_mL_min = board.chips.outputs.pumpFull_mL_min;
    if (!(body.rate.value <= full_mL_min))
      return [
        {
          rule: 'pump-range',
          path,
          message: `the pump gives ${full_mL_min} mL/min at most`,
          hint: `at most ${full_mL_min} mL/min`,
        },
      ];
    const least_mL_min = limits.flowMin_mL_min ?? 0;
    const due_mL_min = flowRoom * least_mL_min;
    if (!(body.rate.value >= due_mL_min)) {
      const message = `${body.rate.text} is ${body.rate.value < least_mL_min ? 'below' : 'too near'} the least flow of ${digits(least_mL_min)} mL/min`;
      return [{ path, message, hint: `at least ${atLeast(due_mL_min, 3)} mL/min` }];
    }
    return [];
  });
}

/** Below the least flow of the reactor neither transport nor pump and meter are laid out. */
function flowLimit({ recipe, reactor: { name, transport } }: Case): Finding[] {
  const stated = recipe.limits?.flow_min;
  if (stated === undefined || transport.kind !== 'channel') return [];
  const least_mL_min = flowLoosest * transport.flowMin_mL_min;
  if (stated.value >= least_mL_min * (1 - 1e-9)) return [];
  const message = `the reactor "${name}" is laid out for ${digits(transport.flowMin_mL_min)} mL/min and more, not ${stated.text}`;
  return [{ path: ['limits', 'flow_min'], message, hint: `at least ${atLeast(least_mL_min, 3)} mL/min` }];
}

/** Each current against the reactor and the board's largest range. */
function current({ electrolyses, reactor, board }: Case): Finding[] {
  const range_mA = Math.max(...board.chips.galvanostat.ranges_mA);
  return electrolyses.flatMap(({ index, current_mA }): Finding[] => {
    const path = fieldOf('electrolyse', index, 'current');
    if (!(current_mA * rangeShare <= range_mA)) {
      const message = `${digits(current_mA)} mA is over the range of the board "${board.name}" (${digits(range_mA)} mA, a tenth of it kept for the trip)`;
      return [{ path, message, hint: `at most ${atMost(range_mA / rangeShare)} mA` }];
    }
    if (!(current_mA <= reactor.limits.current_mA)) {
      return [
        {
          rule: 'current-reactor',
          path,
          message: `${digits(current_mA)} mA is over the limit of the reactor "${reactor.name}"`,
          hint: `at most ${digits(reactor.limits.current_mA)} mA`,
        },
      ];
    }
    return [];
  });
}

function density({ recipe, electrolyses }: Case): Finding[] {
  const limit = recipe.limits?.current_density;
  if (limit === undefined) return [];
  const area_cm2 = Math.min(recipe.cell.cathode.area.value, recipe.cell.anode.area.value);
  return electrolyses.flatMap(({ index, current_mA }): Finding[] => {
    const density_mA_cm2 = currentDensity_mA_cm2(current_mA, area_cm2);
    if (density_mA_cm2 <= limit.value || agrees(density_mA_cm2, limit)) return [];
    const message = `${digits(current_mA)} mA on ${digits(area_cm2)} cm2 is ${digits(density_mA_cm2, 3)} mA/cm2, over ${limit.text}`;
    return [
      { path: fieldOf('electrolyse', index, 'current'), message, hint: `at most ${atMost(limit.value * area_cm2)} mA` },
    ];
  });
}

/** The voltage limit may be tighter than the reactor's, and must lie within what the board can drive. */
function voltageLimit({ reactor, board, limits }: Case): Finding[] {
  const most_V = Math.min(reactor.limits.voltage_V, complianceShare * board.chips.galvanostat.compliance_V);
  if (limits.voltage_V <= most_V) return [];
  const message = `${digits(limits.voltage_V)} V is more than reactor and board allow`;
  return [{ path: ['limits', 'voltage'], message, hint: `at most ${digits(most_V)} V` }];
}

/** One current of an electrolysis, the solution in which it begins and ends, and where it is written. */
interface Load {
  readonly path: Path;
  readonly current_mA: number;
  readonly temperature_C: number;
  readonly solutions: readonly Composition[];
}

/**
 * Each electrolysis at its own temperature: the warm one may carry what the cold one does not. And each stage in the
 * solution that is left to it: a large current is at its place while there is much to carry it. A single pass has its spent
 * outlet all the time.
 */
function loads(one: Case): Load[] {
  const { recipe, reactor, electrolyses } = one;
  const amount_mmol = recipe.basis.amount.value;
  let passed_C = 0;
  return electrolyses.flatMap(({ index, current_mA, portions }) => {
    const temperature_C = temperatureBefore_C(recipe, reactor, index);
    return portions.map((portion, i): Load => {
      const begins_F_mol = recipe.cell.mode === 'single-pass' ? Infinity : charge_F_mol(passed_C, amount_mmol);
      passed_C += portion.charge_C;
      const ends_F_mol = recipe.cell.mode === 'single-pass' ? Infinity : charge_F_mol(passed_C, amount_mmol);
      const own = portions.length > 1;
      return {
        path: own ? ['steps', index, 'electrolyse', 'stages', i, 'current'] : fieldOf('electrolyse', index, 'current'),
        // A current that follows the flow may come to its limit.
        current_mA: own ? portion.current_mA : current_mA,
        temperature_C,
        solutions: [compositionAfter(reactor, begins_F_mol), compositionAfter(reactor, ends_F_mol)],
      };
    });
  });
}

/** Transport and voltage of the steady cell, at the worse of the beginning and the end of each current. */
export function electrochemistryFindings(one: Case): Ruled[] {
  return loads(one).flatMap((load): Ruled[] => {
    const carried = under('transport', transport(one, load));
    return carried.length > 0 ? carried : under('voltage-predicted', voltage(one, load));
  });
}

/** Share of the limiting currents that a load takes, at the worse of start and end. */
function transportShare(one: Case, { current_mA, temperature_C, solutions }: Load): number {
  return Math.max(
    ...solutions.map((solution) => cellOf(one, solution, current_mA, temperature_C)?.transportRatio ?? 0),
  );
}

function transport(one: Case, load: Load): Finding[] {
  const worst = transportShare(one, load);
  const most = one.reactor.limits.transportRatio;
  if (worst <= most) return [];
  const most_mA = (load.current_mA * most) / worst;
  const message = `transport carries ${digits(load.current_mA / worst, 3)} mA at the end; ${digits(load.current_mA)} mA is ${digits(worst, 2)} of that`;
  const more = one.flow_mL_min === null ? '' : ', or more flow';
  return [{ path: load.path, message, hint: `at most ${atMost(most_mA, 2)} mA, more area${more}` }];
}

function voltage(one: Case, { path, current_mA, temperature_C, solutions }: Load): Finding[] {
  const voltage_V = Math.max(
    ...solutions.map((solution) => cellOf(one, solution, current_mA, temperature_C)?.voltage_V ?? 0),
  );
  if (voltage_V <= one.limits.voltage_V) return [];
  const message = `the cell would need ${digits(voltage_V, 3)} V, over the limit of ${digits(one.limits.voltage_V)} V`;
  return [
    { path, message, hint: `less current, or limits.voltage of ${atLeast(voltage_V)} V where the reactor allows it` },
  ];
}

/** Share of the reactor's limit of transport that leaves the margin which needs no word. */
const marginShare = 0.9;
/** Current densities at which electrosynthesis is done; outside, an area or a current may be off by a factor of ten. */
const usualDensity_mA_cm2 = { least: 0.1, most: 100 };

export function cellAsks(one: Case): Ruled[] {
  return [...under('transport-margin', margin(one)), ...under('current-density-usual', usualDensity(one))];
}

function margin(one: Case): Finding[] {
  const most = one.reactor.limits.transportRatio;
  return loads(one).flatMap((load): Finding[] => {
    const worst = transportShare(one, load);
    if (worst <= marginShare * most) return [];
    const usual_mA = (load.current_mA * marginShare * most) / worst;
    const message = `${digits(load.current_mA)} mA takes ${digits(worst, 3)} of what transport carries at the end; ${digits(most)} is the limit`;
    return [{ path: load.path, message, hint: `at most ${atMost(usual_mA)} mA` }];
  });
}

function usualDensity({ recipe, electrolyses }: Case): Finding[] {
  const area_cm2 = Math.min(recipe.cell.cathode.area.value, recipe.cell.anode.area.value);
  const { least, most } = usualDensity_mA_cm2;
  // Of several stages the smallest may be the slip.
  const each = electrolyses.flatMap(({ index, current_mA, portions }) => [
    { index, current_mA },
    ...(portions.length > 1 ? portions.map((portion) => ({ index, current_mA: portion.current_mA })) : []),
  ]);
  const odd = each.flatMap(({ index, current_mA }): Finding[] => {
    const density_mA_cm2 = currentDensity_mA_cm2(current_mA, area_cm2);
    if (density_mA_cm2 >= least && density_mA_cm2 <= most) return [];
    const message = `${digits(current_mA)} mA on ${digits(area_cm2)} cm2 is ${digits(density_mA_cm2, 3)} mA/cm2`;
    const hint = `${digits(least * area_cm2)} to ${digits(most * area_cm2)} mA`;
    return [{ path: fieldOf('electrolyse', index, 'current'), message, hint }];
  });
  return odd.filter(({ message }, i) => odd.findIndex((other) => other.message === message) === i);
}
