/**
 * What ends a run on the breakout: the envelope, and the trips that a board with a microcontroller would do itself. Owns
 * conditions, their durations and the latch with its first-out; pure: it never acts. Names are those of the GS-1 where it
 * has the same trip. A number that is none trips.
 *
 * All of this runs in the host's cycle: it protects against the cell, the stage and the operator, and against a host that
 * does not run there is only the watchdog relay.
 */
import type { Envelope } from './ports.js';

/** One cycle as the trips see it. */
export interface BreakoutSeen {
  readonly armed: boolean;
  readonly outputOn: boolean;
  /** Set point that the stage follows just now; 0 while it cannot. */
  readonly setpoint_A: number;
  /** NaN where there is none that is new enough. */
  readonly current_A: number;
  readonly returnCurrent_A: number;
  readonly voltage_V: number;
  readonly cellTemperature_C: number;
  readonly absoluteCharge_C: number;
  readonly on_s: number;
  readonly compliance: boolean;
  readonly interlockClosed: boolean;
  readonly doorClosed: boolean;
  readonly safeEnabled: boolean;
  readonly chargeWitnessed: boolean;
}

interface Trip {
  readonly name: string;
  readonly delay_s: number;
  readonly present: (seen: BreakoutSeen, limits: Envelope) => boolean;
}

/** Over the envelope by this share is over-current; two readings must say so. */
const MARGIN = 1.05;
/** Between two readings and no more than one period of 20 ms apart. */
const TWICE_S = 0.015;
/** Offsets of stage and meters: below this a current is as good as none. */
const SMALL_A = 0.3e-3;
const OFF_A = 0.2e-3;
const PASSING_A = 5e-3;
/** Less than this is a short, unless it is a resistor on the bench in place of a cell. */
const SHORT_V = 0.2;
const SHORT_OHM = 5;
const FOLLOWING_SHARE = 0.05;
const LEAK_SHARE = 0.01;

const on = (seen: BreakoutSeen): boolean => seen.armed && seen.outputOn;
const passing = (seen: BreakoutSeen): boolean => on(seen) && Math.abs(seen.current_A) > PASSING_A;

/** In the order of precedence: outside causes first, then their consequences. */
const TRIPS: readonly Trip[] = [
  { name: 'interlock', delay_s: 0, present: (s) => s.armed && !s.interlockClosed },
  { name: 'door', delay_s: 0, present: (s) => s.armed && !s.doorClosed },
  { name: 'deadman', delay_s: 0, present: (s) => s.armed && !s.safeEnabled },
  // NaN only after the last reading has aged, so at once.
  { name: 'meterLost', delay_s: 0, present: (s) => s.armed && !Number.isFinite(s.current_A) },
  {
    name: 'overCurrent',
    delay_s: TWICE_S,
    present: (s, e) =>
      s.armed && !(Math.abs(s.current_A) <= MARGIN * e.current_A + SMALL_A) && Number.isFinite(s.current_A),
  },
  { name: 'overVoltage', delay_s: 0.1, present: (s, e) => s.armed && !(Math.abs(s.voltage_V) <= e.voltage_V) },
  { name: 'chargeLimit', delay_s: 0, present: (s, e) => s.armed && !(s.absoluteCharge_C <= e.charge_C) },
  { name: 'durationLimit', delay_s: 0, present: (s, e) => s.armed && !(s.on_s <= e.duration_s) },
  {
    name: 'cellTemperature',
    delay_s: 0.5,
    present: (s, e) =>
      s.armed && !(s.cellTemperature_C >= e.temperatureMin_C && s.cellTemperature_C <= e.temperatureMax_C),
  },
  // Long, since the double layers of a cell that was just turned round stand against the current for seconds.
  { name: 'polarity', delay_s: 10, present: (s) => passing(s) && s.voltage_V * s.setpoint_A < 0 },
  {
    name: 'shortCell',
    delay_s: 0.1,
    present: (s) => passing(s) && Math.abs(s.voltage_V) < Math.min(SHORT_V, SHORT_OHM * Math.abs(s.current_A)),
  },
  {
    name: 'openCell',
    delay_s: 0.2,
    present: (s) => on(s) && s.compliance && !(Math.abs(s.current_A) >= Math.abs(s.setpoint_A) / 2),
  },
  {
    name: 'notFollowing',
    delay_s: 0.3,
    present: (s) =>
      on(s) &&
      !s.compliance &&
      !(Math.abs(s.current_A - s.setpoint_A) <= FOLLOWING_SHARE * Math.abs(s.setpoint_A) + SMALL_A),
  },
  {
    name: 'leak',
    delay_s: 2,
    present: (s) =>
      on(s) && !(Math.abs(s.current_A - s.returnCurrent_A) <= LEAK_SHARE * Math.abs(s.current_A) + SMALL_A),
  },
  { name: 'chargeCounter', delay_s: 10, present: (s) => s.armed && !s.chargeWitnessed },
  { name: 'stuckOutput', delay_s: 0.2, present: (s) => !s.outputOn && Math.abs(s.current_A) > OFF_A },
];

