/** What happened in a run, from its record, some hundred events at a time. */
import { useState } from 'preact/hooks';
import { eventsAnswer, type PastEventRow } from '../../api/runs.js';
import { Button } from '../parts/button.js';
import { duration } from '../parts/format.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { problemsOf, useAnswer } from './asked.js';
import { runPath } from './pick.js';

export function EventRows({ events }: { readonly events: readonly PastEventRow[] }) {
  return (
    <ol class="past-events">
      {events.map(({ seq, elapsed_s, kind, actor, text }) => (
        <li key={seq}>
          <span class="number hint">{duration(elapsed_s)}</span>
          <span class="hint">{kind}</span>
          <span class="hint past-event-actor">{actor}</span>
          <span class="past-event-text">{text}</span>
        </li>
      ))}
    </ol>
  );
}

interface JournalProps {
  readonly context: Context;
  readonly run: string;
  readonly turn: string;
}

export function PastJournal({ context, run, turn }: JournalProps) {
  const path = runPath(run, '/events');
  const first = useAnswer({ http: context.http, path, turn }, eventsAnswer);
  const [below, setBelow] = useState<{ readonly events: readonly PastEventRow[]; readonly more: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<ReturnType<typeof problemsOf>>([]);
  const known = first.kind === 'here' ? first.value.events : [];
  const last = known.at(-1)?.seq ?? 0;
  const events = [...known, ...(below?.events ?? []).filter(({ seq }) => seq > last)];
  const goesOn = below?.more ?? (first.kind === 'here' && first.value.more);
  const more = (): void => {
    setBusy(true);
    context.http
      .get(`${path}?after=${events.at(-1)?.seq ?? 0}`, eventsAnswer)
      .then(
        (answer) => setBelow({ events: [...(below?.events ?? []), ...answer.events], more: answer.more }),
        (error: unknown) => setProblems(problemsOf(error)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <section class="card" aria-label="Journal of the run">
      <h2>Journal</h2>
      <Problems problems={first.kind === 'refused' ? first.problems : problems} />
      {first.kind === 'waiting' ? <p class="hint">Loading.</p> : null}
      <EventRows events={events} />
      {goesOn ? (
        <Button busy={busy} onPress={more}>
          More of it
        </Button>
      ) : null}
    </section>
  );
}
