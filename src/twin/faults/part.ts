/**
 * What a part of the bench can suffer, as data: verbs with their unit, usual amount, amounts to try and rows of the fault
 * catalogue, and how each begins and ends. Owns the vocabulary with which targets are written down; names no part.
 */
import type { Random } from '../../model/random.js';
import type { PlantDefects } from '../plant/inputs.js';
import type { SimulatedBench } from '../simulated-bench.js';
import { constant, held, lagging, late, madeUp } from './changes.js';
import type { Contact, FaultPoints } from './points.js';
import type { BUS_VERBS, FaultVerb } from './order.js';
import type { Change, Tap } from './tap.js';

/** Where one fault works: the bench, how much, and how it tells that it changed something. */
export interface Site {
  readonly bench: SimulatedBench;
  /** The order's amount, or the usual one; NaN where the verb takes none or none was given. */
  readonly amount: number;
  readonly random: Random;
  readonly now_s: () => number;
  /** Something has really changed. */
  readonly fire: () => void;
  /** Acts now and then so often until the fault ends, s. */
  readonly every: (period_s: number, act: () => void) => void;
}

export type Undo = () => void;

/** Why a fault shows nothing by itself, and what brings it out. */
export interface Need {
  readonly because: string;
  /** Another fault, or a line that a hand moves. */
  readonly with: { readonly target: string; readonly verb: FaultVerb } | { readonly hand: Contact };
}

export interface Suffering {
  /** Of the amount; null: the verb takes none. */
  readonly unit: string | null;
  /** Without an amount; null: the verb needs none to mean something. */
  readonly usual: number | null;
  readonly least: number;
  readonly most: number;
  /** Amounts of a campaign; null is "as usual". */
  readonly tries: readonly (number | null)[];
  /** Of the fault catalogue. */
  readonly rows: readonly string[];
  /** One line for a person. */
  readonly does: string;
  /** What else must happen before it can show; absent: any run shows it. */
  readonly needs?: Need;
  readonly begin: (site: Site) => Undo;
}

/** Which bench it is, opened or not. */
export type Setup = Pick<SimulatedBench, 'board' | 'reactor'>;

export interface Target {
  readonly name: string;
  /** What it is on the bench. */
  readonly what: string;
  /** Why a bench has none of it; null where it has. */
  readonly missing: (setup: Setup) => string | null;
  /** Its chips on the bus; none for a part that is not on it. */
  readonly addresses?: (bench: SimulatedBench) => readonly number[];
  readonly verbs: Partial<Record<FaultVerb, Suffering>>;
}

export const always = (): null => null;

/** A verb without an amount. */
export function plain(does: string, rows: readonly string[], begin: Suffering['begin']): Suffering {
  return { unit: null, usual: null, least: NaN, most: NaN, tries: [null], rows, does, begin };
}

/** A verb with an amount. */
export function amount(
  does: string,
  rows: readonly string[],
  range: Pick<Suffering, 'unit' | 'usual' | 'least' | 'most'> & Partial<Pick<Suffering, 'tries' | 'needs'>>,
  begin: Suffering['begin'],
): Suffering {
  return { tries: [null], ...range, rows, does, begin };
}

/** Puts a change into a tap; it fires each time that a value comes out other than it went in. */
export function clamped<T>(tap: Tap<T>, change: Change<T>, site: Site): Undo {
  return tap.clamp((value) => {
    const now = change(value);
    if (!Object.is(now, value)) site.fire();
    return now;
  });
}

/** Sets a defect of the plant; of several in force the last counts. */
export function defect<K extends keyof PlantDefects>(site: Site, key: K, value: PlantDefects[K]): Undo {
  const { defects } = site.bench.world.plant;
  if (!Object.is(defects[key], value)) site.fire();
  return site.bench.defectBook.set(key, value);
}

/** A number that passes a tap of the bench, with what its sensor or actuator can do to it. */
export interface Passing {
  readonly tap: (points: FaultPoints) => Tap<number>;
  /** Of amounts; `scale` of them make one of the tap's. */
  readonly unit: string;
  readonly scale: number;
  /** Ends of what garbage gives, in the unit of amounts. */
  readonly span: readonly [number, number];
  /** Chip whose noise stands still with a stuck value. */
  readonly noise?: string;
  readonly rows: Partial<Record<FaultVerb, readonly string[]>>;
  readonly stuckAt?: readonly (number | null)[];
  /** What makes the value move; absent: it moves in any run. */
  readonly moves?: Need;
}

