import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benchTold,
  chipRows,
  counters,
  failedShare,
  latchedTrips,
  lineRows,
  outputNames,
  safeState,
  standingRows,
} from '../../../src/console/page/bench/live.js';
import {
  amountHint,
  grouped,
  inForce,
  matching,
  nameOf,
  orderOf,
  UNWRITTEN,
} from '../../../src/console/page/bench/rehearsal.js';
import { whyNot, type Standing } from '../../../src/console/page/run/may.js';
import { parseBoard } from '../../../src/model/board.js';
import { showBoard } from '../../../src/model/board-shown.js';
import { RUN_STATES } from '../../../src/model/state.js';
import { benchPayload, type BenchPayload } from '../../../src/telemetry/topics.js';
import { faultText, parseFaults } from '../../../src/twin/faults/language.js';
import { faultRows } from '../../../src/twin/faults/targets.js';

const FAULTS = faultRows();
const board = (file: string) => showBoard(parseBoard(readFileSync(`boards/${file}`, 'utf8'), file));
const SIM = board('bench-sim.yaml');

/** As the reactor tells it; what is not given is null. */
function told(rest: Partial<BenchPayload>): BenchPayload | null {
  const nothing = Object.fromEntries(Object.keys(benchPayload.shape).map((key) => [key, null]));
  return benchTold(JSON.stringify({ ...nothing, v: 1, bootId: 'boot', seq: 1, t: 0, open: true, ...rest }));
}

describe('lines and chips', () => {
  it('stand in words, with a mark where a start needs them', () => {
    const live = told({ 'line_door-closed': false, 'line_tray-dry': true, 'line_arm-button': false });
    const rows = new Map(lineRows(SIM, live).map(({ name, word, mark }) => [name, [word, mark]]));
    expect(rows.get('Door')).toEqual(['open', 'bad']);
    expect(rows.get('Drip tray')).toEqual(['dry', 'good']);
    expect(rows.get('Arm button')).toEqual(['not pressed', 'plain']);
    expect(rows.get('Emergency stop')).toEqual(['no value', 'plain']);
  });

  it('have no row where the board has none', () => {
    expect(lineRows(SIM, null).map(({ name }) => name)).not.toContain('Contact of the master relay');
    expect(outputNames(SIM)).toContain('master-relay');
    expect(outputNames(SIM)).not.toContain('buzzer');
    const live = told({ chip_vent: 'absent', chip_hydrogen: 'warming-up', chip_thermometer: 'silent' });
    const rows = new Map(chipRows(SIM, live).map(({ name, word, mark }) => [name, [word, mark]]));
    expect(rows.has('vent')).toBe(false);
    expect(rows.get('hydrogen')).toEqual(['warming up', 'plain']);
    expect(rows.get('thermometer')).toEqual(['silent', 'bad']);
    expect(rows.get('outputs')).toEqual(['written to', 'plain']);
    expect(rows.get('galvanostat')).toEqual(['no value', 'plain']);
  });

  it('of a breakout board are told with its galvanostat', () => {
    const rows = chipRows(board('breakout.yaml'), told({ chip_galvanostat: 'ok' }));
    expect(rows.find(({ name }) => name === 'ammeter')?.word).toBe('with galvanostat');
    expect(rows.find(({ name }) => name === 'galvanostat')?.word).toBe('ok');
  });

  it('are not taken from what is against the contract', () => {
    for (const text of ['{', 'null', '[]', '{"line_x":{}}']) expect(benchTold(text)).toBeNull();
  });
});

describe('control', () => {
  it('says how late and how often it missed, and nothing while nothing is told', () => {
    const rows = new Map(standingRows(told({ cycle_late_ms: 3.14, missed_ticks: 2 })));
    expect(rows.get('Latest control cycle of this run')).toBe('3.1 ms late');
    expect(rows.get('Cycles left out in this run')).toBe('2');
    expect([failedShare(told({ bus_failed_share: 0.5 })), failedShare(null)]).toEqual(['50.0 %', null]);
    expect(rows.get('Refused by pump, Peltier or fans')).toBe('nothing');
    expect(new Set(standingRows(null).map(([, is]) => is))).toEqual(new Set([null]));
    expect(counters(told({ bus_crc: 4 }), null).find(({ key }) => key === 'bus_crc')?.count).toBe(4);
    expect(latchedTrips(told({ latched: 'over-current door' }))).toEqual(['over-current', 'door']);
    expect([latchedTrips(null), latchedTrips(told({ latched: '' }))]).toEqual([[], []]);
  });

  it('is in the furthest safe state that an alarm has brought, shelved or not', () => {
    expect(safeState([])).toBeNull();
    expect(
      safeState([
        { state: 'active', safe_state: 'W' },
        { state: 'normal', safe_state: 'S0' },
      ]),
    ).toBeNull();
    expect(
      safeState([
        { state: 'active', safe_state: 'S2' },
        { state: 'shelved', safe_state: 'S1' },
      ]),
    ).toMatch(/^S1/);
  });
});

