/**
 * Whether a command of the network is carried out. Pure: the text, who sent it by the word of the broker, and how things
 * stand, in; a verdict with its reason in words, out. It spends nothing and does nothing. Every way to say no is a kind, so
 * that the audit can count them.
 */
import * as z from 'zod';
import { printable } from '../model/printable.js';
import type { RunState } from '../model/state.js';
import { commandPayload, LONGEST_COMMAND_BYTES, type CommandPayload } from '../telemetry/topics.js';
import { isVerb, mayAs, VERBS, type Role, type Verb } from '../telemetry/verbs.js';
import type { Order, Standing } from './executor.js';
import type { NonceVerdict } from './nonces.js';

/** As the network process hands it on. */
export interface Asked {
  /** Broker over which it came, and over which the reply goes. */
  readonly via: string;
  /** Who that broker says it is. */
  readonly actor: string;
  /** The broker had kept it: nobody has just said it. */
  readonly retained: boolean;
  readonly text: string;
}

export interface Facts {
  readonly bootId: string;
  /** null: this user is not known here. */
  readonly role: Role | null;
  readonly standing: Standing;
  /** What a nonce is worth in this actor's hand, now. */
  readonly nonce: (nonce: string) => NonceVerdict;
  /** A command of this actor and id was taken since this program began. */
  readonly known: (id: string) => boolean;
}

export const REFUSALS = [
  'retained',
  'oversized',
  'malformed',
  'user',
  'verb',
  'boot',
  'nonce',
  'expired',
  'used',
  'repeated',
  'arguments',
  'role',
  'state',
  'permit',
] as const;
export type RefusalKind = (typeof REFUSALS)[number];

export interface Refused {
  readonly kind: 'refuse';
  readonly why: RefusalKind;
  readonly reason: string;
  /** Empty where none could be read. */
  readonly id: string;
  readonly verb: Verb | null;
  /** The nonce that it presented in time is gone, whatever became of the command. */
  readonly spends: string | null;
}

export type Verdict =
  | Refused
  | { readonly kind: 'hello'; readonly id: string; readonly role: Role }
  | { readonly kind: 'stop'; readonly id: string }
  | { readonly kind: 'execute'; readonly id: string; readonly order: Order; readonly spends: string };

/** A run is on and may still be changed. */
const HOLDABLE: ReadonlySet<RunState> = new Set(['execute', 'unholding', 'holding', 'held']);
const RESTING: ReadonlySet<RunState> = new Set(['idle', 'complete', 'stopped', 'aborted']);
const HELD: ReadonlySet<RunState> = new Set(['held']);

/** States in which a verb means something; absent: in all. */
const STATES: Readonly<Partial<Record<Verb, { readonly in: ReadonlySet<RunState>; readonly hint: string }>>> = {
  hold: { in: HOLDABLE, hint: 'while a run executes' },
  unhold: { in: HELD, hint: 'while a run is held' },
  finish: { in: HOLDABLE, hint: 'while a run executes or is held' },
  start: { in: RESTING, hint: 'while nothing runs' },
  resume: { in: RESTING, hint: 'while nothing runs' },
  clear: { in: RESTING, hint: 'while nothing runs' },
};

export function judge(asked: Asked, facts: Facts): Verdict {
  const refuse = refusing('', null, null);
  if (asked.retained) return refuse('retained', 'a retained command is heard by nobody (would be right: not retained)');
  if (!(Buffer.byteLength(asked.text) <= LONGEST_COMMAND_BYTES))
    return refuse('oversized', `a command has ${LONGEST_COMMAND_BYTES} bytes at most`);
  const parsed = parse(asked.text);
  if (typeof parsed === 'string') return refuse('malformed', parsed);
  const { id, verb } = parsed;
  if (verb === 'stop') return { kind: 'stop', id };
  const no = refusing(id, isVerb(verb) ? verb : null, null);
  if (facts.role === null)
    return no('user', `no user "${asked.actor}" is known here (would be right: galvanode user add)`);
  if (!isVerb(verb)) return no('verb', `"${verb}" is not known here (would be right: ${verbsOf(facts.role)})`);
  if (verb === 'hello') return { kind: 'hello', id, role: facts.role };
  return judgeOrder(parsed, verb, facts.role, facts);
}

/** What this role may ask for. */
export function verbsOf(role: Role): string {
  return Object.entries(VERBS)
    .filter(([, { least }]) => mayAs(role, least))
    .map(([verb]) => verb)
    .join(' ');
}

function refusing(id: string, verb: Verb | null, spends: string | null) {
  return (why: RefusalKind, reason: string): Refused => ({
    kind: 'refuse',
    why,
    reason: printable(reason),
    id,
    verb,
    spends,
  });
}

