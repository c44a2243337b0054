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
  recordBacklog: 0.01,
  recordWarning: null,
  offUnconfirmed: null,
  relayDriven: true,
  peltierDemand_A: 2.4,
  peltierSteady_s: 60,
  coolingDebt_K_s: 0,
  temperatureStill_s: 0.5,
  hydrogenStill_s: 3,
  shuntDifference_mA: 0.01,
  pumpByCurve_mL_min: 26,
  flowDiffers_mL_min: 1,
  refused: null,
  strays_mA: 0.02,
  voltageNoise: 1,
  voltageTrend_V_min: 0.002,
  residuals: {
    voltage_V: 0.02,
    voltageAllowed_V: 0.25,
    temperature_K: 0.03,
    ventShare: 0.97,
    ventOver_vol_percent: -0.1,
  },
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
/** A recipe that lets the temperature go far before it holds the run. */
const WIDE: Partial<GuardContext> = {
  plan: { ...planOf(), limits: { ...planOf().limits, temperatureHold_K: 9.5 } },
};
const UNSNIFFED: Partial<GuardContext> = { plan: { ...planOf(), waived: ['hydrogen'] } };
/** The run is over and everything was told to be off. */
const OVER: Partial<GuardContext> = { run: 'aborted', armed: false, energised: false, relayDriven: false };
const SILENT: Partial<Observation> = { boardAge_s: 0.3 };

/** The values of one key of the observation, each a situation of its own. */
function values<K extends keyof Observation>(key: K, ...of: readonly Observation[K][]): Situation[] {
  return of.map((value) => ({ seen: { [key]: value } }));
}

