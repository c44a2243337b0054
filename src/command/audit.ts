/**
 * What was asked over the network and what came of it, for whoever looks later. Owns the words, and that a flood is summed
 * up: what was done is told one by one, of what was refused and of stops only the first in each minute, of what was read only
 * how often. A flood must not push out of the file what was there before it.
 * Knows neither nonces nor passwords.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { EventData } from '../model/event.js';
import { printable } from '../model/printable.js';

/** Told one by one in a minute; the rest is counted. */
const TOLD_EACH = 20;
/** Stops of a minute; a run says by itself who stopped it. */
const STOPS_EACH = 10;
const WINDOW_MS = 60_000;

export interface Entry {
  readonly actor: string;
  readonly via: string;
  readonly verb: string | null;
  /** As the sender named it. */
  readonly id: string;
  /** null: taken. */
  readonly refused: { readonly why: string; readonly reason: string } | null;
  /** More of the same that were refused with it. */
  readonly more?: number;
}

/** Where the words go: the journal of a run, or a file while none is on. */
export type Keep = (actor: string, text: string, data: EventData) => void;

/** Who speaks where nobody in particular asked. */
const PROGRAM = 'program';

export class Audit {
  private told = 0;
  private untold = 0;
  private reads = 0;
  private stops = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly keep: Keep,
  ) {}

  /** `quiet`: a read that was answered, of which a dashboard asks one a second; it takes no room from what is refused. */
  tell(entry: Entry, quiet = false): void {
    if (quiet && entry.refused === null) return this.count();
    if (entry.refused !== null && !this.hasRoom(1 + (entry.more ?? 0))) return;
    if (entry.verb === 'stop' && entry.refused === null && !this.isNews()) return;
    const { actor, via, refused } = entry;
    const verb = entry.verb ?? 'command';
    const id = printable(entry.id, 64);
    const named = id === '' ? `over ${via}` : `${id} over ${via}`;
    const text =
      refused === null ? `${verb} taken (${named})` : `${verb} refused (${named}): ${printable(refused.reason)}`;
    const why = refused === null ? {} : { why: refused.why };
    const more = entry.more === undefined ? {} : { count: 1 + entry.more };
    this.keep(actor, text, { verb: entry.verb, ok: refused === null, id, via, ...why, ...more });
  }

  /** Says what is left to say. */
  close(): void {
    this.timer?.cancel();
    this.sum();
  }

  private count(): void {
    this.timer ??= this.clock.after(WINDOW_MS, () => this.sum());
    this.reads += 1;
  }

  private isNews(): boolean {
    this.timer ??= this.clock.after(WINDOW_MS, () => this.sum());
    this.stops += 1;
    return this.stops <= STOPS_EACH;
  }

  private hasRoom(count: number): boolean {
    this.timer ??= this.clock.after(WINDOW_MS, () => this.sum());
    this.told += 1;
    if (this.told <= TOLD_EACH) return true;
    this.untold += count;
    return false;
  }

  private sum(): void {
    this.timer = undefined;
    const [count, reads, stops] = [this.untold, this.reads, this.stops - STOPS_EACH];
    [this.told, this.untold, this.reads, this.stops] = [0, 0, 0, 0];
    if (stops > 0) this.keep(PROGRAM, `${stops} more stops within a minute`, { verb: 'stop', ok: true, stops });
    if (count > 0) this.keep(PROGRAM, `${count} more were refused within a minute`, { verb: null, ok: false, count });
    if (reads > 0)
      this.keep(PROGRAM, `${reads} times read over the network within a minute`, { verb: null, ok: true, reads });
  }
}
