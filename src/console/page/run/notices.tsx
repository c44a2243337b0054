/** The alarms that stand, and what happened. Text nodes only. */
import type { AlarmPayload, EventPayload } from '../../../telemetry/topics.js';
import { clockTime } from '../parts/format.js';

const SEVERITY_WORD = { advisory: 'Advisory', warning: 'Warning', alarm: 'Alarm' } as const;
/** Shape as well as colour, for those who do not see the colour. */
const SEVERITY_MARK = { advisory: 'i', warning: '!', alarm: '!!' } as const;

function AlarmRow({ alarm }: { readonly alarm: AlarmPayload }) {
  const gone = alarm.state === 'cleared-unacknowledged' || alarm.state === 'shelved';
  return (
    <li class={`alarm is-${alarm.severity}${gone ? ' is-gone' : ''}`}>
      <span class="alarm-mark" aria-hidden="true">
        {SEVERITY_MARK[alarm.severity]}
      </span>
      <div>
        <p class="alarm-text">
          <span class="visually-hidden">{SEVERITY_WORD[alarm.severity]}: </span>
          {alarm.text}
          {alarm.first_out ? <span class="tag">first</span> : null}
          <span class="tag">{alarm.state}</span>
        </p>
        <p class="alarm-action">{alarm.action}</p>
        <p class="hint">
          {alarm.cause} {alarm.consequence}
        </p>
      </div>
    </li>
  );
}

export function Alarms({ alarms }: { readonly alarms: readonly AlarmPayload[] }) {
  return (
    <section class="card alarms" aria-label="Alarms" aria-live="assertive">
      <h2>Alarms</h2>
      {alarms.length === 0 ? <p class="hint">None.</p> : null}
      <ul>
        {alarms.map((alarm) => (
          <AlarmRow key={alarm.id} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
}

interface JournalProps {
  readonly journal: readonly EventPayload[];
  /** UTC, ms. */
  readonly wall_ms: number;
}

export function Journal({ journal, wall_ms }: JournalProps) {
  return (
    <section class="card journal" aria-label="Journal">
      <h2>Journal since this page was opened</h2>
      {journal.length === 0 ? <p class="hint">Nothing yet.</p> : null}
      <ol>
        {journal.map((event) => (
          <li key={event.seq}>
            <time dateTime={new Date(event.t).toISOString()}>{clockTime(event.t, wall_ms)}</time>
            <span class="actor">{event.actor}</span>
            <span class="journal-text">{event.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
