import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS } from '../../src/model/sample.js';
import {
  aboutMessage,
  alarmMessage,
  benchMessage,
  eventMessage,
  promptMessage,
  recordHeadMessage,
  sampleMessage,
  stateMessage,
} from '../../src/telemetry/payloads.js';
import {
  aboutPayload,
  alarmPayload,
  benchPayload,
  eventPayload,
  procedurePayload,
  promptPayload,
  recordHeadPayload,
  samplePayload,
  statePayload,
} from '../../src/telemetry/topics.js';
import { procedureMessage } from '../../src/telemetry/procedure.js';
import { STARTED_MS, alarm, announcement, benchOf, runEvent, sample, status } from './fixtures.js';

const STAMP = { bootId: 'b1', seq: 7, t: STARTED_MS + 9, run: 'r1' };

describe('payloads', () => {
  it('carry exactly the keys of their schemas', () => {
    const told = [
      [statePayload, stateMessage(status(), STAMP)],
      [
        samplePayload,
        sampleMessage(sample(), status(), 'b1', {
          bus: { nack: 1, timeout: 0, crc: 0, busy: 0, gone: 0, protocol: 0 },
        }),
      ],
      [alarmPayload, alarmMessage(alarm(), STAMP)],
      [eventPayload, eventMessage(runEvent(), STAMP)],
      [promptPayload, promptMessage({ id: 'p1', text: 'weigh' }, STAMP)],
      [procedurePayload, procedureMessage(announcement(), { bootId: 'b1', seq: 7, t: STARTED_MS + 9 })],
      [recordHeadPayload, recordHeadMessage({ run: 'r1', seq: 3, hash: 'ab' }, 'b1')],
    ] as const;
    for (const [schema, payload] of told) {
      expect(() => schema.parse(payload)).not.toThrow();
      const optional: readonly string[] = ['late', 'record_seq'];
      expect(Object.keys(payload).toSorted()).toEqual(
        Object.keys(schema.shape)
          .filter((key) => !optional.includes(key))
          .toSorted(),
      );
    }
  });

  it('are flat', () => {
    const payload = eventMessage(runEvent({ data: { limit_mA: 20, over: true, why: null } }), STAMP);
    expect(payload).toMatchObject({ data_limit_mA: 20, data_over: true, data_why: null });
    expect(Object.values(payload).every((value) => value === null || typeof value !== 'object')).toBe(true);
  });

  it('let no detail of an event hide what the event itself says', () => {
    const payload = eventMessage(runEvent({ kind: 'trip', data: { kind: 'note' } }), STAMP);
    expect(payload.kind).toBe('trip');
  });

  it('stamp a sample with the start of the run plus its elapsed time', () => {
    expect(sampleMessage(sample({ elapsed_s: 12.345 }), status(), 'b1', {}).t).toBe(STARTED_MS + 12_345);
  });

  it('say in state and sample that the bench is simulated', () => {
    expect(stateMessage(status(), STAMP).simulated).toBe(true);
    expect(sampleMessage(sample(), status({ simulated: false }), 'b1', {}).simulated).toBe(false);
  });

  it('turn a channel that is no number into null, so that the sample still fits JSON and its schema', () => {
    const odd = fc.constantFrom(Number.NaN, Infinity, -Infinity, null, 1.5);
    fc.assert(
      fc.property(fc.constantFrom(...CHANNELS), odd, (channel, value) => {
        const payload = sampleMessage(sample({ [channel]: value }), status(), 'b1', {});
        const arrived = samplePayload.parse(JSON.parse(JSON.stringify(payload)));
        expect(arrived[channel]).toBe(value === 1.5 ? 1.5 : null);
      }),
    );
  });

  it('tell a procedure in whole, with its weighing table, and no internals of the plan', () => {
    const payload = procedureMessage(announcement(), { bootId: 'b1', seq: 1, t: 0 });
    expect(procedurePayload.parse(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
    expect(payload.weighing[0]).toMatchObject({ id: '1a', weighed_mg: 332, volume_uL: null, perchlorate: false });
    expect(payload.steps.map(({ id }) => id)).toEqual(['prompt', 'purge', 'cool', 'flow', 'electrolyse', 'finish']);
    expect(Object.keys(payload.steps[0] ?? {})).toEqual(['id', 'title']);
  });

  it('say with null that nothing is planned, and that a recipe without a current has no ceilings', () => {
    const nothing = procedureMessage(null, { bootId: 'b1', seq: 1, t: 0 });
    expect(procedurePayload.parse(nothing)).toMatchObject({ phase: 'none', run: null, recipe: null, weighing: [] });
    const blank = procedureMessage(announcement({ ceilings: null }), { bootId: 'b1', seq: 1, t: 0 });
    expect(blank).toMatchObject({ phase: 'started', hydrogen_of_substrate_umol: null, product_percent: null });
  });

  it('tell a bench flat, each key of its schema, and all of it as null while none is open', () => {
    const open = benchMessage(benchOf({ rehearsed: ['door:off@0s', 'bus:nack=1%@0s'] }), STAMP);
    expect(benchPayload.strict().parse(JSON.parse(JSON.stringify({ ...open })))).toEqual(open);
    expect(Object.keys(open).toSorted()).toEqual(Object.keys(benchPayload.shape).toSorted());
    expect(open).toMatchObject({
      open: true,
      'line_door-closed': true,
      'line_arm-button': null,
      chip_vent: 'silent',
      chip_liquidFlow: 'absent',
      bus_nack: 0,
      board_armed: true,
      latched: '',
      cycle_late_ms: 1.5,
      rehearsed: 'door:off@0s bus:nack=1%@0s',
    });
    const tripped = benchOf({
      board: { armed: false, outputOn: false, compliance: true, safeEnabled: false, faults: ['e-stop', 'deadman'] },
      beat: null,
      busFailedShare: NaN,
    });
    expect(benchMessage(tripped, STAMP)).toMatchObject({
      latched: 'e-stop deadman',
      board_compliance: true,
      missed_ticks: null,
      cycle_late_ms: null,
      bus_failed_share: null,
    });
    const { v, bootId, seq, t, open: isOpen, ...rest } = benchMessage(null, STAMP);
    expect([v, bootId, seq, t, isOpen]).toEqual([1, 'b1', 7, STAMP.t, false]);
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  });

  it('say of the reactor what is latched and what was interrupted', () => {
    const about = {
      simulated: true,
      program: '1',
      reactor: null,
      board: 'bench-sim',
      firmware: null,
      serial: null,
      permit: 'none',
      permit_until: null,
      accepts: 'network',
      users: 0,
      latched: 'e-stop',
      interrupted: 'r0',
    } as const;
    const payload = aboutMessage(about, STAMP);
    expect(aboutPayload.strict().parse(JSON.parse(JSON.stringify(payload)))).toMatchObject({
      latched: 'e-stop',
      interrupted: 'r0',
    });
  });

  it('say with null that nothing is asked', () => {
    expect(promptMessage(null, STAMP)).toMatchObject({ id: null, text: null });
  });
});
