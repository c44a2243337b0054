/**
 * Rules of what ends an electrolysis beside its charge, and of the samples taken meanwhile: a condition that can never come
 * true, or is true from the start, is not what anybody meant. Knows the limits and the cell model; not how an end is judged.
 */
import type { Path } from '../model/document.js';
import type { StepBodies } from '../model/recipe.js';
import { agrees, type Quantity } from '../model/units.js';
import { charge_C, charge_F_mol, hydrogenRate_mL_min } from '../physics/charge.js';
import { sweepShare_vol_percent } from '../physics/gas.js';
import { type Composition, freshComposition } from '../physics/kinetics.js';
import { type Case, cellOf, spentComposition, temperatureBefore_C } from './case.js';
import type { Electrolysis, Portion } from './charge.js';
import { type Finding, type Ruled, stepsOf, under } from './finding.js';
import { atMost, digits, time } from './words.js';

type Body = StepBodies['electrolyse'];
type Until = NonNullable<Body['until']>;
type Threshold = NonNullable<Until['voltage']> | NonNullable<Until['temperature']> | NonNullable<Until['hydrogen']>;

/** A slope is that of a line through 60 means, and a cycle of the host gives one value each 50 ms: no window is shorter. */
const SHORTEST_TREND_S = 3;

/** An electrolysis with what is predicted of it. */
interface Judged {
  readonly one: Case;
  readonly body: Body;
  readonly part: Electrolysis;
  readonly at: (...field: (string | number)[]) => Path;
  readonly temperature_C: number;
  /** At the first current in fresh solution, and the most of all currents in spent solution. */
  readonly fresh_V: number;
  readonly spent_V: number;
}

function judged(one: Case): Judged[] {
  return stepsOf(one.recipe, 'electrolyse').flatMap(({ index, body }): Judged[] => {
    const part = one.electrolyses.find((candidate) => candidate.index === index);
    if (part === undefined) return [];
    const temperature_C = temperatureBefore_C(one.recipe, one.reactor, index);
    const voltage_V = (composition: Composition, { current_mA }: Portion): number =>
      cellOf(one, composition, current_mA, temperature_C)?.voltage_V ?? 0;
    const [first = part] = part.portions;
    const fresh_V = voltage_V(freshComposition(one.reactor), first);
    const spent_V = Math.max(...part.portions.map((portion) => voltage_V(spentComposition(one.reactor), portion)));
    const at = (...field: (string | number)[]): Path => ['steps', index, 'electrolyse', ...field];
    return [{ one, body, part, at, temperature_C, fresh_V, spent_V }];
  });
}

export function endFindings(one: Case): Ruled[] {
  return judged(one).flatMap((part) => [
    ...under('end-out-of-reach', [...amounts(part), ...lasting(part), ...tooQuick(part), ...incomplete(part)]),
    ...under('end-out-of-reach', [...voltage(part), ...temperature(part), ...hydrogen(part)]),
    ...samples(part),
  ]);
}

/** Ends that may come before the charge in a healthy run. */
export function endAsks(one: Case): Ruled[] {
  return judged(one).flatMap((part) => under('end-early', [...early(part), ...cutShort(part)]));
}

/** Charge and time of `until` beyond what the electrolysis passes anyway. */
function amounts({ one, body, part, at }: Judged): Finding[] {
  const { charge, charge_per_mole: perMole, time: most } = body.until ?? {};
  const findings: Finding[] = [];
  const planned = `${digits(part.charge_C, 5)} C`;
  if (charge !== undefined && charge.value > part.charge_C * (1 + 1e-9))
    findings.push({
      path: at('until', 'charge'),
      message: `${charge.text} never passes: the electrolysis ends at ${planned}`,
      hint: `at most ${planned}`,
    });
  const amount_mmol = one.recipe.basis.amount.value;
  if (perMole !== undefined && charge_C(perMole.value - perMole.resolution / 2, amount_mmol) > part.charge_C)
    findings.push({
      path: at('until', 'charge_per_mole'),
      message: `${perMole.text} never passes: the electrolysis ends at ${planned}`,
      hint: `at most ${atMost(part.charge_C / charge_C(1, amount_mmol))} F/mol`,
    });
  if (most !== undefined && most.value > guard_s(part))
    findings.push({
      path: at('until', 'time'),
      message: `${most.text} is not reached: the charge has passed after ${time(part.duration_s)}`,
      hint: `at most ${time(part.duration_s)}`,
    });
  return findings;
}

