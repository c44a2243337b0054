/** A run of which nobody is there: its questions are answered, and nothing is waited for without end. */
import type { Core } from '../control/core.js';
import { fallbackOf, NO_ANSWER } from '../model/answer.js';
import { fail } from './outlets.js';

/** Nobody is there: a hold or a question is worth waiting for this long, then the run is stopped, s of run time. */
export const UNATTENDED_WAIT_S = 600;

/** Answers prompts for the absent operator. */
export function answerForNobody(core: Core): void {
  core.prompt$.subscribe({
    next: (prompt) => {
      if (prompt === null) return;
      const text = fallbackOf(prompt.answer ?? NO_ANSWER) ?? 'continued unattended';
      core.request({ kind: 'answer', prompt: prompt.id, text, actor: 'program' });
    },
    error: fail,
  });
}

/** With nobody there, the run does not wait for ever: a hold that nobody ends, or a question, stops it. */
export function giveUpWaiting(core: Core): void {
  let since_s: number | null = null;
  core.samples$.subscribe({
    next: ({ elapsed_s, state }) => {
      const shown = core.prompt$.value;
      const asked = shown?.asked_C === undefined ? shown : null; // nothing waits for a sample's answer
      const waits = state === 'held' || asked !== null;
      since_s = waits ? (since_s ?? elapsed_s) : null;
      if (since_s === null || elapsed_s - since_s < UNATTENDED_WAIT_S) return;
      since_s = null;
      const minutes = `${UNATTENDED_WAIT_S / 60} min with nobody here`;
      const held = `held for ${minutes}: ${core.state$.value.reason ?? 'unknown'}`;
      const reason = state === 'held' || asked === null ? held : `asked for ${minutes}: ${asked.text}`;
      core.request({ kind: 'stop', actor: 'program', reason });
    },
    error: fail,
  });
}
