/** What must be true of judging itself and of the small memories beside it, as stories. */
import type { GuardMemory, Interlock } from '../../../src/control/guard/interlock.js';
import type * as jump from '../../../src/control/guard/jump.js';
import type * as tally from '../../../src/control/guard/tally.js';
import type * as trackers from '../../../src/control/guard/trackers.js';
import { seen } from '../../support/observation.js';
import { untrue } from '../stories.js';
import type { Judge } from './checks.js';
import { RUNNING } from './situations.js';

const LIMIT: Interlock = {
  id: 'limit',
  catalogue: 'none',
  severity: 'alarm',
  reaction: 'hold',
  delay_s: 0.2,
  latched: true,
  applies: (_, context) => context.armed,
  healthy: ({ voltage_V }) => voltage_V !== null && voltage_V <= 4,
  describe: ({ voltage_V }) => `${voltage_V ?? 'no'} V`,
  consequence: 'None.',
  action: 'None.',
};

/** Says in which cycle, from 1, what changed. */
function story(judge: Judge, interlock: Interlock, voltages: readonly (number | null)[], armed = true): string[] {
  let memory: GuardMemory = new Map();
  return voltages.flatMap((voltage_V, k) => {
    const judged = judge([interlock], memory, seen({ voltage_V }), { ...RUNNING, armed }, 0.1);
    memory = judged.memory;
    return judged.verdicts.map(({ change, text }) => `${k + 1} ${change} ${text}`);
  });
}

export function judgeFailures(judge: Judge): string[] {
  const told = (...voltages: readonly (number | null)[]): string[] => story(judge, LIMIT, voltages);
  const loose: Interlock = { ...LIMIT, latched: false };
  return untrue({
    'raises once, when the cause has stood for longer than the delay': () => [[told(5, 5, 5, 5, 5), ['3 raised 5 V']]],
    'counts from the beginning after a break of one cycle': () => [
      [told(5, 5, 3, 5, 5, 3, 5), []],
      [told(5, 5, 3, 5, 5, 6), ['6 raised 6 V']],
    ],
    'raises at once without a delay': () => [[story(judge, { ...LIMIT, delay_s: 0 }, [3, 5]), ['2 raised 5 V']]],
    'takes what is not there or not a number for a violation': () => [
      [told(null, null, null), ['3 raised no V']],
      [told(NaN, NaN, NaN), ['3 raised NaN V']],
    ],
    'never clears a latched one by itself, nor raises it twice': () => [
      [told(5, 5, 5, 3, 3, 3, 5, 5, 5, 5), ['3 raised 5 V']],
    ],
    'clears one that is not latched, and raises it again': () => [
      [story(judge, loose, [5, 5, 5, 3, 5, 5, 5]), ['3 raised 5 V', '4 cleared 3 V', '7 raised 5 V']],
    ],
    'does not ask where it does not apply': () => [[story(judge, LIMIT, [5, 5, 5, 5], false), []]],
    'judges each for itself, in the order of the set': () => {
      const other: Interlock = { ...LIMIT, id: 'other', delay_s: 0, healthy: ({ current_mA }) => current_mA === 0 };
      const { verdicts } = judge([LIMIT, other], new Map(), seen({ voltage_V: 5 }), RUNNING, 0.3);
      return [[verdicts.map(({ interlock }) => interlock.id), ['limit', 'other']]];
    },
    'touches nothing while all is well, and never the memory it was given': () => {
      const quiet: GuardMemory = new Map();
      const well = judge([LIMIT], quiet, seen({ voltage_V: 3 }), RUNNING, 0.1);
      const worse = judge([LIMIT], quiet, seen({ voltage_V: 5 }), RUNNING, 0.1);
      const latched: GuardMemory = new Map([['limit', { violated_s: 0, active: true }]]);
      const still = judge([LIMIT], latched, seen({ voltage_V: 3 }), RUNNING, 0.1);
      return [
        [well.memory === quiet, true],
        [still.memory === latched, true],
        [worse.memory.get('limit'), { violated_s: 0.1, active: false }],
        [quiet.size, 0],
      ];
    },
    'remembers that the cause of a latched one has gone': () => {
      const bad: GuardMemory = new Map([['limit', { violated_s: 3, active: true }]]);
      const { memory } = judge([LIMIT], bad, seen({ voltage_V: 3 }), RUNNING, 0.1);
      return [[memory.get('limit'), { violated_s: 0, active: true }]];
    },
  });
}

