/**
 * The text of a new recipe from answers: what follows from them is worked out here, the rest is the reactor's. Pure; whether
 * it holds is the checker's to say.
 */
import type { Reactor } from '../model/reactor.js';
import { parseQuantity } from '../model/units.js';
import { charge_C, duration_s, hydrogen_umol } from '../physics/charge.js';
import { MOL_CM3_PER_mM, singlePassFlow_mL_min } from '../physics/transport.js';
import { GAS_VOLUME_mL_MOL } from '../physics/constants.js';
import { type Answers, reagentsIn } from './new-answers.js';
import { canonical, read, within } from './scale-quantity.js';
import { plain } from './scale-text.js';
import { atLeast, digits } from './words.js';

/** A time counts as the charge that was asked for within this share of the last digit of F/mol. */
const ofLastDigit = 0.4;

export function newRecipe(answers: Answers, reactor: Reactor): string {
  const said = (key: string): string => plain(answers.get(key) ?? '');
  const { current, time, hydrogen_mL } = electrolysis(answers, reactor);
  const sweep = canonical('flow', reactor.hydrogen.sweep_mL_min);
  const pumped = reactor.transport.kind === 'channel';
  const area = canonical('area', reactor.cell.area_cm2);
  // What one pass lets through before the current is lost, so that it begins last.
  const isPass = answers.get('mode') === 'single-pass';
  const flow = `  - flow: { rate: ${pumpRate(answers, reactor)}, settle: 30 s, tolerance: 10 % }`;
  const cool = `  - cool: { to: ${said('temperature')}, at_most: ${timeAllowed(answers, reactor)} }`;
  const lines = [
    `recipe: 1`,
    `name: ${said('name')}`,
    `title: ${said('title')}`,
    `source:`,
    `  note: ${said('source')}`,
    '',
    `basis:`,
    `  limiting: ${said('limiting')}`,
    `  amount: ${said('amount')}`,
    `  charge: ${said('charge')}`,
    '',
    `reagents:`,
    ...reagentLines(answers),
    '',
    `cell:`,
    `  reactor: ${reactor.name}`,
    `  mode: ${said('mode')}`,
    `  cathode: { material: ${said('cathode')}, area: ${area} }`,
    `  anode: { material: ${said('anode')}, area: ${area} }`,
    `  gap: ${canonical('length', reactor.cell.gap_cm * 10)}`,
    `  solvent: ${said('solvent')}`,
    `  volume: ${canonical('volume', reactor.cell.liquid_mL)}`,
    '',
    `limits:`,
    `  voltage: ${canonical('voltage', reactor.limits.voltage_V)}`,
    '',
    `steps:`,
    ...prompt(
      `Clear the hood: nothing that sparks, no flame; the cell makes up to ${digits(hydrogen_mL, 2)} mL of hydrogen.`,
      `Vent line and canopy in place. Know the hazards of ${answers.get('solvent') ?? ''} and of all that you weigh.`,
    ),
    ...hazards(answers),
    ...prompt(
      `Charge the cell: all of the weighing table in dry ${answers.get('solvent') ?? ''}, ${pumped ? 'lines filled and free of air' : 'stirrer on'},`,
      `nitrogen at ${sweep} on the needle valve.`,
    ),
    `  - purge: { sweep: ${sweep}, for: ${minutes(reactor.control.purge_s)} }`,
    ...(isPass ? [cool, flow] : pumped ? [flow, cool] : [cool]),
    `  - electrolyse: { current: ${current}, time: ${time} }`,
    `  - finish: { sweep_for: ${minutes(reactor.control.sweepAfter_s)}, hold_temperature: true }`,
    '',
    `provenance:`,
    ...provenance(answers, reactor).map(([field, from]) => `  ${field}: { derived: true, from: ${plain(from)} }`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Every field that nobody was asked for, and where it comes from. */
function provenance(answers: Answers, { name, transport }: Reactor): [string, string][] {
  const laidOut = `the reactor ${name} is laid out for it`;
  const isPass = answers.get('mode') === 'single-pass';
  const isDensity = parseQuantity('currentDensity', answers.get('current') ?? '').ok;
  const flow: [string, string][] = [
    ['flow.rate', isPass ? 'I/(z F c), so that one pass gets the charge per mole' : laidOut],
    ['flow.settle', 'usual'],
    ['flow.tolerance', 'usual'],
  ];
  return [
    ...['cathode.area', 'anode.area', 'gap', 'volume'].map((field): [string, string] => [
      `cell.${field}`,
      `that of the reactor ${name}`,
    ]),
    ['limits.voltage', `limit of the reactor ${name}`],
    ['purge.sweep', laidOut],
    ['purge.for', laidOut],
    ...(transport.kind === 'channel' ? flow : []),
    ['cool.at_most', 'twice what ramp and hold take by themselves'],
    ...(isDensity
      ? [['electrolyse.current', 'the current density on the area of the reactor'] satisfies [string, string]]
      : []),
    ['electrolyse.time', 'charge per mole, amount and current'],
    ['finish.sweep_for', laidOut],
  ];
}

/** The flow of the pump. One pass takes what its current can serve. */
function pumpRate(answers: Answers, reactor: Reactor): string {
  if (reactor.transport.kind !== 'channel') return 'none';
  if (answers.get('mode') !== 'single-pass') return canonical('flow', reactor.transport.flow_mL_min);
  const charge_F_mol = read('chargePerMole', answers.get('charge') ?? '')?.value ?? Number.NaN;
  const amount_mmol = read('amount', answers.get('amount') ?? '')?.value ?? Number.NaN;
  const current_mA = read('current', electrolysis(answers, reactor).current)?.value ?? Number.NaN;
  const feed_mol_cm3 = ((1000 * amount_mmol) / reactor.cell.liquid_mL) * MOL_CM3_PER_mM;
  return `${digits(singlePassFlow_mL_min(current_mA * 1e-3, charge_F_mol, feed_mol_cm3), 3)} mL/min`;
}

function reagentLines(answers: Answers): string[] {
  const said = (key: string): string => answers.get(key) ?? '';
  const limiting = {
    id: said('limiting'),
    name: said('limiting-name'),
    role: 'limiting',
    molarMass: said('limiting-mass'),
    equivalents: '1.0 eq',
  };
  return [...reagentsIn(said('reagents')), limiting].map(
    ({ id, name, role, molarMass, equivalents }) =>
      `  ${plain(id)}: { name: ${plain(name)}, role: ${role}, molar_mass: ${molarMass}, equivalents: ${equivalents} }`,
  );
}

/** What is known to be dangerous in this chemistry, where the answers name it. */
function hazards(answers: Answers): string[] {
  const solvent = answers.get('solvent') ?? '';
  const reagents = answers.get('reagents') ?? '';
  return [
    ...(/\bDMF\b|dimethylformamide/i.test(solvent)
      ? prompt('DMF goes through skin and may harm the unborn: gloves, sash down.')
      : []),
    ...(/perchlorate/i.test(reagents)
      ? prompt(
          'Know the work-up: the residue holds perchlorate. Wash it out with water, never dry or heat it,',
          'keep it from metals and acids.',
        )
      : []),
  ];
}

function prompt(...lines: readonly string[]): string[] {
  return ['  - prompt: >-', ...lines.map((line) => `      ${line}`)];
}

/** The time that passes the charge at the current, to the digits that F/mol is stated with. */
function electrolysis(answers: Answers, reactor: Reactor) {
  const asked = answers.get('current') ?? '';
  const density = parseQuantity('currentDensity', asked);
  const wanted_mA = density.ok
    ? density.quantity.value * reactor.cell.area_cm2
    : (read('current', asked)?.value ?? Number.NaN);
  const current = density.ok ? within('current', wanted_mA, '1 mA', 1e-3 * wanted_mA) : asked;
  const current_mA = read('current', current)?.value ?? wanted_mA;
  const charge = read('chargePerMole', answers.get('charge') ?? '');
  const passed_C = charge_C(
    charge?.value ?? Number.NaN,
    read('amount', answers.get('amount') ?? '')?.value ?? Number.NaN,
  );
  const time_s = duration_s(passed_C, current_mA);
  const room = (ofLastDigit * (charge?.resolution ?? 0)) / (charge?.value ?? 1);
  const time = within('time', time_s, time_s >= 3600 ? '1 h' : '1 min', room * time_s);
  return { current, time, hydrogen_mL: hydrogen_umol(passed_C) * 1e-6 * GAS_VOLUME_mL_MOL };
}

function minutes(time_s: number): string {
  return within('time', time_s, '1 min', 1e-9 * time_s);
}

/** Twice what ramp and hold take by themselves. */
function timeAllowed(answers: Answers, { heat, control }: Reactor): string {
  const { rampRate_K_min, taper_s, settle_s } = control.temperature;
  const to_C = read('temperature', answers.get('temperature') ?? '')?.value ?? heat.ambient_C;
  const least_s = (60 * Math.abs(heat.ambient_C - to_C)) / rampRate_K_min + taper_s + settle_s;
  return `${atLeast((2 * least_s) / 60)} min`;
}
