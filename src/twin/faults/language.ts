/**
 * Faults as an operator writes them: `thermometer:stuck@120s`, `cell:wrong=+20%@2min+10s`, `pump:off@electrolyse+30s`.
 * Text in, orders or every refusal out, and back. Knows the registry's names and units; touches no bench.
 *
 *   fault = target ":" verb ["=" amount unit] ["@" when]     when = [step "+"] time ["+" time] | step
 * The first time is when it begins, since the run or since a step of that id or kind began; the second how long it lasts.
 */
import { type Outcome, type Problem, problemsMax } from '../../model/problem.js';
import type { FaultOrder, FaultVerb } from './order.js';
import type { Suffering, Target } from './part.js';
import { TARGETS, targetNamed, verbsOf } from './targets.js';

/** An order and the step from whose beginning its time counts; null: from the run's. */
export interface Rehearsal {
  readonly order: FaultOrder;
  readonly since: string | null;
}

const SHAPE = /^\s*([^:=@\s]*)\s*(?::\s*([^=@\s]*)\s*)?(?:=([^@]*))?(?:@(.*))?$/;
const NUMBER = /^([+\-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*)$/i;
const STEP = /^[a-z][a-z0-9-]*$/;
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600 };
/** Other spellings of units. */
const SPELT: Readonly<Record<string, string>> = {
  C: '°C',
  degC: '°C',
  Ω: 'ohm',
  Ohm: 'ohm',
  'Ω/s': 'ohm/s',
  byte: 'bytes',
};
const LONGEST_S = 30 * 24 * 3600;
const SHOWN = 6;

/** All orders, or all that is wrong with any of them. */
export function parseFaults(texts: readonly string[]): Outcome<readonly Rehearsal[]> {
  const read = texts.map((text) => new Reading(text).parse());
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, problemsMax) };
  return { ok: true, value: read.flatMap((one) => (one.ok ? [one.value] : [])) };
}

/** As an operator would write it; reading it again gives the same. */
export function faultText({ order, since }: Rehearsal): string {
  const { target, verb, amount, at_s, for_s } = order;
  const unit = targetNamed(target)?.verbs[verb]?.unit ?? '';
  const much = amount === null ? '' : `=${amount}${unit}`;
  const step = since === null ? '' : `${since}+`;
  return `${target}:${verb}${much}@${step}${at_s}s${for_s === null ? '' : `+${for_s}s`}`;
}

/** Names in the order of their likeness to what was written. */
export function nearestFirst<T extends string>(written: string, known: readonly T[]): readonly T[] {
  const far = new Map(known.map((name) => [name, distance(written, name)]));
  return known.toSorted((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0));
}

/** Edits from one word to another; words that begin with each other are near. */
function distance(a: string, b: string): number {
  if (a !== '' && (b.startsWith(a) || a.startsWith(b))) return 0.5;
  let before = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const swapped = (before[k - 1] ?? 0) + (a[i - 1] === b[k - 1] ? 0 : 1);
      row.push(Math.min(swapped, (before[k] ?? 0) + 1, (row[k - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before.at(-1) ?? 0;
}

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? `, or ${more} more (galvanode faults)` : '');
}

class Reading {
  private readonly problems: Problem[] = [];

  constructor(private readonly text: string) {}

  parse(): Outcome<Rehearsal> {
    const [, name = '', verb, much, when] = SHAPE.exec(this.text) ?? [];
    if (name === '') this.wrong('', 'is no fault', 'target:verb@time, as thermometer:stuck@120s');
    const target = name === '' ? undefined : this.target(name);
    const suffering = target === undefined ? undefined : this.verb(target, verb ?? '');
    const amount = suffering === undefined ? null : this.amount(suffering, much);
    const { since, at_s, for_s } = this.when(when);
    if (this.problems.length > 0) return { ok: false, problems: this.problems };
    return { ok: true, value: { order: { target: name, verb: verb as FaultVerb, amount, at_s, for_s }, since } };
  }

  private target(name: string): Target | undefined {
    const target = targetNamed(name);
    const names = TARGETS.map((one) => one.name);
    if (target === undefined) this.wrong('target', `there is no "${name}" to break`, listed(nearestFirst(name, names)));
    return target;
  }

  private verb(target: Target, verb: string): Suffering | undefined {
    const found = verbsOf(target).find(([known]) => known === verb);
    if (found !== undefined) return found[1];
    const known = verbsOf(target).map(([one]) => one);
    const says = verb === '' ? `does not say what ${target.name} does` : `${target.name} cannot be "${verb}"`;
    this.wrong('verb', says, `${target.name}:${nearestFirst(verb, known).join(', ')}`);
    return undefined;
  }

  private amount({ unit, least, most }: Suffering, text: string | undefined): number | null {
    if (text === undefined) return null;
    if (unit === null) {
      this.wrong('amount', `"${text.trim()}" is too much: it takes no amount`, 'leave "=" and what follows it out');
      return null;
    }
    const right = `${least} to ${most} ${unit}`;
    const [, digits, written = ''] = NUMBER.exec(text.trim()) ?? [];
    if (digits === undefined) {
      this.wrong('amount', `"${text.trim()}" is no amount`, right);
      return null;
    }
    const value = Number(digits.replace('−', '-'));
    const factor = this.factor(written.trim(), unit);
    if (factor === undefined) this.wrong('amount', `"${written.trim()}" is not the unit of it`, right);
    else if (!(value * factor >= least && value * factor <= most))
      this.wrong('amount', `${digits} ${written.trim()} cannot be`, right);
    return value * (factor ?? 1);
  }

  private factor(written: string, unit: string): number | undefined {
    if ((SPELT[written] ?? written) === unit) return 1;
    return unit === 's' ? SECONDS[written] : undefined;
  }

  private when(text: string | undefined): Pick<Rehearsal, 'since'> & Pick<FaultOrder, 'at_s' | 'for_s'> {
    const parts = (text ?? '0s').split('+').map((part) => part.trim());
    const [first = ''] = parts;
    const since = STEP.test(first) ? first : null;
    const times = since === null ? parts : parts.slice(1);
    if (times.length > 2) this.wrong('time', `"${text?.trim()}" has too many times`, WHEN);
    const at_s = times[0] === undefined ? 0 : this.time(times[0]);
    const for_s = times[1] === undefined ? null : this.time(times[1]);
    if (for_s === 0) this.wrong('time', 'it lasts no time', 'a time after "+", as +10s');
    return { since, at_s, for_s };
  }

  private time(text: string): number {
    const [, digits, unit = ''] = NUMBER.exec(text) ?? [];
    const seconds = SECONDS[unit.trim()];
    const value = Number(digits?.replace('−', '-')) * (seconds ?? NaN);
    if (value >= 0 && value <= LONGEST_S) return value;
    this.wrong('time', `"${text}" is no time`, WHEN);
    return 0;
  }

  private wrong(path: string, message: string, hint: string): void {
    this.problems.push({ file: `--fault '${this.text}'`, line: 0, column: 0, path, message, hint });
  }
}

const WHEN = '@120s, @2min+10s (for 10 s), or @electrolyse+30s (since that step began)';
