/** Past runs as page and workshop say them to each other. */
import * as z from 'zod';

const figure = z.number().nullable();

export const runRow = z.object({
  run: z.string(),
  /** UTC, ms. */
  started: z.number(),
  recipe: z.string(),
  title: z.string(),
  simulated: z.boolean(),
  outcome: z.enum(['complete', 'stopped', 'aborted', 'interrupted', 'running']),
  elapsed_s: figure,
  charge_C: figure,
  charge_F_mol: figure,
  /** How often something was noted of it. */
  notes: z.int(),
});
export type RunRow = z.infer<typeof runRow>;

export const listedRun = runRow.extend({
  /** Cell voltage at instants evenly from begin to end, V; null while no current was asked for. */
  trace: z.array(figure),
});
export type ListedRunRow = z.infer<typeof listedRun>;

export const runsAnswer = z.object({
  runs: z.array(listedRun),
  /** Where the next page begins; null: that was the last. */
  next: z.string().nullable(),
  /** Runs that fit the search. */
  count: z.int(),
});

export const pastEvent = z.object({
  seq: z.int(),
  /** UTC, ms. */
  t: figure,
  elapsed_s: figure,
  kind: z.string(),
  actor: z.string(),
  text: z.string(),
});
export type PastEventRow = z.infer<typeof pastEvent>;
export const eventsAnswer = z.object({ events: z.array(pastEvent), more: z.boolean() });

export const runDetail = runRow.extend({
  reason: z.string().nullable(),
  board: z.string(),
  reactor: z.string(),
  program: z.string(),
  firmware: z.string().nullable(),
  seed: figure,
  overrides: z.array(z.string()),
  recipe_text: z.string(),
  recipe_sha256: z.string(),
  head_hash: z.string(),
  samples: z.int(),
  lost_samples: z.int(),
  board_charge_C: figure,
  /** Numbers of the plan, unit in the name. */
  planned: z.record(z.string(), figure),
  /** What came of it, unit in the name. */
  figures: z.record(z.string(), figure),
  resumes: z.string().nullable(),
  resumed_by: z.string().nullable(),
  extremes: z.record(z.string(), figure),
  steps: z.array(z.object({ title: z.string(), from_s: figure, to_s: figure, charge_C: figure })),
  answers: z.array(
    z.object({
      key: z.string(),
      at_s: figure,
      charge_C: figure,
      value: z.union([z.string(), z.number()]).nullable(),
      unit: z.string().nullable(),
      came: z.string(),
    }),
  ),
  alarms: z.array(pastEvent),
});
export type RunDetailRow = z.infer<typeof runDetail>;

export const LONGEST_NOTE = 4000;
export const note = z.object({
  /** UTC, ms. */
  t: z.number(),
  user: z.string(),
  text: z.string(),
});
export type NoteRow = z.infer<typeof note>;
/** `damage`: what of the file could not be read. */
export const notesAnswer = z.object({ notes: z.array(note), damage: z.array(z.string()) });
export const newNote = z.strictObject({ text: z.string().trim().min(1).max(LONGEST_NOTE) });

export const verifyAnswer = z.object({
  verdict: z.enum(['proven', 'unproven', 'tampered']),
  findings: z.array(z.string()),
  events: z.int(),
  samples: z.int(),
  /** Rows of the ledger. */
  ledger: z.int(),
  head: z.string(),
});
export type Proof = z.infer<typeof verifyAnswer>;
