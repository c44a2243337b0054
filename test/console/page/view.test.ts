import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_VIEW,
  JOURNAL_LENGTH,
  STALE_MS,
  TRACE_LENGTH,
  isRunStale,
  isStale,
  reasonFor,
  reduce,
  subscriptionsOf,
  type View,
} from '../../../src/console/page/link/view.js';
import {
  alarmMessage,
  eventMessage,
  promptMessage,
  sampleMessage,
  stateMessage,
} from '../../../src/telemetry/payloads.js';
import { procedureMessage } from '../../../src/telemetry/procedure.js';
import { topicsOf } from '../../../src/telemetry/topics.js';
import { alarm, announcement, runEvent, sample, status } from '../../telemetry/fixtures.js';

const topics = topicsOf('bench');
const stamp = (seq: number, bootId = 'b') => ({ bootId, seq, t: 0, run: 'r1' });

function hear(view: View, topic: string, payload: unknown, now_ms = 0): View {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return reduce(view, { kind: 'message', topic, payload: text, now_ms });
}

function connected(): View {
  return hear(reduce(EMPTY_VIEW, { kind: 'connection', connection: 'up' }), topics.availability, 'online');
}

const sampleAt = (elapsed_s: number) => sampleMessage(sample({ elapsed_s }), status(), 'b', {});

describe('view', () => {
  it('takes the name of the reactor from the first message, and hears no other reactor after', () => {
    const view = hear(connected(), topicsOf('other').availability, 'offline');
    expect([view.reactor, view.online]).toEqual(['bench', true]);
  });

  it('asks for every topic that it reads', () => {
    for (const name of ['availability', 'state', 'sample', 'alarm/+', 'event', 'prompt', 'procedure']) {
      expect(subscriptionsOf(null)).toContain(`galvanode/+/${name}`);
      expect(subscriptionsOf('bench')).toContain(`galvanode/bench/${name}`);
    }
  });

  it('is of the reactor that the server names, whoever was heard first', () => {
    const view = hear(connected(), topicsOf('bench').availability, 'online');
    const named = reduce(view, { kind: 'reactor', reactor: 'own' });
    expect(named).toEqual({ ...EMPTY_VIEW, connection: 'up', reactor: 'own' });
    expect(reduce(named, { kind: 'reactor', reactor: 'own' })).toBe(named);
    expect(hear(named, topicsOf('bench').availability, 'online')).toBe(named);
  });

  it('shows state, sample and prompt', () => {
    let view = hear(connected(), topics.state, stateMessage(status(), stamp(1)));
    view = hear(view, topics.sample, sampleAt(5), 40);
    view = hear(view, topics.prompt, promptMessage({ id: 'p', text: 'weigh' }, stamp(1)));
    expect(view.state?.recipe).toBe('general-procedure-3a');
    expect([view.sample?.elapsed_s, view.heard_ms]).toEqual([5, 40]);
    expect(view.prompt?.text).toBe('weigh');
    expect(hear(view, topics.prompt, promptMessage(null, stamp(2))).prompt?.text).toBeNull();
  });

  it('shows the procedure, until another one is told', () => {
    const told = procedureMessage(announcement(), stamp(1));
    const view = hear(connected(), topics.procedure, told);
    expect(view.procedure?.weighing).toHaveLength(2);
    expect(hear(view, topics.procedure, procedureMessage(null, stamp(2))).procedure?.phase).toBe('none');
    expect(hear(view, topics.procedure, { ...told, weighing: 'x' }).unreadable).toBe(1);
  });

  it('keeps a bounded trace, and begins a new one with a new run or a new boot', () => {
    let view = connected();
    for (let second = 0; second < TRACE_LENGTH + 50; second++) view = hear(view, topics.sample, sampleAt(second));
    expect(view.trace).toHaveLength(TRACE_LENGTH);
    expect(view.trace.at(-1)?.elapsed_s).toBe(TRACE_LENGTH + 49);
    const next = sampleMessage(sample(), status({ run: 'r2' }), 'b', {});
    expect(hear(view, topics.sample, next).trace).toHaveLength(1);
    expect(hear(view, topics.sample, { ...sampleAt(1), bootId: 'b2' }).trace).toHaveLength(1);
  });

  it('orders alarms by severity, then by time, and drops one that is normal', () => {
    let view = hear(connected(), topics.alarm('a'), alarmMessage(alarm({ id: 'a', since_s: 5 }), stamp(1)));
    view = hear(view, topics.alarm('b'), alarmMessage(alarm({ id: 'b', since_s: 2 }), stamp(2)));
    view = hear(view, topics.alarm('c'), alarmMessage(alarm({ id: 'c', severity: 'alarm', since_s: 9 }), stamp(3)));
    expect(view.alarms.map((one) => one.id)).toEqual(['c', 'b', 'a']);
    view = hear(view, topics.alarm('b'), alarmMessage(alarm({ id: 'b', state: 'normal' }), stamp(4)));
    expect(view.alarms.map((one) => one.id)).toEqual(['c', 'a']);
  });

  it('forgets the alarms of an earlier start of the program', () => {
    let view = hear(connected(), topics.alarm('a'), alarmMessage(alarm({ id: 'a' }), stamp(1, 'old')));
    view = hear(view, topics.alarm('b'), alarmMessage(alarm({ id: 'b' }), stamp(1, 'new')));
    expect(view.alarms.map((one) => one.id)).toEqual(['b']);
  });

  it('keeps the newest events, each once, in order also when one is told again late', () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], { minLength: 14 });
    fc.assert(
      fc.property(order, order, (first, again) => {
        let view = connected();
        for (const seq of [...first, ...again]) {
          view = hear(view, topics.event, eventMessage(runEvent({ text: `${seq}` }), stamp(seq)));
        }
        const seqs = view.journal.map((event) => event.seq);
        expect(seqs).toHaveLength(JOURNAL_LENGTH);
        expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => b - a));
      }),
    );
  });

  it('counts what is not as the contract says, and shows none of it', () => {
    const view = hear(connected(), topics.sample, sampleAt(5));
    for (const bad of ['', '{', 'null', '[]', '{"v":2}', JSON.stringify({ ...sampleAt(6), voltage_V: '5' })]) {
      const after = hear(view, topics.sample, bad);
      expect(after.unreadable).toBe(1);
      expect(after.sample).toBe(view.sample);
    }
  });

  it('survives any topic and any payload', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.json(), (topic, text, json) => {
        for (const payload of [text, json]) {
          hear(EMPTY_VIEW, topic, payload);
          hear(connected(), `galvanode/bench/${topic}`, payload);
          hear(connected(), topics.state, payload);
        }
      }),
    );
  });
});

