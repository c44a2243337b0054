/**
 * For every interlock, in the order of the fault catalogue: what must raise it, what must not, and who speaks when the
 * value that it looks at is not measured. Limits are those of the plan in test/support/plan.ts.
 */
import type { GuardContext, Reaction } from '../../../src/control/guard/interlock.js';
import type { Observation, SafetyLine } from '../../../src/model/observation.js';
import type { ChannelName } from '../../../src/model/sample.js';
import { BOARD, without, withLine } from '../../support/observation.js';
import { planOf } from '../../support/plan.js';

/** What differs from a healthy electrolysis. */
export interface Situation {
  readonly seen?: Partial<Observation>;
  readonly context?: Partial<GuardContext>;
}

export interface Row {
  readonly id: string;
  readonly reaction: Reaction;
  /** Raised in the first cycle in which the cause has stood for longer than this. */
  readonly after_s: number;
  readonly latched: boolean;
  readonly raised: readonly Situation[];
  /** At the limit, and just within. */
  readonly quiet: readonly Situation[];
  /** The same cause where the question makes no sense. */
  readonly elsewhere: readonly Situation[];
  /** Not measured: this interlock or the one named must be raised. */
  readonly blind: readonly (Situation & { readonly by: string })[];
}

/** A run in the middle of an electrolysis, in which every interlock but one is on the watch. */
export const RUNNING: GuardContext = {
  plan: planOf(),
  run: 'execute',
  armed: true,
  energised: true,
  energised_s: 60,
  temperatureTarget_C: 0,
  flowTarget_mL_min: 25,
  flowSteady_s: 60,
  warmed_K: 0.05,
  chargeDifference_C: 0,
  recordFailure: null,
};

const DISARMED: Partial<GuardContext> = { armed: false, energised: false };
const NO_CURRENT: Partial<GuardContext> = { energised: false };
const UNCOOLED: Partial<GuardContext> = { temperatureTarget_C: null };
const UNSWEPT: Partial<GuardContext> = {
  plan: { ...planOf(), limits: { ...planOf().limits, sweepMin_mL_min: 0 } },
};
const UNPUMPED: Partial<GuardContext> = {
  plan: { ...planOf(), limits: { ...planOf().limits, flowMin_mL_min: null } },
};
const UNSNIFFED: Partial<GuardContext> = { plan: { ...planOf(), waived: ['hydrogen'] } };
const SILENT: Partial<Observation> = { boardAge_s: 0.3 };

/** The values of one key of the observation, each a situation of its own. */
function values<K extends keyof Observation>(key: K, ...of: readonly Observation[K][]): Situation[] {
  return of.map((value) => ({ seen: { [key]: value } }));
}

function where(situations: readonly Situation[], context: Partial<GuardContext>): Situation[] {
  return situations.map((situation) => ({ ...situation, context: { ...situation.context, ...context } }));
}