/** Nothing is armed: no limit holds but those that need none. */
const NO_ENVELOPE: Envelope = {
  runTag: 0,
  current_A: 0,
  voltage_V: 0,
  charge_C: 0,
  duration_s: 0,
  temperatureMin_C: 0,
  temperatureMax_C: 0,
};

export class BreakoutTrips {
  /** Latched, first-out first. */
  readonly latched: string[] = [];
  private readonly since = new Map<string, number>();

  /** Judges one cycle at `now_s`. True when something was latched that was not before. */
  judge(seen: BreakoutSeen, limits: Envelope | null, now_s: number): boolean {
    const before = this.latched.length;
    const present = TRIPS.filter((trip) => trip.present(seen, limits ?? NO_ENVELOPE));
    for (const name of this.since.keys()) if (!present.some((trip) => trip.name === name)) this.since.delete(name);
    for (const { name, delay_s } of present) {
      const since_s = this.since.get(name) ?? now_s;
      this.since.set(name, since_s);
      if (now_s - since_s >= delay_s && !this.latched.includes(name)) this.latched.push(name);
    }
    return this.latched.length > before;
  }

  /** Forgets what is latched, all or what is named; gives the names of those whose cause can be seen to be still there, and then forgets none. */
  clear(
    seen: Pick<BreakoutSeen, 'interlockClosed' | 'doorClosed' | 'outputOn' | 'current_A'>,
    names: readonly string[] = this.latched,
  ): readonly string[] {
    const wanted = new Set(names);
    const standing = this.latched.filter(
      (name) =>
        wanted.has(name) &&
        ((name === 'interlock' && !seen.interlockClosed) ||
          (name === 'door' && !seen.doorClosed) ||
          (name === 'stuckOutput' && !(seen.outputOn || Math.abs(seen.current_A) <= OFF_A))),
    );
    if (standing.length > 0) return standing;
    const staying = this.latched.filter((name) => !wanted.has(name));
    this.latched.splice(0, Infinity, ...staying);
    for (const name of wanted) this.since.delete(name);
    return standing;
  }
}

/** Limits of `next` that are wider than those in force, by name; empty when it only tightens. */
export function widened(now: Envelope, next: Envelope): readonly (keyof Envelope)[] {
  const upper = ['current_A', 'voltage_V', 'charge_C', 'duration_s', 'temperatureMax_C'] as const;
  const wider: (keyof Envelope)[] = upper.filter((key) => !(next[key] <= now[key]));
  if (!(next.temperatureMin_C >= now.temperatureMin_C)) wider.push('temperatureMin_C');
  if (next.runTag !== now.runTag) wider.push('runTag');
  return wider;
}
