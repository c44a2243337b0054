/**
 * What becomes of each field when a recipe is scaled: charge per mole, current density, concentrations and temperature stay;
 * amounts, masses, volume and charges follow the amount, currents the area, times both; what a reactor is laid out for follows
 * the reactor. Pure, on the plain data of a valid recipe; knows nothing of its text.
 */
import type { Path } from '../model/document.js';
import type { Reactor } from '../model/reactor.js';
import type { Kind } from '../model/units.js';
import { singlePassFlow_mL_min, MOL_CM3_PER_mM } from '../physics/transport.js';
import { canonical, massText, read, sameDecimals, shortest, significant, states, within } from './scale-quantity.js';
import { atLeast } from './words.js';

export interface Scaling {
  /** Amount of one cell over that of the source. */
  readonly factor: number;
  /** Area of one cell over that of the source. */
  readonly areas: number;
  readonly source: Reactor;
  readonly target: Reactor;
  /** Also nitrogen and the time it purges; without it they stay, and the checker judges them. */
  readonly sweep: boolean;
  /** What the recipe had in this place before it was first scaled, if it was, and whether this goes back to its reactor. */
  readonly root: (path: Path) => string | undefined;
  readonly isHome: boolean;
}

export interface Change {
  readonly path: Path;
  readonly from: string;
  readonly to: string;
  /** Kind of the quantity; null for a word. */
  readonly kind: Kind | null;
}

type Data = Readonly<Record<string, unknown>>;

/** Every field that becomes another. `amount` is that of one cell, as it was asked for. */
export function changesOf(data: unknown, amount: string, scaling: Scaling): Change[] {
  const recipe = fieldsOf(data);
  const changes = [
    { path: ['basis', 'amount'], from: wordAt(recipe, ['basis', 'amount']), to: amount, kind: 'amount' as const },
    ...masses(recipe, amount, scaling),
    ...cell(recipe, scaling),
    ...limits(recipe, scaling),
    ...bodies(recipe['steps'], ['steps']).flatMap((body) => stepChanges(body, scaling, recipe)),
  ];
  return changes.filter(({ from, to }) => from !== to);
}

export function fieldsOf(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

/** The text at a path; empty where there is none. */
export function wordAt(data: unknown, path: Path): string {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return '';
    value = Reflect.get(value, part);
  }
  return typeof value === 'string' ? value : '';
}

function masses(recipe: Data, amount: string, scaling: Scaling): Change[] {
  const amount_mmol = read('amount', amount)?.value ?? Number.NaN;
  return Object.entries(fieldsOf(recipe['reagents'])).flatMap(([id, reagent]): Change[] => {
    const from = wordAt(reagent, ['mass']);
    const equivalents = read('equivalents', wordAt(reagent, ['equivalents']))?.value;
    const molarMass_g_mol = read('molarMass', wordAt(reagent, ['molar_mass']))?.value;
    if (from === '' || equivalents === undefined || molarMass_g_mol === undefined) return [];
    const path = ['reagents', id, 'mass'];
    const mass_mg = equivalents * amount_mmol * molarMass_g_mol;
    const root = scaling.root(path);
    const to = root !== undefined && states('mass', root, mass_mg) ? root : massText(mass_mg, from);
    return [{ path, from, to, kind: 'mass' }];
  });
}

/** The cell is the reactor's in every number; a stirred cell has no pump, and a pumped one recirculates unless it was a single pass. */
function cell(recipe: Data, scaling: Scaling): Change[] {
  const { source, target } = scaling;
  const at = (field: readonly string[], kind: Kind | null, to: (from: string) => string): Change[] => {
    const path = ['cell', ...field];
    const from = wordAt(recipe, path);
    const root = scaling.isHome ? scaling.root(path) : undefined;
    return from === '' ? [] : [{ path, from, to: root ?? to(from), kind }];
  };
  const pumped = target.transport.kind === 'channel';
  const isSame = source.transport.kind === target.transport.kind;
  return [
    ...at(['reactor'], null, () => target.name),
    ...at(['mode'], null, (from) => (isSame ? from : pumped ? 'recirculating' : 'batch')),
    ...at(['cathode', 'area'], 'area', (from) => changed('area', from, target.cell.area_cm2)),
    ...at(['anode', 'area'], 'area', (from) => changed('area', from, target.cell.area_cm2)),
    ...at(['gap'], 'length', (from) => changed('length', from, target.cell.gap_cm * 10)),
    ...at(['volume'], 'volume', (from) => changed('volume', from, target.cell.liquid_mL)),
  ];
}

