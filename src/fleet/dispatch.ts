/**
 * Which entry of a series goes to which reactor, and what is known of each: pure. The journal's lines are the state; every
 * line is on the disk before what it allows is done, so that a dispatcher that is killed starts nothing twice.
 *
 * An entry that was sent stays with its reactor, which runs an entry once at most. It is free again only when that reactor
 * says that it has no such entry, and nothing that was sent can still be taken: every sending was answered or is older than
 * its nonce, or the reactor has started anew and knows none of its old nonces. Must not know brokers, files or the time.
 */
import { FINAL_STATES, type RunState } from '../model/state.js';

/** A refusal may be of the moment: a permit that has run out. The second from the same reactor counts. */
const MOST_REFUSALS = 2;

export type Line =
  | { readonly what: 'sent'; readonly entry: string; readonly reactor: string; readonly boot: string }
  | { readonly what: 'answered'; readonly entry: string; readonly sending: number; readonly refusal: string | null }
  /** No answer came, and its nonce is good no more: whatever of it comes now is refused. */
  | { readonly what: 'expired'; readonly entry: string; readonly sending: number }
  | { readonly what: 'running'; readonly entry: string; readonly run: string }
  | { readonly what: 'freed'; readonly entry: string }
  | { readonly what: 'ended'; readonly entry: string; readonly outcome: string }
  | { readonly what: 'refused'; readonly entry: string; readonly reason: string }
  | { readonly what: 'again'; readonly entry: string };

export interface Standing {
  readonly entry: string;
  readonly phase: 'waiting' | 'sent' | 'running' | 'ended' | 'refused';
  readonly reactor: string | null;
  /** Start of the reactor's program to which it was sent last. */
  readonly boot: string | null;
  /** How often it was sent, ever, and which sendings may still be taken. */
  readonly sendings: number;
  readonly open: readonly number[];
  readonly run: string | null;
  /** Outcome, or the reason of the last refusal. */
  readonly said: string | null;
  /** Counts the times that the operator has asked for it, from 1. */
  readonly turn: number;
  /** Refusals by reactor. */
  readonly refusals: Readonly<Record<string, number>>;
}

export function fresh(entry: string, turn = 1): Standing {
  return {
    entry,
    phase: 'waiting',
    reactor: null,
    boot: null,
    sendings: 0,
    open: [],
    run: null,
    said: null,
    turn,
    refusals: {},
  };
}

export function after(was: Standing, line: Line): Standing {
  switch (line.what) {
    case 'sent': {
      const sending = was.sendings + 1;
      const { reactor, boot } = line;
      return { ...was, phase: 'sent', reactor, boot, sendings: sending, open: [...was.open, sending], said: null };
    }
    case 'answered':
      return { ...was, open: without(was.open, line.sending), said: line.refusal ?? was.said };
    case 'expired':
      return { ...was, open: without(was.open, line.sending) };
    case 'running':
      return { ...was, phase: 'running', run: line.run };
    case 'freed': {
      const { reactor, refusals, said } = was;
      const refused = reactor !== null && said !== null;
      const counted = refused ? { ...refusals, [reactor]: (refusals[reactor] ?? 0) + 1 } : refusals;
      return { ...was, phase: 'waiting', reactor: null, boot: null, open: [], refusals: counted };
    }
    case 'ended':
      return { ...was, phase: 'ended', said: line.outcome };
    case 'refused':
      return { ...was, phase: 'refused', said: line.reason };
    case 'again':
      return fresh(was.entry, was.turn + 1);
  }
}

const without = (open: readonly number[], sending: number): number[] => open.filter((one) => one !== sending);

/** A reactor as its retained messages show it. */
export interface ReactorSeen {
  readonly name: string;
  readonly online: boolean;
  readonly bootId: string | null;
  readonly state: RunState | null;
  readonly run: string | null;
  readonly permit: boolean;
  readonly accepts: boolean;
}

/** Why nothing can be started there now, in words for the operator; null when something can. */
export function whyNot(reactor: ReactorSeen): string | null {
  if (!reactor.online) return 'is offline';
  if (!reactor.accepts) return 'takes starts at its terminal only';
  if (reactor.state === null || reactor.bootId === null) return 'has not told its state';
  if (reactor.state === 'aborted') return 'is aborted: clear it at the bench';
  if (reactor.state !== 'idle' && !FINAL_STATES.has(reactor.state)) return `is busy (${reactor.state})`;
  return reactor.permit ? null : 'waits for its arm button';
}