type JumpModule = Pick<typeof jump, 'JumpFilter' | 'HOT_SIDE_FASTEST_K_S'>;

/** One letter a reading: u used, x left out. */
type TimedValues = readonly (readonly [at_s: number, value: number])[];

function readings({ JumpFilter }: JumpModule, ...values: TimedValues): string {
  return through(new JumpFilter(), values);
}

function through(filter: jump.JumpFilter, values: TimedValues): string {
  return values.map(([at_s, value]) => (filter.accepts(value, at_s) ? 'u' : `x${filter.dropped}`)).join(' ');
}

export function jumpFailures(of: JumpModule): string[] {
  return untrue({
    'has left out nothing at first': () => [[new of.JumpFilter().dropped, 0]],
    'uses what moves at 5 K/s, up and down, and leaves out what is faster': () => [
      [readings(of, [0, 20], [0.5, 22.5], [1, 20]), 'u u u'],
      [readings(of, [0, 20], [0.5, 22.6], [1, 20]), 'u x1 u'],
      [readings(of, [0, 20], [0.5, 17.4], [1, 20]), 'u x1 u'],
    ],
    'leaves out of the hot side what is faster than 1.5 K/s': () => {
      const hotSide = (value: number): string =>
        through(new of.JumpFilter(of.HOT_SIDE_FASTEST_K_S), [
          [0, 20],
          [1, value],
        ]);
      return [
        [hotSide(21.5), 'u u'],
        [hotSide(21.6), 'u x1'],
        [hotSide(18.4), 'u x1'],
      ];
    },
    'leaves out three in a row, and then believes it': () => [
      [readings(of, [0, 20], [0.5, 40], [1, 40], [1.5, 40], [2, 40], [2.5, 40]), 'u x1 x2 x3 u u'],
    ],
    'counts anew after one that was used': () => [
      [readings(of, [0, 20], [0.5, 40], [1, 40], [1.5, 20], [2, 40]), 'u x1 x2 u x1'],
    ],
    'gives a longer gap its time, and says nothing after ten seconds': () => [
      [readings(of, [0, 20], [2, 30], [4, 40.1]), 'u u x1'],
      [readings(of, [0, 20], [10, 71]), 'u x1'],
      [readings(of, [0, 20], [10.1, 100]), 'u u'],
    ],
  });
}

type TallyModule = Pick<typeof tally, 'TransferTally'>;

export function tallyFailures({ TransferTally }: TallyModule): string[] {
  const second = (of: tally.TransferTally, at_s: number, failed: number, sent = 100): void => {
    for (let k = 0; k < 10; k++) of.add(at_s + k / 10, sent / 10, failed / 10);
  };
  return untrue({
    'is the share of ten seconds': () => {
      const of = new TransferTally();
      const before = of.share;
      for (let s = 3; s < 13; s++) second(of, s, 10);
      const all = of.share;
      for (let s = 13; s < 18; s++) second(of, s, 0);
      const half = of.share;
      for (let s = 18; s < 23; s++) second(of, s, 0);
      return [
        [before, 0],
        [all, 0.1],
        [half, 0.05],
        [of.share, 0],
      ];
    },
    'forgets the seconds that were skipped, and no others': () => {
      const of = new TransferTally();
      for (let s = 0; s < 10; s++) second(of, s, s < 5 ? 100 : 0);
      second(of, 14, 0);
      const uneven = new TransferTally();
      for (let s = 0; s < 10; s++) second(uneven, s, s < 5 ? 0 : 100, s < 5 ? 300 : 100);
      second(uneven, 14, 0);
      return [
        [of.share, 0],
        [Math.abs(uneven.share - 5 / 6) < 1e-9, true],
      ];
    },
    'says nothing of too few': () => {
      const of = new TransferTally();
      of.add(1, 199, 100);
      const few = of.share;
      of.add(1.5, 1, 0);
      return [
        [few, 0],
        [of.share, 0.5],
      ];
    },
    'forgets the seconds in which nothing was sent, however many': () => {
      const some = new TransferTally();
      some.add(4, 400, 400);
      some.add(9, 400, 0);
      const kept = some.share;
      some.add(14, 400, 0);
      const gone = some.share;
      some.add(1004, 300, 30);
      return [
        [kept, 0.5],
        [gone, 0],
        [some.share, 0.1],
      ];
    },
  });
}