/** As it was written, where it says that value already. */
function changed(kind: Kind, from: string, value: number): string {
  return states(kind, from, value) ? from : shortest(kind, value, from);
}

/** A limit that was the reactor's own becomes that of the other; a tighter one stays, and the checker judges it. */
function limits(recipe: Data, scaling: Scaling): Change[] {
  const { source, target } = scaling;
  const at = (field: string, kind: Kind, old: number, next: number): Change[] =>
    laidOut(recipe, ['limits', field], kind, old, next, scaling);
  return [
    ...at('voltage', 'voltage', source.limits.voltage_V, target.limits.voltage_V),
    ...at('temperature_min', 'temperature', source.limits.temperatureMin_C, target.limits.temperatureMin_C),
    ...at('temperature_max', 'temperature', source.limits.temperatureMax_C, target.limits.temperatureMax_C),
    ...at('band_warn', 'temperatureDifference', source.limits.bandWarn_K, target.limits.bandWarn_K),
    ...at('band_hold', 'temperatureDifference', source.limits.bandHold_K, target.limits.bandHold_K),
    ...flowMin(recipe, scaling),
  ];
}

/** The least flow of a single pass goes with its flow; that of a pump that recirculates is the reactor's. */
function flowMin(recipe: Data, scaling: Scaling): Change[] {
  const { source, target, areas } = scaling;
  if (source.transport.kind !== 'channel' || target.transport.kind !== 'channel') return [];
  const path = ['limits', 'flow_min'];
  return isSinglePass(recipe)
    ? scaledTo(recipe, path, 'flow', (value, from) => significant('flow', value * areas, from), [], scaling)
    : laidOut(recipe, path, 'flow', source.transport.flowMin_mL_min, target.transport.flowMin_mL_min, scaling);
}

function isSinglePass(recipe: Data): boolean {
  return wordAt(recipe, ['cell', 'mode']) === 'single-pass';
}

/** What the old reactor was laid out for becomes what the new one is; anything else was the operator's choice and stays. */
function laidOut(data: unknown, path: Path, kind: Kind, old: number, next: number, scaling: Scaling, base: Path = []) {
  const from = wordAt(data, path);
  const whole = [...base, ...path];
  const root = scaling.root(whole);
  if (from === '') return [];
  const to =
    scaling.isHome && root !== undefined
      ? root
      : read(kind, from)?.value === old && old !== next
        ? shortest(kind, next, from)
        : from;
  return [{ path: whole, from, to, kind } satisfies Change];
}

/** A step's body with its kind and place, at any depth. */
export interface Body {
  readonly kind: string;
  readonly path: Path;
  readonly body: unknown;
}

export function bodies(steps: unknown, path: Path): Body[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: unknown, index): Body[] => {
    if (Array.isArray(step)) return bodies(step, [...path, index]);
    return Object.entries(fieldsOf(step)).flatMap(([kind, body]): Body[] => {
      const own = [...path, index, kind];
      if (kind === 'parallel') return bodies(body, own);
      if (kind === 'repeat') return bodies(fieldsOf(body)['steps'], [...own, 'steps']);
      return [{ kind, path: own, body }];
    });
  });
}

function stepChanges({ kind, path, body }: Body, scaling: Scaling, recipe: Data): Change[] {
  const { source, target } = scaling;
  const at = (field: string, of: Kind, old: number, next: number): Change[] =>
    laidOut(body, [field], of, old, next, scaling, path);
  switch (kind) {
    case 'purge':
      if (!scaling.sweep && !scaling.isHome) return [];
      return [
        ...swept(body, [...path, 'sweep'], 'flow', target.hydrogen.sweep_mL_min, scaling),
        ...swept(body, [...path, 'for'], 'time', target.control.purge_s, scaling),
      ];
    case 'cool':
    case 'heat': {
      const { temperature: old } = source.control;
      const { temperature: next } = target.control;
      return [
        ...at('ramp', 'temperatureRamp', old.rampRate_K_min, next.rampRate_K_min),
        ...at('band', 'temperatureDifference', old.settleBand_K, next.settleBand_K),
        ...at('hold', 'time', old.settle_s, next.settle_s),
        ...timeAllowed(body, path, scaling),
      ];
    }
    case 'flow':
      return isSinglePass(recipe) ? onePass(body, path, scaling, recipe) : pumped(body, path, scaling);
    case 'electrolyse':
      return currents(body, path, scaling);
    case 'finish':
      return at('sweep_for', 'time', source.control.sweepAfter_s, target.control.sweepAfter_s);
    default:
      return [];
  }
}