export type Deed =
  | { readonly kind: 'start'; readonly entry: string; readonly reactor: string; readonly boot: string }
  /** Asks the reactor which entries and runs it has. */
  | { readonly kind: 'look'; readonly entry: string; readonly reactor: string };

/** What to do now. A reactor in `busy` is being asked something already. */
export function deeds(
  standings: readonly Standing[],
  fleet: readonly ReactorSeen[],
  busy: ReadonlySet<string>,
): Deed[] {
  const found: Deed[] = [];
  const taken = new Set(busy);
  const byName = new Map(fleet.map((reactor) => [reactor.name, reactor]));
  for (const one of standings) {
    const reactor = one.reactor === null ? undefined : byName.get(one.reactor);
    if ((one.phase !== 'sent' && one.phase !== 'running') || reactor === undefined) continue;
    if (!taken.has(reactor.name) && reactor.online) found.push(...followed(one, reactor));
    taken.add(reactor.name);
  }
  for (const one of standings) {
    if (one.phase !== 'waiting') continue;
    const free = fleet.find(
      (reactor) => !taken.has(reactor.name) && whyNot(reactor) === null && !barred(one, reactor.name),
    );
    if (free === undefined || free.bootId === null) continue;
    taken.add(free.name);
    found.push({ kind: 'start', entry: one.entry, reactor: free.name, boot: free.bootId });
  }
  return found;
}

const barred = ({ refusals }: Standing, reactor: string): boolean => (refusals[reactor] ?? 0) >= MOST_REFUSALS;

/** Its own messages tell when a run goes on; all else it is asked for. */
function followed({ phase, run, entry }: Standing, reactor: ReactorSeen): Deed[] {
  const resting = reactor.state === null || reactor.state === 'idle' || FINAL_STATES.has(reactor.state);
  const goesOn = reactor.run === run && !resting;
  return phase === 'running' && goesOn ? [] : [{ kind: 'look', entry, reactor: reactor.name }];
}

/** What a reactor says that it has. */
export interface Look {
  readonly boot: string;
  /** Run that came of the entry; null: taken, no run yet; undefined: no such entry. */
  readonly run: string | null | undefined;
  /** How the run of the entry ended; null while it has not. */
  readonly outcome: string | null;
}

/** What the answer to a look says of an entry; null: nothing that is new. The look was asked after every answer was taken. */
export function learned(one: Standing, look: Look): Line | null {
  const { entry } = one;
  if (one.phase === 'sent') {
    if (typeof look.run === 'string') return { what: 'running', entry, run: look.run };
    const anew = look.boot !== one.boot;
    if (look.run === null)
      return anew ? { what: 'ended', entry, outcome: 'taken, and no run is known to have come of it' } : null;
    return anew || one.open.length === 0 ? { what: 'freed', entry } : null;
  }
  if (one.phase === 'running' && look.outcome !== null) return { what: 'ended', entry, outcome: look.outcome };
  return null;
}

/** A waiting entry that no reactor will take any more. */
export function givenUp(one: Standing, reactors: readonly string[]): Line | null {
  if (one.phase !== 'waiting' || reactors.length === 0 || !reactors.every((name) => barred(one, name))) return null;
  return { what: 'refused', entry: one.entry, reason: one.said ?? 'refused without a reason' };
}

export const isOver = ({ phase }: Standing): boolean => phase === 'ended' || phase === 'refused';

/** Durable id of an entry: of what the series says, which entry, and which turn of it. */
export function durableId(seriesHash: string, { entry, turn }: Pick<Standing, 'entry' | 'turn'>): string {
  return `${seriesHash.slice(0, 12)}-${entry}${turn === 1 ? '' : `-${turn}`}`;
}

/** One line for the operator. */
export function standingText(one: Standing, fleet: readonly ReactorSeen[]): string {
  const { phase, reactor, run, said } = one;
  const seen = fleet.find(({ name }) => name === reactor);
  const away =
    seen === undefined || seen.online
      ? ''
      : `; ${reactor} is offline, and it is sent nowhere else without --again ${one.entry}`;
  switch (phase) {
    case 'waiting':
      return said === null ? 'waits for a reactor' : `waits for a reactor; was refused: ${said}`;
    case 'sent':
      return `was sent to ${reactor}, which has not yet said that it runs${away}`;
    case 'running':
      return `runs on ${reactor} as ${run}${away}`;
    case 'ended':
      return `ended on ${reactor}${run === null ? '' : ` as ${run}`}: ${said}`;
    case 'refused':
      return `refused: ${said}`;
  }
}