/** A run that is a little behind has 5 % more time for its charge. */
function guard_s({ duration_s }: Electrolysis): number {
  return 1.05 * duration_s;
}

const watched = ['voltage', 'temperature', 'hydrogen', 'trend'] as const;

/** A condition that must hold for longer than the electrolysis lasts. */
function lasting({ body, part, at }: Judged): Finding[] {
  return watched.flatMap((name): Finding[] => {
    const condition = body.until?.[name];
    if (condition === undefined) return [];
    const over_s = 'over' in condition ? condition.over.value : 0;
    const needs_s = over_s + (condition.for?.value ?? 0);
    if (needs_s <= guard_s(part)) return [];
    const message = `needs ${time(needs_s)} to come true, and the electrolysis takes ${time(part.duration_s)}`;
    return [{ path: at('until', name), message, hint: `less than ${time(part.duration_s)} in all` }];
  });
}

/** A trend over less than its values take would be judged over more than is written. */
function tooQuick({ body, at }: Judged): Finding[] {
  const over = body.until?.trend?.over;
  if (over === undefined || over.value >= SHORTEST_TREND_S) return [];
  const message = `${over.text} holds too few values for a slope`;
  return [{ path: at('until', 'trend', 'over'), message, hint: `at least ${SHORTEST_TREND_S} s` }];
}

/** A threshold has one side, and a trend one direction. */
function incomplete({ body, at }: Judged): Finding[] {
  const { trend, ...rest } = body.until ?? {};
  const thresholds = { voltage: rest.voltage, temperature: rest.temperature, hydrogen: rest.hydrogen };
  const findings = Object.entries(thresholds).flatMap(([name, threshold]) => oneSided(threshold, at('until', name)));
  if (trend === undefined || (trend.rises_by === undefined) !== (trend.falls_by === undefined)) return findings;
  const message =
    trend.rises_by === undefined ? 'says neither rises_by nor falls_by' : 'says both rises_by and falls_by';
  return [...findings, { path: at('until', 'trend'), message, hint: 'one of the two' }];
}

function oneSided(threshold: Threshold | undefined, path: Path): Finding[] {
  if (threshold === undefined || (threshold.above === undefined) !== (threshold.below === undefined)) return [];
  const message = threshold.above === undefined ? 'says neither above nor below' : 'says both above and below';
  return [{ path, message, hint: 'one of the two' }];
}

/** Against the limit that ends the run, and against what the cell needs from the start. */
function voltage({ one, body, at, fresh_V }: Judged): Finding[] {
  const { above, below } = body.until?.voltage ?? {};
  const limit_V = one.limits.voltage_V;
  const started = `the cell starts at some ${digits(fresh_V, 3)} V`;
  if (above !== undefined && above.value >= limit_V) {
    const message = `${above.text} is not below the limit of ${digits(limit_V)} V, which ends the run first`;
    return [
      {
        path: at('until', 'voltage', 'above'),
        message,
        hint: `between ${digits(fresh_V, 3)} and ${digits(limit_V)} V`,
      },
    ];
  }
  if (above !== undefined && above.value <= fresh_V) {
    const hint = `between ${digits(fresh_V, 3)} and ${digits(limit_V)} V`;
    return [
      { rule: 'end-at-once', path: at('until', 'voltage', 'above'), message: `${started}, above ${above.text}`, hint },
    ];
  }
  if (below !== undefined && below.value >= fresh_V) {
    const hint = `below ${digits(fresh_V, 3)} V`;
    return [
      { rule: 'end-at-once', path: at('until', 'voltage', 'below'), message: `${started}, below ${below.text}`, hint },
    ];
  }
  return [];
}

