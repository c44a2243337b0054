/**
 * The steps of a generated recipe: preparation in a row or in parallel tracks, the electrolyses with what comes between
 * them, and the finish. Knows how steps are written, and nothing of the rules.
 */
import { taperedRamp_s } from '../../src/physics/heat.js';
import { written } from './draw.js';
import type { Around, Electrolysis } from './electrolyses.js';

export interface Situation extends Around {
  readonly sweep_mL_min: number;
  readonly waives: Readonly<Record<'cooling' | 'purge' | 'hydrogen' | 'electrolysis', boolean>>;
  /** Limit of the swept line where it is an inert one; null: it is none. */
  readonly inert_vol_percent: number | null;
}

export type Step = Readonly<Record<string, unknown>>;

/** Volumes of the headspace that a purge must exchange. */
const VOLUMES = 5;
const ANSWERS = [
  null,
  { kind: 'none' },
  { kind: 'text', default: 'as usual' },
  { kind: 'number', unit: 'mass', default: '12.5 mg' },
  { kind: 'number', default: '0.35' },
  { kind: 'choice', choices: ['yellow', 'red'], default: 'red' },
] as const;

export function partsOf(situation: Situation, electrolyses: readonly Electrolysis[]): Step[] {
  const { draw } = situation;
  const [first, ...others] = electrolyses;
  return [
    ...(draw.chance(0.3) ? [asking(situation, 'weighed')] : []),
    ...prepared(situation),
    ...(first === undefined ? [{ wait: { for: '30 s' } }] : [{ electrolyse: first.body }]),
    ...others.flatMap(({ body }, i) => [...between(situation, i), { electrolyse: body }]),
    ...(draw.chance(0.1) ? between(situation, 9) : []),
    {
      finish: {
        sweep_for: written(draw.near(situation.reactor.control.sweepAfter_s, 40, 'least'), 's', 3),
        hold_temperature: draw.chance(0.5),
      },
    },
  ];
}

function asking({ draw }: Situation, key: string): Step {
  const answer = draw.pick(ANSWERS);
  if (answer === null) return { prompt: 'Is the cell filled?' };
  return { prompt: { ask: 'What does the balance show?', key, answer } };
}

function prepared(situation: Situation): Step[] {
  const { draw, waives, flow_mL_min } = situation;
  const purge: Step[] = waives.purge ? [] : [purging(situation)];
  const flow: Step[] = flow_mL_min === null ? [] : [pumping(situation, flow_mL_min)];
  const cool: Step[] = waives.cooling ? [] : cooled(situation);
  const tracks = [purge, flow, cool].filter((track) => track.length > 0);
  if (tracks.length > 1 && draw.chance(0.3)) return [{ parallel: tracks }];
  if (tracks.length > 2 && draw.chance(0.2)) return [...purge, { parallel: [flow, cool] }];
  return draw.chance(0.5) ? [...purge, ...flow, ...cool] : [...flow, ...cool, ...purge];
}

function purging({ draw, reactor, sweep_mL_min }: Situation): Step {
  const least_s = (60 * VOLUMES * reactor.hydrogen.headspace_mL) / sweep_mL_min;
  return {
    purge: {
      sweep: written(sweep_mL_min, 'mL/min', 5),
      for: written(draw.near(least_s, 1.3 * least_s, 'least') + 0.005, 's', 5),
    },
  };
}

function pumping({ draw }: Situation, flow_mL_min: number): Step {
  return {
    flow: {
      rate: written(flow_mL_min, 'mL/min', 3),
      settle: written(draw.between(1, 10), 's', 2),
      tolerance: written(draw.between(5, 20), '%', 2),
    },
  };
}

/** Down to the temperature, or below it and up again. */
function cooled(situation: Situation): Step[] {
  const { draw, reactor, temperature_C } = situation;
  const { ambient_C } = reactor.heat;
  const below_C = temperature_C - draw.between(1, 3);
  if (draw.chance(0.2) && below_C > reactor.limits.temperatureMin_C)
    return [tempering(situation, 'cool', ambient_C, below_C), tempering(situation, 'heat', below_C, temperature_C)];
  return [tempering(situation, 'cool', ambient_C, temperature_C)];
}

function tempering({ draw, reactor }: Situation, kind: 'cool' | 'heat', from_C: number, to_C: number): Step {
  const { rampRate_K_min, taper_s } = reactor.control.temperature;
  const isOwn = draw.chance(0.3);
  const ramp_K_min = isOwn ? rampRate_K_min : draw.near(0.6 * rampRate_K_min, rampRate_K_min, 'most');
  const hold_s = draw.between(5, 40);
  const least_s = taperedRamp_s(from_C - to_C, ramp_K_min, taper_s) + 5 * reactor.heat.probe_s + hold_s;
  return {
    [kind]: {
      to: written(to_C, 'degC', 4),
      ...(isOwn ? {} : { ramp: written(ramp_K_min, 'K/min', 3) }),
      ...(draw.chance(0.5) ? { band: written(draw.between(0.05, 0.3), 'K', 2) } : {}),
      hold: written(hold_s, 's', 3),
      at_most: written(draw.near(least_s, 3 * least_s, 'least') + 0.5, 's', 5),
    },
  };
}

/** Between two electrolyses, or after the last. */
function between(situation: Situation, place: number): Step[] {
  const { draw } = situation;
  const key = `between-${place}`;
  const steps: readonly Step[] = [
    { wait: { for: written(draw.between(1, 30), 's', 2) } },
    { hold: { ask: 'Look at the electrodes, then go on.' } },
    { sample: { ask: 'Take 0.1 mL.', key, answer: { kind: 'number', unit: 'volume', default: '0.1 mL' } } },
    asking(situation, key),
    { repeat: { times: draw.whole(2, 3), steps: [{ wait: { for: '2 s' } }, { prompt: 'Still clear?' }] } },
  ];
  const count = draw.whole(0, 2);
  return Array.from({ length: count }, () => draw.pick(steps));
}
