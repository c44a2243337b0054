/**
 * The reactors that are heard, and how they stand in the table: what each says of itself, the gravest alarm, who needs a look
 * first. Keeps what was told, within bounds; the time is handed in. It must not know the DOM or a broker.
 */
import type * as z from 'zod';
import {
  ROOT,
  aboutPayload,
  alarmPayload,
  availabilityPayload,
  isId,
  samplePayload,
  statePayload,
  type AboutPayload,
  type AlarmPayload,
  type StatePayload,
} from '../../../telemetry/topics.js';
import { FINAL_STATES } from '../../../model/state.js';
import { waiting } from '../alarms/order.js';

/** What the page asks for while it shows the fleet. */
export const FLEET_TOPICS: readonly string[] = ['availability', 'about', 'state', 'sample', 'alarm/+'].map(
  (rest) => `${ROOT}/+/${rest}`,
);

/** The mirror tells of a thousand at most, and there is the own one. */
export const MOST_REACTORS = 1001;
const MOST_ALARMS = 64;
/** The mirror brings a sample each 2 s, with a thousand reactors each 5 s: older values are shown as old, ms. */
export const STALE_MS = 12_000;

/** The few of its keys that the table shows: a thousand reactors send some hundred samples a second. */
const sampleShown = samplePayload.pick({
  run: true,
  voltage_V: true,
  current_mA: true,
  temperature_C: true,
  progress: true,
  eta_s: true,
  late: true,
});
type SampleShown = z.infer<typeof sampleShown>;

/** One reactor as it was heard. */
interface Seen {
  readonly name: string;
  readonly online: boolean | null;
  readonly about: AboutPayload | null;
  readonly state: StatePayload | null;
  readonly sample: SampleShown | null;
  /** When its last sample came: monotonic, and UTC, ms. */
  readonly heard_ms: number;
  readonly wall_ms: number;
  readonly alarms: readonly AlarmPayload[];
  /** Links to the broker so far when something last came from it. */
  readonly link: number;
}

export type Reach = 'online' | 'offline' | 'silent';

export interface FleetRow {
  readonly name: string;
  readonly own: boolean;
  /** silent: it runs, and its values are old. */
  readonly reach: Reach;
  readonly state: StatePayload['state'] | null;
  readonly recipe: string | null;
  /** `3 of 6`, and what that step is. */
  readonly step: string | null;
  readonly stepName: string | null;
  /** Of the planned charge, 0 to 1; null: no run. */
  readonly progress: number | null;
  readonly eta_s: number | null;
  /** UTC, ms; null: not known. */
  readonly ends_ms: number | null;
  readonly voltage_V: number | null;
  readonly current_mA: number | null;
  readonly temperature_C: number | null;
  /** The gravest that nobody has acknowledged, else the gravest. */
  readonly worst: AlarmPayload | null;
  /** How many stand. */
  readonly alarms: number;
  readonly permit: boolean;
  readonly simulated: boolean;
}

const AT_REST: ReadonlySet<StatePayload['state']> = new Set([...FINAL_STATES, 'idle', 'clearing', 'resetting']);
const STOPPED_SHORT: ReadonlySet<StatePayload['state']> = new Set(['holding', 'held', 'aborting', 'aborted']);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema takes it
  }
}

function withAlarm(alarms: readonly AlarmPayload[], id: string, alarm: AlarmPayload | null): readonly AlarmPayload[] {
  const others = alarms.filter((one) => one.id !== id && (alarm === null || one.bootId === alarm.bootId));
  return alarm === null || alarm.state === 'normal' ? others : [...others, alarm].slice(-MOST_ALARMS);
}

interface Read {
  readonly payload: string;
  readonly rest: string;
  readonly id: string;
  readonly now_ms: number;
  readonly wall_ms: number;
}

