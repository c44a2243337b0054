/** What can break around hydrogen, sweep gas, liquid flow and the wired inputs. Data only. */
import type { SimulatedBench } from '../simulated-bench.js';
import { constant, held, scaled, shifted } from './changes.js';
import {
  always,
  amount,
  clamped,
  defect,
  intermittent,
  plain,
  readTroubles,
  sensed,
  troubles,
  unplugged,
  type Passing,
  type Setup,
  type Suffering,
  type Target,
} from './part.js';
import type { Contact } from './points.js';

type At = (bench: SimulatedBench) => readonly number[];
const hydrogenAt: At = ({ board }) => [board.chips.hydrogen.address];
const ventAt: At = ({ board }) => [board.chips.vent.address];
const sweepAt: At = ({ board }) => [board.chips.sweepFlow.address];
const flowAt: At = ({ board }) => [board.chips.liquidFlow.address];
const outputsAt: At = ({ board }) => [board.chips.outputs.address];

const hydrogen: Passing = {
  tap: (points) => points.hydrogen_ppm,
  unit: 'ppm',
  scale: 1,
  span: [0, 1500],
  noise: 'hydrogen',
  rows: { stuck: ['M13'], garbage: ['M7', 'M11'], slow: ['M6', 'M13'], delayed: ['M6'] },
  stuckAt: [null, 0, 5000],
  moves: {
    because: 'it changes something only while hydrogen comes',
    with: { target: 'canopy-air', verb: 'wrong' },
  },
};
const vent: Passing = {
  tap: (points) => points.vent_vol_percent,
  unit: 'vol%',
  scale: 1,
  span: [-2, 20],
  rows: { stuck: ['M13'], garbage: ['M7'], slow: ['M6'], delayed: ['M6'] },
  stuckAt: [null],
  moves: {
    because: 'it changes something only while hydrogen comes',
    with: { target: 'vent-line', verb: 'wrong' },
  },
};
const sweep: Passing = {
  tap: (points) => points.sweepMeter_mL_min,
  unit: 'mL/min',
  scale: 1,
  span: [-100, 500],
  noise: 'sweep-meter',
  rows: { stuck: ['M6'], garbage: ['M7'], slow: ['M6'], delayed: ['M6'] },
  stuckAt: [null, 0],
  moves: {
    because: 'it changes something only while the gas comes or goes',
    with: { target: 'sweep', verb: 'off' },
  },
};
const flow: Passing = {
  unit: 'mL/min',
  scale: 1,
  rows: sweep.rows,
  stuckAt: [null, 0],
  tap: (points) => points.flowMeter_mL_min,
  span: [-5, 65],
  noise: 'flow-meter',
};

const pumpless = ({ reactor }: Setup): string | null =>
  reactor.transport.kind === 'channel' ? null : 'this reactor has no pump';

const hydrogenOff = unplugged(hydrogenAt, ['M11', 'M12']);
const ventOff = plain('its output is at ground', ['M11'], (site) => {
  const { zero_V, scale_vol_percent_V } = site.bench.board.chips.vent;
  return clamped(site.bench.points.vent_vol_percent, constant(-zero_V * scale_vol_percent_V), site);
});
const sweepMeterOff = unplugged(sweepAt, ['M6']);
const flowMeterOff = unplugged(flowAt, ['M6']);
const gasOff = plain('no gas comes', [], (site) => defect(site, 'sweepShare', 0));
const pumpOff = plain('it turns and nothing flows', ['H20'], (site) => defect(site, 'pumpShare', 0));
const fanOff = plain('its rotor stands', ['H23'], (site) =>
  clamped(site.bench.points.canopyFan, constant(false), site),
);

