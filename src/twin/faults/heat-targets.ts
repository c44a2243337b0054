/** What can break around the temperature: thermometers, Peltier, its source and meter, hot side, air. Data only. */
import type { SimulatedBench } from '../simulated-bench.js';
import { constant, held, lagging, scaled, shifted } from './changes.js';
import {
  always,
  amount,
  clamped,
  defect,
  intermittent,
  plain,
  sensed,
  troubles,
  unplugged,
  type Passing,
  type Target,
} from './part.js';

/** What the formula of the thermistor makes of a wire that is off: its input at the excitation. */
const OPEN_THERMISTOR_C = -200;

const kelvin = { unit: 'K', usual: 5, least: -200, most: 200 } as const;

const safety: Passing = {
  tap: (points) => points.safetyThermometer_C,
  unit: '°C',
  scale: 1,
  span: [-40, 125],
  rows: { stuck: ['M2'], garbage: ['M3', 'M7'], slow: ['M6'], delayed: ['M6'] },
  stuckAt: [null, 40],
};
const process: Passing = {
  ...safety,
  tap: (points) => points.thermometer_C,
  noise: 'thermometer',
  stuckAt: [null, 40, -15],
};
const hotSide: Passing = { ...safety, tap: (points) => points.hotSide_C, stuckAt: [null, 80] };
const meter: Passing = {
  tap: (points) => points.coolerMeter_A,
  unit: 'A',
  scale: 1,
  span: [-8, 8],
  noise: 'cooler-meter',
  rows: { stuck: ['H14'], garbage: ['M7'], slow: ['M6'], delayed: ['M6'] },
  moves: {
    because: 'it changes something only while the current of the Peltier moves',
    with: { target: 'cooler-source', verb: 'off' },
  },
};

const thermometerAt = ({ board }: SimulatedBench): readonly number[] => [board.chips.thermometer.address];
const sourceAt = ({ board }: SimulatedBench): readonly number[] => [board.chips.coolerSource.address];
const meterAt = ({ board }: SimulatedBench): readonly number[] => [board.chips.coolerMeter.address];
const housekeepingAt = ({ board }: SimulatedBench): readonly number[] => [board.chips.housekeeping.address];

const thermometerOff = unplugged(thermometerAt, ['M1', 'M6']);
const safetyOff = plain('its wire is off', ['M1', 'M7'], (site) =>
  clamped(site.bench.points.safetyThermometer_C, constant(NaN), site),
);
const hotSideOff = plain('its wire is off', ['M1'], (site) =>
  clamped(site.bench.points.hotSide_C, constant(OPEN_THERMISTOR_C), site),
);
const peltierOff = plain('pumps no heat', ['H16'], (site) => defect(site, 'peltierSign', 0));
const sourceOff = plain('gives no current', ['H16'], (site) => clamped(site.bench.points.cooler_A, constant(0), site));
const fanOff = plain('its rotor stands', ['H15'], (site) =>
  clamped(site.bench.points.hotSideFan, constant(false), site),
);

const thermometers: readonly Target[] = [
  {
    name: 'thermometer',
    what: 'T2, by which the temperature is controlled',
    missing: always,
    addresses: thermometerAt,
    verbs: {
      ...troubles(thermometerAt),
      ...sensed(process),
      off: thermometerOff,
      wrong: amount('reads so much more', ['M4', 'H13'], { ...kelvin, tries: [null, -5] }, (site) =>
        clamped(site.bench.points.thermometer_C, shifted(site.amount), site),
      ),
      intermittent: intermittent(thermometerOff, 4, ['M1', 'M6']),
    },
  },
  {
    name: 'safety-thermometer',
    what: 'T1, on the galvanostat',
    missing: always,
    verbs: {
      ...sensed(safety),
      off: safetyOff,
      wrong: amount('reads so much more', ['M4', 'H17'], { ...kelvin, tries: [null, -5] }, (site) =>
        clamped(site.bench.points.safetyThermometer_C, shifted(site.amount), site),
      ),
      intermittent: intermittent(safetyOff, 1, ['M1']),
    },
  },
  {
    name: 'hot-side-sensor',
    what: 'the thermistor on the Peltier’s hot side',
    missing: always,
    verbs: {
      ...sensed(hotSide),
      off: hotSideOff,
      wrong: amount('reads so much more', ['H15'], { ...kelvin, usual: 40, tries: [null] }, (site) =>
        clamped(site.bench.points.hotSide_C, shifted(site.amount), site),
      ),
      intermittent: intermittent(hotSideOff, 4, ['M1']),
    },
  },
  {
    name: 'housekeeping',
    what: 'the converter of hot side and supply',
    missing: always,
    addresses: housekeepingAt,
    verbs: { ...troubles(housekeepingAt), off: unplugged(housekeepingAt, ['M6']) },
  },
];