describe('a rehearsal', () => {
  const row = (name: string) => {
    const found = FAULTS.find((fault) => nameOf(fault) === name);
    if (found === undefined) throw new Error(`the catalogue has no ${name}`);
    return found;
  };

  it('is found by part, deed and row of the hazard list, each word somewhere', () => {
    expect(matching(FAULTS, ' ')).toHaveLength(FAULTS.length);
    expect(matching(FAULTS, 'E-STOP').length).toBeGreaterThan(0);
    expect(matching(FAULTS, 'h5 loose').every(({ catalogue }) => catalogue.join().includes('H5'))).toBe(true);
    expect(matching(FAULTS, 'contact corrodes').map(nameOf)).toEqual(['cell-lead:slow']);
    expect(matching(FAULTS, '<script>')).toEqual([]);
    expect(grouped(FAULTS).flatMap(({ rows }) => rows)).toEqual(FAULTS);
  });

  it('is ordered in words that the reactor reads as they were meant, for all of the catalogue', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAULTS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        fc.double({ min: 0, max: 2_592_000, noNaN: true }),
        fc.option(fc.double({ min: 1e-6, max: 2_592_000, noNaN: true })),
        (fault, at, given, after, lasts) => {
          const amount = (fault.least ?? 0) + at * ((fault.most ?? 0) - (fault.least ?? 0));
          const { text } = orderOf(fault, {
            amount: given ? String(amount).replace('.', ',') : '',
            after: String(after),
            lasts: lasts === null ? '' : String(lasts),
          });
          const read = parseFaults([text ?? '']);
          expect(read.ok && read.value[0]?.order).toEqual({
            target: fault.name,
            verb: fault.verb,
            amount: given && fault.unit !== null ? amount : null,
            at_s: after,
            for_s: lasts,
          });
        },
      ),
    );
  });

  it('is refused at the field that is wrong, all at once', () => {
    const fault = row('cell-lead:wrong');
    const { text, wrong } = orderOf(fault, { amount: '-1', after: 'soon', lasts: '0' });
    expect([text, ...Object.values(wrong).map((one) => one !== null)]).toEqual([null, true, true, true]);
    for (const amount of ['NaN', 'Infinity', '1e99', '20 ohm', '0x1g'])
      expect(orderOf(fault, { ...UNWRITTEN, amount }).wrong.amount).not.toBeNull();
    expect(orderOf(fault, UNWRITTEN).text).toBe('cell-lead:wrong@0s');
    expect(amountHint(fault)).toBe('Empty: 20 ohm. 0.01 to 1000000000 ohm.');
    expect(amountHint(row('power-stage:stuck'))).toBe('Empty: the value that it has. -260 to 260 mA.');
  });

  it('stands as it is told, one row a fault', () => {
    const read = parseFaults(['cell-lead:wrong=20 ohm', 'pump:off@5s+3s']);
    const texts = read.ok ? read.value.map(faultText) : [];
    expect(inForce(texts.join(' '), FAULTS)).toEqual([
      { text: texts[0], means: 'a lead of the cell and its contact: a bad contact adds so much' },
      { text: texts[1], means: expect.stringContaining('pump') as string },
    ]);
    expect([inForce(null, FAULTS), inForce('', FAULTS)]).toEqual([[], []]);
    expect(inForce('x:y@0s', [])).toEqual([{ text: 'x:y@0s', means: '' }]);
  });

  it('is for operators, in a run', () => {
    const session = { reactor: 'bench', user: 'anna', role: 'operator', anyoneReads: true, users: 1 } as const;
    const here: Standing = { session, about: null, state: 'execute', heard: true };
    expect(whyNot('fault', here)).toBeNull();
    expect(whyNot('fault', { ...here, session: null })).toMatch(/operator/);
    expect(whyNot('fault', { ...here, session: { ...session, role: 'viewer' } })).toMatch(/operator/);
    const no = RUN_STATES.filter((state) => whyNot('fault', { ...here, state }) !== null);
    expect(no).toEqual(['idle', 'complete', 'stopped', 'aborted']);
  });
});
