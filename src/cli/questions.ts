/**
 * Questions at the terminal: how one is shown, whether a plan can do with nobody there to answer, and the hash of a photo.
 * Whether an answer is one is the model's to say.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type AnswerForm, fallbackOf, hintOf, NO_ANSWER } from '../model/answer.js';
import type { Plan, PlanStep } from '../model/plan.js';
import type { Prompt } from '../procedure/types.js';
import { paragraph } from '../model/words.js';

/** Largest file that is taken for a photo, bytes; a camera's raw file has some 50 MB. */
const PHOTO_MAX_BYTE = 100e6;

/** The question, and what would be an answer. */
export function questionLines({ text, answer = NO_ANSWER }: Prompt, columns: number): string[] {
  return ['', ...paragraph(text, columns), ...paragraph(`[${wantedBy(answer)}]`, columns)];
}

function wantedBy(form: AnswerForm): string {
  if (form.kind === 'none') return 'Enter to continue';
  const fallback = fallbackOf(form);
  const left = fallback === undefined ? '' : `; Enter for ${fallback}`;
  return `${form.kind}: ${hintOf(form)}${left}`;
}

/** All that is open, numbered as `answer` takes it; the first is what Enter answers. */
export function openLines(open: readonly Prompt[], columns: number): string[] {
  if (open.length === 0) return ['  nothing is asked'];
  return open.flatMap(({ id, key = id, text }, place) => paragraph(`${place + 1} ${key}: ${text}`, columns));
}

/** `answer 2 35 %` or `answer conversion-2 35 %`: which of the open questions is meant, and what is answered. */
export function chosenAnswer(open: readonly Prompt[], typed: string): { prompt: Prompt; text: string } | null {
  const [, which = '', text = ''] = /^answer\s+(\S+)(?:\s+(.*))?$/s.exec(typed) ?? [];
  const prompt = open.find(({ id, key = id }, place) => which === key || which === String(place + 1));
  return prompt === undefined ? null : { prompt, text };
}

interface Asking {
  readonly id: string;
  readonly answer: AnswerForm;
}

/** Every question of a plan, in order, with those of tracks and of samples. */
export function questionsOf({ steps }: Pick<Plan, 'steps'>): Asking[] {
  return steps.flatMap((step): Asking[] => {
    switch (step.kind) {
      case 'prompt':
      case 'sample':
        return [{ id: step.id, answer: step.answer ?? NO_ANSWER }];
      case 'electrolyse':
        return (step.samples ?? []).map(({ id, answer = NO_ANSWER }) => ({ id, answer }));
      case 'parallel':
        return questionsOf({ steps: step.tracks.flat() });
      case 'finish':
        return step.holdTemperature ? [{ id: step.id, answer: NO_ANSWER }] : [];
      case 'purge':
      case 'cool':
      case 'heat':
      case 'flow':
      case 'wait':
      case 'hold':
        return [];
    }
  });
}

/** Why nobody's answers would do, or null. */
export function unattendedRefusal(plan: Pick<Plan, 'steps'>): string | null {
  const open = questionsOf(plan).find(({ answer }) => answer.kind !== 'none' && answer.fallback === undefined);
  if (open !== undefined)
    return `--yes: ${open.id} asks for a ${open.answer.kind}, which nobody would give (would be right: a terminal, or answer.default in the recipe, \`none\` for not given)`;
  const held = plan.steps.find((step: PlanStep) => step.kind === 'hold');
  if (held === undefined) return null;
  return `--yes: ${held.id} waits for somebody who resumes the run (would be right: a terminal, or a recipe without hold)`;
}

/** SHA-256 of a file, hexadecimal; read in pieces, so that the control loop has its turns. Or why there is none. */
export async function photoHash(path: string): Promise<{ readonly sha256: string } | { readonly wrong: string }> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { wrong: `"${path}" is not a file` };
    if (!(found.size > 0 && found.size <= PHOTO_MAX_BYTE))
      return { wrong: `"${path}" has ${found.size} bytes; a photo has 1 byte to ${PHOTO_MAX_BYTE / 1e6} MB` };
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return { sha256: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { wrong: `"${path}" cannot be read: ${error.message.replace(/, \w+( '.*')?$/, '')}` };
  }
}
