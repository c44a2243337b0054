/**
 * The life of alarms after ISA-18.2: raised, acknowledged, cleared, shelved; first-out, groups and a limit to the flood.
 * Pure: (book, what happened, time) -> book, and the alarms to tell. It tells people; it never stops an interlock, and
 * what it leaves untold is in the journal all the same.
 */
import type { Alarm, AlarmState } from '../model/event.js';
import type { Interlock, Verdict } from './guard/interlock.js';
import { SAFE_STATES } from './guard/safe-states.js';

export interface AlarmBook {
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** When something new was announced, the last ten minutes of it, s. */
  readonly announced_s: readonly number[];
  /** When a shelf or a flood ends next, s; Infinity when none does. */
  readonly due_s: number;
}

export interface Told {
  readonly book: AlarmBook;
  /** As they are now, in the order in which they changed. */
  readonly told: readonly Alarm[];
}

export const NO_ALARMS: AlarmBook = { alarms: new Map(), announced_s: [], due_s: Infinity };

/** More new alarms than this in ten minutes nobody can work through (ISA-18.2, EEMUA 191). */
export const FLOOD_LIMIT = 10;
export const FLOOD_WINDOW_S = 600;
/** What hangs together speaks within this of the first, s: sensors are read every half second and go stale after three. */
export const GROUP_WINDOW_S = 10;
/** Longest time on the shelf, min: it comes back by itself. */
export const SHELF_MAX_MIN = 60;
export const FLOOD_ID = 'alarm-flood';

type Standing = Exclude<AlarmState, 'shelved'>;

/** The state without the shelf. */
function under(alarm: Alarm): Standing {
  return alarm.state === 'shelved' ? (alarm.shelved?.over ?? 'normal') : alarm.state;
}

/** Its cause is there, or it is latched and nobody has reset it. */
export function stands(alarm: Alarm): boolean {
  const state = under(alarm);
  return state === 'active' || state === 'acknowledged';
}

const trips = ({ safeState }: Pick<Alarm, 'safeState'>): boolean => safeState !== 'W';

class Page {
  readonly alarms: Map<string, Alarm>;
  announced_s: readonly number[];
  private readonly changed = new Set<string>();

  constructor(
    book: AlarmBook,
    private readonly now_s: number,
  ) {
    this.alarms = new Map(book.alarms);
    this.announced_s = book.announced_s.filter((at_s) => at_s > now_s - FLOOD_WINDOW_S);
  }

  set(alarm: Alarm, tell: boolean): void {
    this.alarms.set(alarm.id, alarm);
    if (tell) this.changed.add(alarm.id);
  }

  announce(): void {
    this.announced_s = [...this.announced_s, this.now_s];
  }

  get told(): Told {
    const told = [...this.changed].flatMap((id) => this.alarms.get(id) ?? []);
    const shelves_s = [...this.alarms.values()].map(({ shelved }) => shelved?.until_s ?? Infinity);
    const flooded = this.alarms.get(FLOOD_ID);
    const floodEnds_s =
      flooded !== undefined && stands(flooded) ? (this.announced_s[0] ?? this.now_s) + FLOOD_WINDOW_S : Infinity;
    const due_s = Math.min(floodEnds_s, ...shelves_s);
    return { book: { alarms: this.alarms, announced_s: this.announced_s, due_s }, told };
  }
}

/** The book after a verdict of the guard. */
export function afterVerdict(book: AlarmBook, verdict: Verdict, now_s: number): Told {
  return verdict.change === 'raised'
    ? raised(book, verdict, now_s)
    : returnedToNormal(book, verdict.interlock.id, now_s);
}

