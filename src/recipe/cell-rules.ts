/**
 * Rules of the cell: that the recipe's cell is the reactor's, and that its current fits area, board, transport and voltage.
 * Equations are those of src/physics.
 */
import { agrees, type Kind, type Quantity } from '../model/units.js';
import { currentDensity_mA_cm2 } from '../physics/charge.js';
import { freshComposition } from '../physics/kinetics.js';
import { MOL_CM3_PER_mM, singlePassFlow_mL_min } from '../physics/transport.js';
import { type Case, cellAt, spentComposition } from './case.js';
import { fieldOf, type Finding, stepsOf } from './finding.js';
import { atLeast, atMost, digits } from './words.js';

/** The comparator of the board trips at 110 % of the envelope, which must lie within the range. */
const rangeShare = 1.1;
/** Share of the board's compliance that a plan may need; the rest is for aging and bubbles. */
const complianceShare = 0.8;

export function cellFindings(one: Case): Finding[] {
  return [...geometry(one), ...mode(one), ...flowRate(one), ...current(one), ...density(one), ...voltageLimit(one)];
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

function flowRate(one: Case): Finding[] {
  const { recipe, reactor, board, limits } = one;
  return stepsOf(recipe, 'flow').flatMap(({ index, body }): Finding[] => {
    const path = fieldOf('flow', index, 'rate');
    const full_mL_min = board.chips.outputs.pumpFull_mL_min;
    if (!(body.rate.value <= full_mL_min))
      return [{ path, message: `the pump gives ${full_mL_min} mL/min at most`, hint: `at most ${full_mL_min} mL/min` }];
    if (limits.flowMin_mL_min !== null && !(body.rate.value >= limits.flowMin_mL_min)) {
      const message = `${body.rate.text} is below the least flow of ${digits(limits.flowMin_mL_min)} mL/min`;
      return [{ path, message, hint: `at least ${digits(limits.flowMin_mL_min)} mL/min` }];
    }
    if (recipe.cell.mode !== 'single-pass') return [];
    const wanted = singlePassFlow_mL_min(
      one.current_mA * 1e-3,
      recipe.basis.charge.value,
      reactor.solution.imine2a_mM * MOL_CM3_PER_mM,
    );
    if (agrees(wanted, body.rate)) return [];
    return [
      {
        path,
        message: `one pass at ${digits(one.current_mA)} mA needs ${digits(wanted, 3)} mL/min for ${recipe.basis.charge.text}`,
        hint: `${digits(wanted, 3)} mL/min`,
      },
    ];
  });
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

/**
 * Transport and voltage of the steady cell, fresh and with the limiting imine used up, which is the worse.
 */
export function electrochemistryFindings(one: Case): Finding[] {
  const { reactor, strongest, limits } = one;
  const spent = cellAt(one, spentComposition(reactor));
  const fresh = cellAt(one, freshComposition(reactor));
  if (spent === undefined || fresh === undefined || strongest === undefined) return [];
  const path = fieldOf('electrolyse', strongest.index, 'current');
  const worst = Math.max(spent.transportRatio, fresh.transportRatio);
  if (!(worst <= reactor.limits.transportRatio)) {
    const most_mA = (one.current_mA * reactor.limits.transportRatio) / worst;
    const message = `transport carries ${digits(one.current_mA / worst, 3)} mA at the end; ${digits(one.current_mA)} mA is ${digits(worst, 2)} of that`;
    return [
      {
        path,
        message,
        hint: `at most ${atMost(most_mA, 2)} mA, more area${one.flow_mL_min === null ? '' : ', or more flow'}`,
      },
    ];
  }
  const voltage_V = Math.max(fresh.voltage_V, spent.voltage_V);
  if (!(voltage_V <= limits.voltage_V)) {
    const message = `the cell would need ${digits(voltage_V, 3)} V, over the limit of ${digits(limits.voltage_V)} V`;
    return [
      { path, message, hint: `less current, or limits.voltage of ${atLeast(voltage_V)} V where the reactor allows it` },
    ];
  }
  return [];
}