const hydrogens: readonly Target[] = [
  {
    name: 'hydrogen',
    what: 'the hydrogen sensor in the canopy',
    missing: always,
    addresses: hydrogenAt,
    verbs: {
      ...troubles(hydrogenAt),
      ...sensed(hydrogen),
      off: hydrogenOff,
      wrong: amount(
        'reads so much more',
        ['M8', 'M11'],
        { unit: 'ppm', usual: 700, least: -10_000, most: 40_000, tries: [null, 5000] },
        (site) => clamped(site.bench.points.hydrogen_ppm, shifted(site.amount), site),
      ),
      intermittent: intermittent(hydrogenOff, 6, ['M11', 'M12']),
    },
  },
  {
    name: 'canopy-air',
    what: 'the air at the hydrogen sensor itself',
    missing: always,
    verbs: {
      wrong: amount(
        'has so much hydrogen more',
        ['M8', 'M9', 'M10'],
        { unit: 'ppm', usual: 5000, least: 1, most: 1e6, tries: [null, 700, 40_000] },
        (site) => defect(site, 'testGas_ppm', site.amount),
      ),
    },
  },
  {
    name: 'vent-line',
    what: 'the gas at the sensor of the vent line',
    missing: always,
    verbs: {
      wrong: amount('has so much hydrogen more', ['M8'], { unit: 'vol%', usual: 3, least: 0.001, most: 100 }, (site) =>
        defect(site, 'ventGas_vol_percent', site.amount),
      ),
    },
  },
  {
    name: 'hydrogen-leak',
    what: 'the tubes between cell and vent line',
    missing: always,
    verbs: {
      wrong: amount(
        'so much of the free hydrogen leaks into the canopy',
        ['M8'],
        { unit: '%', usual: 100, least: 0.01, most: 100 },
        (site) => defect(site, 'leakShare', site.amount / 100),
      ),
    },
  },
  {
    name: 'vent-sensor',
    what: 'the hydrogen sensor in the vent line',
    missing: always,
    addresses: ventAt,
    verbs: {
      ...troubles(ventAt),
      ...sensed(vent),
      off: ventOff,
      wrong: amount('reads so much more', ['M14'], { unit: 'vol%', usual: 3, least: -100, most: 100 }, (site) =>
        clamped(site.bench.points.vent_vol_percent, shifted(site.amount), site),
      ),
      intermittent: intermittent(ventOff, 4, ['M11']),
    },
  },
];