/** The values of one key of the context. */
function given<K extends keyof GuardContext>(key: K, ...of: readonly GuardContext[K][]): Situation[] {
  return of.map((value) => ({ context: { [key]: value } }));
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
    id: 'not-following',
    reaction: 'abort',
    after_s: 0.9,
    latched: true,
    raised: [
      ...given('strays_mA', 4.51, NaN), // of 80 mA: 4 mA and the floor
      { seen: { setpoint_mA: -80 }, context: { strays_mA: 4.51 } },
      { seen: { setpoint_mA: 2 }, context: { strays_mA: 0.61 } },
      ...values('setpoint_mA', NaN),
    ],
    quiet: [
      ...given('strays_mA', 4.5),
      { seen: { setpoint_mA: -80 }, context: { strays_mA: 4.5 } },
      { seen: { setpoint_mA: 0 }, context: { strays_mA: 0.5 } },
    ],
    elsewhere: [
      ...where(given('strays_mA', 80), NO_CURRENT),
      { seen: { board: { ...BOARD, compliance: true } }, context: { strays_mA: 80 } },
      { seen: { board: null }, context: { strays_mA: 80 } },
    ],
    blind: [{ seen: { ...without('current_mA'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'shunts-disagree',
    reaction: 'hold',
    after_s: 10,
    latched: true,
    raised: [
      ...given('shuntDifference_mA', 0.262, -0.262, NaN), // of 80 mA: 0.24 mA and the floor
      ...values('current_mA', NaN),
      { seen: { current_mA: null }, context: { shuntDifference_mA: 0.0205 } },
    ],
    quiet: [
      ...given('shuntDifference_mA', 0.2599, -0.2599),
      { seen: { current_mA: null }, context: { shuntDifference_mA: 0.02 } },
    ],
    elsewhere: where(given('shuntDifference_mA', 2), NO_CURRENT),
    blind: [{ seen: { ...without('return_current_mA'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'voltage-noisy',
    reaction: 'warn',
    after_s: 2,
    latched: false,
    raised: given('voltageNoise', 5.01, NaN),
    quiet: given('voltageNoise', 5, 0.2),
    elsewhere: where(given('voltageNoise', 50), NO_CURRENT),
    blind: [{ seen: { ...without('voltage_V'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'voltage-unsteady',
    reaction: 'hold',
    after_s: 30,
    latched: true,
    raised: given('voltageNoise', 5.01, NaN),
    quiet: given('voltageNoise', 5, 0.2),
    elsewhere: where(given('voltageNoise', 50), NO_CURRENT),
    blind: [{ seen: { ...without('voltage_V'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'voltage-rising',
    reaction: 'warn',
    after_s: 60,
    latched: false,
    raised: given('voltageTrend_V_min', 0.0301, NaN),
    quiet: given('voltageTrend_V_min', 0.03, -1),
    elsewhere: where(given('voltageTrend_V_min', 1), NO_CURRENT),
    blind: [{ seen: { ...without('voltage_V'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'charge-disagreement',
    reaction: 'warn',
    after_s: 10,
    latched: false,
    raised: [
      ...given('chargeDifference_C', 0.053, -0.053, NaN),
      ...values('absolute_charge_C', NaN),
      { seen: { absolute_charge_C: 100 }, context: { chargeDifference_C: 0.101 } },
    ],
    quiet: [
      ...given('chargeDifference_C', 0.0519, -0.0519),
      { seen: { absolute_charge_C: 0 }, context: { chargeDifference_C: 0.05 } },
      { seen: { absolute_charge_C: 100 }, context: { chargeDifference_C: 0.099 } },
    ],
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
  {
    id: 'record-behind',
    reaction: 'hold',
    after_s: 0,
    latched: true,
    raised: given('recordBacklog', 0.501, 1, NaN),
    quiet: given('recordBacklog', 0.5, 0),
    elsewhere: where(given('recordBacklog', 1), DISARMED),
    blind: [],
  },
  {
    id: 'record-warning',
    reaction: 'warn',
    after_s: 0,
    latched: false,
    raised: given('recordWarning', 'only 20 MB are free'),
    quiet: given('recordWarning', null),
    elsewhere: where(given('recordWarning', 'only 20 MB are free'), DISARMED),
    blind: [],
  },
  {
    id: 'bus-noisy',
    reaction: 'warn',
    after_s: 0,
    latched: false,
    raised: values('busFailedShare', 0.0501, 1, NaN),
    quiet: values('busFailedShare', 0.05, 0),
    elsewhere: where(values('busFailedShare', 1), DISARMED),
    blind: [],
  },
  {
    id: 'bus-failing',
    reaction: 'hold',
    after_s: 10,
    latched: true,
    raised: values('busFailedShare', 0.0501, 1, NaN),
    quiet: values('busFailedShare', 0.05, 0),
    elsewhere: where(values('busFailedShare', 1), DISARMED),
    blind: [],
  },
  {
    id: 'actuator-refuses',
    reaction: 'hold',
    after_s: 2,
    latched: true,
    raised: given('refused', 'Peltier: not acknowledged'),
    quiet: [{}],
    elsewhere: where(given('refused', 'Peltier: not acknowledged'), DISARMED),
    blind: [],
  },
  {
    id: 'supply-low',
    reaction: 'abort',
    after_s: 1,
    latched: true,
    raised: values('supply_V', 21.59, 0, NaN),
    quiet: values('supply_V', 21.6, 24),
    elsewhere: [
      ...where(values('supply_V', 5), DISARMED),
      { seen: without('supply_V', 'absent') }, // a bench without the divider
    ],
    blind: [{ seen: { ...without('hot_side_C'), supply_V: null }, by: 'no-hot-side-c' }],
  },
  {
    id: 'off-not-confirmed',
    reaction: 'open-relay',
    after_s: 0,
    latched: true,
    raised: [
      { context: { offUnconfirmed: '80 mA still flow' } },
      { context: { ...OVER, offUnconfirmed: 'the current cannot be measured' } },
    ],
    quiet: [{}, { context: OVER, seen: { masterRelayClosed: false, safeEnabledLine: false } }],
    elsewhere: [
      { context: { ...OVER, run: 'idle', offUnconfirmed: '1 mA' } },
      { context: { ...OVER, run: 'starting', offUnconfirmed: '1 mA' } },
    ],
    blind: [],
  },
  {
    id: 'master-relay-dropped',
    reaction: 'abort',
    after_s: 0.4,
    latched: true,
    raised: values('masterRelayClosed', false),
    quiet: values('masterRelayClosed', true),
    elsewhere: [
      ...where(values('masterRelayClosed', false), { relayDriven: false }),
      ...where(values('masterRelayClosed', false), DISARMED),
      { seen: { masterRelayClosed: null } },
    ],
    blind: [],
  },
  {
    id: 'master-relay-welded',
    reaction: 'open-relay',
    after_s: 0.4,
    latched: true,
    raised: [...where(values('masterRelayClosed', true), OVER), { context: { relayDriven: false, run: 'aborting' } }],
    quiet: where(values('masterRelayClosed', false), OVER),
    elsewhere: [
      { seen: { masterRelayClosed: true } },
      { seen: { masterRelayClosed: null }, context: OVER },
      { seen: { masterRelayClosed: true }, context: { ...OVER, run: 'idle' } },
      { seen: { masterRelayClosed: true }, context: { ...OVER, run: 'starting' } },
    ],
    blind: [],
  },
  {
    id: 'safe-enable-lost',
    reaction: 'abort',
    after_s: 0.4,
    latched: true,
    raised: values('safeEnabledLine', false),
    quiet: values('safeEnabledLine', true),
    elsewhere: [...where(values('safeEnabledLine', false), DISARMED), { seen: { safeEnabledLine: null } }],
    blind: [],
  },
  {
    id: 'safe-enable-stuck',
    reaction: 'open-relay',
    after_s: 0.4,
    latched: true,
    raised: where(values('safeEnabledLine', true), OVER),
    quiet: where(values('safeEnabledLine', false), OVER),
    elsewhere: [
      { seen: { safeEnabledLine: true } },
      { seen: { safeEnabledLine: null }, context: OVER },
      { seen: { safeEnabledLine: true }, context: { ...OVER, run: 'idle' } },
      { seen: { safeEnabledLine: true }, context: { ...OVER, run: 'starting' } },
    ],
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
    raised: [...values('temperature_C', 0.21, -0.21, NaN), ...given('temperatureTarget_C', NaN, 5)],
    quiet: [
      ...values('temperature_C', 0.2, -0.2),
      { seen: { temperature_C: 5.1 }, context: { temperatureTarget_C: 5 } },
    ],
    elsewhere: [...where(values('temperature_C', 5), NO_CURRENT), ...where(values('temperature_C', 22), UNCOOLED)],
    blind: [{ seen: without('temperature_C'), by: 'band-warn' }],
  },
  {
    id: 'band-hold',
    reaction: 'hold',
    after_s: 60,
    latched: true,
    raised: [...values('temperature_C', 0.51, -0.51, NaN), ...given('temperatureTarget_C', NaN, 5)],
    quiet: [
      ...values('temperature_C', 0.5, -0.5),
      { seen: { temperature_C: 5.1 }, context: { temperatureTarget_C: 5 } },
    ],
    elsewhere: [...where(values('temperature_C', 5), NO_CURRENT), ...where(values('temperature_C', 22), UNCOOLED)],
    blind: [{ seen: without('temperature_C'), by: 'band-hold' }],
  },
  {
    id: 'cooling-wrong-way',
    reaction: 'open-relay',
    after_s: 1.9,
    latched: true,
    raised: [...given('warmed_K', 1.01, NaN), { seen: { peltier_A: 0.21 }, context: { warmed_K: 1.01 } }],
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
    id: 'peltier-runs-on',
    reaction: 'open-relay',
    after_s: 2,
    latched: true,
    raised: [
      ...values('peltier_A', 2.83, -2.83, NaN), // 2.4 A and 5 % of it and 0.3 A
      { seen: { peltier_A: 0.31 }, context: { peltierDemand_A: 0 } },
      { seen: { peltier_A: 5 }, context: { peltierSteady_s: 3.1 } },
      ...given('peltierDemand_A', NaN),
    ],
    quiet: [...values('peltier_A', 2.81, 0), { seen: { peltier_A: 0.3 }, context: { peltierDemand_A: 0 } }],
    elsewhere: [
      ...where(values('peltier_A', 5), DISARMED),
      ...where(values('peltier_A', 5), { peltierSteady_s: 3 }),
      { seen: without('peltier_A') },
    ],
    blind: [],
  },
  {
    id: 'cooling-failing',
    reaction: 'hold',
    after_s: 0,
    latched: true,
    raised: given('coolingDebt_K_s', 60.1, NaN),
    quiet: given('coolingDebt_K_s', 60, 0),
    elsewhere: [...where(given('coolingDebt_K_s', 99), NO_CURRENT), ...where(given('coolingDebt_K_s', 99), UNCOOLED)],
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'cooling-lost',
    reaction: 'abort',
    after_s: 0.9,
    latched: true,
    raised: [
      ...values('temperature_C', 10.1, NaN),
      ...values('temperature_setpoint_C', NaN),
      { seen: { temperature_C: 13, temperature_setpoint_C: 2.9 } },
      { seen: { temperature_C: 19.1 }, context: WIDE },
    ],
    quiet: [
      ...values('temperature_C', 10, -5),
      { seen: { temperature_C: 13, temperature_setpoint_C: 3 } },
      { seen: { temperature_C: 19 }, context: WIDE }, // twice the band that this recipe holds
    ],
    elsewhere: [
      ...where(values('temperature_C', 20), NO_CURRENT),
      ...where(values('temperature_C', 20), UNCOOLED),
      { seen: { temperature_C: 20, temperature_setpoint_C: null } },
    ],
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'thermometer-still',
    reaction: 'hold',
    after_s: 0,
    latched: true,
    raised: given('temperatureStill_s', 60.1, NaN),
    quiet: given('temperatureStill_s', 60, 0),
    elsewhere: [
      ...where(given('temperatureStill_s', 999), UNCOOLED),
      ...where(given('temperatureStill_s', 999), DISARMED),
    ],
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'temperature-jump',
    reaction: 'abort',
    after_s: 0,
    latched: true,
    raised: values('temperatureJumps', 3, NaN),
    quiet: values('temperatureJumps', 2, 0),
    elsewhere: where(values('temperatureJumps', 3), DISARMED),
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'hot-side-jump',
    reaction: 'abort',
    after_s: 0,
    latched: true,
    raised: values('hotSideJumps', 3, NaN),
    quiet: values('hotSideJumps', 2, 0),
    elsewhere: where(values('hotSideJumps', 3), UNCOOLED),
    blind: [{ seen: without('hot_side_C'), by: 'no-hot-side-c' }],
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
    quiet: [
      { seen: { temperature_C: 0, safety_temperature_C: 3 } },
      { seen: { temperature_C: 20, safety_temperature_C: 20 } },
      { seen: { temperature_C: null, safety_temperature_C: 20 } },
      { seen: { temperature_C: 20, safety_temperature_C: null } },
    ],
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
    blind: [{ seen: without('hot_side_C'), by: 'no-hot-side-c' }],
  },
  {
    id: 'hot-side-last',
    reaction: 'open-relay',
    after_s: 1,
    latched: true,
    raised: [...values('hot_side_C', 75.1, NaN), { seen: { hot_side_C: 80 }, context: UNCOOLED }],
    quiet: values('hot_side_C', 75),
    elsewhere: [...where(values('hot_side_C', 90), DISARMED), { seen: without('hot_side_C') }],
    blind: [{ seen: without('hot_side_C'), by: 'no-hot-side-c' }],
  },
];

const gas: readonly Row[] = [
  {
    id: 'hydrogen-warn',
    reaction: 'warn',
    after_s: 2,
    latched: false,
    raised: [...values('hydrogen_ppm', 400.1, NaN), { seen: without('hydrogen_ppm', 'over-range') }],
    quiet: [...values('hydrogen_ppm', 400), { seen: without('hydrogen_ppm', 'invalid') }],
    elsewhere: where(values('hydrogen_ppm', 900), NO_CURRENT),
    blind: [{ seen: without('hydrogen_ppm'), by: 'no-hydrogen-ppm' }],
  },
  {
    id: 'hydrogen-trip',
    reaction: 'abort',
    after_s: 0.1,
    latched: true,
    raised: [...values('hydrogen_ppm', 1000, 5000, NaN), { seen: without('hydrogen_ppm', 'over-range') }],
    quiet: [...values('hydrogen_ppm', 999.9), { seen: without('hydrogen_ppm', 'invalid') }],
    elsewhere: where(values('hydrogen_ppm', 5000), DISARMED),
    blind: [{ seen: without('hydrogen_ppm'), by: 'no-hydrogen-ppm' }],
  },
  {
    id: 'hydrogen-sensor-still',
    reaction: 'hold',
    after_s: 0,
    latched: true,
    raised: given('hydrogenStill_s', 300.1, NaN),
    quiet: given('hydrogenStill_s', 300, 0),
    elsewhere: [
      ...where(given('hydrogenStill_s', 999), NO_CURRENT),
      ...where(given('hydrogenStill_s', 999), UNSNIFFED),
    ],
    blind: [{ seen: without('hydrogen_ppm'), by: 'no-hydrogen-ppm' }],
  },
  {
    id: 'sweep-lost',
    reaction: 'abort',
    after_s: 2,
    latched: true,
    raised: [
      ...values('sweep_mL_min', 69.9, 0, NaN),
      {
        seen: { sweep_mL_min: 0 },
        context: { plan: { ...planOf(), limits: { ...planOf().limits, sweepMin_mL_min: 0.5 } } },
      },
    ],
    quiet: values('sweep_mL_min', 70),
    elsewhere: [...where(values('sweep_mL_min', 0), NO_CURRENT), ...where(values('sweep_mL_min', 0), UNSWEPT)],
    blind: [{ seen: without('sweep_mL_min'), by: 'sweep-lost' }],
  },
  {
    id: 'flow-lost',
    reaction: 'abort',
    after_s: 2.8,
    latched: true,
    raised: [...values('flow_mL_min', 14.9, 0, NaN), { seen: { flow_mL_min: 0 }, context: { flowSteady_s: 5.1 } }],
    quiet: values('flow_mL_min', 15),
    elsewhere: [
      ...where(values('flow_mL_min', 0), NO_CURRENT),
      ...where(values('flow_mL_min', 0), UNPUMPED),
      ...where(values('flow_mL_min', 0), { flowSteady_s: 5 }),
    ],
    blind: [{ seen: without('flow_mL_min'), by: 'flow-lost' }],
  },
  {
    id: 'pump-disagrees',
    reaction: 'hold',
    after_s: 3,
    latched: true,
    raised: [
      ...given('flowDiffers_mL_min', 7.81, NaN), // of 26 mL/min
      ...given('pumpByCurve_mL_min', 3.3, NaN),
      { context: { flowDiffers_mL_min: 9, flowSteady_s: 5.1 } },
    ],
    quiet: [...given('flowDiffers_mL_min', 7.79), { context: { flowDiffers_mL_min: 6, pumpByCurve_mL_min: 20 } }],
    elsewhere: [
      ...where(given('flowDiffers_mL_min', 20), NO_CURRENT),
      ...where(given('flowDiffers_mL_min', 20), UNPUMPED),
      ...where(given('flowDiffers_mL_min', 20), { flowSteady_s: 5 }),
    ],
    blind: [{ seen: without('flow_mL_min'), by: 'no-flow-ml-min' }],
  },
];

function renewed(
  channel: ChannelName,
  after_s: number,
  elsewhere: readonly Partial<GuardContext>[],
  quiet: readonly Situation[] = [{}],
): Row {
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
    quiet,
    elsewhere: elsewhere.flatMap((context) => where(lost, context)),
    blind: [{ seen: without(channel), by: id }],
  };
}

/** Nothing cools and no current warms: no limit stands over the temperature. */
const UNHEEDED: Partial<GuardContext> = { ...NO_CURRENT, ...UNCOOLED };

/** Asked for by cooling alone, and by a current alone: a recipe may waive the cooling. */
function onceWarmed(row: Row): Row {
  const [lost] = row.raised;
  const alone = [NO_CURRENT, UNCOOLED].map((context) => ({ ...lost, context }));
  return { ...row, raised: [...row.raised, ...alone] };
}

const sensors: readonly Row[] = [
  onceWarmed(renewed('temperature_C', 0.5, [UNHEEDED, DISARMED])),
  onceWarmed(renewed('safety_temperature_C', 0.5, [UNHEEDED, DISARMED])),
  renewed('hot_side_C', 1, [UNCOOLED, DISARMED]),
  renewed('hydrogen_ppm', 0, [NO_CURRENT, UNSNIFFED], [{}, { seen: without('hydrogen_ppm', 'over-range') }]),
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

/** What differs from the residuals of a run that its twin follows. */
function residual(...of: readonly Partial<GuardContext['residuals']>[]): Situation[] {
  return of.map((changes) => ({ context: { residuals: { ...RUNNING.residuals, ...changes } } }));
}

const expected: readonly Row[] = [
  {
    id: 'voltage-unexpected',
    reaction: 'warn',
    after_s: 60,
    latched: false,
    raised: residual({ voltage_V: 0.251 }, { voltage_V: -0.251 }, { voltage_V: NaN }, { voltageAllowed_V: NaN }),
    quiet: residual({ voltage_V: 0.25 }, { voltage_V: -0.25 }, { voltage_V: 0.9, voltageAllowed_V: 1 }),
    elsewhere: [...where(residual({ voltage_V: 2 }), NO_CURRENT), ...residual({ voltage_V: null })],
    blind: [{ seen: { ...without('voltage_V'), ...SILENT }, by: 'board-lost' }],
  },
  {
    id: 'temperature-unexpected',
    reaction: 'warn',
    after_s: 60,
    latched: false,
    raised: residual({ temperature_K: 1.01 }, { temperature_K: -1.01 }, { temperature_K: NaN }),
    quiet: residual({ temperature_K: 1 }, { temperature_K: -1 }),
    elsewhere: [...where(residual({ temperature_K: 5 }), UNCOOLED), ...residual({ temperature_K: null })],
    blind: [{ seen: without('temperature_C'), by: 'no-temperature-c' }],
  },
  {
    id: 'vent-hydrogen-low',
    reaction: 'warn',
    after_s: 300,
    latched: false,
    raised: residual({ ventShare: 0.499 }, { ventShare: -0.1 }, { ventShare: NaN }),
    quiet: residual({ ventShare: 0.5 }, { ventShare: 3 }),
    elsewhere: [...where(residual({ ventShare: 0 }), NO_CURRENT), ...residual({ ventShare: null })],
    blind: [],
  },
  {
    id: 'vent-hydrogen-high',
    reaction: 'warn',
    after_s: 120,
    latched: false,
    raised: residual({ ventOver_vol_percent: 0.101 }, { ventOver_vol_percent: NaN }),
    quiet: residual({ ventOver_vol_percent: 0.1 }, { ventOver_vol_percent: -4 }),
    elsewhere: [
      ...where(residual({ ventOver_vol_percent: 1 }), NO_CURRENT),
      ...residual({ ventOver_vol_percent: null }),
    ],
    blind: [],
  },
];

export const ROWS: readonly Row[] = [...electrical, ...board, ...thermal, ...gas, ...sensors, ...lines, ...expected];
