/**
 * What goes along with a run of the service: the permit is spent and the entry taken right before anything is armed, whoever
 * asked over the network hears how it came out, and the station knows the run while it is on. Owns the order of these.
 */
import type { Asker, Done } from '../command/executor.js';
import type { Entries } from '../station/entries.js';
import { panelWithPermit } from '../station/panel.js';
import type { Permit } from '../station/permit.js';
import { NO_PERMIT } from '../station/run-orders.js';
import { refused } from '../station/starting.js';
import type { Station } from '../station/station.js';
import type { Follower } from './session.js';

export interface Attendance {
  readonly permit: Permit;
  readonly station: Station;
  readonly opened: Follower['opened'];
  /** Told when a run is on, whoever has started it. */
  readonly begun: () => void;
  /** Null in a program that takes no entries. */
  readonly entries: Entries | null;
  /** Who asked over the network; null: a person at the terminal did, who needs no permit. */
  readonly asked: {
    readonly by: Asker;
    readonly reply: (done: Done) => void;
    readonly entry: string | null;
    /** For the journal. */
    readonly note: string;
  } | null;
}

export function follow({ permit, station, opened, begun, entries, asked }: Attendance): Follower {
  let taken: string | null = null;
  return {
    actor: asked?.by.actor ?? null,
    opened,
    panel: (open) => panelWithPermit(open, permit),
    engage: () => {
      if (asked === null) return;
      if (!permit.take('energise')) throw new Error(NO_PERMIT);
      if (asked.entry === null || entries === null) return;
      entries.take(asked.entry, asked.by.actor);
      taken = asked.entry;
    },
    begun: (run, rehearse) => {
      begun();
      const left = station.attend(run, rehearse);
      if (asked !== null) {
        if (taken !== null) entries?.begun(taken, run.id ?? 'none', asked.by.actor);
        run.note(asked.by.actor, asked.note);
        asked.reply({ ok: true, reason: null, data: { run: run.id, entry: asked.entry } });
      }
      return left;
    },
    refused: (why) => {
      if (asked === null) return;
      if (taken !== null) entries?.release(taken, asked.by.actor);
      taken = null;
      asked.reply(refused(why));
    },
  };
}