/** What every sensor can do: stick, give garbage, lag, come late. */
export function sensed(passing: Passing): Pick<Target['verbs'], 'stuck' | 'garbage' | 'slow' | 'delayed'> {
  const { tap, unit, scale, span, rows, moves } = passing;
  const needs = moves === undefined ? {} : { needs: moves };
  const on = (change: (site: Site) => Change<number>) => (site: Site) =>
    clamped(tap(site.bench.points), change(site), site);
  return {
    stuck: amount(
      'repeats one value: the given one, or the one that it had',
      rows.stuck ?? [],
      { unit, usual: null, least: -1e6, most: 1e6, tries: passing.stuckAt ?? [null], ...(passing.noise ? {} : needs) },
      (site) => {
        const change = Number.isNaN(site.amount) ? held<number>() : constant(site.amount / scale);
        const undo = clamped(tap(site.bench.points), change, site);
        const noise = passing.noise === undefined ? undefined : site.bench.points.noise.get(passing.noise);
        const loud = noise === undefined ? undefined : clamped(noise, constant(0), site);
        return () => {
          undo();
          loud?.();
        };
      },
    ),
    garbage: plain(
      `gives anything from ${span[0]} to ${span[1]} ${unit}, and now and then no number`,
      rows.garbage ?? [],
      on(({ random }) => madeUp(span[0] / scale, span[1] / scale, random)),
    ),
    slow: amount(
      'lags behind with this time constant',
      rows.slow ?? [],
      { unit: 's', usual: 10, least: 0.01, most: 3600, ...needs },
      on(({ amount: lag_s, now_s }) => lagging(lag_s, now_s)),
    ),
    delayed: amount(
      'gives the values of so long ago',
      rows.delayed ?? [],
      { unit: 's', usual: 2, least: 0.01, most: 600, ...needs },
      on(({ amount: delay_s, now_s }) => late(delay_s, now_s)),
    ),
  };
}

/** A fault that comes and goes: `off` for the first half of each period. */
export function intermittent(off: Suffering, usual_s: number, rows: readonly string[]): Suffering {
  return amount(
    'is off for the first half of each period',
    rows,
    { unit: 's', usual: usual_s, least: 0.02, most: 3600 },
    (site) => {
      let undo: Undo | null = null;
      site.every(site.amount / 2, () => {
        if (undo === null) undo = off.begin({ ...site, amount: NaN });
        else {
          undo();
          undo = null;
        }
      });
      return () => undo?.();
    },
  );
}

/** What each trouble of the bus is called in a table. */
const BUS_WORDS: Record<(typeof BUS_VERBS)[number], { readonly does: string; readonly rows: readonly string[] }> = {
  nack: { does: 'does not acknowledge', rows: ['B1', 'B2', 'B3'] },
  hang: { does: 'the clock is held: transfers time out', rows: ['B2', 'B3', 'B4', 'B5'] },
  flip: { does: 'one to eight bits of a byte flip', rows: ['B6', 'B7', 'B15', 'B17'] },
  dup: { does: 'writes are done twice', rows: ['B10'] },
  replay: { does: 'answers are old ones', rows: ['B9', 'M6'] },
  partial: { does: 'writes end after some of their bytes', rows: ['B11', 'B12'] },
  shortread: { does: 'answers end after some of their bytes, then 0xFF', rows: ['B6', 'B8'] },
};

type BusSufferings = Record<(typeof BUS_VERBS)[number], Suffering>;

/** The same on a chip that is only read from once it measures. */
export function readTroubles(
  addressesOf: (bench: SimulatedBench) => readonly number[],
): Omit<BusSufferings, 'dup' | 'partial'> {
  const { nack, hang, flip, replay, shortread } = troubles(addressesOf);
  return { nack, hang, flip, replay, shortread };
}

/** All trouble of the bus on the transfers of these chips; null: of every chip. */
export function troubles(
  addressesOf: ((bench: SimulatedBench) => readonly number[]) | null,
  second = 50,
): BusSufferings {
  const of = (verb: (typeof BUS_VERBS)[number]): Suffering => {
    const { does, rows } = BUS_WORDS[verb];
    const shares = { unit: '%', usual: 100, least: 0.01, most: 100, tries: [null, second] };
    return amount(`${does}, in so many of its transfers`, rows, shares, (site) => {
      const addresses = addressesOf === null ? null : new Set(addressesOf(site.bench));
      const clamp = site.bench.bus.trouble.clamp(
        ({ address }) => {
          if (addresses !== null && !addresses.has(address)) return null;
          return site.amount >= 100 || 100 * site.random.uniform() < site.amount ? verb : null;
        },
        site.random.fork('bytes'),
        site.fire,
      );
      return () => clamp.end();
    });
  };
  return {
    nack: of('nack'),
    hang: of('hang'),
    flip: of('flip'),
    dup: of('dup'),
    replay: of('replay'),
    partial: of('partial'),
    shortread: of('shortread'),
  };
}

/** A chip loses its supply; it comes back as after power-on. */
export function unplugged(
  addressesOf: (bench: SimulatedBench) => readonly number[],
  rows: readonly string[],
): Suffering {
  return plain('the chip has no supply', rows, (site) => {
    const undo = addressesOf(site.bench).map((address) => site.bench.world.unplug(address, site.fire));
    return () => {
      for (const one of undo) one();
    };
  });
}
