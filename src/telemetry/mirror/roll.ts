/**
 * Reactors that were heard on an outside broker, and what is still to be told of them: the latest word on each topic, within
 * bounds that no reactor can exceed, whatever it says and under how many names. Pure but for its own memory: the time is
 * handed in, ms of a monotonic clock. It must not know brokers.
 */
import { ROOT, aboutPayload, alarmPayload, availabilityPayload, isId, samplePayload, statePayload } from '../topics.js';

/** What is read of every reactor. */
export const MIRRORED = ['availability', 'about', 'state', 'sample', 'alarm/+'].map((rest) => `${ROOT}/+/${rest}`);

export const MOST_REACTORS = 1000;
/** A reactor's own is below 1.5 kB on each of these topics. */
export const LARGEST_BYTES = 8 * 1024;
/** That stand of one reactor, and of all together: those of a thousand with an alarm each have 3 MB. */
export const STANDING_OF_ONE_BYTES = 64 * 1024;
export const STANDING_BYTES = 8 * 1024 * 1024;
export const SAMPLE_PERIOD_MS = 2000;
/** Of every other topic. */
export const PERIOD_MS = 500;

const SAMPLE = 'sample';
const AVAILABILITY = 'availability';

/** A topic of a reactor. */
interface Line {
  /** The latest word; '' when it was taken back. */
  payload: string;
  /** It is still to be told. */
  due: boolean;
  told_ms: number;
  /** It stands at the built-in broker. */
  stands: boolean;
  bytes: number;
}

interface Reactor {
  readonly name: string;
  readonly lines: Map<string, Line>;
  bytes: number;
  /** Something came from it since the link to the broker was last made. */
  heard: boolean;
}

/** To be published, in this order. */
export interface Word {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Why something was not taken, in words; the same words for the same reason. */
export type Heard = 'taken' | { readonly refused: string };

const refused = (reason: string): Heard => ({ refused: reason });

/** The reactor and the rest of the topic; null: none of ours. */
function placeOf(topic: string): { readonly name: string; readonly rest: string } | null {
  const [root, name = '', kind = '', id, ...more] = topic.split('/');
  if (root !== ROOT || !isId(name) || more.length > 0) return null;
  if (kind === 'alarm') return id !== undefined && isId(id) ? { name, rest: `alarm/${id}` } : null;
  const known = kind === AVAILABILITY || kind === 'about' || kind === 'state' || kind === SAMPLE;
  return known && id === undefined ? { name, rest: kind } : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema takes it
  }
}

type Meaning = 'stands' | 'passes' | 'over' | 'none';

/** What becomes of a payload: it stands, it is heard once, the alarm is over, or it is not as the contract says. */
function meaningOf(rest: string, payload: string): Meaning {
  switch (rest) {
    case AVAILABILITY:
      return availabilityPayload.safeParse(payload).success ? 'stands' : 'none';
    case 'about':
      return aboutPayload.safeParse(jsonOf(payload)).success ? 'stands' : 'none';
    case 'state':
      return statePayload.safeParse(jsonOf(payload)).success ? 'stands' : 'none';
    case SAMPLE:
      return samplePayload.safeParse(jsonOf(payload)).success ? 'passes' : 'none';
    default: {
      const alarm = alarmPayload.safeParse(jsonOf(payload));
      if (!alarm.success || rest !== `alarm/${alarm.data.id}`) return 'none';
      return alarm.data.state === 'normal' ? 'over' : 'stands';
    }
  }
}

export class Roll {
  private readonly reactors = new Map<string, Reactor>();
  /** With something to tell, those that have waited longest first; samples behind all else. */
  private readonly standing = new Set<Reactor>();
  private readonly samples = new Set<Reactor>();
  private bytes = 0;
  /** Of reactors that were forgotten: to be taken back at the built-in broker. */
  private readonly gone: string[] = [];

  /** @param own name of the reactor whose broker this is: nobody else speaks for it. */
  constructor(private readonly own: string) {}

  get size(): number {
    return this.reactors.size;
  }

  /** Something is still to be told. */
  get waits(): boolean {
    return this.gone.length + this.standing.size + this.samples.size > 0;
  }

  hear(topic: string, payload: Uint8Array): Heard {
    const place = placeOf(topic);
    if (place === null) return refused('a topic that was not asked for');
    if (place.name === this.own) return 'taken'; // it is told by itself
    if (!(payload.length <= LARGEST_BYTES)) return refused(`more than ${LARGEST_BYTES} bytes at once`);
    if (place.rest === AVAILABILITY && payload.length === 0) return this.forget(place.name);
    const reactor = this.reactors.get(place.name) ?? this.admit(place.name);
    if (reactor === null) return refused(`more than ${MOST_REACTORS} reactors`);
    reactor.heard = true;
    return this.note(reactor, place.rest, Buffer.from(payload).toString('utf8'));
  }

  /** The link to the broker is gone, or nothing is read any more: nobody there can be heard. */
  deafen(): void {
    for (const reactor of this.reactors.values()) {
      reactor.heard = false;
      this.note(reactor, AVAILABILITY, 'offline');
    }
  }