const electrical: readonly Row[] = [
  {
    id: 'over-current',
    reaction: 'open-relay',
    after_s: 0.1,
    latched: true,
    raised: values('current_mA', 105.1, -105.1, 1e6, NaN),
    quiet: values('current_mA', 105, -105),
    elsewhere: where(values('current_mA', 200), DISARMED),
    blind: [{ seen: { ...without('current_mA'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'over-voltage',
    reaction: 'abort',
    after_s: 0.2,
    latched: true,
    raised: values('voltage_V', 4.01, -4.01, NaN),
    quiet: values('voltage_V', 4, -4),
    elsewhere: where(values('voltage_V', 24), NO_CURRENT),
    blind: [{ seen: { ...without('voltage_V'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'compliance',
    reaction: 'hold',
    after_s: 5,
    latched: true,
    raised: values('board', { ...BOARD, compliance: true }),
    quiet: values('board', BOARD),
    elsewhere: where(values('board', { ...BOARD, compliance: true }), NO_CURRENT),
    blind: [{ seen: { board: null, ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'current-when-off',
    reaction: 'open-relay',
    after_s: 0.2,
    latched: true,
    raised: [0.21, -0.21, 80, NaN].map((current_mA) => ({
      seen: { current_mA, board: { ...BOARD, outputOn: false } },
      context: NO_CURRENT,
    })),
    quiet: [0, 0.2, -0.2].map((current_mA) => ({
      seen: { current_mA, board: { ...BOARD, outputOn: false } },
      context: NO_CURRENT,
    })),
    elsewhere: [
      { seen: { current_mA: 80, board: { ...BOARD, outputOn: false } } },
      { seen: { current_mA: 80 }, context: NO_CURRENT },
      { seen: { current_mA: 80, board: null }, context: NO_CURRENT },
    ],
    blind: [{ seen: { ...without('current_mA'), ...SILENT }, context: NO_CURRENT, by: 'board-lost' }],
  },
  {
    id: 'charge-cap',
    reaction: 'abort',
    after_s: 0,
    latched: true,
    raised: values('absolute_charge_C', 10.01, NaN),
    quiet: values('absolute_charge_C', 10, 0),
    elsewhere: where(values('absolute_charge_C', 11), DISARMED),
    blind: [],
  },
  {
    id: 'charge-disagreement',
    reaction: 'warn',
    after_s: 10,
    latched: false,
    raised: [0.053, -0.053, NaN].map((chargeDifference_C) => ({ context: { chargeDifference_C } })),
    quiet: [0.0519, -0.0519].map((chargeDifference_C) => ({ context: { chargeDifference_C } })),
    elsewhere: [{ context: { ...DISARMED, chargeDifference_C: 1 } }],
    blind: [{ seen: { board_charge_C: null, board: null, ...SILENT }, by: 'board-lost' }],
  },
];

const board: readonly Row[] = [
  {
    id: 'board-lost',
    reaction: 'open-relay',
    after_s: 0,
    latched: true,
    raised: values('boardAge_s', 0.26, Infinity, NaN),
    quiet: values('boardAge_s', 0.25, 0),
    elsewhere: where(values('boardAge_s', 10), DISARMED),
    blind: [{ seen: { board: null, boardAge_s: Infinity }, by: 'board-lost' }],
  },
  {
    id: 'board-fault',
    reaction: 'abort',
    after_s: 0,
    latched: true,
    raised: values('board', { ...BOARD, faults: ['heartbeat-lost'] }),
    quiet: values('board', BOARD),
    elsewhere: where(values('board', { ...BOARD, faults: ['heartbeat-lost'] }), DISARMED),
    blind: [{ seen: { board: null, ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'record-lost',
    reaction: 'hold',
    after_s: 0,
    latched: true,
    raised: [{ context: { recordFailure: 'no space left on the card' } }],
    quiet: [{ context: { recordFailure: null } }],
    elsewhere: [{ context: { ...DISARMED, recordFailure: 'no space left on the card' } }],
    blind: [],
  },
];

const thermal: readonly Row[] = [
  {
    id: 'cell-hot',
    reaction: 'abort',
    after_s: 0.4,
    latched: true,
    raised: values('temperature_C', 30.01, NaN),
    quiet: values('temperature_C', 30),
    elsewhere: where(values('temperature_C', 40), DISARMED),
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'cell-cold',
    reaction: 'abort',
    after_s: 1,
    latched: true,
    raised: values('temperature_C', -10.01, NaN),
    quiet: values('temperature_C', -10),
    elsewhere: where(values('temperature_C', -40), DISARMED),
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'band-warn',
    reaction: 'warn',
    after_s: 30,
    latched: false,
    raised: values('temperature_C', 0.21, -0.21, NaN),
    quiet: values('temperature_C', 0.2, -0.2),
    elsewhere: [...where(values('temperature_C', 5), NO_CURRENT), ...where(values('temperature_C', 22), UNCOOLED)],
    blind: [{ seen: without('temperature_C'), by: 'band-warn' }],
  },
  {
    id: 'band-hold',
    reaction: 'hold',
    after_s: 60,
    latched: true,
    raised: values('temperature_C', 0.51, -0.51, NaN),
    quiet: values('temperature_C', 0.5, -0.5),
    elsewhere: [...where(values('temperature_C', 5), NO_CURRENT), ...where(values('temperature_C', 22), UNCOOLED)],
    blind: [{ seen: without('temperature_C'), by: 'band-hold' }],
  },
  {
    id: 'cooling-wrong-way',
    reaction: 'open-relay',
    after_s: 1.9,
    latched: true,
    raised: [1.01, NaN].map((warmed_K) => ({ context: { warmed_K } })),
    quiet: [1, -20].map((warmed_K) => ({ context: { warmed_K } })),
    elsewhere: [
      { seen: { peltier_A: 0.2 }, context: { warmed_K: 5 } },
      { seen: { temperature_setpoint_C: null }, context: { warmed_K: 5 } },
      { context: { ...UNCOOLED, warmed_K: 5 } },
      { context: { ...DISARMED, warmed_K: 5 } },
    ],
    blind: [
      { seen: without('peltier_A'), context: { warmed_K: 5 }, by: 'cooling-wrong-way' },
      { seen: without('temperature_C'), context: { warmed_K: NaN }, by: 'cooling-wrong-way' },
    ],
  },
  {
    id: 'thermometers-disagree',
    reaction: 'hold',
    after_s: 5,
    latched: true,
    raised: [
      { seen: { temperature_C: 0, safety_temperature_C: 3.01 } },
      { seen: { temperature_C: 3.01, safety_temperature_C: 0 } },
      { seen: { temperature_C: NaN } },
      { seen: { safety_temperature_C: NaN } },
    ],
    quiet: [{ seen: { temperature_C: 0, safety_temperature_C: 3 } }],
    elsewhere: [{ seen: { temperature_C: 0, safety_temperature_C: 22 }, context: UNCOOLED }],
    blind: [
      { seen: without('temperature_C'), by: 'no-temperature-c' },
      { seen: without('safety_temperature_C'), by: 'no-safety-temperature-c' },
    ],
  },
  {
    id: 'hot-side-warm',
    reaction: 'warn',
    after_s: 2,
    latched: false,
    raised: values('hot_side_C', 55.1, NaN),
    quiet: values('hot_side_C', 55),
    elsewhere: where(values('hot_side_C', 70), UNCOOLED),
    blind: [{ seen: without('hot_side_C'), by: 'hot-side-warm' }],
  },
  {
    id: 'hot-side-hot',
    reaction: 'abort',
    after_s: 1,
    latched: true,
    raised: values('hot_side_C', 60.1, NaN),
    quiet: values('hot_side_C', 60),
    elsewhere: where(values('hot_side_C', 70), UNCOOLED),
    blind: [{ seen: without('hot_side_C'), by: 'hot-side-hot' }],
  },
];

const gas: readonly Row[] = [
  {
    id: 'hydrogen-warn',
    reaction: 'warn',
    after_s: 2,
    latched: false,
    raised: values('hydrogen_ppm', 400.1, NaN),
    quiet: values('hydrogen_ppm', 400),
    elsewhere: where(values('hydrogen_ppm', 900), NO_CURRENT),
    blind: [{ seen: without('hydrogen_ppm'), by: 'no-hydrogen-ppm' }],
  },
  {
    id: 'hydrogen-trip',
    reaction: 'abort',
    after_s: 0.1,
    latched: true,
    raised: values('hydrogen_ppm', 1000, 5000, NaN),
    quiet: values('hydrogen_ppm', 999.9),
    elsewhere: where(values('hydrogen_ppm', 5000), DISARMED),
    blind: [{ seen: without('hydrogen_ppm'), by: 'no-hydrogen-ppm' }],
  },
  {
    id: 'sweep-lost',
    reaction: 'abort',
    after_s: 2,
    latched: true,
    raised: values('sweep_mL_min', 69.9, 0, NaN),
    quiet: values('sweep_mL_min', 70),
    elsewhere: [...where(values('sweep_mL_min', 0), NO_CURRENT), ...where(values('sweep_mL_min', 0), UNSWEPT)],
    blind: [{ seen: without('sweep_mL_min'), by: 'sweep-lost' }],
  },
  {
    id: 'flow-lost',
    reaction: 'abort',
    after_s: 2.8,
    latched: true,
    raised: values('flow_mL_min', 14.9, 0, NaN),
    quiet: values('flow_mL_min', 15),
    elsewhere: [
      ...where(values('flow_mL_min', 0), NO_CURRENT),
      ...where(values('flow_mL_min', 0), UNPUMPED),
      ...where(values('flow_mL_min', 0), { flowSteady_s: 5 }),
    ],
    blind: [{ seen: without('flow_mL_min'), by: 'flow-lost' }],
  },
];

function renewed(channel: ChannelName, after_s: number, elsewhere: readonly Partial<GuardContext>[]): Row {
  const id = `no-${channel.replaceAll('_', '-').toLowerCase()}`;
  const lost = (['stale', 'invalid', 'warming-up', 'absent'] as const).map((quality) => ({
    seen: without(channel, quality),
  }));
  return {
    id,
    reaction: 'abort',
    after_s,
    latched: true,
    raised: lost,
    quiet: [{}],
    elsewhere: elsewhere.flatMap((context) => where(lost, context)),
    blind: [{ seen: without(channel), by: id }],
  };
}

const sensors: readonly Row[] = [
  renewed('temperature_C', 0.5, [UNCOOLED, DISARMED]),
  renewed('safety_temperature_C', 0.5, [UNCOOLED, DISARMED]),
  renewed('hot_side_C', 1, [UNCOOLED, DISARMED]),
  renewed('hydrogen_ppm', 0, [NO_CURRENT, UNSNIFFED]),
  renewed('sweep_mL_min', 1, [NO_CURRENT, UNSWEPT]),
  renewed('flow_mL_min', 1, [NO_CURRENT, UNPUMPED]),
];

function line(id: SafetyLine, reaction: Reaction, after_s: number): Row {
  const open = [{ seen: withLine(id, false) }];
  return {
    id,
    reaction,
    after_s,
    latched: true,
    raised: open,
    quiet: [{ seen: withLine(id, true) }],
    elsewhere: where(open, DISARMED),
    blind: [],
  };
}

const lines: readonly Row[] = [
  line('e-stop-closed', 'open-relay', 0),
  line('door-closed', 'abort', 0),
  line('tray-dry', 'open-relay', 0.2),
  line('thermal-cutout-closed', 'open-relay', 0.1),
  line('canopy-fan-turning', 'abort', 1.9),
  line('hot-side-fan-turning', 'abort', 1.4),
];

export const ROWS: readonly Row[] = [...electrical, ...board, ...thermal, ...gas, ...sensors, ...lines];
