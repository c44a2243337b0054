/**
 * Which cell carries another amount: the same current density on more area, the same electrodes for longer, or more cells.
 * Charge per mole, current density and concentrations stay, so that volume follows the amount and the rest follows the area.
 * Pure; judges no recipe and knows no text of one.
 */
import type { Reactor } from '../model/reactor.js';
import { read, shortest } from './scale-quantity.js';
import { digits } from './words.js';

export const methods = ['area', 'time', 'cells'] as const;
export type Method = (typeof methods)[number];

export interface Asked {
  /** Amount of all cells together, as it is to be written. */
  readonly to: string;
  readonly by?: Method;
  readonly area_cm2?: number;
  readonly cells?: number;
  readonly reactor?: string;
}

/** The cell of the source. */
export interface Present {
  /** Of one cell, as it is written. */
  readonly amount: string;
  readonly cells: number;
  readonly current_mA: number;
  readonly reactor: Reactor;
  /** Name of the reactor of the recipe that this one was scaled from; preferred where it fits. */
  readonly home: string;
}

export interface Fit {
  readonly by: readonly Method[];
  readonly reactor: Reactor;
  readonly cells: number;
  /** Of one cell. */
  readonly amount: string;
  readonly factor: number;
  readonly areas: number;
}

export type Choice =
  | { readonly ok: true; readonly fit: Fit }
  | { readonly ok: false; readonly by: Method | null; readonly message: string; readonly hint: string };

/** Two sizes are one within this: half a percent, as reactors are written with two digits or three. */
const sameTo = 0.005;

/** What was asked for, or all three ways where nothing was said, the preferred first. */
export function choices(present: Present, asked: Asked, reactors: readonly Reactor[]): Choice[] {
  if (asked.by !== undefined) return [choice(asked.by, present, asked, reactors)];
  if (asked.reactor !== undefined || asked.area_cm2 !== undefined) return [inCell(null, present, asked, reactors)];
  if (asked.cells !== undefined) return [choice('cells', present, asked, reactors)];
  const back =
    present.home === present.reactor.name ? [] : [inCell(null, present, { ...asked, reactor: present.home }, reactors)];
  const open = methods.filter((method) => method === 'area' || hasCurrent(present));
  return [...back.filter(({ ok }) => ok), ...open.map((method) => choice(method, present, asked, reactors))];
}

/** Without a current nothing takes longer for more of it, and no cell carries a part of it: only the vessel can be another. */
function hasCurrent({ current_mA }: Present): boolean {
  return current_mA > 0;
}

function choice(by: Method, present: Present, asked: Asked, reactors: readonly Reactor[]): Choice {
  if (by !== 'area' && !hasCurrent(present)) {
    const message = `no current flows in this recipe, so that ${by === 'cells' ? 'more cells carry' : 'a longer time carries'} nothing`;
    return { ok: false, by, message, hint: '--by area, or --reactor with the vessel' };
  }
  return by === 'cells' ? numberedUp(present, asked) : inCell(by, present, asked, reactors);
}

function total_mmol(asked: Asked): number {
  return read('amount', asked.to)?.value ?? Number.NaN;
}

function each_mmol(present: Present): number {
  return read('amount', present.amount)?.value ?? Number.NaN;
}

/** As many of the same cell as make the amount. */
function numberedUp(present: Present, asked: Asked): Choice {
  const each = each_mmol(present);
  const exact = total_mmol(asked) / each;
  const cells = asked.cells ?? Math.round(exact);
  const { amount, reactor } = present;
  if (!(cells >= 1 && Math.abs(exact / cells - 1) <= 1e-6)) {
    const whole = Math.max(1, Math.round(exact));
    const message = `${asked.to} are ${digits(exact)} cells of ${amount}`;
    const hint = exact < 1 ? 'less area or less time' : `${digits(whole * each)} mmol for ${whole} cells`;
    return { ok: false, by: 'cells', message, hint };
  }
  return { ok: true, fit: { by: ['cells'], reactor, cells, amount, factor: 1, areas: 1 } };
}

