/**
 * Events as the control process told them while the broker was there, to be found again when their row is read: such an
 * event is not late. Bounded: one that falls out is told as the record has it. It must not know how they travel.
 */
import type { Row } from '../../record/sqlite.js';
import { type EventPayload, eventPayload } from '../topics.js';
import { likenessOf, likenessOfRow } from './late.js';

const MOST = 256;
/** What the record says of itself is told by nobody; it is as late as what goes before it. */
const RECORD_KIND = 'record';

interface LiveEvent {
  readonly run: string;
  readonly likeness: string;
  readonly payload: EventPayload;
}

export class LiveEvents {
  private events: LiveEvent[] = [];
  private lateBefore = true;

  add(run: string, text: string): void {
    const payload = eventPayload.parse(JSON.parse(text));
    this.events.push({ run, likeness: likenessOf(payload), payload });
    if (this.events.length > MOST) this.events.shift();
  }

  /** The event of this row as it was told, once; else null, and whether it is late. */
  match(run: string, row: Row): { readonly live: EventPayload | null; readonly late: boolean } {
    const likeness = likenessOfRow(row);
    const place = this.events.findIndex((event) => event.run === run && event.likeness === likeness);
    const [found] = place < 0 ? [] : this.events.splice(place, 1);
    this.lateBefore = found === undefined && (row['kind'] !== RECORD_KIND || this.lateBefore);
    return { live: found?.payload ?? null, late: this.lateBefore };
  }

  /** The end of the chain is reached: what comes next comes in its time. */
  caughtUp(): void {
    this.lateBefore = false;
  }

  clear(): void {
    this.events = [];
    this.lateBefore = true;
  }
}
