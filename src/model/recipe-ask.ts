/** The fields of a question to the operator, the same wherever one is asked. Knows no step. */
import { z } from 'zod';
import { type AnswerForm, answerKinds, readAnswer } from './answer.js';
import { id, oneOf, text } from './recipe-quantities.js';
import { type Kind, kinds } from './units.js';
import { fields, said } from './validate.js';

const written = fields({
  kind: oneOf(answerKinds).describe(
    'none: only a confirmation. number: with its unit. choice: one of the choices. photo: the path of a file, whose SHA-256 is kept.',
  ),
  unit: z
    .enum(kinds, { error: () => said('is not a kind of quantity', kinds.join(', ')) })
    .optional()
    .describe('Kind of the quantity of a number, such as mass. Absent: a plain number.'),
  choices: z
    .array(text, { error: () => said('is not a list', '[yes, no]') })
    .min(2, { error: () => said('gives no choice', 'two at least') })
    .max(20, { error: () => said('gives too many choices', 'at most 20') })
    .optional()
    .describe('What may be chosen.'),
  default: text
    .optional()
    .describe('Taken where nobody is asked, with `--yes`. none: kept as not given. Without it such a run is refused.'),
});

/** The answer that is asked for, each kind with its own fields only. */
const answer = written.transform((form, context): AnswerForm => {
  const refuse = (field: string, message: string, hint: string): AnswerForm => {
    context.addIssue({ code: 'custom', path: [field], message: said(message, hint) });
    return z.NEVER;
  };
  if (form.unit !== undefined && form.kind !== 'number')
    return refuse('unit', `an answer of kind ${form.kind} has no unit`, 'kind: number, or no unit');
  if (form.choices !== undefined && form.kind !== 'choice')
    return refuse('choices', `an answer of kind ${form.kind} has no choices`, 'kind: choice, or no choices');
  if (form.kind === 'choice' && form.choices === undefined)
    return refuse('choices', 'there is nothing to choose from', '[yes, no]');
  const fallback = isLeftOut(form) ? null : form.default;
  if (form.kind === 'photo' && typeof fallback === 'string')
    return refuse('default', 'a photo has no default', 'none, which keeps it as not given, or another kind');
  const built = formOf(form.kind, form.unit, form.choices, fallback);
  const own = typeof fallback === 'string' ? readAnswer(built, fallback) : undefined;
  return own === undefined || own.ok ? built : refuse('default', own.message, own.hint);
});

/** `default: none`: not given. A confirmation has nothing to leave out, and a choice that is called none is that choice. */
function isLeftOut({ kind, choices = [], default: own }: z.infer<typeof written>): boolean {
  return own === 'none' && kind !== 'none' && !choices.includes('none');
}

function formOf(
  kind: AnswerForm['kind'],
  unit: Kind | undefined,
  choices: readonly string[] | undefined,
  fallback: string | null | undefined,
): AnswerForm {
  const rest = fallback === undefined ? {} : { fallback };
  if (kind === 'number') return { kind, quantity: unit ?? null, ...rest };
  if (kind === 'choice') return { kind, choices: choices ?? [], ...rest };
  return { kind, ...rest };
}

/** A question, wherever one is asked. */
export const question = fields({
  ask: text.describe('What the operator is asked or told.'),
  key: id.optional().describe("Name under which the answer is kept. Default: the step's."),
  answer: answer.optional().describe('What counts as an answer. Default: a confirmation.'),
});

export type Question = z.infer<typeof question>;
