/**
 * What was asked over the network and what came of it, for whoever looks later. Owns the words, and that a flood is summed
 * up: what was done is told one by one, of what was not only the first in each minute. Knows neither nonces nor passwords.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { EventData } from '../model/event.js';
import { printable } from './printable.js';

/** Told one by one in a minute; the rest is counted. */
const TOLD_EACH = 20;
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
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly keep: Keep,
  ) {}

  /** `quiet`: a read, of which a dashboard asks one a second; counted with what is refused. */
  tell(entry: Entry, quiet = false): void {
    const counted = quiet || entry.refused !== null;
    if (counted && !this.hasRoom(1 + (entry.more ?? 0))) return;
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

  private hasRoom(count: number): boolean {
    this.timer ??= this.clock.after(WINDOW_MS, () => this.sum());
    this.told += 1;
    if (this.told <= TOLD_EACH) return true;
    this.untold += count;
    return false;
  }

  private sum(): void {
    this.timer = undefined;
    this.told = 0;
    if (this.untold === 0) return;
    const count = this.untold;
    this.untold = 0;
    this.keep(PROGRAM, `${count} more were refused or read within a minute`, { verb: null, ok: false, count });
  }
}
