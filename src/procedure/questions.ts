/**
 * Questions to the operator: which one is shown, which wait below it, what is kept of an answer. Pure. A question that the
 * run waits for is shown before any that it does not wait for; of two samples the older one first, since results come back
 * in the order in which they were taken. What a step does with its answer is the step's.
 */
import { type Answer, NO_ANSWER, readAnswer } from '../model/answer.js';
import type { EventData } from '../model/event.js';
import { journal, same } from './outcome.js';
import type { Intent, Outcome, ProcedureEvent, ProcedureState, Prompt } from './types.js';

type Answering = Extract<ProcedureEvent, { kind: 'answer' }>;

export interface Asked {
  readonly state: ProcedureState;
  readonly intents: readonly Intent[];
}

/** Puts a question: on top when the run waits for it, else below all others; that it is due is told all the same. */
export function ask(state: ProcedureState, question: Prompt): Asked {
  const { prompt, unanswered } = state;
  if (prompt !== null && !isWaitedFor(question))
    return { state: { ...state, unanswered: [...unanswered, question] }, intents: [dueToo(question)] };
  const below = prompt === null ? unanswered : [prompt, ...unanswered];
  return { state: { ...state, prompt: question, unanswered: below }, intents: [{ kind: 'ask', prompt: question }] };
}

function dueToo({ id, key = id, text, asked_C }: Prompt): Intent {
  return journal('note', 'procedure', `${key} is due too: ${text}`, { prompt: id, key, asked_C: asked_C ?? null });
}

export function askAll(state: ProcedureState, questions: readonly Prompt[]): Asked {
  return questions.reduce<Asked>(
    (before, question) => {
      const next = ask(before.state, question);
      return { state: next.state, intents: [...before.intents, ...next.intents] };
    },
    { state, intents: [] },
  );
}

/** The step is over: its own questions are gone, samples stay. */
export function keepSamples(state: ProcedureState): ProcedureState {
  const kept = (state.prompt === null ? state.unanswered : [state.prompt, ...state.unanswered]).filter(isSample);
  const [prompt = null, ...unanswered] = kept;
  return { ...state, prompt, unanswered };
}

/** A step ends before its own questions are answered: they are gone, what would have been kept is told, and samples stay. */
export function withdrawOwn(state: ProcedureState): Asked {
  const open = state.prompt === null ? state.unanswered : [state.prompt, ...state.unanswered];
  const notes = open.filter((one) => !isSample(one) && isKept(one)).map(notAnswered);
  const kept = keepSamples(state);
  if (kept.prompt === state.prompt) return { state: kept, intents: notes };
  const shows: Intent = kept.prompt === null ? { kind: 'withdraw-prompt' } : { kind: 'ask', prompt: kept.prompt };
  return { state: kept, intents: [...notes, shows] };
}

/** Nothing is asked any more; what stays unanswered is told. */
export function withdrawAll(state: ProcedureState): Asked {
  const open = (state.prompt === null ? state.unanswered : [state.prompt, ...state.unanswered]).filter(isKept);
  const notes = open.map(notAnswered);
  return {
    state: { ...state, prompt: null, unanswered: [], heldFor: null },
    intents: [...notes, { kind: 'withdraw-prompt' }],
  };
}

function notAnswered({ id, key = id, asked_C }: Prompt): Intent {
  const data = { prompt: id, key, asked_C: asked_C ?? null, missed: 'not answered' };
  return journal('note', 'procedure', `${key} was not answered`, data);
}

/** Takes an answer to any question that is open; a wrong one is refused with what would be right, and the question stays. */
export function answer(state: ProcedureState, event: Answering): { outcome: Outcome; answered: Prompt | null } {
  const open = state.prompt === null ? state.unanswered : [state.prompt, ...state.unanswered];
  const question = open.find(({ id }) => id === event.prompt);
  if (question === undefined) return { outcome: same(state), answered: null };
  const read = readAnswer(question.answer ?? NO_ANSWER, event.text, event.photo_sha256 ?? null);
  if (!read.ok) return { outcome: refused(state, event, read), answered: null };
  const kept = journal('answer', event.actor, event.text, dataOf(question, read.answer, event, state.charge_C));
  const [prompt = null, ...unanswered] = open.filter((one) => one !== question);
  const shows: Intent[] =
    question !== state.prompt ? [] : prompt === null ? [{ kind: 'withdraw-prompt' }] : [{ kind: 'ask', prompt }];
  return { outcome: { state: { ...state, prompt, unanswered }, intents: [kept, ...shows] }, answered: question };
}

function isSample({ asked_C }: Prompt): boolean {
  return asked_C !== undefined;
}

function isWaitedFor(question: Prompt): boolean {
  return !isSample(question) || question.waits === true;
}

/** An answer would have been kept: a mere confirmation is not. */
function isKept(question: Prompt): boolean {
  return isSample(question) || question.key !== undefined;
}

function refused(
  state: ProcedureState,
  event: Answering,
  { message, hint }: { message: string; hint: string },
): Outcome {
  const text = `answer refused: ${message} (would be right: ${hint})`;
  return {
    state,
    intents: [journal('command', event.actor, text, { verb: 'answer', prompt: event.prompt, ok: false })],
  };
}

/** Who only confirms is kept as ever; an answer with a name is kept under it, with the charge at which it was given. */
function dataOf(question: Prompt, { value, unit }: Answer, event: Answering, charge_C: number): EventData {
  const { id: prompt, key, asked_C } = question;
  if (key === undefined) return { prompt };
  return {
    prompt,
    key,
    value,
    unit,
    charge_C,
    ...(asked_C === undefined ? {} : { asked_C }),
    ...(event.photo_sha256 === undefined ? {} : { sha256: event.photo_sha256 }),
  };
}