function raised(book: AlarmBook, { interlock, text }: Verdict, now_s: number): Told {
  const page = new Page(book, now_s);
  const before = book.alarms.get(interlock.id);
  if (before?.state === 'shelved') {
    page.set(
      { ...before, text, cause: text, shelved: { until_s: before.shelved?.until_s ?? now_s, over: 'active' } },
      false,
    );
    return page.told;
  }
  if (before?.state === 'cleared-unacknowledged') {
    // It never went from the operator's list: the same alarm again, and no new one for the flood.
    page.set({ ...before, state: 'active', text, cause: text, count: before.count + 1 }, before.group === null);
    return page.told;
  }
  const alarm = fresh(book, interlock, text, now_s, (before?.count ?? 0) + 1);
  const head = headOf(book, interlock, alarm, now_s);
  if (head !== null) {
    page.set({ ...alarm, group: head.id }, false);
    page.set({ ...head, members: [...head.members, alarm.id] }, true);
  } else if (page.announced_s.length < FLOOD_LIMIT || isFirstTrip(book, alarm)) {
    page.set(alarm, true);
    page.announce();
  } else {
    page.set({ ...alarm, group: FLOOD_ID }, false);
    page.set(flood(book, alarm.id, now_s), true);
  }
  return page.told;
}

function fresh(book: AlarmBook, interlock: Interlock, text: string, now_s: number, count: number): Alarm {
  return {
    id: interlock.id,
    state: 'active',
    severity: interlock.severity,
    safeState: SAFE_STATES[interlock.reaction].name,
    firstOut: ![...book.alarms.values()].some(stands),
    since_s: now_s,
    text,
    cause: text,
    consequence: interlock.consequence,
    action: interlock.action,
    shares: interlock.shares ?? [],
    group: null,
    members: [],
    shelved: null,
    count,
  };
}

/** The alarm that has spoken for the same part already; a trip never hides behind a warning. */
function headOf(book: AlarmBook, interlock: Interlock, alarm: Alarm, now_s: number): Alarm | null {
  if (interlock.shares === undefined) return null;
  for (const head of book.alarms.values()) {
    const young = now_s - head.since_s <= GROUP_WINDOW_S;
    const alike = head.shares.some((part) => alarm.shares.includes(part));
    const loud = head.state === 'active' || head.state === 'acknowledged';
    if (head.group === null && loud && young && alike && (trips(head) || !trips(alarm))) return head;
  }
  return null;
}

/** What ends a run is announced however many have spoken. */
function isFirstTrip(book: AlarmBook, alarm: Alarm): boolean {
  return trips(alarm) && ![...book.alarms.values()].some((other) => stands(other) && trips(other));
}

function flood(book: AlarmBook, member: string, now_s: number): Alarm {
  const before = book.alarms.get(FLOOD_ID);
  const going = before !== undefined && stands(before) ? before : null;
  const members = [...(going?.members ?? []), member];
  const text = `${members.length} more than ${FLOOD_LIMIT} new alarms in ${FLOOD_WINDOW_S / 60} min: ${members.join(', ')}`;
  return {
    id: FLOOD_ID,
    state: going?.state ?? 'active',
    severity: 'warning',
    safeState: 'W',
    firstOut: false,
    since_s: going?.since_s ?? now_s,
    text,
    cause: 'One cause with many consequences, or many causes at once.',
    consequence: 'New alarms are not announced one by one; the journal has them all, and interlocks act as ever.',
    action: 'Begin with the first-out; "alarms" lists all that stand.',
    shares: [],
    group: null,
    members,
    shelved: null,
    count: (before?.count ?? 0) + (going === null ? 1 : 0),
  };
}

/** The cause has gone by itself, or a person has reset what was latched. */
export function returnedToNormal(book: AlarmBook, id: string, now_s: number): Told {
  const page = new Page(book, now_s);
  const alarm = book.alarms.get(id);
  if (alarm === undefined || !stands(alarm)) return page.told;
  const gone: Standing = under(alarm) === 'acknowledged' ? 'normal' : 'cleared-unacknowledged';
  if (alarm.group !== null) leaveGroup(page, alarm, gone);
  else {
    page.set(inState(alarm, gone, []), true);
    handOver(page, alarm, now_s);
  }
  return page.told;
}

function inState(alarm: Alarm, state: Standing, members: readonly string[]): Alarm {
  const firstOut = alarm.firstOut && state !== 'normal';
  if (alarm.state === 'shelved' && alarm.shelved !== null && state !== 'normal')
    return { ...alarm, shelved: { ...alarm.shelved, over: state } };
  return { ...alarm, state, firstOut, members, shelved: null };
}

/** A member was never announced by itself: nobody has to acknowledge that it went. */
function leaveGroup(page: Page, alarm: Alarm, gone: Standing): void {
  const head = page.alarms.get(alarm.group ?? '');
  page.set({ ...alarm, state: head === undefined ? gone : 'normal', firstOut: false, group: null }, false);
  if (head !== undefined) page.set({ ...head, members: head.members.filter((id) => id !== alarm.id) }, true);
}