/** Against the limits of the whole run, and against the temperature that is held. */
function temperature({ one, body, at, temperature_C }: Judged): Finding[] {
  const { above, below } = body.until?.temperature ?? {};
  const { temperatureMin_C: min_C, temperatureMax_C: max_C, bandHold_K } = one.limits;
  const held = `the cell is held at ${digits(temperature_C)} degC`;
  const find = (side: 'above' | 'below', text: string, outside: boolean, atOnce: boolean): Finding[] => {
    const path = at('until', 'temperature', side);
    const hint =
      side === 'above'
        ? `between ${digits(temperature_C + bandHold_K)} and ${digits(max_C)} degC`
        : `between ${digits(min_C)} and ${digits(temperature_C - bandHold_K)} degC`;
    if (outside) return [{ path, message: `${text} lies beyond the limit, which ends the run first`, hint }];
    return atOnce ? [{ rule: 'end-at-once', path, message: `${held}, ${side} ${text}`, hint }] : [];
  };
  if (above !== undefined) return find('above', above.text, above.value >= max_C, above.value <= temperature_C);
  if (below !== undefined) return find('below', below.text, below.value <= min_C, below.value >= temperature_C);
  return [];
}

/** Against what the swept line holds if all current made hydrogen. */
function hydrogen({ one, body, part, at }: Judged): Finding[] {
  const { above, below } = body.until?.hydrogen ?? {};
  const limit = above ?? below;
  if (limit === undefined) return [];
  const path = at('until', 'hydrogen', above === undefined ? 'below' : 'above');
  if (one.sweep_mL_min === null)
    return [{ path, message: 'nothing sweeps the line in which hydrogen is measured', hint: '`- purge:` before it' }];
  const most_vol_percent = sweepShare_vol_percent(hydrogenRate_mL_min(part.current_mA), one.sweep_mL_min);
  if (limit.value < most_vol_percent * 1e4) return [];
  const most = `${digits(most_vol_percent, 2)} %vol`;
  const message = `${limit.text} is not reached: all current as hydrogen makes ${most} in the sweep`;
  return [{ path, message, hint: `below ${most}` }];
}

function early({ body, at, fresh_V, spent_V }: Judged): Finding[] {
  const { above } = body.until?.voltage ?? {};
  if (above === undefined || above.value <= fresh_V || above.value > spent_V) return [];
  const message = `the cell comes to some ${digits(spent_V, 3)} V at the end of its charge, above ${above.text}`;
  return [{ path: at('until', 'voltage', 'above'), message, hint: `above ${digits(spent_V, 3)} V` }];
}

/** A charge or a time that ends it for certain before what it says it passes. */
function cutShort({ one, body, part, at }: Judged): Finding[] {
  const { end_C, field } = firstEnd(one, body, part);
  if (field === null) return rampedShort({ one, body, part, at });
  const passed = `${digits(end_C, 4)} of ${digits(part.charge_C, 5)} C`;
  const message = `the electrolysis ends here, after ${field === 'time' ? 'less than ' : ''}${passed}`;
  return [{ path: at('until', field), message, hint: 'the charge that is to pass, or a later end' }];
}

/** A share of the charge that a time may leave unsaid: what ramps cost of a long run. */
const UNSAID_SHARE = 0.005;

/** A time as long as the current takes ends it short of its charge by what the ramps cost. */
function rampedShort({ one, body, part, at }: Pick<Judged, 'one' | 'body' | 'part' | 'at'>): Finding[] {
  const most = body.until?.time;
  if (most === undefined) return [];
  const loss_C = rampLoss_C(one, body);
  const end_C = dueAt_C(one, part, most) - loss_C;
  if (end_C >= part.charge_C * (1 - UNSAID_SHARE)) return [];
  const passed = `${digits(Math.max(0, end_C), 4)} of ${digits(part.charge_C, 5)} C`;
  const message = `with its ramp the current passes some ${passed} in ${most.text}, and the electrolysis ends there`;
  const whole_s = part.duration_s * (1 + loss_C / part.charge_C);
  // Whole minutes, as `time` says longer times; and no time is allowed that is not reached.
  const least_s = Math.ceil(whole_s / 60) * 60;
  const hint = least_s > guard_s(part) ? 'no until.time' : `at least ${time(least_s)}, or no until.time`;
  return [{ path: at('until', 'time'), message, hint }];
}

