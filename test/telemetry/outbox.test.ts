import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/telemetry/outbox.js';
import { alarmMessage, eventMessage, sampleMessage, stateMessage } from '../../src/telemetry/payloads.js';
import type { News, Told } from '../../src/telemetry/wire.js';
import { alarm, runEvent, sample, status } from './fixtures.js';

const stamp = (seq: number) => ({ bootId: 'b', seq, t: 0, run: 'r' });
const state = (seq: number): News => ({ kind: 'state', payload: stateMessage(status(), stamp(seq)) });
const event = (seq: number): News => ({ kind: 'event', payload: eventMessage(runEvent(), stamp(seq)) });
const anAlarm = (id: string, seq = 1): News => ({ kind: 'alarm', payload: alarmMessage(alarm({ id }), stamp(seq)) });
const aSample = (seq: number): News => ({ kind: 'sample', payload: sampleMessage(sample({ seq }), status(), 'b', {}) });

function sendAll(outbox: Outbox): Told[] {
  const sent: Told[] = [];
  for (let message = outbox.next(); message !== undefined; message = outbox.next()) sent.push(message);
  return sent;
}

/** Sends and acknowledges until nothing waits. */
function drain(outbox: Outbox): Told[] {
  const all: Told[] = [];
  for (let sent = sendAll(outbox); sent.length > 0; sent = sendAll(outbox)) {
    all.push(...sent);
    outbox.acknowledge(sent.at(-1)?.n ?? 0);
  }
  return all;
}

/** Idle values have no count of their own. */
const seqOf = (message: Told): number => (message.kind === 'values' ? NaN : message.payload.seq);

describe('outbox', () => {
  it('sends no more than its window before an acknowledgement', () => {
    const outbox = new Outbox({ window: 3, events: 10 });
    for (let seq = 1; seq <= 6; seq++) outbox.put(event(seq));
    expect(sendAll(outbox).map((message) => message.n)).toEqual([1, 2, 3]);
    outbox.acknowledge(2);
    expect(sendAll(outbox).map((message) => message.n)).toEqual([4, 5]);
    expect(outbox.drained).toBe(false);
    outbox.acknowledge(5);
    expect(sendAll(outbox).map((message) => message.n)).toEqual([6]);
    outbox.acknowledge(6);
    expect(outbox.drained).toBe(true);
  });

  it('keeps the latest of each retained topic and of the samples while the window is full', () => {
    const outbox = new Outbox({ window: 1, events: 10 });
    outbox.put(state(1));
    const first = sendAll(outbox);
    for (let seq = 2; seq <= 50; seq++) {
      outbox.put(state(seq));
      outbox.put(aSample(seq));
      outbox.put(anAlarm('cell-hot', seq));
      outbox.put(anAlarm('over-current', seq));
    }
    outbox.acknowledge(first.at(-1)?.n ?? 0);
    const later = drain(outbox);
    expect(later.map((message) => message.kind)).toEqual(['state', 'sample', 'alarm', 'alarm']);
    expect(later.map(seqOf)).toEqual([50, 50, 50, 50]);
  });

  it('drops the oldest events beyond its ring and counts them', () => {
    const outbox = new Outbox({ window: 2, events: 4 });
    for (let seq = 1; seq <= 10; seq++) outbox.put(event(seq));
    expect(outbox.dropped).toBe(6);
    expect(drain(outbox).map(seqOf)).toEqual([7, 8, 9, 10]);
  });

  it('tells a new reader the whole present state, and events that were under way once more', () => {
    const outbox = new Outbox({ window: 16, events: 4 });
    outbox.put(state(1));
    outbox.put(anAlarm('cell-hot'));
    drain(outbox);
    outbox.put(event(1));
    outbox.put(event(2));
    expect(sendAll(outbox)).toHaveLength(2); // under way when the reader dies
    outbox.put(event(3));
    outbox.restart();
    const told = drain(outbox);
    expect(told.map((message) => message.n)).toEqual([1, 2, 3, 4, 5]);
    expect(told.map((message) => `${message.kind} ${seqOf(message)}`)).toEqual([
      'state 1',
      'alarm 1',
      'event 1',
      'event 2',
      'event 3',
    ]);
  });

  it('holds bounded memory and loses nothing uncounted, in any order of things', () => {
    const limits = { window: 5, events: 8 };
    const act = fc.oneof(
      fc.constant('event' as const),
      fc.constant('state' as const),
      fc.constant('sample' as const),
      fc.constantFrom('alarm-a', 'alarm-b'),
      fc.constant('send' as const),
      fc.constant('ack' as const),
      fc.constant('restart' as const),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const outbox = new Outbox(limits);
        const events = new Set<number>();
        let seq = 0;
        let lastState = 0;
        let shownState = 0;
        let last = 0;
        const see = (messages: readonly Told[]): void => {
          for (const message of messages) {
            if (message.kind === 'event') events.add(message.payload.seq);
            if (message.kind === 'state') shownState = message.payload.seq;
            last = message.n;
          }
        };
        let told = 0;
        for (const what of acts) {
          seq += 1;
          if (what === 'event') {
            told += 1;
            outbox.put(event(told));
          } else if (what === 'state') {
            lastState = seq;
            outbox.put(state(seq));
          } else if (what === 'sample') outbox.put(aSample(seq));
          else if (what === 'send') see(sendAll(outbox));
          else if (what === 'ack') outbox.acknowledge(last);
          else if (what === 'restart') outbox.restart();
          else outbox.put(anAlarm(what, seq));
          expect(outbox.held).toBeLessThanOrEqual(limits.window + limits.events + 4);
        }
        outbox.acknowledge(last);
        see(drain(outbox));
        expect(shownState).toBe(lastState);
        expect(events.size + outbox.dropped).toBeGreaterThanOrEqual(told);
        expect(outbox.drained).toBe(true);
      }),
    );
  });
});
