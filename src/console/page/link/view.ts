/**
 * What the page knows, and how each message changes it. Pure: (view, news) -> view. It must not know the DOM, sockets or
 * the time of day; messages that are not as the contract says are counted and change nothing.
 */
import type * as z from 'zod';
import { FINAL_STATES } from '../../../model/state.js';
import {
  ROOT,
  aboutPayload,
  alarmPayload,
  availabilityPayload,
  eventPayload,
  procedurePayload,
  promptPayload,
  samplePayload,
  statePayload,
  type AboutPayload,
  type AlarmPayload,
  type EventPayload,
  type ProcedurePayload,
  type PromptPayload,
  type SamplePayload,
  type StatePayload,
} from '../../../telemetry/topics.js';

/** Samples kept for the small plots, and events for the journal. */
export const TRACE_LENGTH = 240;
export const JOURNAL_LENGTH = 12;
/** A value that was not renewed for this long is shown as old, ms. */
export const STALE_MS = 3000;

export type Connection = 'connecting' | 'up' | 'lost';

export interface View {
  readonly connection: Connection;
  /** Whether the network process says that it is there; null before it said anything. */
  readonly online: boolean | null;
  readonly reactor: string | null;
  readonly about: AboutPayload | null;
  readonly state: StatePayload | null;
  readonly sample: SamplePayload | null;
  /** Monotonic time of the page at which the last sample came, ms. */
  readonly heard_ms: number;
  readonly trace: readonly SamplePayload[];
  readonly alarms: readonly AlarmPayload[];
  readonly prompt: PromptPayload | null;
  readonly procedure: ProcedurePayload | null;
  /** Newest first. */
  readonly journal: readonly EventPayload[];
  readonly unreadable: number;
}

export const EMPTY_VIEW: View = {
  connection: 'connecting',
  online: null,
  reactor: null,
  about: null,
  state: null,
  sample: null,
  heard_ms: 0,
  trace: [],
  alarms: [],
  prompt: null,
  procedure: null,
  journal: [],
  unreadable: 0,
};

export type News =
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'reactor'; readonly reactor: string }
  | { readonly kind: 'message'; readonly topic: string; readonly payload: string; readonly now_ms: number };

const TOPICS = ['availability', 'about', 'state', 'sample', 'alarm/+', 'event', 'prompt', 'procedure'] as const;

/** What the page asks the broker for. Until the server has said whose page this is, the first who is heard is the reactor. */
export function subscriptionsOf(reactor: string | null): string[] {
  return TOPICS.map((topic) => `${ROOT}/${reactor ?? '+'}/${topic}`);
}

const SEVERITY_RANK = { alarm: 0, warning: 1, advisory: 2 } as const;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema takes it: the message is counted as unreadable
  }
}

/** Applies `take` to a payload that fits its schema; counts one that does not. */
function read<S extends z.ZodType>(view: View, schema: S, raw: unknown, take: (payload: z.infer<S>) => View): View {
  const payload = schema.safeParse(raw);
  return payload.success ? take(payload.data) : { ...view, unreadable: view.unreadable + 1 };
}

function withSample(view: View, sample: SamplePayload, now_ms: number): View {
  const sameRun = view.sample?.run === sample.run && view.sample.bootId === sample.bootId;
  const before = sameRun ? view.trace : [];
  return { ...view, sample, heard_ms: now_ms, trace: [...before, sample].slice(-TRACE_LENGTH) };
}

function withAlarm(view: View, alarm: AlarmPayload): View {
  const others = view.alarms.filter((other) => other.id !== alarm.id && other.bootId === alarm.bootId);
  const alarms = alarm.state === 'normal' ? others : [...others, alarm];
  alarms.sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || a.since_s - b.since_s);
  return { ...view, alarms };
}

/** An event can come twice, after the network process was started again: its number tells. */
function withEvent(view: View, event: EventPayload): View {
  const sameBoot = view.journal.filter((other) => other.bootId === event.bootId);
  if (sameBoot.some((other) => other.seq === event.seq)) return view;
  const journal = [event, ...sameBoot].toSorted((a, b) => b.seq - a.seq).slice(0, JOURNAL_LENGTH);
  return { ...view, journal };
}

function receive(view: View, topic: string, payload: string, now_ms: number): View {
  const [root, reactor, name = ''] = topic.split('/');
  if (root !== ROOT || reactor === undefined || (view.reactor !== null && view.reactor !== reactor)) return view;
  const named = { ...view, reactor };
  switch (name) {
    case 'availability':
      return read(named, availabilityPayload, payload, (word) => ({ ...named, online: word === 'online' }));
    case 'about':
      return read(named, aboutPayload, json(payload), (about) => ({ ...named, about }));
    case 'state':
      return read(named, statePayload, json(payload), (state) => ({ ...named, state }));
    case 'sample':
      return read(named, samplePayload, json(payload), (sample) => withSample(named, sample, now_ms));
    case 'alarm':
      return read(named, alarmPayload, json(payload), (alarm) => withAlarm(named, alarm));
    case 'event':
      return read(named, eventPayload, json(payload), (event) => withEvent(named, event));
    case 'prompt':
      return read(named, promptPayload, json(payload), (prompt) => ({ ...named, prompt }));
    case 'procedure':
      return read(named, procedurePayload, json(payload), (procedure) => ({ ...named, procedure }));
    default:
      return view;
  }
}

export function reduce(view: View, news: News): View {
  switch (news.kind) {
    case 'connection':
      return { ...view, connection: news.connection };
    case 'reactor': {
      const { reactor } = news;
      return view.reactor === reactor ? view : { ...EMPTY_VIEW, connection: view.connection, reactor };
    }
    case 'message':
      return receive(view, news.topic, news.payload, news.now_ms);
  }
}

/** Age of the newest sample, ms; Infinity before the first. */
export function age_ms(view: View, now_ms: number): number {
  return view.sample === null ? Infinity : now_ms - view.heard_ms;
}

/** True when the numbers on the page are no longer those of the bench. */
export function isStale(view: View, now_ms: number): boolean {
  return view.connection !== 'up' || view.online !== true || !(age_ms(view, now_ms) <= STALE_MS);
}

/** True when the run's figures can no longer be trusted. Those of a run that has ended stay true without new samples. */
export function isRunStale(view: View, now_ms: number): boolean {
  const ended = view.state !== null && FINAL_STATES.has(view.state.state);
  return ended ? view.connection !== 'up' || view.online !== true : isStale(view, now_ms);
}

/** Why a channel has no good value, as the sample says; null when it is simply not there. */
export function reasonFor(sample: SamplePayload, channel: string): string | null {
  const named = sample.invalid.split(' ').find((word) => word.startsWith(`${channel}:`));
  return named?.slice(channel.length + 1) ?? null;
}