/** The first end that is certain: the charge, or one of the charges and the time of `until` before it. */
function firstEnd(
  one: Case,
  { until }: Body,
  part: Electrolysis,
): { readonly end_C: number; readonly field: 'charge' | 'charge_per_mole' | 'time' | null } {
  const { charge, charge_per_mole: perMole, time: most } = until ?? {};
  // A charge per mole may agree with the charge to its last digit only.
  const isLess =
    perMole !== undefined && dueAt_C(one, part, perMole) < part.charge_C && !agreesWith(one, part, perMole);
  const ends = [
    { field: 'charge', end_C: charge?.value ?? Infinity },
    { field: 'charge_per_mole', end_C: isLess ? dueAt_C(one, part, perMole) : Infinity },
    { field: 'time', end_C: most === undefined ? Infinity : dueAt_C(one, part, most) },
  ] as const;
  const [first] = ends.toSorted((a, b) => a.end_C - b.end_C);
  return first !== undefined && first.end_C < part.charge_C * (1 - 1e-9)
    ? first
    : { end_C: part.charge_C, field: null };
}

/** What ramps leave of the charge that their time would pass at the full current, C. */
function rampLoss_C({ reactor }: Case, { current, ramp, stages, polarity, follow_flow }: Body): number {
  if (polarity !== undefined || follow_flow !== undefined) return 0; // ramps of their own, a second or less
  const usual_s = reactor.control.currentRamp_s;
  const rises = stages ?? [{ current, ramp }];
  return rises.reduce((loss_C, { current: to, ramp: own }, i) => {
    const from_mA = rises[i - 1]?.current.value ?? 0;
    return loss_C + ((to.value - from_mA) * 1e-3 * (own?.value ?? usual_s)) / 2;
  }, 0);
}

function agreesWith(one: Case, part: Electrolysis, perMole: Quantity<'chargePerMole'>): boolean {
  return agrees(charge_F_mol(part.charge_C, one.recipe.basis.amount.value), perMole);
}

/** Samples come due one after the other, before the electrolysis is over. */
function samples({ one, body, part, at }: Judged): Ruled[] {
  const due =
    body.samples?.at.map((quantity) => ({ text: quantity.text, charge_C: dueAt_C(one, part, quantity) })) ?? [];
  const { end_C } = firstEnd(one, body, part);
  const last = `${digits(end_C, 5)} C`;
  const late = due.flatMap(({ text, charge_C: due_C }, i): Finding[] => {
    if (due_C <= end_C * (1 + 1e-9)) return [];
    const message = `a sample at ${text} (${digits(due_C, 5)} C) comes after the end at ${last}`;
    return [{ path: at('samples', 'at', i), message, hint: `before ${last}, or a sample step after the electrolysis` }];
  });
  const order = due.flatMap(({ text, charge_C: due_C }, i): Finding[] => {
    const before = due[i - 1];
    if (before === undefined || due_C > before.charge_C) return [];
    const message = `${text} does not come after ${before.text}`;
    return [{ path: at('samples', 'at', i), message, hint: 'samples in the order in which they come due' }];
  });
  return [...under('sample-late', late), ...under('sample-order', order)];
}

type Due = NonNullable<Body['samples']>['at'][number];

/** Charge at which a sample comes due. A time runs through the stages; dead times count in proportion. */
function dueAt_C(one: Case, { portions, duration_s }: Electrolysis, quantity: Due): number {
  switch (quantity.kind) {
    case 'charge':
      return quantity.value;
    case 'chargePerMole':
      return charge_C(quantity.value, one.recipe.basis.amount.value);
    case 'time': {
      const flowing_s = portions.reduce((sum, portion) => sum + portion.duration_s, 0);
      return chargeAfter_C(portions, (quantity.value * flowing_s) / duration_s);
    }
  }
}

/** Charge that has passed after a time of current; beyond the last stage as if that went on. */
function chargeAfter_C(portions: readonly Portion[], time_s: number): number {
  let passed_C = 0;
  let left_s = time_s;
  for (const [i, portion] of portions.entries()) {
    const isLast = i === portions.length - 1;
    const here_s = isLast ? left_s : Math.min(left_s, portion.duration_s);
    passed_C += portion.current_mA * 1e-3 * here_s;
    left_s -= here_s;
  }
  return passed_C;
}
