/**
 * The verbs of a command: who may ask, what it must bring and what it may say. One table, read by whoever judges commands,
 * by whoever sends them, the page too, and by the documents.
 */
import * as z from 'zod';
import { RUN_STATES } from '../model/state.js';

/** From the least to the most; each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** True when `role` may do what `least` may. */
export function mayAs(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Under which the program itself writes into a journal, or a person at the bench: nobody on the network is called so. */
export const OWN_ACTORS: ReadonlySet<string> = new Set(['operator', 'program', 'guard', 'record', 'board', 'nobody']);

/** Entries of a series, kept by a reactor for good. */
export const ENTRY_ID = /^[a-z0-9_-]{1,64}$/;
/** Longest recipe that a command can bring, characters; below the 16 kB of a whole command. */
export const LONGEST_RECIPE = 12_288;

const none = z.strictObject({});

const startArgs = z
  .strictObject({
    recipe: z.string().min(1).max(200).optional().describe('recipe of the library by its name, or FILE#entry'),
    text: z.string().min(1).max(LONGEST_RECIPE).optional().describe('a whole recipe, as YAML that names no other file'),
    entry: z.string().regex(ENTRY_ID).optional().describe('durable id: a reactor runs an entry at most once, ever'),
    clear: z.boolean().optional().describe('true: clears what the board has latched first'),
    accept: z.string().max(2000).optional().describe('warnings that are meant: their codes, with blanks between'),
  })
  .refine(({ recipe, text }) => (recipe === undefined) !== (text === undefined), {
    error: 'names neither or both of `recipe` and `text` (would be right: one of the two)',
  });

const name = z.string().min(1).max(64);

interface VerbRow {
  readonly least: Role;
  /** hello needs none, and stop is always taken. */
  readonly nonce: boolean;
  /** Somebody must have allowed it at the bench. */
  readonly permit: boolean;
  readonly args: z.ZodType;
  readonly means: string;
}

export const VERBS = {
  hello: { least: 'viewer', nonce: false, permit: false, args: none, means: 'gives a nonce for one command' },
  stop: { least: 'viewer', nonce: false, permit: false, args: none, means: 'stops the run; taken from anybody' },
  status: { least: 'viewer', nonce: true, permit: false, args: none, means: 'how the reactor stands' },
  runs: { least: 'viewer', nonce: true, permit: false, args: none, means: 'the last runs of the record' },
  recipes: { least: 'viewer', nonce: true, permit: false, args: none, means: 'the recipes of the library' },
  entries: {
    least: 'viewer',
    nonce: true,
    permit: false,
    args: none,
    means: 'the entries that were ever started here',
  },
  hold: { least: 'operator', nonce: true, permit: false, args: none, means: 'holds the run: current off, safe' },
  finish: {
    least: 'operator',
    nonce: true,
    permit: false,
    args: none,
    means: 'ends the electrolysis as if its end had come; the closing steps follow',
  },
  acknowledge: {
    least: 'operator',
    nonce: true,
    permit: false,
    args: z.strictObject({ alarm: name.optional().describe('name of the alarm; absent: all that wait for it') }),
    means: 'acknowledges alarms',
  },
  shelve: {
    least: 'operator',
    nonce: true,
    permit: false,
    args: z.strictObject({
      alarm: name.describe('name of the alarm'),
      minutes: z.number().positive().max(1440).describe('for how long, min'),
    }),
    means: 'shelves an alarm',
  },
  unshelve: {
    least: 'operator',
    nonce: true,
    permit: false,
    args: z.strictObject({ alarm: name.describe('name of the alarm') }),
    means: 'takes an alarm from the shelf',
  },
  fault: {
    least: 'operator',
    nonce: true,
    permit: false,
    args: z.strictObject({
      fault: z
        .string()
        .min(1)
        .max(200)
        .describe('what breaks, as in `--fault` with times counted from now; with `off` its name, or "all"'),
      off: z.boolean().optional().describe('true: it is taken out again'),
    }),
    means: 'rehearsal in a run on a simulated bench: something breaks now, or is whole again',
  },
  unhold: { least: 'operator', nonce: true, permit: true, args: none, means: 'goes on after a hold' },
  start: { least: 'operator', nonce: true, permit: true, args: startArgs, means: 'starts a run' },
  resume: {
    least: 'operator',
    nonce: true,
    permit: true,
    args: z.strictObject({
      run: name.optional().describe('id of the interrupted run; absent: nothing starts, the reply says what is known'),
    }),
    means: 'goes on with an interrupted run',
  },
  answer: {
    least: 'operator',
    nonce: true,
    permit: true,
    args: z.strictObject({
      prompt: name.describe('id of the question, from `prompt`'),
      text: z.string().max(1000).describe('the answer, as it would be typed'),
    }),
    means: 'answers what the operator is asked',
  },
  clear: { least: 'operator', nonce: true, permit: true, args: none, means: 'clears what the board has latched' },
} as const satisfies Readonly<Record<string, VerbRow>>;
export type Verb = keyof typeof VERBS;

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(VERBS, text);
}

/** `data` of the reply to hello. */
export const helloData = z.object({
  nonce: z.string().describe('to be sent with the next command, once'),
  good_for_s: z.number().positive().describe('how long the nonce is good, s'),
  bootId: z.string().describe('to be sent with the nonce'),
  state: z.enum(RUN_STATES).describe('ISA-88 state'),
  user: z.string().describe('who asks, as the broker says'),
  role: z.enum(ROLES).describe('what that user may'),
  permit: z.boolean().describe('somebody at the bench has allowed a start'),
  permit_until_s: z.number().nullable().describe('how long still, s; null: none, or one that does not end'),
  verbs: z.string().describe('what this user may ask for, joined by spaces'),
});
export type HelloData = z.infer<typeof helloData>;