function swept(body: unknown, path: Path, kind: Kind, next: number, scaling: Scaling): Change[] {
  const from = wordAt(body, path.slice(-1));
  const root = scaling.root(path);
  if (from === '') return [];
  if (scaling.isHome) return root === undefined ? [] : [{ path, from, to: root, kind }];
  return [{ path, from, to: changed(kind, from, next), kind }];
}

/** Time for the slower ramp of a larger vessel: one and a half of ramp and hold, where what is written is less. */
function timeAllowed(body: unknown, path: Path, scaling: Scaling): Change[] {
  const { control, heat } = scaling.target;
  const from = wordAt(body, ['at_most']);
  const to_C = read('temperature', wordAt(body, ['to']))?.value;
  if (from === '' || to_C === undefined) return [];
  const whole = [...path, 'at_most'];
  const { rampRate_K_min, taper_s, settle_s } = control.temperature;
  const least_s = 1.5 * ((60 * Math.abs(heat.ambient_C - to_C)) / rampRate_K_min + taper_s + settle_s);
  const wanted = scaling.root(whole) ?? from;
  const enough = (read('time', wanted)?.value ?? 0) >= least_s;
  return [{ path: whole, from, to: enough ? wanted : `${atLeast(least_s / 60)} min`, kind: 'time' }];
}

/** A pump that recirculates: as the reactor is laid out. */
function pumped(body: unknown, path: Path, scaling: Scaling): Change[] {
  const { source, target } = scaling;
  if (source.transport.kind !== 'channel' || target.transport.kind !== 'channel') return [];
  return laidOut(body, ['rate'], 'flow', source.transport.flow_mL_min, target.transport.flow_mL_min, scaling, path);
}

/** The flow of a single pass is that of its current, Q = I/(z F c): c stays, so that it goes with the area. */
function onePass(body: unknown, path: Path, scaling: Scaling, recipe: Data): Change[] {
  const { areas } = scaling;
  const exact_mL_min = passFlow_mL_min(recipe);
  const to = (value: number, from: string): string => {
    const old = states('flow', from, exact_mL_min) ? exact_mL_min : value;
    return significant('flow', old * areas, from);
  };
  return scaledTo(body, ['rate'], 'flow', to, path, scaling);
}

/** Flow at which one pass gets the charge per mole of the basis; NaN where the recipe does not say enough. */
function passFlow_mL_min(recipe: Data): number {
  const currents_mA = bodies(recipe['steps'], ['steps']).flatMap(({ kind, body }) =>
    kind === 'electrolyse' ? (read('current', wordAt(body, ['current']))?.value ?? []) : [],
  );
  const charge_F_mol = read('chargePerMole', wordAt(recipe, ['basis', 'charge']))?.value ?? Number.NaN;
  const amount_mmol = read('amount', wordAt(recipe, ['basis', 'amount']))?.value ?? Number.NaN;
  const volume_mL = read('volume', wordAt(recipe, ['cell', 'volume']))?.value ?? Number.NaN;
  const feed_mol_cm3 = ((1000 * amount_mmol) / volume_mL) * MOL_CM3_PER_mM;
  return singlePassFlow_mL_min(Math.max(...currents_mA) * 1e-3, charge_F_mol, feed_mol_cm3);
}

/** A current is written to this share: 0.015 % of a current is less than its gain error; the time makes up for it. */
const currentTo = 1.5e-4;
const timeTo = 2e-5;
/** A time that was rounded on the way up and is on the way down states the first one within both roundings. */
const backTo = 3 * timeTo;