const DT_S = 0.05;

/** What is left of a step after so long in a mean over `tau_s`, in steps of 50 ms. */
const leftAfter = (seconds: number, tau_s: number): number => (1 - DT_S / tau_s) ** Math.round(seconds / DT_S);

/** A voltage that swings and rises, V. */
const voltageAt = (at_s: number): number => 3.3 + 0.02 * Math.sin(3 * at_s) * (at_s > 60 ? 3 : 1) + 0.0004 * at_s;

/** Noise and trend of that voltage by the definition: learned from 10 s on, 30 s long, and for the trend 240 s. */
function expectedOf(until_s: number): readonly [noise: number, trend: number] {
  const mean = (before: number, value: number, tau_s: number): number =>
    Number.isNaN(before) ? value : before + ((value - before) * DT_S) / tau_s;
  let [centre, noise, baseline, quick, slow] = [NaN, NaN, NaN, NaN, NaN];
  for (let k = 2; k * DT_S < until_s + 1e-6; k++) {
    const steady_s = (k - 1) * DT_S;
    if (steady_s < 10 + 1e-6) continue;
    const voltage = voltageAt(k * DT_S);
    centre = mean(centre, voltage, 5);
    noise = mean(noise, Math.abs(voltage - centre), 1);
    if (steady_s < 40 + 1e-6) baseline = mean(baseline, noise, 30);
    quick = mean(quick, voltage, 30);
    slow = mean(slow, voltage, 120);
  }
  return [until_s < 40.1 ? 1 : noise / Math.max(0.005, baseline), until_s < 250.1 ? 0 : (quick - slow) / 1.5];
}

type Trackers = typeof trackers;

function voltagesOf(
  of: Trackers,
  until_s: number,
  at = voltageAt,
  setpoint_mA = 80,
): InstanceType<Trackers['VoltageTracker']> {
  const voltage = new of.VoltageTracker();
  for (let k = 1; k * DT_S < until_s + 1e-6; k++) voltage.add(at(k * DT_S), setpoint_mA, true, DT_S);
  return voltage;
}

/** To 0.6 %: sums of cycles end a cycle sooner or later. */
const close = (a: number, b: number): boolean => Math.abs(a - b) < 6e-3 * Math.max(1e-3, Math.abs(b));