/** What the message changes; null: it is not as the contract says. */
function changeOf(was: Seen, { payload, rest, id, now_ms, wall_ms }: Read): Partial<Seen> | null {
  switch (rest) {
    case 'availability': {
      const word = availabilityPayload.safeParse(payload);
      return word.success ? { online: word.data === 'online' } : null;
    }
    case 'about': {
      const about = aboutPayload.safeParse(jsonOf(payload));
      return about.success ? { about: about.data } : null;
    }
    case 'state': {
      const state = statePayload.safeParse(jsonOf(payload));
      return state.success ? { state: state.data } : null;
    }
    case 'sample': {
      const sample = sampleShown.safeParse(jsonOf(payload));
      // what is back-filled is of the past
      return sample.success && sample.data.late !== true ? { sample: sample.data, heard_ms: now_ms, wall_ms } : null;
    }
    case 'alarm': {
      if (payload === '') return { alarms: withAlarm(was.alarms, id, null) };
      const alarm = alarmPayload.safeParse(jsonOf(payload));
      return alarm.success && alarm.data.id === id ? { alarms: withAlarm(was.alarms, id, alarm.data) } : null;
    }
    default:
      return null;
  }
}

const NOTHING: Omit<Seen, 'name' | 'link'> = {
  online: null,
  about: null,
  state: null,
  sample: null,
  heard_ms: -Infinity,
  wall_ms: 0,
  alarms: [],
};

export class Fleet {
  private readonly seen = new Map<string, Seen>();
  /** A row that has not changed is the same object again, so that it need not be drawn again. */
  private readonly drawn = new Map<string, { readonly seen: Seen; readonly row: FleetRow }>();
  private link = 0;

  /** @param wall_ms UTC. */
  hear(topic: string, payload: string, now_ms: number, wall_ms: number): void {
    const [root, name = '', rest = '', id = ''] = topic.split('/');
    if (root !== ROOT || !isId(name)) return;
    if (rest === 'availability' && payload === '') return this.forget(name);
    const was = this.seen.get(name) ?? { ...NOTHING, name, link: this.link };
    if (!this.seen.has(name) && !(this.seen.size < MOST_REACTORS)) return;
    const change = changeOf(was, { payload, rest, id, now_ms, wall_ms });
    if (change !== null) this.seen.set(name, { ...was, ...change, link: this.link });
  }

  /** The link is gone: after the next one the broker tells anew who is there. */
  lost(): void {
    this.link += 1;
  }

  forgetUnheard(): void {
    for (const { name, link } of this.seen.values()) if (link < this.link) this.forget(name);
  }

  /** @param own name of the reactor of this page. */
  rows(own: string | null, now_ms: number): FleetRow[] {
    return [...this.seen.values()].map((seen) => {
      const reach = reachOf(seen, now_ms);
      const before = this.drawn.get(seen.name);
      const same = before?.seen === seen && before.row.reach === reach && before.row.own === (seen.name === own);
      const row = same ? before.row : rowOf(seen, reach, seen.name === own);
      if (!same) this.drawn.set(seen.name, { seen, row });
      return row;
    });
  }

  private forget(name: string): void {
    this.seen.delete(name);
    this.drawn.delete(name);
  }
}

function isRunning(state: StatePayload['state'] | null): boolean {
  return state !== null && !AT_REST.has(state);
}

function reachOf({ online, state, heard_ms, sample }: Seen, now_ms: number): Reach {
  if (online !== true) return 'offline';
  const silent = isRunning(state?.state ?? null) && sample !== null && !(now_ms - heard_ms <= STALE_MS);
  return silent ? 'silent' : 'online';
}

function rowOf({ name, about, state, sample, wall_ms, alarms }: Seen, reach: Reach, own: boolean): FleetRow {
  const running = isRunning(state?.state ?? null);
  // values of a run that has ended are no values of now
  const now = running && sample?.run === state?.run ? sample : null;
  const speed = state?.speed ?? null;
  const eta_s = now?.eta_s ?? null;
  return {
    name,
    own,
    reach,
    state: state?.state ?? null,
    recipe: state?.recipe ?? null,
    step:
      running && state !== null && state.steps > 0
        ? `${Math.min(state.step + 1, state.steps)} of ${state.steps}`
        : null,
    stepName: running ? (state?.step_name ?? null) : null,
    progress: now?.progress ?? null,
    eta_s,
    ends_ms: eta_s === null || speed === null ? null : wall_ms + (1000 * eta_s) / speed,
    voltage_V: now?.voltage_V ?? null,
    current_mA: now?.current_mA ?? null,
    temperature_C: now?.temperature_C ?? null,
    worst: worstOf(alarms),
    alarms: alarms.length,
    permit: about?.permit === 'given',
    simulated: state?.simulated ?? about?.simulated ?? false,
  };
}

