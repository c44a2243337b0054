/** Which alarms ask for somebody, in which order, and how long they have. Pure: what the reactor told in, rows out. */
import type { AlarmPayload, SamplePayload, StatePayload } from '../../../telemetry/topics.js';

export type Severity = AlarmPayload['severity'];

const SEVERITY_RANK = { alarm: 0, warning: 1, advisory: 2 } as const;
export const SEVERITY_WORD = { advisory: 'Advisory', warning: 'Warning', alarm: 'Alarm' } as const;
/** Shape as well as colour, for those who do not see the colour. */
export const SEVERITY_MARK = { advisory: 'i', warning: '!', alarm: '!!' } as const;
export const STATE_WORD: Readonly<Record<AlarmPayload['state'], string>> = {
  normal: 'over',
  active: 'active',
  acknowledged: 'acknowledged',
  'cleared-unacknowledged': 'cleared, not acknowledged',
  shelved: 'shelved',
};

/** Nobody has acknowledged it yet, and it is not on the shelf. */
export function waits({ state }: Pick<AlarmPayload, 'state'>): boolean {
  return state === 'active' || state === 'cleared-unacknowledged';
}

/** It speaks for itself: no other alarm tells it. */
const speaks = ({ group }: AlarmPayload): boolean => group === undefined || group === null;

function before(a: AlarmPayload, b: AlarmPayload): number {
  return (
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
    Number(b.first_out) - Number(a.first_out) ||
    a.since_s - b.since_s ||
    (a.id < b.id ? -1 : 1)
  );
}

/** The gravest first; of those the first-out, then the eldest. */
export function waiting(alarms: readonly AlarmPayload[]): AlarmPayload[] {
  return alarms.filter((alarm) => waits(alarm) && speaks(alarm)).toSorted(before);
}

export const FILTERS = ['all', 'waiting', 'acknowledged', 'shelved'] as const;
export type Filter = (typeof FILTERS)[number];

export function isFilter(text: string | undefined): text is Filter {
  return FILTERS.some((one) => one === text);
}

function passes(alarm: AlarmPayload, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'waiting':
      return waits(alarm);
    case 'acknowledged':
    case 'shelved':
      return alarm.state === filter;
  }
}

/** An alarm with those that it speaks for. */
export interface AlarmRow {
  readonly alarm: AlarmPayload;
  /** Names, whether they were told by themselves or not. */
  readonly members: readonly string[];
}

/** Shelved ones last, whatever they are: they were put away on purpose. */
export function listed(alarms: readonly AlarmPayload[], filter: Filter): AlarmRow[] {
  const shown = alarms.filter((alarm) => alarm.state !== 'normal' && speaks(alarm) && passes(alarm, filter));
  const shelf = (alarm: AlarmPayload): number => Number(alarm.state === 'shelved');
  return shown
    .toSorted((a, b) => shelf(a) - shelf(b) || before(a, b))
    .map((alarm) => ({ alarm, members: (alarm.members ?? '').split(' ').filter((name) => name !== '') }));
}

/** How many there are of each, for the filter. */
export function counted(alarms: readonly AlarmPayload[]): Readonly<Record<Filter, number>> {
  const of = (filter: Filter): number => listed(alarms, filter).length;
  return { all: of('all'), waiting: of('waiting'), acknowledged: of('acknowledged'), shelved: of('shelved') };
}

/** Run time now, s; null when no sample of the alarm's run was heard. */
function elapsed_s({ run, bootId }: AlarmPayload, sample: SamplePayload | null): number | null {
  return sample === null || sample.run !== run || sample.bootId !== bootId ? null : sample.elapsed_s;
}

/** Run time since it was raised, s. */
export function age_s(alarm: AlarmPayload, sample: SamplePayload | null): number | null {
  const now_s = elapsed_s(alarm, sample);
  return now_s === null ? null : Math.max(0, now_s - alarm.since_s);
}

/** Run time until it comes back from the shelf, s. */
export function shelfLeft_s(alarm: AlarmPayload, sample: SamplePayload | null): number | null {
  const until_s = alarm.shelved_until_s ?? null;
  const now_s = elapsed_s(alarm, sample);
  return until_s === null || now_s === null ? null : Math.max(0, until_s - now_s);
}

/** UTC at which it was raised, ms, by the time of the run; null when the run's beginning is not known. */
export function raised_ms(alarm: AlarmPayload, state: StatePayload | null): number | null {
  if (state === null || state.run !== alarm.run || state.started === null || state.started === undefined) return null;
  return state.started + 1000 * alarm.since_s;
}

/** What the tab of the browser is called. */
export function titleWith(alarms: readonly AlarmPayload[], title: string): string {
  const count = waiting(alarms).length;
  return count === 0 ? title : `(${count}) ${title}`;
}