function judgeOrder(command: CommandPayload, verb: Verb, role: Role, facts: Facts): Verdict {
  const { id, nonce } = command;
  const early = refusing(id, verb, null);
  if (command.bootId !== facts.bootId)
    return early('boot', 'it is not for this start of the program (would be right: hello first, then its bootId)');
  if (nonce === undefined) return early('nonce', 'a nonce is missing (would be right: hello first, then its nonce)');
  const worth = facts.nonce(nonce);
  if (worth !== 'good') return early(worth === 'unknown' ? 'nonce' : worth, NONCE_REASONS[worth]);
  const no = refusing(id, verb, nonce);
  if (facts.known(id))
    return no('repeated', 'a command of this id was taken already (would be right: an id of its own)');
  const order = orderOf(verb, command.args);
  if ('wrong' in order) return no('arguments', order.wrong);
  const { least } = VERBS[verb];
  if (!mayAs(role, least)) return no('role', `${verb} is for ${least}s, and this user is ${role}`);
  const state = stateRefusal(verb, facts.standing);
  if (state !== null) return no('state', state);
  const { permit, answerPermit } = facts.standing;
  if (VERBS[verb].permit && !(verb === 'answer' ? answerPermit : permit)) return no('permit', NO_PERMIT);
  return { kind: 'execute', id, order, spends: nonce };
}

const NONCE_REASONS: Readonly<Record<Exclude<NonceVerdict, 'good'>, string>> = {
  unknown: 'this nonce was not given to this user (would be right: hello first, then its nonce)',
  expired: 'this nonce is too old (would be right: hello first, then its nonce within 10 s)',
  used: 'this nonce was used already (would be right: hello before each command)',
};

const NO_PERMIT =
  'there is no permit (would be right: somebody presses the arm button at the bench, and the command comes within 60 s)';

function stateRefusal(verb: Verb, { state, takesStarts, prompts, run, alarms }: Standing): string | null {
  const allowed = STATES[verb];
  if (allowed !== undefined && !allowed.in.has(state))
    return `the reactor is ${state} (would be right: ${allowed.hint})`;
  if ((verb === 'start' || verb === 'resume' || verb === 'clear') && !takesStarts)
    return 'nothing is started here: this program runs one recipe, or a start is under way (would be right: galvanode serve, while nothing runs)';
  if (verb === 'acknowledge' && run === null && alarms === 0) return 'no run is on, and no alarm waits';
  if ((verb === 'shelve' || verb === 'unshelve') && run === null) return 'no run is on, and nothing is judged';
  if (verb === 'fault' && run === null) return 'no run is on, and faults are rehearsed in a run';
  if (verb === 'answer' && prompts.length === 0) return 'nothing is asked';
  return null;
}

/** Names that mean something to the language itself; as keys of data nobody needs them. */
const NO_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A stop needs no more than its verb: whoever is in a hurry forgets the rest. */
const bareStop = z.object({ verb: z.literal('stop'), id: z.string().max(64).default('').catch('') });

function parse(text: string): CommandPayload | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const stop = bareStop.safeParse(data);
  if (stop.success) return { v: 1, ...stop.data };
  const bad = forbiddenKey(data);
  if (bad !== null) return `no key may be called "${bad}"`;
  const read = commandPayload.safeParse(data);
  return read.success ? read.data : issueText(read.error);
}

/** Two levels are all that a command has. */
function forbiddenKey(data: unknown): string | null {
  for (const level of [data, isObject(data) && Object.hasOwn(data, 'args') ? data['args'] : null])
    if (isObject(level)) for (const key of Object.keys(level)) if (NO_KEYS.has(key)) return key;
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of each issue where it is and what is wrong: never what was written there. */
function issueText({ issues }: z.ZodError): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.length === 0 ? 'the command' : path.map(String).join('.')}: ${message}`)
    .join('; ');
}

function orderOf(verb: Verb, given: CommandPayload['args']): Order | { readonly wrong: string } {
  const args = given ?? {};
  const read = VERBS[verb].args.safeParse(args);
  if (!read.success) return { wrong: issueText(read.error) };
  switch (verb) {
    case 'hello':
    case 'stop':
      return { wrong: `${verb} is no order` };
    case 'hold':
    case 'unhold':
    case 'finish':
    case 'clear':
    case 'status':
    case 'recipes':
    case 'runs':
    case 'entries':
      return { verb, args: {} };
    case 'acknowledge':
      return { verb, args: VERBS.acknowledge.args.parse(args) };
    case 'shelve':
      return { verb, args: VERBS.shelve.args.parse(args) };
    case 'fault':
      return { verb, args: VERBS.fault.args.parse(args) };
    case 'unshelve':
      return { verb, args: VERBS.unshelve.args.parse(args) };
    case 'answer':
      return { verb, args: VERBS.answer.args.parse(args) };
    case 'resume':
      return { verb, args: VERBS.resume.args.parse(args) };
    case 'start':
      return { verb, args: VERBS.start.args.parse(args) };
  }
}