const coolers: readonly Target[] = [
  {
    name: 'peltier',
    what: 'the Peltier module',
    missing: always,
    verbs: {
      off: peltierOff,
      wrong: amount(
        'pumps so much more heat; -200 % is swapped leads',
        ['H13', 'H18'],
        { unit: '%', usual: -200, least: -1000, most: 1000, tries: [null, 200, -80] },
        (site) => defect(site, 'peltierSign', 1 + site.amount / 100),
      ),
      intermittent: intermittent(peltierOff, 10, ['H16']),
    },
  },
  {
    name: 'cooler-source',
    what: 'the current source of the Peltier',
    missing: always,
    addresses: sourceAt,
    verbs: {
      ...troubles(sourceAt),
      off: sourceOff,
      stuck: amount(
        'keeps this current, or the one that it had, while it is fed',
        ['H14', 'H18'],
        { unit: 'A', usual: null, least: 0, most: 10, tries: [null, 5] },
        (site) => {
          const change = Number.isNaN(site.amount) ? held<number>() : constant(site.amount);
          return clamped(site.bench.points.cooler_A, change, site);
        },
      ),
      wrong: amount(
        'gives so much more',
        ['H18', 'H16'],
        { unit: '%', usual: 200, least: -100, most: 1000, tries: [null, -80] },
        (site) => clamped(site.bench.points.cooler_A, scaled(1 + site.amount / 100), site),
      ),
      slow: amount(
        'follows with this time constant',
        ['H16'],
        { unit: 's', usual: 30, least: 0.01, most: 3600 },
        (site) => clamped(site.bench.points.cooler_A, lagging(site.amount, site.now_s), site),
      ),
      intermittent: intermittent(sourceOff, 10, ['H16']),
    },
  },
  {
    name: 'cooler-meter',
    what: 'the meter of the Peltier’s current',
    missing: always,
    addresses: meterAt,
    verbs: {
      ...troubles(meterAt),
      ...sensed(meter),
      off: unplugged(meterAt, ['M6']),
      wrong: amount('reads so much more', ['H14'], { unit: 'A', usual: 1, least: -10, most: 10 }, (site) =>
        clamped(site.bench.points.coolerMeter_A, shifted(site.amount), site),
      ),
    },
  },
  {
    name: 'hot-side-fan',
    what: 'the fan of the Peltier’s hot side',
    missing: always,
    verbs: { off: fanOff, intermittent: intermittent(fanOff, 4, ['H15']) },
  },
  {
    name: 'hot-side-tacho',
    what: 'the wire that says that this fan turns',
    missing: always,
    verbs: {
      off: plain('says that it stands', ['H15'], (site) =>
        clamped(site.bench.points.contacts['hot-side-fan-turning'], constant(false), site),
      ),
      stuck: {
        ...plain('says that it turns', ['H15'], (site) =>
          clamped(site.bench.points.contacts['hot-side-fan-turning'], constant(true), site),
        ),
        needs: {
          because: 'it changes something only while the fan stands',
          with: { target: 'hot-side-fan', verb: 'off' },
        },
      },
    },
  },
  {
    name: 'heat-sink',
    what: 'the fins between the hot side and the air',
    missing: always,
    verbs: {
      wrong: amount(
        'are clogged: so much more resistance to heat',
        ['H15', 'H16'],
        { unit: 'K/W', usual: 2, least: 0.01, most: 100 },
        (site) => defect(site, 'hotSideExtra_K_W', site.amount),
      ),
    },
  },
  {
    name: 'ambient',
    what: 'the air of the room',
    missing: always,
    verbs: {
      wrong: amount(
        'is so much warmer',
        ['H17'],
        { unit: 'K', usual: 10, least: -60, most: 60, tries: [null, 40] },
        (site) => {
          const { plant } = site.bench.world;
          plant.ambient_C += site.amount;
          site.fire();
          return () => {
            plant.ambient_C -= site.amount;
          };
        },
      ),
    },
  },
];

export const heat: readonly Target[] = [...thermometers, ...coolers];