/** When the head has gone and members stand, the eldest of them speaks for the others. */
function handOver(page: Page, head: Alarm, now_s: number): void {
  const members = head.members.flatMap((id) => page.alarms.get(id) ?? []).filter(stands);
  const [eldest, ...others] = members;
  if (eldest === undefined) return;
  page.set({ ...eldest, group: null, members: others.map(({ id }) => id), since_s: now_s }, true);
  for (const other of others) page.set({ ...other, group: eldest.id }, false);
}

/** Acknowledged by a person, with all that it speaks for. Null when there is nothing to acknowledge. */
export function acknowledged(book: AlarmBook, id: string, now_s: number): Told | null {
  const asked = book.alarms.get(id);
  const alarm = asked?.group === null || asked === undefined ? asked : book.alarms.get(asked.group);
  if (alarm === undefined || alarm.state === 'shelved') return null;
  const after = acknowledgedState(alarm.state);
  if (after === null) return null;
  const page = new Page(book, now_s);
  page.set(inState(alarm, after, alarm.members), true);
  for (const name of alarm.members) {
    const member = page.alarms.get(name);
    if (member !== undefined) page.set({ ...member, state: acknowledgedState(under(member)) ?? member.state }, false);
  }
  return page.told;
}

function acknowledgedState(state: Standing): Standing | null {
  switch (state) {
    case 'active':
      return 'acknowledged';
    case 'cleared-unacknowledged':
      return 'normal';
    case 'normal':
    case 'acknowledged':
      return null;
  }
}

/**
 * Put on the shelf for so many minutes: not announced until then. Its interlock acts as ever. Null when there is no such
 * alarm, when it is another's member, or when the time is not more than 0 and at most an hour.
 */
export function shelved(book: AlarmBook, id: string, minutes: number, now_s: number): Told | null {
  const alarm = book.alarms.get(id);
  if (alarm === undefined || alarm.group !== null || id === FLOOD_ID) return null;
  if (!(minutes > 0 && minutes <= SHELF_MAX_MIN)) return null;
  const page = new Page(book, now_s);
  const shelf = { until_s: now_s + 60 * minutes, over: under(alarm) };
  page.set({ ...alarm, state: 'shelved', shelved: shelf }, true);
  return page.told;
}

/** Taken from the shelf: it is what it would be by now, and announced if it stands. Null when it was not there. */
export function unshelved(book: AlarmBook, id: string, now_s: number): Told | null {
  const alarm = book.alarms.get(id);
  if (alarm?.state !== 'shelved') return null;
  const page = new Page(book, now_s);
  page.set({ ...alarm, state: under(alarm), shelved: null, since_s: stands(alarm) ? now_s : alarm.since_s }, true);
  if (under(alarm) === 'active') page.announce();
  return page.told;
}

/** What time alone brings about: shelves that end, a flood that is over. Null, and nothing made, while none is due. */
export function passed(book: AlarmBook, now_s: number): Told | null {
  if (!(now_s >= book.due_s)) return null;
  let after: Told = { book, told: [] };
  for (const alarm of book.alarms.values()) {
    if (alarm.shelved === null || now_s < alarm.shelved.until_s) continue;
    const back = unshelved(after.book, alarm.id, now_s);
    if (back !== null) after = { book: back.book, told: [...after.told, ...back.told] };
  }
  return ebbed(after, now_s);
}

function ebbed({ book, told }: Told, now_s: number): Told {
  const page = new Page(book, now_s);
  const flooded = book.alarms.get(FLOOD_ID);
  if (flooded !== undefined && stands(flooded) && page.announced_s.length < FLOOD_LIMIT) {
    const gone: Standing = under(flooded) === 'acknowledged' ? 'normal' : 'cleared-unacknowledged';
    page.set(inState(flooded, gone, []), true);
    for (const name of flooded.members) {
      const member = page.alarms.get(name);
      if (member !== undefined) page.set({ ...member, group: null }, stands(member));
    }
  }
  const { book: after, told: more } = page.told;
  return { book: after, told: [...told, ...more] };
}