const flows: readonly Target[] = [
  {
    name: 'sweep',
    what: 'the nitrogen before its valve',
    missing: always,
    verbs: {
      off: gasOff,
      wrong: amount(
        'so much more of it comes',
        [],
        { unit: '%', usual: -60, least: -100, most: 1000, tries: [null, 300] },
        (site) => defect(site, 'sweepShare', 1 + site.amount / 100),
      ),
      intermittent: intermittent(gasOff, 10, []),
    },
  },
  {
    name: 'nitrogen-valve',
    what: 'the normally open valve of the sweep gas',
    missing: always,
    verbs: {
      off: plain('stays shut', [], (site) => clamped(site.bench.points.sweepOpen, constant(false), site)),
    },
  },
  {
    name: 'sweep-meter',
    what: 'the meter of the sweep gas',
    missing: always,
    addresses: sweepAt,
    verbs: {
      ...readTroubles(sweepAt),
      ...sensed(sweep),
      off: sweepMeterOff,
      wrong: amount('reads so much more', ['M6'], { unit: 'mL/min', usual: -30, least: -1000, most: 30_000 }, (site) =>
        clamped(site.bench.points.sweepMeter_mL_min, shifted(site.amount), site),
      ),
      intermittent: intermittent(sweepMeterOff, 4, ['M6']),
    },
  },
  {
    name: 'pump',
    what: 'the pump of the liquid',
    missing: pumpless,
    verbs: {
      off: pumpOff,
      stuck: amount(
        'keeps this flow, or the one that it had, while it is fed',
        ['H19'],
        { unit: 'mL/min', usual: null, least: 0, most: 1000, tries: [0] },
        (site) => {
          const change = Number.isNaN(site.amount) ? held<number>() : constant(site.amount);
          return clamped(site.bench.points.pump_mL_min, change, site);
        },
      ),
      wrong: amount(
        'delivers so much more',
        ['H20'],
        { unit: '%', usual: -50, least: -100, most: 1000, tries: [null, 100] },
        (site) => clamped(site.bench.points.pump_mL_min, scaled(1 + site.amount / 100), site),
      ),
      intermittent: intermittent(pumpOff, 4, ['H20']),
    },
  },
  {
    name: 'flow-meter',
    what: 'the meter of the liquid',
    missing: pumpless,
    addresses: flowAt,
    verbs: {
      ...readTroubles(flowAt),
      ...sensed(flow),
      off: flowMeterOff,
      wrong: amount('reads so much more', ['M6'], { unit: 'mL/min', usual: -10, least: -100, most: 100 }, (site) =>
        clamped(site.bench.points.flowMeter_mL_min, shifted(site.amount), site),
      ),
      intermittent: intermittent(flowMeterOff, 4, ['M6']),
    },
  },
  {
    name: 'outputs',
    what: 'the chip that drives pump and fans',
    missing: always,
    addresses: outputsAt,
    verbs: { ...troubles(outputsAt), off: unplugged(outputsAt, ['H19', 'H23']) },
  },
  {
    name: 'canopy-fan',
    what: 'the fan of the canopy',
    missing: always,
    verbs: {
      off: fanOff,
      wrong: amount('draws so much more', ['H23'], { unit: '%', usual: -90, least: -100, most: 100 }, (site) =>
        defect(site, 'canopyShare', 1 + site.amount / 100),
      ),
      intermittent: intermittent(fanOff, 8, ['H23']),
    },
  },
  {
    name: 'canopy-tacho',
    what: 'the wire that says that this fan turns',
    missing: always,
    verbs: {
      off: plain('says that it stands', ['H23'], (site) =>
        clamped(site.bench.points.contacts['canopy-fan-turning'], constant(false), site),
      ),
      stuck: {
        ...plain('says that it turns', ['H23'], (site) =>
          clamped(site.bench.points.contacts['canopy-fan-turning'], constant(true), site),
        ),
        needs: {
          because: 'it changes something only while the fan stands',
          with: { target: 'canopy-fan', verb: 'off' },
        },
      },
    },
  },
];

/** A wired contact: opens, sticks closed, chatters. */
function contact(
  name: string,
  what: string,
  line: Contact,
  words: {
    readonly opens: string;
    readonly rows: readonly string[];
    readonly stuckRows: readonly string[];
    readonly chatter_s?: number;
  },
): Target {
  const off: Suffering = plain(words.opens, words.rows, (site) =>
    clamped(site.bench.points.contacts[line], constant(false), site),
  );
  return {
    name,
    what,
    missing: always,
    verbs: {
      off,
      stuck: {
        ...plain('stays closed, whatever a hand does', words.stuckRows, (site) =>
          clamped(site.bench.points.contacts[line], constant(true), site),
        ),
        needs: { because: 'it changes something only when a hand opens it', with: { hand: line } },
      },
      intermittent: intermittent(off, words.chatter_s ?? 0.05, words.rows),
    },
  };
}

const contacts: readonly Target[] = [
  contact('e-stop', 'the emergency stop', 'e-stop-closed', {
    opens: 'is pressed, or its wire is cut',
    rows: ['H24', 'H25'],
    stuckRows: ['H25'],
  }),
  contact('door', 'the door', 'door-closed', { opens: 'opens', rows: ['H26'], stuckRows: ['H26'] }),
  contact('tray', 'the leak sensor in the tray', 'tray-dry', {
    opens: 'sees liquid',
    chatter_s: 1,
    rows: ['H22'],
    stuckRows: ['H22'],
  }),
  contact('thermal-cutout', 'the thermal cut-out', 'thermal-cutout-closed', {
    opens: 'opens',
    rows: ['H30', 'H17'],
    stuckRows: ['H30'],
  }),
];

export const gas: readonly Target[] = [...hydrogens, ...flows, ...contacts];