const GRAVITY = { alarm: 0, warning: 1, advisory: 2 } as const;

function worstOf(alarms: readonly AlarmPayload[]): AlarmPayload | null {
  const [first] = waiting(alarms);
  if (first !== undefined) return first;
  return alarms.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity] || a.since_s - b.since_s)[0] ?? null;
}

/** Smaller: asks for somebody sooner. From 4 on nobody is asked for. */
export function urgency({ worst, state, reach }: FleetRow): number {
  const open = worst !== null && waiting([worst]).length > 0 ? worst.severity : null;
  if (open === 'alarm') return 0;
  if (open === 'warning') return 1;
  if (state !== null && STOPPED_SHORT.has(state)) return 2;
  if (isRunning(state) && reach !== 'online') return 3;
  if (isRunning(state)) return 4;
  return reach === 'offline' ? 6 : 5;
}

export const NO_NEED = 4;

export const FILTERS = ['all', 'attention', 'running', 'rest', 'offline'] as const;
export type Filter = (typeof FILTERS)[number];
export const SORTS = ['attention', 'name', 'state', 'progress', 'ends', 'voltage', 'current', 'temperature'] as const;
export type Sort = (typeof SORTS)[number];

export function isFilter(text: string | undefined): text is Filter {
  return FILTERS.some((one) => one === text);
}

export function isSort(text: string | undefined): text is Sort {
  return SORTS.some((one) => one === text);
}

function passes(row: FleetRow, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'attention':
      return urgency(row) < NO_NEED;
    case 'running':
      return isRunning(row.state) && row.reach !== 'offline';
    case 'rest':
      return !isRunning(row.state) && row.reach !== 'offline';
    case 'offline':
      return row.reach === 'offline';
  }
}

/** How many there are of each, for the filter. */
export function counted(rows: readonly FleetRow[]): Readonly<Record<Filter, number>> {
  const counts = { all: 0, attention: 0, running: 0, rest: 0, offline: 0 };
  for (const row of rows) for (const filter of FILTERS) if (passes(row, filter)) counts[filter] += 1;
  return counts;
}

const collator = new Intl.Collator('en', { numeric: true });
const byName = (a: FleetRow, b: FleetRow): number => collator.compare(a.name, b.name);

/** Who has no value stands last. */
const byFigure =
  (figure: (row: FleetRow) => number | null, direction: 1 | -1) =>
  (a: FleetRow, b: FleetRow): number => {
    const [one, other] = [figure(a), figure(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return direction * (one - other);
  };

const ORDERS: Readonly<Record<Sort, (a: FleetRow, b: FleetRow) => number>> = {
  attention: (a, b) => urgency(a) - urgency(b),
  name: byName,
  state: (a, b) => collator.compare(a.state ?? '~', b.state ?? '~'),
  progress: byFigure(({ progress }) => progress, -1),
  ends: byFigure(({ ends_ms }) => ends_ms, 1),
  voltage: byFigure(({ voltage_V }) => voltage_V, -1),
  current: byFigure(({ current_mA }) => current_mA, -1),
  temperature: byFigure(({ temperature_C }) => temperature_C, -1),
};

/** The rows to be shown; `find` is looked for in name and recipe. */
export function listed(rows: readonly FleetRow[], filter: Filter, sort: Sort, find: string): FleetRow[] {
  const wanted = find.trim().toLowerCase();
  const found = (row: FleetRow): boolean =>
    wanted === '' || row.name.includes(wanted) || (row.recipe?.toLowerCase().includes(wanted) ?? false);
  return rows.filter((row) => passes(row, filter) && found(row)).toSorted((a, b) => ORDERS[sort](a, b) || byName(a, b));
}