/** One cell of another size, or several of them. */
function inCell(by: Method | null, present: Present, asked: Asked, reactors: readonly Reactor[]): Choice {
  const cells = asked.cells ?? 1;
  const factor = total_mmol(asked) / cells / each_mmol(present);
  const volume_mL = present.reactor.cell.liquid_mL * factor;
  const area_cm2 =
    asked.area_cm2 ?? (by === 'time' ? 1 : by === 'area' ? factor : Number.NaN) * present.reactor.cell.area_cm2;
  const wanted = reactors.filter(({ name }) => asked.reactor === undefined || name === asked.reactor);
  if (wanted.length === 0) return noSuchReactor(asked.reactor ?? '', reactors);
  const holding = wanted.filter(({ cell }) => same(cell.liquid_mL, volume_mL));
  const fitting = holding.filter(
    ({ cell, transport, kinetics }) =>
      (asked.reactor !== undefined || isSameChemistry(kinetics, present.reactor.kinetics)) &&
      (Number.isNaN(area_cm2) || same(cell.area_cm2, area_cm2)) &&
      (asked.reactor !== undefined ||
        asked.area_cm2 !== undefined ||
        transport.kind === present.reactor.transport.kind),
  );
  const reactor = preferred(fitting, present, area_cm2);
  if (reactor === undefined) return nothingFits(by, present, { factor, volume_mL, area_cm2 }, wanted, asked);
  const areas = reactor.cell.area_cm2 / present.reactor.cell.area_cm2;
  const amount = same(factor, 1)
    ? present.amount
    : cells === 1
      ? asked.to
      : shortest('amount', total_mmol(asked) / cells, asked.to);
  return { ok: true, fit: { by: waysOf(factor, areas, cells), reactor, cells, amount, factor, areas } };
}

/** What then carries the amount, told with the scaled fields. */
function waysOf(factor: number, areas: number, cells: number): Method[] {
  const ways: Method[] = [];
  if (!same(areas, 1)) ways.push('area');
  if (!same(factor / areas, 1)) ways.push('time');
  if (cells > 1) ways.push('cells');
  return ways.length === 0 ? ['area'] : ways;
}

function same(a: number, b: number): boolean {
  return Math.abs(a / b - 1) <= sameTo;
}

/** The one that the recipe comes from; else one of the same electrodes, laid out for the least current that still carries it. */
function preferred(fitting: readonly Reactor[], present: Present, area_cm2: number): Reactor | undefined {
  const own = present.reactor;
  const current_mA = (reactor: Reactor): number =>
    (present.current_mA * (Number.isNaN(area_cm2) ? reactor.cell.area_cm2 : area_cm2)) / own.cell.area_cm2;
  const rank = (reactor: Reactor): number[] => [
    reactor.name === present.home ? 0 : 1,
    isSameChemistry(reactor.kinetics, own.kinetics) ? 0 : 1,
    same(reactor.cell.gap_cm, own.cell.gap_cm) ? 0 : 1,
    reactor.limits.current_mA >= current_mA(reactor) ? 0 : 1,
    reactor.limits.current_mA,
  ];
  return fitting.toSorted((a, b) => rank(a).reduce((order, one, i) => order || one - (rank(b)[i] ?? 0), 0))[0];
}

function noSuchReactor(name: string, reactors: readonly Reactor[]): Choice {
  const hint = `one of ${reactors.map((reactor) => reactor.name).join(', ')}`;
  return { ok: false, by: null, message: `there is no reactor "${name}"`, hint };
}

interface Size {
  readonly factor: number;
  readonly volume_mL: number;
  readonly area_cm2: number;
}

