/**
 * What is still to be told to the network process, in bounded memory however slow it is. Pure bookkeeping: no channel, no
 * time. At most `window` messages are under way; beyond that the latest of each retained topic is kept, samples are
 * thinned to the latest, and events wait in a ring whose oldest fall out. Nothing is lost by that: the record has it all.
 */
import type { News, Told } from './wire.js';

type EventNews = Extract<News, { kind: 'event' }>;
type LatestNews = Exclude<News, EventNews>;

export interface OutboxLimits {
  /** Messages sent and not yet acknowledged. */
  readonly window: number;
  /** Events that wait. */
  readonly events: number;
}

export const OUTBOX_LIMITS: OutboxLimits = { window: 16, events: 256 };

/** Retained topics have one latest message each; samples count as one, since their values are retained topics. */
function keyOf(news: LatestNews): string {
  return news.kind === 'alarm' ? `alarm/${news.payload.id}` : news.kind;
}

function eventAgain({ payload, recorded }: EventNews): EventNews {
  return { kind: 'event', payload, ...(recorded === undefined ? {} : { recorded }) };
}

export class Outbox {
  private readonly latest = new Map<string, LatestNews>();
  /** Keys of `latest` that changed since they were last sent, longest waiting first. */
  private readonly changed = new Set<string>();
  private events: EventNews[] = [];
  private underWay: Told[] = [];
  private lastNumber = 0;
  private droppedEvents = 0;

  constructor(private readonly limits: OutboxLimits = OUTBOX_LIMITS) {}

  /** Events that fell out of the ring since the start. */
  get dropped(): number {
    return this.droppedEvents;
  }

  /** Messages held in memory: under way, waiting, and the latest of each retained topic. */
  get held(): number {
    return this.underWay.length + this.events.length + this.latest.size;
  }

  /** Everything was sent and acknowledged. */
  get drained(): boolean {
    return this.underWay.length === 0 && this.events.length === 0 && this.changed.size === 0;
  }

  put(news: News): void {
    if (news.kind === 'event') {
      this.events.push(news);
      this.trim();
      return;
    }
    const key = keyOf(news);
    this.latest.delete(key); // told again in the order of their last change: samples and idle values share topics
    this.latest.set(key, news);
    this.changed.add(key);
  }

  /** The next message to send now, or undefined while the window is full or nothing waits. */
  next(): Told | undefined {
    if (this.underWay.length >= this.limits.window) return undefined;
    const news = this.nextLatest() ?? this.events.shift();
    if (news === undefined) return undefined;
    this.lastNumber += 1;
    const message: Told = { ...news, n: this.lastNumber };
    this.underWay.push(message);
    return message;
  }

  /** All messages up to number `n` have arrived. A number that was never given frees nothing more than what was sent. */
  acknowledge(n: number): void {
    this.underWay = this.underWay.filter((message) => message.n > n);
  }

  /**
   * A new reader that knows nothing: numbers start again at 1, the whole present state is due, and events that were
   * under way are told again (their `seq` shows a reader what it already has).
   */
  restart(): void {
    const again = this.underWay.flatMap((message): EventNews[] =>
      message.kind === 'event' ? [eventAgain(message)] : [],
    );
    this.events = [...again, ...this.events];
    this.trim();
    this.underWay = [];
    this.lastNumber = 0;
    this.changed.clear();
    for (const key of this.latest.keys()) this.changed.add(key);
  }

  private nextLatest(): LatestNews | undefined {
    for (const key of this.changed) {
      this.changed.delete(key);
      return this.latest.get(key);
    }
    return undefined;
  }

  private trim(): void {
    const over = this.events.length - this.limits.events;
    if (over <= 0) return;
    this.events.splice(0, over);
    this.droppedEvents += over;
  }
}
