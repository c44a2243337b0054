/**
 * The rules of the checker as data: what each refuses or asks about, and where its number comes from. Every finding names
 * its rule; docs/recipes.md prints this table, and a test breaks each rule by a recipe of its own. Judges nothing.
 */

export interface Rule {
  /** refuses: no plan comes of the recipe. asks: the operator confirms at the start. */
  readonly outcome: 'refuses' | 'asks';
  readonly about: string;
  /** Where the number comes from. */
  readonly from: string;
}

const refuses = (about: string, from: string): Rule => ({ outcome: 'refuses', about, from });
const asks = (about: string, from: string): Rule => ({ outcome: 'asks', about, from });

const table = {
  // Charge and amounts
  'charge-agrees': refuses(
    'Current, time, charge, amount and charge per mole say the same, to half a unit of the last digit written.',
    "Faraday's law",
  ),
  'charge-open': refuses('One electrolysis at most leaves its charge to `basis.charge`, and some is left.', 'basis'),
  'charge-of-nothing': refuses('A recipe without current has no `basis.charge`, one with current has.', 'basis'),
  'charge-usual': asks('Charge per mole is outside 1 to 10 F/mol: a unit or a point may have slipped.', 'usage'),
  'charge-short': asks(
    'A step or stage is so short that one cycle of the host is over 1 % of its charge.',
    'I · 0.05 s',
  ),
  'charge-lost': refuses('One cycle of the host is at most 10 % of the charge of a step or stage.', 'I · 0.05 s'),
  'limiting-known': refuses('The limiting reagent is one of the reagents, with 1 eq.', 'basis'),
  'mass-agrees': refuses('A mass is equivalents, amount and molar mass, to its last digit.', 'definition'),
  'formula-agrees': refuses('A formula and the molar mass beside it are of one substance.', 'atomic weights'),
  'catalyst-usual': asks('A catalyst has a whole equivalent or more: eq and mol% may be mixed up.', 'usage'),
  'molar-mass-usual': asks('A molar mass is outside 10 to 2,000 g/mol.', 'usage'),
  'mass-weighable': asks('The balance rounds a mass by more than 2 %.', '`balance`'),
  'concentration-model': asks(
    'The limiting reagent is not at the concentration for which the reactor predicts voltage and transport.',
    'reactor',
  ),
  // Cell
  'cell-geometry': refuses('Areas, gap and volume are those of the reactor, to the last digit written.', 'reactor'),
  'cell-mode': refuses('A stirred cell runs batch, a flow cell recirculating or single-pass.', 'reactor'),
  'volume-vessel': refuses('Solution and reagents leave a fifth of the vessel to gas.', 'reactor'),
  'volume-change': asks('The reagents make the solution over 10 % larger than stated.', 'densities'),
  'current-range': refuses('The current is within the range of the board, less a tenth for its trip.', 'board'),
  'current-reactor': refuses('The current is within what the reactor is laid out for.', 'reactor'),
  'current-density': refuses('The current density is within `limits.current_density`.', 'recipe'),
  'current-density-usual': asks('The current density is outside 0.1 to 100 mA/cm2.', 'usage'),
  'voltage-limit': refuses('The limit of voltage is within the reactor, and 0.8 of the compliance.', 'reactor, board'),
  'voltage-predicted': refuses('The predicted voltage, fresh and spent, is within the limit.', 'cell model'),
  transport: refuses(
    'The current is at most 0.8 of the sum of all limiting currents, fresh and spent.',
    'Lévêque (channel), Nernst film (stirred)',
  ),
  'transport-margin': asks('Transport has less than a tenth to its limit.', 'as `transport`'),
  // Flow
  'pump-range': refuses('The flow is within the pump.', 'board'),
  'pump-missing': refuses('A stirred cell has no flow step.', 'reactor'),
  'flow-least': refuses(
    'The flow is 2 % over the least for a current, for pump and meter; `limits.flow_min` is at most a tenth under the least of the reactor.',
    'reactor',
  ),
  'flow-first': refuses('A flow cell flows before a current.', 'reactor'),
  'single-pass-flow': refuses('One pass takes I/(z F c).', "Faraday's law"),
  'single-pass-carries': refuses(
    'One pass at its own flow carries the current; its gas and what transport carries are told.',
    'Lévêque, I/2F against the flow',
  ),
  'single-pass-gas': asks('Gas takes over half of the outlet of a single pass.', 'I/2F against the flow'),
  // Hydrogen
  'hydrogen-limits': refuses('Limits of hydrogen are no wider than those of reactor and sensor.', 'reactor, board'),
  'sweep-range': refuses('The sweep is within the nitrogen supply.', 'board'),
  'sweep-least': refuses(
    'The sweep is 2 mL/min over what keeps the line under its limit, 1 %vol (25 % of the lower explosive limit) but for an inert line; and 20 mL/min, which its meter reads well enough.',
    'I/2F, noise of the meter',
  ),
  'vent-inert': asks(
    'The vent is an inert line, which may carry more than 25 % of the explosive limit.',
    '`cell.vent`',
  ),
  'vent-limit': refuses('More than 25 % of the lower explosive limit only in an inert line.', 'LEL 4 %vol'),
  'purge-volumes': refuses('The purge exchanges the headspace five times.', 'e^-5'),
  'purge-first': refuses('A purge comes before the current, or is waived with a reason.', 'safety'),
  'sweep-after': refuses('Nitrogen sweeps on after the current.', 'reactor'),
  'sweep-laid-out': asks('The sweep is not what the needle valve is laid out for.', 'reactor'),
  canopy: refuses('A leak of all hydrogen stays under the warning in the canopy.', 'I/2F against its draw'),
  // Temperature
  'temperature-limits': refuses('Limits of temperature are no wider than those of the reactor.', 'reactor'),
  'temperature-target': refuses('A target lies within the limits.', 'reactor, recipe'),
  'temperature-ramp': refuses('The reactor follows the ramp.', 'reactor'),
  'temperature-time': refuses('Ramp, hold and five times the lag of the probe fit into `at_most`.', 'ramp, reactor'),
  'heating-missing': refuses('Nothing heats above room temperature on a bench that only cools.', 'reactor'),
  'heating-direction': refuses('`cool` leads down and `heat` leads up.', 'step before'),
  'cooling-power': refuses('The Peltier module takes the heat of cell, stirring and room.', 'module, I·V'),
  'cooling-start': refuses(
    'The step of heat as the current ramps up stays within the band that holds the run.',
    'heat capacities, I·V',
  ),
  'cooling-first': refuses('A cooling comes before the current, or is waived with a reason.', 'chemistry'),
  // Order and time
  ends: refuses('`finish` is the last step, and only the last.', 'safety'),
  'current-missing': refuses('A step passes a current, or `waive.electrolysis` says why none does.', 'basis'),
  waived: asks('Something is left out, for the reason that the recipe gives.', '`waive`'),
  'waived-yet-there': refuses('What is waived has no step.', '`waive`'),
  duration: refuses('The procedure ends within 7 days.', 'record'),
  stability: refuses('The current ends while every reagent is stable.', '`stable_for`'),
  'stability-margin': asks('Less than a tenth of a stability is left at the end.', '`stable_for`'),
  // Inside an electrolysis
  'end-out-of-reach': refuses('An end condition can come true within the limits of the run.', 'limits'),
  'end-at-once': refuses('An end condition is not true at the start.', 'cell model, limits'),
  'end-early': asks('An end condition may come true before the charge is reached.', 'cell model'),
  'sample-order': refuses('Samples come one after the other.', 'recipe'),
  'sample-late': refuses('Samples come before the end of the electrolysis.', 'charge'),
  polarity: refuses('A polarity that alternates has a period and a board for it.', 'board'),
  'polarity-period': asks('The felt anode barely follows half periods below 20 s.', 'double layer of the felt'),
  'reversal-short': refuses(
    'The voltage of a cell that is turned round passes zero before the board takes it for a short.',
    'double layers, board',
  ),
  'follow-flow': refuses('A current that follows the flow has a flow to follow, within the limits.', "Faraday's law"),
  'ramp-slew': asks('A ramp asks for more than the board slews.', 'board'),
  // Parallel tracks
  'track-conflict': refuses('Two parallel tracks do not drive the same thing.', 'safety'),
  // Pause
  'pause-ramp': refuses('Ramps of a hold fit into its limits.', 'board'),
  'pause-release': refuses('A hold lets go only what runs.', 'recipe'),
  'pause-sweep': refuses('Nitrogen shuts only where it can, and after hydrogen has left.', 'board, reactor'),
  'pause-still': asks('The Peltier module cools while the liquid is at rest.', 'heat'),
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof table;

export const rules: Readonly<Record<RuleId, Rule>> = table;
export const ruleIds: readonly RuleId[] = Object.keys(table).filter((id): id is RuleId => Object.hasOwn(table, id));
