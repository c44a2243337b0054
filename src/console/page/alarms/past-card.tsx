/** What the record of the present run says, as a table that follows the run; the rows are chosen by whoever shows it. */
import { useEffect, useState } from 'preact/hooks';
import { eventsAnswer, type PastEventRow } from '../../api/runs.js';
import { HttpRefused } from '../link/http.js';
import { clockTime } from '../parts/format.js';
import type { Context } from '../shell/context.js';

/** The record is asked again so long after an answer, ms: it lags the run by a second at most. */
const AGAIN_MS = 5000;
/** Pages of events read at one go, some hundred each. */
const MOST_PAGES = 20;
const SHOWN = 200;

interface Past {
  readonly run: string;
  readonly events: readonly PastEventRow[];
}

/** Everything after what is known already. */
async function more({ http }: Context, past: Past, signal: AbortSignal): Promise<Past> {
  let { events } = past;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const after = events.at(-1)?.seq ?? 0;
    const path = `/api/runs/${encodeURIComponent(past.run)}/events?after=${after}`;
    const answer = await http.get(path, eventsAnswer, signal);
    events = [...events, ...answer.events];
    if (!answer.more) break;
  }
  return { run: past.run, events };
}

/** Events of a run as the record has them, renewed while it is looked at. */
export function usePast(
  context: Context,
  run: string | null,
): { readonly past: Past | null; readonly trouble: string | null } {
  const [past, show] = useState<Past | null>(null);
  const [trouble, tell] = useState<string | null>(null);
  useEffect(() => {
    if (run === null) return;
    const left = new AbortController();
    const look = (known: Past): void => {
      more(context, known, left.signal)
        .then(
          (now) => {
            show(now);
            tell(null);
            return now;
          },
          (error: unknown) => {
            if (!left.signal.aborted) tell(error instanceof HttpRefused ? error.message : String(error));
            return known;
          },
        )
        .then(
          (now) => {
            if (!left.signal.aborted) context.clock.after(AGAIN_MS, () => left.signal.aborted || look(now));
          },
          () => undefined,
        );
    };
    look({ run, events: [] });
    return () => left.abort();
  }, [run]);
  return { past: past?.run === run ? past : null, trouble };
}

interface PastCardProps {
  readonly context: Context;
  readonly title: string;
  readonly nothing: string;
  readonly choose: (events: readonly PastEventRow[]) => PastEventRow[];
}

function Rows({ rows, wall_ms }: { readonly rows: readonly PastEventRow[]; readonly wall_ms: number }) {
  return (
    <ol class="past-rows">
      {rows.slice(0, SHOWN).map(({ seq, t, actor, kind, text }) => (
        <li key={seq}>
          <span class="number">{t === null ? '' : clockTime(t, wall_ms)}</span>
          <span class="past-actor">{actor}</span>
          <span class="hint">{kind}</span>
          <span class="past-text">{text}</span>
        </li>
      ))}
    </ol>
  );
}

export function PastCard({ context, title, nothing, choose }: PastCardProps) {
  const run = context.view.value.state?.run ?? null;
  const { past, trouble } = usePast(context, run);
  const rows = choose(past?.events ?? []);
  return (
    <section class="card past" aria-label={title}>
      <h2>{title}</h2>
      {trouble === null ? null : <p class="hint">{trouble}</p>}
      {rows.length === 0 ? <p class="hint">{run === null ? 'No run is on.' : nothing}</p> : null}
      <Rows rows={rows} wall_ms={context.clock.wallTime_ms()} />
      {rows.length > SHOWN ? <p class="hint">{rows.length - SHOWN} older ones are in the history.</p> : null}
    </section>
  );
}
