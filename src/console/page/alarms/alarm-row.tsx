/** One alarm of the list: what it is, since when, why, and what may be done with it. Text nodes only. */
import type { AlarmPayload, SamplePayload, StatePayload } from '../../../telemetry/topics.js';
import { Button } from '../parts/button.js';
import { clockTime, duration, NOTHING } from '../parts/format.js';
import {
  age_s,
  raised_ms,
  SEVERITY_MARK,
  SEVERITY_WORD,
  shelfLeft_s,
  STATE_WORD,
  waits,
  type AlarmRow,
} from './order.js';

/** The alarm that tells of a flood cannot be put away. */
const FLOOD = 'alarm-flood';

interface RowProps {
  readonly row: AlarmRow;
  readonly sample: SamplePayload | null;
  readonly state: StatePayload | null;
  /** UTC, ms. */
  readonly wall_ms: number;
  readonly busy: boolean;
  /** Why it cannot be acknowledged, or put on the shelf and taken from it; null: it can. */
  readonly whyNoAcknowledge: string | null;
  readonly whyNoShelf: string | null;
  readonly onAcknowledge: () => void;
  readonly onShelve: () => void;
  readonly onUnshelve: () => void;
}

function When({
  alarm,
  sample,
  state,
  wall_ms,
}: Pick<RowProps, 'sample' | 'state' | 'wall_ms'> & { alarm: AlarmPayload }) {
  const raised = raised_ms(alarm, state);
  const left_s = shelfLeft_s(alarm, sample);
  const times = alarm.count === undefined || alarm.count < 2 ? '' : `, ${alarm.count} times in this run`;
  return (
    <p class="alarm-when number">
      <span>{raised === null ? `at ${duration(alarm.since_s)} of the run` : clockTime(raised, wall_ms)}</span>
      <span class="hint">
        {age_s(alarm, sample) === null ? NOTHING : `${duration(age_s(alarm, sample))} ago`}
        {times}
      </span>
      {left_s === null ? null : <span class="hint">back in {duration(left_s)}</span>}
    </p>
  );
}

function Members({ members }: { readonly members: readonly string[] }) {
  if (members.length === 0) return null;
  return (
    <details class="alarm-members">
      <summary>
        speaks for {members.length} more {members.length === 1 ? 'alarm' : 'alarms'}
      </summary>
      <ul>
        {members.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </details>
  );
}

function Why({ alarm: { cause, consequence, action } }: { readonly alarm: AlarmPayload }) {
  return (
    <dl class="alarm-why">
      <dt>Do</dt>
      <dd class="alarm-do">{action}</dd>
      <dt>Cause</dt>
      <dd>{cause}</dd>
      <dt>Consequence</dt>
      <dd>{consequence}</dd>
    </dl>
  );
}

function Shelf({ row: { alarm }, busy, whyNoShelf, onShelve, onUnshelve }: RowProps) {
  const away = alarm.state === 'shelved';
  if (alarm.id === FLOOD && !away) return null;
  return (
    <Button busy={busy} why={whyNoShelf} onPress={away ? onUnshelve : onShelve}>
      {away ? 'Unshelve' : 'Shelve'}
      <span class="visually-hidden"> {alarm.id}</span>
    </Button>
  );
}

function Deeds(props: RowProps) {
  const { row, busy, whyNoAcknowledge, onAcknowledge } = props;
  return (
    <div class="alarm-deeds">
      {waits(row.alarm) ? (
        <Button kind="main" busy={busy} why={whyNoAcknowledge} onPress={onAcknowledge}>
          Acknowledge<span class="visually-hidden"> {row.alarm.id}</span>
        </Button>
      ) : null}
      <Shelf {...props} />
    </div>
  );
}

export function Row(props: RowProps) {
  const { alarm, members } = props.row;
  const { sample, state, wall_ms } = props;
  return (
    <li class={`alarm-item is-${alarm.severity} is-${alarm.state}`}>
      <span class="alarm-shape" aria-hidden="true">
        {SEVERITY_MARK[alarm.severity]}
      </span>
      <div class="alarm-body">
        <p class="alarm-head">
          <strong>{SEVERITY_WORD[alarm.severity]}</strong>
          <span class="alarm-tag is-state">{STATE_WORD[alarm.state]}</span>
          {alarm.first_out ? <span class="alarm-tag is-first">first out</span> : null}
          <span class="hint">
            {alarm.id}
            {alarm.safe_state === undefined || alarm.safe_state === 'W' ? '' : `, brings ${alarm.safe_state}`}
          </span>
        </p>
        <p class="alarm-what">{alarm.text}</p>
        <Why alarm={alarm} />
        <Members members={members} />
      </div>
      <div class="alarm-side">
        <When alarm={alarm} sample={sample} state={state} wall_ms={wall_ms} />
        <Deeds {...props} />
      </div>
    </li>
  );
}