  /** Forgets those of whom nothing came since `deafen`: the broker would have told what it keeps of them. */
  forgetUnheard(): void {
    for (const { name, heard } of this.reactors.values()) if (!heard) this.forget(name);
  }

  /** What is to be told now, `most` words or one more. A word that is not as the contract says is left out. */
  *due(now_ms: number, most: number): Generator<Word> {
    let left = most;
    while (left > 0) {
      const topic = this.gone.shift();
      if (topic === undefined) break;
      left -= 1;
      yield { topic, payload: '', retain: true };
    }
    // a fifth is for samples, so that others who change and change do not silence them
    const share = this.samples.size > 0 ? Math.ceil(left / 5) : 0;
    for (const word of this.from(this.standing, now_ms, left - share)) {
      left -= 1;
      yield word;
    }
    yield* this.from(this.samples, now_ms, left);
  }

  /** One topic of each, then the next of each: who has more to say waits behind all others. */
  private *from(queue: Set<Reactor>, now_ms: number, most: number): Generator<Word> {
    let left = most;
    for (const reactor of queue) {
      if (left <= 0) return;
      const rest = queue === this.samples ? sampleDue(reactor, now_ms) : lineDue(reactor, now_ms);
      if (rest === null) continue;
      queue.delete(reactor);
      for (const word of this.tell(reactor, rest, now_ms)) {
        left -= 1;
        yield word;
      }
      if (isWaiting(reactor, queue === this.samples)) queue.add(reactor);
    }
  }

  private tell(reactor: Reactor, rest: string, now_ms: number): Word[] {
    const line = reactor.lines.get(rest);
    if (line === undefined) return [];
    line.due = false;
    line.told_ms = now_ms;
    const topic = `${ROOT}/${reactor.name}/${rest}`;
    const back: Word[] = line.stands ? [{ topic, payload: '', retain: true }] : [];
    const meaning: Meaning = line.payload === '' ? 'over' : meaningOf(rest, line.payload);
    const { payload } = line;
    switch (meaning) {
      case 'none':
        // what stood before is not put in its place: it would be told as true
        this.drop(reactor, rest, line);
        return back;
      case 'over':
        this.drop(reactor, rest, line);
        return payload === '' ? back : [{ topic, payload, retain: false }, ...back];
      case 'passes':
        return [{ topic, payload, retain: false }];
      case 'stands':
        line.stands = true;
        return [{ topic, payload, retain: true }];
    }
  }

  private drop(reactor: Reactor, rest: string, { bytes }: Line): void {
    if (rest === SAMPLE) return; // its line tells when the next one is due
    reactor.lines.delete(rest);
    reactor.bytes -= bytes;
    this.bytes -= bytes;
  }

  private note(reactor: Reactor, rest: string, payload: string): Heard {
    const line = reactor.lines.get(rest);
    if (line === undefined && payload === '') return 'taken';
    if (line?.payload === payload && rest !== SAMPLE) return 'taken';
    const bytes = 2 * payload.length + rest.length;
    const more = bytes - (line?.bytes ?? 0);
    if (!(reactor.bytes + more <= STANDING_OF_ONE_BYTES)) return refused('too much of one reactor');
    if (!(this.bytes + more <= STANDING_BYTES)) return refused('too much of all reactors together');
    reactor.bytes += more;
    this.bytes += more;
    const { told_ms = -Infinity, stands = false } = line ?? {};
    reactor.lines.set(rest, { payload, due: true, told_ms, stands, bytes });
    (rest === SAMPLE ? this.samples : this.standing).add(reactor);
    return 'taken';
  }

  /** Who is offline makes room for who is not. */
  private admit(name: string): Reactor | null {
    if (this.reactors.size >= MOST_REACTORS) {
      const offline = [...this.reactors.values()].find(({ lines }) => lines.get(AVAILABILITY)?.payload !== 'online');
      if (offline === undefined) return null;
      this.forget(offline.name);
    }
    const reactor: Reactor = { name, lines: new Map(), bytes: 0, heard: true };
    this.reactors.set(name, reactor);
    return reactor;
  }

  private forget(name: string): Heard {
    const reactor = this.reactors.get(name);
    if (reactor === undefined) return 'taken';
    for (const [rest, { stands }] of reactor.lines) if (stands) this.gone.push(`${ROOT}/${name}/${rest}`);
    this.bytes -= reactor.bytes;
    this.standing.delete(reactor);
    this.samples.delete(reactor);
    this.reactors.delete(name);
    return 'taken';
  }
}

function sampleDue({ lines }: Reactor, now_ms: number): string | null {
  const line = lines.get(SAMPLE);
  return line?.due === true && now_ms - line.told_ms >= SAMPLE_PERIOD_MS ? SAMPLE : null;
}

function lineDue({ lines }: Reactor, now_ms: number): string | null {
  for (const [rest, { due, told_ms }] of lines)
    if (rest !== SAMPLE && due && now_ms - told_ms >= PERIOD_MS) return rest;
  return null;
}

function isWaiting({ lines }: Reactor, sample: boolean): boolean {
  for (const [rest, { due }] of lines) if ((rest === SAMPLE) === sample && due) return true;
  return false;
}