export function trackerFailures(of: Trackers): string[] {
  return untrue({
    'all are at rest at first': () => {
      const voltage = new of.VoltageTracker();
      const rest = [
        new of.ShuntTracker().difference_mA,
        new of.StillnessTracker().still_s,
        new of.CoolingTracker().debt_K_s,
        new of.FollowTracker().strays_mA,
      ];
      return [
        [
          [voltage.noiseRatio, voltage.trend_V_min],
          [1, 0],
        ],
        [
          [...rest, new of.SteadyTracker(1).steady_s],
          [0, 0, 0, 0, 0],
        ],
      ];
    },
    'noise and trend are what their definition says': () =>
      [30, 40, 41, 60, 70, 249, 252, 400].map((until_s) => {
        const { noiseRatio, trend_V_min } = voltagesOf(of, until_s);
        const [noise, trend] = expectedOf(until_s);
        const right = close(noiseRatio, noise) && close(trend_V_min, trend);
        return [right ? 'right' : [until_s, noiseRatio, noise, trend_V_min, trend], 'right'];
      }),
    'a quiet meter is measured against 5 mV': () => {
      const swing = (at_s: number): number => (at_s < 50 ? 3 : 3 + 0.02 * Math.sin(20 * at_s));
      const mean_V = (0.02 * 2) / Math.PI;
      const { noiseRatio } = voltagesOf(of, 90, swing);
      return [[Math.abs(noiseRatio - mean_V / 0.005) < 0.35, true]];
    },
    'the trend is that of the amount, whichever way the current goes': () => {
      const trend = voltagesOf(of, 900, (at_s) => -3 - 0.001 * at_s, -80).trend_V_min;
      return [[Math.abs(trend - 0.06) < 1e-3, true]];
    },
    'a value that is not measured changes nothing': () => {
      const voltage = voltagesOf(of, 300);
      const before = [voltage.noiseRatio, voltage.trend_V_min];
      voltage.add(null, 80, true, DT_S);
      return [[[voltage.noiseRatio, voltage.trend_V_min], before]];
    },
    'another set point, none, or no flow begins anew; the same with its last digit does not': () =>
      (
        [
          [80.07, true, false],
          [80.09, true, true],
          [-80, true, true],
          [0, true, true],
          [80, false, true],
        ] as const
      ).map(([setpoint_mA, flowing, anew]) => {
        const voltage = voltagesOf(of, 300);
        voltage.add(3.3, setpoint_mA, flowing, DT_S);
        return [voltage.noiseRatio === 1 && voltage.trend_V_min === 0, anew];
      }),
    'after a new beginning it learns as long as at first': () => {
      const again = voltagesOf(of, 300);
      again.add(3.3, 0, true, DT_S);
      for (let k = 1; k * DT_S < 41; k++) again.add(voltageAt(k * DT_S), 80, true, DT_S);
      return [
        [again.trend_V_min, 0],
        [close(again.noiseRatio, voltagesOf(of, 41 - DT_S).noiseRatio), true],
      ];
    },
    'two shunts are compared by a mean of 2 s': () => {
      const shunts = new of.ShuntTracker();
      for (let k = 0; k < 40; k++) shunts.add(81, 80, DT_S);
      const after2_s = shunts.difference_mA;
      shunts.add(null, 80, DT_S);
      const blindIn = shunts.difference_mA;
      shunts.add(81, 80, DT_S);
      shunts.add(81, null, DT_S);
      const blindOut = shunts.difference_mA;
      shunts.add(81, 80, 9);
      return [
        [close(after2_s, 1 - leftAfter(2, 2)), true],
        [
          [blindIn, blindOut],
          [0, 0],
        ],
        [shunts.difference_mA, 1], // a long cycle is taken as it is, and no further
      ];
    },
    'stillness counts from the reading that repeats': () => {
      const still = new of.StillnessTracker();
      const told = [1, 1, 1, 2, null, null, 2].map((value) => {
        still.add(value, 1);
        return still.still_s;
      });
      return [[told, [0, 1, 2, 0, 0, 0, 0]]];
    },
    'a debt is the sum of errors beyond the band': () => {
      const cooling = new of.CoolingTracker();
      const owed = (temperature_C: number | null, temperature_setpoint_C: number | null, judged = true): number => {
        cooling.add(seen({ temperature_C, temperature_setpoint_C }), 1, judged, 0.5);
        return cooling.debt_K_s;
      };
      return [
        [
          [owed(5, 3), owed(6, 3)],
          [1, 2.5],
        ],
        [owed(4, 3), 0],
        [
          [owed(5, 3), owed(null, 3)],
          [1, 0],
        ],
        [
          [owed(5, 3), owed(5, null)],
          [1, 0],
        ],
        [
          [owed(5, 3), owed(5, 3, false)],
          [1, 0],
        ],
        [owed(-5, 3), 0],
      ];
    },
    'steady is what moved by no more than a step, from where it last moved to': () => {
      const steady = new of.SteadyTracker(0.5);
      const told = [0, 0.5, 0.6, 0.2, 0, -0.6].map((value) => {
        steady.add(value, 1);
        return steady.steady_s;
      });
      return [[told, [1, 2, 0, 1, 0, 0]]];
    },
    'a current may be anywhere between its set point and what a board at 50 mA/s has reached': () => {
      const { stray } = followed(of);
      return [
        [stray(0, 0, 1), 0],
        [stray(80, 80, 0.1), 0], // sooner than the slowest
        [stray(81, 80, 0.1), 1],
        [stray(-81, -80, 0.1), 1], // amounts
        [stray(null, 80, 0.1), 0],
        [stray(NaN, 80, 0.1), NaN],
      ];
    },
    'a dead stage is missed by what the slowest board has reached, an answer of 0.3 s later': () => {
      const { stray } = followed(of);
      const told = Array.from({ length: 4 }, () => Math.round(100 * stray(0, 80, 0.1)) / 100);
      for (let k = 0; k < 11; k++) stray(0, 80, 0.1);
      const before = stray(0, 80, 0.1); // 80 mA are slewed to with this
      return [
        [told, [1.67, 4.44, 7.96, 11.98]], // a third of what is left in each cycle: 5, 10, 15, 20 mA
        [Math.abs(before - 70) < 0.1, true],
        [close(stray(0, 80, 0.1), before + (80 - before) / 3), true],
        [stray(0, 80, 9), 80],
      ];
    },
    'nor may it stay behind on the way down': () => {
      const { stray } = followed(of);
      for (let k = 0; k < 200; k++) stray(80, 80, 0.1);
      return [
        [close(stray(80, 0, 0.1), 5 / 3), true],
        [stray(40, 0, 0.1), 0],
      ];
    },
    'a board that was off before it had slewed down rises from nothing again': () => {
      const { stray } = followed(of);
      for (let k = 0; k < 200; k++) stray(80, 80, 0.1);
      const flowing = stray(0.22, 0, 0.1); // a little current is a board that has not obeyed yet
      return [
        [flowing, 0],
        [stray(-0.2, 0, 0.001), 0.2], // at once, also in a short cycle
        [close(stray(0, 80, 0.1), 5 / 3), true],
        [stray(5, 80, 0.1), 0],
      ];
    },
    'pump and meter are compared by the mean of what they differ by, once the pump has settled': () => {
      const pump = new of.FlowTracker();
      const first = pump.differs_mL_min;
      const differs = (measured: number | null, byCurve: number, settled = true, times = 1, dt_s = DT_S): number => {
        for (let k = 0; k < times; k++) pump.add(measured, byCurve, settled, dt_s);
        return pump.differs_mL_min;
      };
      const after4_s = differs(20, 26, true, 4 / DT_S);
      return [
        [first, 0],
        [close(after4_s, 6 * (1 - leftAfter(4, 4))), true],
        [differs(null, 26, true, 50), after4_s],
        [differs(20, 26, false), 0],
        [differs(32, 26, true, 1, 9), 6], // a long cycle is taken as it is, and no further
        [differs(NaN, 26), NaN],
        [differs(26, 26, false), 0],
      ];
    },
  });
}

/** What a follow tracker says cycle by cycle. */
function followed(of: Trackers): {
  readonly stray: (current_mA: number | null, setpoint_mA: number, dt_s: number) => number;
} {
  const following = new of.FollowTracker();
  const stray = (current_mA: number | null, setpoint_mA: number, dt_s: number): number => {
    following.add(current_mA, setpoint_mA, dt_s);
    return following.strays_mA;
  };
  return { stray };
}
