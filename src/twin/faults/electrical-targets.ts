/** What can break between the galvanostat and the cell: power stage, leads, cell, converters, relays. Data only. */
import { constant, held, scaled, shifted } from './changes.js';
import {
  always,
  amount,
  clamped,
  defect,
  intermittent,
  plain,
  sensed,
  type Passing,
  type Site,
  type Target,
  type Undo,
} from './part.js';

const MA = 1000;
/** A lead that fell off, ohm. */
const OPEN_OHM = 1e9;
/** How often a fault that moves by itself moves, s. */
const STEP_S = 0.1;

/** A resistance in the lead that a fault gives anew again and again. */
function moving(site: Site, period_s: number, next_ohm: () => number): Undo {
  let undo: Undo = () => undefined;
  site.every(period_s, () => {
    undo();
    undo = defect(site, 'extraSeries_ohm', next_ohm());
  });
  return () => undo();
}

const share = { unit: '%', least: -1000, most: 10_000 } as const;

/** The FET keeps its current, past the output relay: nothing but the master relay ends it. */
function stageStuck(site: Site): Undo {
  const { points } = site.bench;
  const undo = [
    clamped(points.stage_A, Number.isNaN(site.amount) ? held<number>() : constant(site.amount / MA), site),
    clamped(points.outputPath, constant(true), site),
  ];
  return () => {
    for (const one of undo) one();
  };
}

const stageOff = plain('delivers nothing', ['H8'], (site) => clamped(site.bench.points.stage_A, constant(0), site));
const leadOff = plain('the lead falls off', ['H5'], (site) => defect(site, 'extraSeries_ohm', OPEN_OHM));
const relayOff = plain('its contacts do not close', ['H5'], (site) =>
  clamped(site.bench.points.outputRelay, constant(false), site),
);

const shunt: Passing = {
  tap: (points) => points.shunt_A,
  unit: 'mA',
  scale: MA,
  span: [-250, 250],
  rows: { stuck: ['M15', 'H8'], garbage: ['M7', 'M15'], slow: ['H8'], delayed: ['M6'] },
  stuckAt: [null, 256],
};
const voltage: Passing = {
  tap: (points) => points.voltage_V,
  unit: 'V',
  scale: 1,
  span: [-26, 26],
  rows: { stuck: ['H4', 'H6'], garbage: ['M7', 'H12'], slow: ['H4'], delayed: ['M6'] },
  stuckAt: [null, 0.01],
};

