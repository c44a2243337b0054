/**
 * Turns what the control process tells into publications, one after another, and remembers what is retained, so that a
 * broker that connects later is told all of it. Must not know which brokers there are.
 */
import { CHANNELS } from '../model/sample.js';
import type { Outlet, Publication, RecordPlace } from './publication.js';
import {
  VALUE_NAMES,
  type Availability,
  type EventPayload,
  type RecordHeadPayload,
  type SamplePayload,
  type Topics,
} from './topics.js';
import type { Told } from './wire.js';

/** Digits of a bare number: ten times finer than any channel of the bench resolves. */
const DIGITS = 7;

function bare(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(Number(value.toPrecision(DIGITS)));
}

function retained(topic: string, payload: string): Publication {
  return { topic, payload, retain: true, qos: 1 };
}

/** Bare numbers; an empty payload takes back a number that is no longer good, so that nobody reads it as fresh. */
function values(sample: SamplePayload, topics: Topics): Publication[] {
  return VALUE_NAMES.map((name) => retained(topics.value(name), bare(sample[name])));
}

function headOf({ run, seq }: RecordHeadPayload): RecordPlace {
  return { kind: 'head', run, seq, at_s: 0 };
}

function live(topic: string, payload: string, record: RecordPlace | null): Publication {
  return { topic, payload, retain: false, qos: 1, ...(record === null ? {} : { record }) };
}

/** Of a sample or an event: of a run that is not recorded there is none. */
function placeOf(kind: 'sample' | 'event', told: SamplePayload | EventPayload): RecordPlace | null {
  return told.run === null ? null : { kind, run: told.run, seq: told.seq, at_s: told.elapsed_s };
}

/** The publications of one message, in the order in which they should go out. */
export function publicationsOf(message: Told, topics: Topics): Publication[] {
  const payload = JSON.stringify(message.payload);
  switch (message.kind) {
    case 'state':
      return [retained(topics.state, payload)];
    case 'sample':
      return [live(topics.sample, payload, placeOf('sample', message.payload)), ...values(message.payload, topics)];
    case 'alarm':
      return [retained(topics.alarm(message.payload.id), payload)];
    case 'event':
      return [live(topics.event, payload, message.recorded === true ? placeOf('event', message.payload) : null)];
    case 'prompt':
      return [retained(topics.prompt, payload)];
    case 'procedure':
      return [retained(topics.procedure, payload)];
    case 'head':
      return [{ ...retained(topics.recordHead, payload), record: headOf(message.payload) }];
    case 'about':
      return [retained(topics.about, payload)];
    case 'bench':
      return [retained(topics.bench, payload)];
    case 'values':
      return CHANNELS.map((name) => retained(topics.value(name), bare(message.payload[name])));
  }
}

export class Publisher {
  private readonly standing = new Map<string, string>();
  private outlets: readonly Outlet[] = [];
  private readonly listeners: ((message: Told) => void)[] = [];

  constructor(private readonly topics: Topics) {}

  /** What every newcomer must see. */
  *retained(): Generator<Publication> {
    for (const [topic, payload] of this.standing) yield retained(topic, payload);
  }

  add(outlet: Outlet): void {
    this.outlets = [...this.outlets, outlet];
  }

  /** Told of each message once it is out. */
  onTold(told: (message: Told) => void): void {
    this.listeners.push(told);
  }

  /** Settles when the message is out everywhere. */
  async tell(message: Told): Promise<void> {
    await this.publish(publicationsOf(message, this.topics));
    for (const told of this.listeners) told(message);
  }

  async availability(word: Availability): Promise<void> {
    await this.publish([retained(this.topics.availability, word)]);
  }

  /** Lets out what is owed, within a second, says `offline` and ends all outlets. */
  async close(): Promise<void> {
    await Promise.all(this.outlets.map((outlet) => outlet.settle?.() ?? Promise.resolve()));
    await this.availability('offline');
    await Promise.all(this.outlets.map((outlet) => outlet.close()));
  }

  private async publish(publications: readonly Publication[]): Promise<void> {
    const due = publications.filter((publication) => !publication.retain || this.changes(publication));
    await Promise.all(due.flatMap((publication) => this.outlets.map((outlet) => outlet.publish(publication))));
  }

  /** A retained topic that says the same again need not be told again. */
  private changes({ topic, payload }: Publication): boolean {
    if ((this.standing.get(topic) ?? '') === payload) return false;
    if (payload === '') this.standing.delete(topic);
    else this.standing.set(topic, payload);
    return true;
  }
}
