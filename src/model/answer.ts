/**
 * What an operator may answer to a question, and whether an answer is one. The same rule holds at the terminal, at the
 * console and over MQTT, since the procedure itself asks it.
 *
 * Must not know files: a photo comes with the hash that whoever could read it has taken.
 */
import { type Kind, parseQuantity, unitsOf } from './units.js';

export const answerKinds = ['none', 'text', 'number', 'choice', 'photo'] as const;

/** What is asked for. `none`: only that somebody confirms, with a note or without. */
export type AnswerForm =
  | { readonly kind: 'none' | 'text' | 'photo'; readonly fallback?: string | null }
  | {
      readonly kind: 'number';
      /** Kind of the quantity; null: a plain number, such as an Rf. */
      readonly quantity: Kind | null;
      /**
       * Taken where nobody is asked; without one a run with nobody at the terminal is refused. null: not given, so that
       * nothing is kept as measured that nobody has measured.
       */
      readonly fallback?: string | null;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly fallback?: string | null };

export const NO_ANSWER: AnswerForm = { kind: 'none' };

/** Said in place of an answer where the recipe lets it be left out. */
export const NOT_GIVEN = 'not given';

/** An answer as it is kept. */
export interface Answer {
  /** null: not given. */
  readonly value: string | number | null;
  /** Canonical unit of a number; null for everything else. */
  readonly unit: string | null;
}

export type AnswerRead =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** Longest text that is kept of an answer; a report is no place for more. */
const textMax = 1000;
const plainNumber = /^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const sha256 = /^[0-9a-f]{64}$/;
/** Control characters would act on the terminal that shows a report; half a character cannot be kept as UTF-8. */
const unprintable = /[\p{Cc}\p{Cs}]/u;
/** As for quantities: beyond this, doubles lose the last digit written. */
const numberMax = 1e12;

/** Reads what was typed. `photo_sha256`: hash of the file that a photo's path names, by whoever has read it. */
export function readAnswer(form: AnswerForm, typed: string, photo_sha256: string | null = null): AnswerRead {
  const text = typed.trim();
  if (text.length > textMax) return refuse('is too long', `at most ${textMax} characters`);
  if (unprintable.test(text)) return refuse('holds characters that cannot be printed', 'one line of text');
  if (leavesOut(form, text)) return { ok: true, answer: { value: null, unit: null } };
  switch (form.kind) {
    case 'none':
      return taken(text);
    case 'text':
      return text === '' ? refuse('nothing is written', hintOf(form)) : taken(text);
    case 'number':
      return readNumber(form.quantity, text);
    case 'choice':
      return readChoice(form.choices, text);
    case 'photo':
      if (text === '') return refuse('no file is named', hintOf(form));
      if (photo_sha256 === null || !sha256.test(photo_sha256))
        return refuse('the photo has not been read', 'answer at the terminal of the controller, which takes its hash');
      return taken(text);
  }
}

/** What is said where nobody answers; undefined: the recipe has nothing for that. */
export function fallbackOf({ fallback }: AnswerForm): string | undefined {
  return fallback === null ? NOT_GIVEN : fallback;
}

/** Whether these words leave an answer out that may be left out. */
export function leavesOut({ fallback }: AnswerForm, text: string): boolean {
  return fallback === null && text.trim().toLowerCase() === NOT_GIVEN;
}

/** What would be right, in a few words. */
export function hintOf(form: AnswerForm): string {
  switch (form.kind) {
    case 'none':
      return 'Enter';
    case 'text':
      return 'a few words';
    case 'number':
      return form.quantity === null ? 'a number, for example 0.35' : `for example ${unitsOf(form.quantity).example}`;
    case 'choice':
      return form.choices.map((choice, i) => `${i + 1}: ${choice}`).join(', ');
    case 'photo':
      return 'the path of a photo on this computer';
  }
}

function readNumber(quantity: Kind | null, text: string): AnswerRead {
  if (quantity === null) {
    if (plainNumber.test(text) && !(Math.abs(Number(text)) <= numberMax))
      return refuse('is out of all proportion', 'for example 0.35');
    return plainNumber.test(text)
      ? { ok: true, answer: { value: Number(text), unit: null } }
      : refuse(`"${text}" is not a number`, 'for example 0.35');
  }
  const parsed = parseQuantity(quantity, text);
  if (!parsed.ok) return { ok: false, message: parsed.message, hint: parsed.hint };
  return { ok: true, answer: { value: parsed.quantity.value, unit: unitsOf(quantity).unit } };
}

/** By its words, or by its number where no choice is written so. */
function readChoice(choices: readonly string[], text: string): AnswerRead {
  const said = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  const numbered = /^[1-9][0-9]?$/.test(text) ? choices[Number(text) - 1] : undefined;
  const chosen = said ?? numbered;
  if (chosen === undefined) return refuse(`"${text}" is not one of the choices`, hintOf({ kind: 'choice', choices }));
  return taken(chosen);
}

function taken(value: string): AnswerRead {
  return { ok: true, answer: { value, unit: null } };
}

function refuse(message: string, hint: string): AnswerRead {
  return { ok: false, message, hint };
}