export const electrical: readonly Target[] = [
  {
    name: 'power-stage',
    what: 'the stage that regulates the current',
    missing: always,
    verbs: {
      off: stageOff,
      stuck: amount(
        'keeps its current past DAC and output relay, whatever the board says',
        ['H2'],
        { unit: 'mA', usual: null, least: -260, most: 260 },
        stageStuck,
      ),
      garbage: plain('delivers anything up to one and a half times what it is told', ['H1', 'H12'], (site) =>
        clamped(site.bench.points.stage_A, (value) => 1.5 * site.random.uniform() * value, site),
      ),
      wrong: amount(
        'delivers so much more; -200 % is the other direction',
        ['H1', 'H7', 'H8'],
        { ...share, usual: 50, tries: [null, -200, -10] },
        (site) => clamped(site.bench.points.stage_A, scaled(1 + site.amount / 100), site),
      ),
      intermittent: intermittent(stageOff, 0.5, ['H8', 'H12']),
    },
  },
  {
    name: 'dac',
    what: 'the converter that tells the stage its current',
    missing: always,
    verbs: {
      stuck: plain('keeps its code while the stage is on', ['H8'], (site) => {
        const { points, world, firmware } = site.bench;
        const kept_A = world.board.dacCurrent_A;
        const on = (): boolean => firmware?.stageEnabled ?? world.board.relayClosed;
        return clamped(points.dac_A, (value) => (on() ? kept_A : value), site);
      }),
      wrong: amount('gives so much more', ['H1', 'H8'], { ...share, usual: 20, tries: [null, -10] }, (site) =>
        clamped(site.bench.points.dac_A, scaled(1 + site.amount / 100), site),
      ),
    },
  },
  {
    name: 'output-relay',
    what: 'the relay between stage and cell',
    missing: always,
    verbs: {
      off: relayOff,
      stuck: plain('its contacts are welded', ['H2', 'H3'], (site) =>
        clamped(site.bench.points.outputRelay, constant(true), site),
      ),
      intermittent: intermittent(relayOff, 0.5, ['H5']),
    },
  },
  {
    name: 'cell',
    what: 'the cell between its leads',
    missing: always,
    verbs: {
      off: plain('no current passes', ['H5'], (site) => defect(site, 'extraSeries_ohm', OPEN_OHM)),
      stuck: amount(
        'its electrodes touch, with this resistance',
        ['H6'],
        { unit: 'ohm', usual: 0.1, least: 0.001, most: 1000 },
        (site) => defect(site, 'short_ohm', site.amount),
      ),
      wrong: amount(
        'its resistance is so much higher',
        ['H4', 'H11'],
        { unit: '%', usual: 20, least: 0.1, most: 1e6, tries: [null, 2000] },
        (site) => {
          const { plant } = site.bench.world;
          return defect(site, 'extraSeries_ohm', (site.amount / 100) * plant.resistance_ohm);
        },
      ),
    },
  },
  {
    name: 'cell-lead',
    what: 'a lead of the cell and its contact',
    missing: always,
    verbs: {
      off: leadOff,
      wrong: amount(
        'a bad contact adds so much',
        ['H4'],
        { unit: 'ohm', usual: 20, least: 0.01, most: OPEN_OHM, tries: [null, 268] },
        (site) => defect(site, 'extraSeries_ohm', site.amount),
      ),
      garbage: amount(
        'a loose contact adds anything up to so much',
        ['H12'],
        { unit: 'ohm', usual: 20, least: 0.01, most: OPEN_OHM },
        (site) => moving(site, STEP_S, () => site.amount * site.random.uniform()),
      ),
      slow: amount(
        'corrodes: so much more every second',
        ['H4', 'H11'],
        { unit: 'ohm/s', usual: 5, least: 0.001, most: 1e6 },
        (site) => {
          const begin_s = site.now_s();
          return moving(site, STEP_S, () => site.amount * (site.now_s() - begin_s));
        },
      ),
      intermittent: intermittent(leadOff, 0.5, ['H5', 'H12']),
    },
  },
  {
    name: 'return-lead',
    what: 'the other lead of the cell, where a leak to earth shows',
    missing: ({ board }) => (board.chips.galvanostat.driver !== 'gs1' ? 'this board measures no return current' : null),
    verbs: {
      wrong: amount('so much less comes back', ['H2'], { unit: 'mA', usual: 5, least: -250, most: 250 }, (site) =>
        clamped(site.bench.points.returnLead_A, shifted(-site.amount / MA), site),
      ),
    },
  },
  {
    name: 'shunt',
    what: 'the measurement of the current on the board',
    missing: ({ board }) =>
      board.chips.galvanostat.driver !== 'gs1' ? 'this board measures its current with a chip on the bus' : null,
    verbs: {
      ...sensed(shunt),
      off: plain('reads zero', ['H5', 'H8'], (site) => clamped(site.bench.points.shunt_A, constant(0), site)),
      wrong: amount('reads so much more', ['H10'], { ...share, usual: 0.5, tries: [null, 20, -20] }, (site) =>
        clamped(site.bench.points.shunt_A, scaled(1 + site.amount / 100), site),
      ),
    },
  },
  {
    name: 'voltage-sense',
    what: 'the measurement of the cell voltage on the board',
    missing: ({ board }) =>
      board.chips.galvanostat.driver !== 'gs1' ? 'this board measures its voltage with a chip on the bus' : null,
    verbs: {
      ...sensed(voltage),
      off: plain('reads zero', ['H6'], (site) => clamped(site.bench.points.voltage_V, constant(0), site)),
      wrong: amount('reads so much more', ['H4'], { ...share, usual: 50, tries: [null, -200] }, (site) =>
        clamped(site.bench.points.voltage_V, scaled(1 + site.amount / 100), site),
      ),
    },
  },
  {
    name: 'supply',
    what: 'the 24 V rail',
    missing: always,
    verbs: {
      wrong: amount('is so much higher', ['H27'], { unit: 'V', usual: -4, least: -24, most: 12 }, (site) =>
        clamped(site.bench.points.supply_V, shifted(site.amount), site),
      ),
    },
  },
  {
    name: 'master-relay',
    what: 'the relay that feeds cell, Peltier and pump',
    missing: always,
    verbs: {
      off: plain('its contacts do not close', ['H3'], (site) =>
        clamped(site.bench.points.masterRelay, constant(false), site),
      ),
      stuck: plain('its contacts stay as they are', ['H3'], (site) => {
        const kept = site.bench.world.wiring.powered;
        return clamped(site.bench.points.masterRelay, constant(kept), site);
      }),
    },
  },
  {
    name: 'relay-request',
    what: 'the wire by which the board opens the master relay',
    missing: always,
    verbs: {
      off: {
        ...plain('is broken: only the host can open the relay', ['H2'], (site) =>
          clamped(site.bench.points.relayRequest, constant(false), site),
        ),
        needs: {
          because: 'it changes something only while the board asks, as when the stage goes on after a stop',
          with: { target: 'power-stage', verb: 'stuck' },
        },
      },
    },
  },
  {
    name: 'safe-enable',
    what: 'the line of the board that lets Peltier and pump run',
    missing: always,
    verbs: {
      off: plain('stays off', [], (site) => clamped(site.bench.points.safeEnabled, constant(false), site)),
      stuck: plain('stays as it is', [], (site) => {
        const kept = site.bench.world.wiring.safeEnabled;
        return clamped(site.bench.points.safeEnabled, constant(kept), site);
      }),
    },
  },
];
