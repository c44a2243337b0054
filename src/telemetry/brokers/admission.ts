/**
 * Who may say and hear what at the built-in broker. Pure: a guest and a topic in, a verdict out. On loopback a guest without
 * a name may read and ask to stop; a user may send commands under his own name; all else is refused.
 */
import { LONGEST_COMMAND_BYTES, type Topics } from '../topics.js';

/** Under which a guest without a name asks to stop; nobody's commands are taken under it. */
export const NOBODY = 'console';

export interface Guest {
  /** null: without a name. */
  readonly user: string | null;
  readonly role: string | null;
}

export const ANONYMOUS: Guest = { user: null, role: null };

export interface Said {
  readonly topic: string;
  readonly retain: boolean;
  readonly bytes: number;
}

export type Verdict =
  | { readonly kind: 'stop' | 'command'; readonly actor: string }
  | { readonly kind: 'refused'; readonly actor: string; readonly reason: string };

export const actorOf = ({ user }: Guest): string => user ?? NOBODY;

/** A retained command would be heard again by every later run. */
export function judgePublication(guest: Guest, said: Said, topics: Topics): Verdict {
  const actor = actorOf(guest);
  const refused = (reason: string): Verdict => ({ kind: 'refused', actor, reason });
  // whoever has a name may stop as one without: a button is as it is
  if (said.topic === topics.stop(actor) || said.topic === topics.stop(NOBODY)) {
    return said.retain ? refused('a stop may not be retained') : { kind: 'stop', actor };
  }
  if (guest.user === null) return refused('here only stop may be published without a name');
  if (said.topic !== topics.command(guest.user)) return refused('a user may publish his own commands only');
  if (said.retain) return refused('a command may not be retained');
  if (!(said.bytes <= LONGEST_COMMAND_BYTES)) return refused(`a command of more than ${LONGEST_COMMAND_BYTES} bytes`);
  return { kind: 'command', actor };
}

/** A last will may be a stop of one's own, so that a desk that loses its link stops what it watched over. */
export function mayLeaveAsWill(claimed: string | undefined, will: Said, topics: Topics): boolean {
  const actor = claimed === undefined || claimed === '' ? NOBODY : claimed;
  return !will.retain && will.topic === topics.stop(actor);
}

/** Commands and replies are between the reactor and their actor; an admin may look at all of them. */
export function mayHear(guest: Guest, topic: string, topics: Topics): boolean {
  if (topic.startsWith('$')) return false;
  const { user, role } = guest;
  const confidential = isBelow(topic, topics.commands) || isBelow(topic, topics.replies);
  if (!confidential || role === 'admin' || isStop(topic, topics)) return true;
  return user !== null && (topic === topics.command(user) || topic === topics.reply(user));
}

/** A word that everybody may hear; not what a user says or hears who is called so. */
function isStop(topic: string, topics: Topics): boolean {
  return isBelow(topic, topics.commands) && topic.slice(topics.commands.length).split('/').length === 3;
}

const isBelow = (topic: string, above: string): boolean => topic.startsWith(`${above}/`);