/** Currents by area, charges by amount, times by what then carries the charge; stages and samples alike. */
function currents(body: unknown, path: Path, scaling: Scaling): Change[] {
  const at = (field: Path, kind: Kind, to: (value: number, from: string) => string): Change[] =>
    scaledTo(body, field, kind, to, path, scaling);
  const times = scaling.factor / scaling.areas;
  const { control: old } = scaling.source;
  const stages = fieldsOf(body)['stages'];
  const marks = fieldsOf(fieldsOf(body)['samples'])['at'];
  return [
    ...portion(body, path, scaling),
    ...(Array.isArray(stages)
      ? stages.flatMap((stage: unknown, i) => portion(stage, [...path, 'stages', i], scaling))
      : []),
    ...laidOut(body, ['ramp'], 'time', old.currentRamp_s, scaling.target.control.currentRamp_s, scaling, path),
    ...at(['until', 'charge'], 'charge', (value, from) => shortest('charge', value * scaling.factor, from)),
    ...at(['until', 'time'], 'time', (value, from) => shortest('time', value * times, from)),
    ...at(['follow_flow', 'current_max'], 'current', (value, from) => shortest('current', value * scaling.areas, from)),
    ...(Array.isArray(marks)
      ? marks.flatMap((_, i) => [
          ...at(['samples', 'at', i], 'charge', (value, from) => shortest('charge', value * scaling.factor, from)),
          ...at(['samples', 'at', i], 'time', (value, from) => shortest('time', value * times, from)),
        ])
      : []),
  ];
}

/** A field of a body by a rule; what it was before it was first scaled where the rule leads back there. */
function scaledTo(
  body: unknown,
  field: Path,
  kind: Kind,
  to: (value: number, from: string) => string,
  base: Path,
  scaling: Scaling,
): Change[] {
  const from = wordAt(body, field);
  const quantity = read(kind, from);
  if (quantity === null) return [];
  const path = [...base, ...field];
  return [{ path, from, to: asBefore(kind, to(quantity.value, from), scaling.root(path), from), kind }];
}

/** The old text where the new one says the same, within `rootTo` of the root. */
function asBefore(kind: Kind, to: string, root: string | undefined, from: string, rootTo = timeTo): string {
  const value = read(kind, to)?.value ?? Number.NaN;
  const isSame = (text: string, share: number): boolean =>
    Math.abs((read(kind, text)?.value ?? Number.NaN) - value) <= share * Math.abs(value);
  if (root !== undefined && isSame(root, rootTo)) return root;
  return isSame(from, timeTo) ? from : to;
}

/** Current, time and charge of one electrolysis or one stage, which must agree with each other as they are written. */
function portion(body: unknown, path: Path, scaling: Scaling): Change[] {
  const { factor, areas, root } = scaling;
  const [current, time, charge] = (['current', 'time', 'charge'] as const).map((field) => wordAt(body, [field]));
  const old_mA = read('current', current)?.value;
  if (current === undefined || old_mA === undefined) return [];
  const wanted_mA = old_mA * areas;
  const written = within('current', wanted_mA, current, currentTo * wanted_mA);
  const currentText = asBefore('current', written, root([...path, 'current']), current, 2 * currentTo);
  const new_mA = read('current', currentText)?.value ?? wanted_mA;
  const changes: Change[] = [{ path: [...path, 'current'], from: current, to: currentText, kind: 'current' }];
  const old_s = read('time', time)?.value;
  const stated = read('charge', charge);
  let passed_C = old_s === undefined ? (stated?.value ?? 0) * factor : (old_mA * old_s * factor) / 1000;
  if (old_s !== undefined && time !== undefined) {
    const wanted_s = (1000 * passed_C) / new_mA;
    const room_s = Math.min(timeTo * wanted_s, stated === null ? Infinity : (400 * stated.resolution) / new_mA);
    const to = asBefore('time', within('time', wanted_s, time, room_s), root([...path, 'time']), time, backTo);
    changes.push({ path: [...path, 'time'], from: time, to, kind: 'time' });
    // The cross-check must be of the current and the time as they are now written.
    passed_C = (new_mA * (read('time', to)?.value ?? wanted_s)) / 1000;
  }
  if (charge !== undefined && stated !== null) {
    const before = root([...path, 'charge']);
    const to =
      before !== undefined && states('charge', before, passed_C) ? before : sameDecimals('charge', passed_C, charge);
    changes.push({ path: [...path, 'charge'], from: charge, to, kind: 'charge' });
  }
  return changes;
}

/** The step that starts a pump, as the reactor is laid out. */
export function pumpStep(target: Reactor): string | null {
  if (target.transport.kind !== 'channel') return null;
  return `flow: { rate: ${canonical('flow', target.transport.flow_mL_min)}, settle: 30 s, tolerance: 10 % }`;
}