describe('freshness', () => {
  const fresh = hear(connected(), topics.sample, sampleAt(1), 1000);

  it('ends with age, with the connection and with the network process', () => {
    expect(isStale(fresh, 1000 + STALE_MS)).toBe(false);
    expect(isStale(fresh, 1001 + STALE_MS)).toBe(true);
    expect(isStale(reduce(fresh, { kind: 'connection', connection: 'lost' }), 1000)).toBe(true);
    expect(isStale(hear(fresh, topics.availability, 'offline'), 1000)).toBe(true);
    expect(isStale(connected(), 0)).toBe(true);
    expect(isStale(fresh, Number.NaN)).toBe(true);
  });

  it('of the figures of a run that has ended lasts as long as the connection', () => {
    const ended = hear(fresh, topics.state, stateMessage(status({ state: 'complete' }), stamp(2)));
    expect(isRunStale(ended, 1e9)).toBe(false);
    expect(isStale(ended, 1e9)).toBe(true);
    expect(isRunStale(reduce(ended, { kind: 'connection', connection: 'lost' }), 1000)).toBe(true);
    expect(isRunStale(fresh, 1e9)).toBe(true);
  });

  it('gives the reason of a channel that is not good', () => {
    const payload = sampleMessage(sample({ invalid: 'flow_mL_min:absent hydrogen_ppm:stale' }), status(), 'b', {});
    expect(reasonFor(payload, 'hydrogen_ppm')).toBe('stale');
    expect(reasonFor(payload, 'ppm')).toBeNull();
  });
});