function nothingFits(
  by: Method | null,
  present: Present,
  size: Size,
  wanted: readonly Reactor[],
  asked: Asked,
): Choice {
  const { factor, volume_mL } = size;
  const volume = `${digits(volume_mL)} mL`;
  const why = `at ${digits(factor)} times the amount, the concentrations stay in ${volume}`;
  if (asked.reactor !== undefined) {
    const [one] = wanted;
    const has = one === undefined ? '' : `, with ${digits(one.cell.liquid_mL)} mL and ${digits(one.cell.area_cm2)} cm2`;
    const fits = one === undefined ? '' : digits((total_mmol(asked) * one.cell.liquid_mL) / volume_mL);
    return {
      ok: false,
      by,
      message: `${why}; "${asked.reactor}" is another cell${has}`,
      hint: `--to "${fits} mmol", or another reactor`,
    };
  }
  const there = distinct(wanted.filter(({ kinetics }) => isSameChemistry(kinetics, present.reactor.kinetics)))
    .filter(({ cell }) => same(cell.liquid_mL, volume_mL))
    .map(({ name, cell }) => `${name} (${digits(cell.area_cm2)} cm2)`);
  const hint = [
    ...(there.length === 0 ? [] : [`--reactor with one of ${there.join(', ')}`]),
    ...(hasCurrent(present) ? severalCells(present, asked, wanted) : []),
    `a file in boards/reactors with ${requirements(present, size)}`,
  ].join('; ');
  const message = `${why} and take ${neededCell(present, size)}; boards/reactors has ${alike(present, wanted)}`;
  return { ok: false, by, message, hint };
}

function kindOf({ transport }: Reactor): string {
  return transport.kind === 'channel' ? 'flow' : 'stirred';
}

function current_mA(present: Present, area_cm2: number): number {
  return (present.current_mA * area_cm2) / present.reactor.cell.area_cm2;
}

function neededCell(present: Present, { area_cm2 }: Size): string {
  const carries = hasCurrent(present) ? ` for ${digits(current_mA(present, area_cm2))} mA` : '';
  return `a ${kindOf(present.reactor)} cell of ${digits(area_cm2)} cm2${carries}`;
}

/** What there is of this kind and chemistry. */
function alike(present: Present, reactors: readonly Reactor[]): string {
  const cells = distinct(reactors.filter((one) => isAlike(one, present.reactor))).map(
    ({ name, cell }) => `${name} (${digits(cell.liquid_mL)} mL, ${digits(cell.area_cm2)} cm2)`,
  );
  return cells.length === 0 ? 'none' : `only ${cells.join(', ')}`;
}

function isAlike(one: Reactor, other: Reactor): boolean {
  return one.transport.kind === other.transport.kind && isSameChemistry(one.kinetics, other.kinetics);
}

function isSameChemistry(one: Reactor['kinetics'], other: Reactor['kinetics']): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Of cells with the same vessel and electrodes the one that is laid out for the least current: another only overdrives them. */
function distinct(reactors: readonly Reactor[]): Reactor[] {
  const isSame = ({ cell: a }: Reactor, { cell: b }: Reactor): boolean =>
    same(a.liquid_mL, b.liquid_mL) && same(a.area_cm2, b.area_cm2) && same(a.gap_cm, b.gap_cm);
  return reactors.filter(
    (one) => !reactors.some((other) => isSame(one, other) && other.limits.current_mA < one.limits.current_mA),
  );
}

/** What the file of a cell that fits must say; its heat, gas and kinetics are then its own. */
function requirements(present: Present, { volume_mL, area_cm2 }: Size): string {
  const vessel = `cell.liquid_mL ${digits(volume_mL)} and cell.area_cm2 ${digits(area_cm2)}`;
  if (!hasCurrent(present)) return vessel;
  const { reactor } = present;
  const most_mA = current_mA(present, area_cm2);
  const sweep_mL_min = (reactor.hydrogen.sweep_mL_min * area_cm2) / reactor.cell.area_cm2;
  const times = digits(area_cm2 / reactor.cell.area_cm2);
  const more =
    times === '1' ? '' : `, hydrogen.sweep_mL_min near ${digits(sweep_mL_min)}, a Peltier for ${times} times the heat`;
  return `${vessel}, limits.current_mA of ${digits(most_mA)} at least${more}`;
}

/** Some cells that ship make the amount together. */
const cellsMax = 20;

function severalCells(present: Present, asked: Asked, reactors: readonly Reactor[]): string[] {
  return distinct(reactors.filter((one) => isAlike(one, present.reactor))).flatMap(({ name, cell }) => {
    const exact = (total_mmol(asked) * present.reactor.cell.liquid_mL) / (each_mmol(present) * cell.liquid_mL);
    const cells = Math.round(exact);
    if (cells < 2 || cells > cellsMax || !same(exact, cells)) return [];
    return [`--reactor ${name} --cells ${cells}`];
  });
}
