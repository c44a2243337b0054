/**
 * Who answers in a preview, where nobody is and nothing is kept: every question gets an answer of its kind, and a hold that
 * the recipe itself asks for is resumed. Never part of a run that is recorded.
 */
import type { AnswerForm } from '../model/answer.js';
import type { Plan } from '../model/plan.js';
import { unitsOf } from '../model/units.js';
import type { Run } from '../reactor.js';

const NO_PHOTO = '0'.repeat(64);

export function standIn(run: Pick<Run, 'prompt$' | 'state$' | 'answer' | 'resume'>, plan: Pick<Plan, 'steps'>): void {
  run.prompt$.subscribe((prompt) => {
    const form = prompt?.answer;
    if (prompt === null || form === undefined || form.fallback !== undefined) return;
    if (form.kind === 'photo') run.answer(prompt.id, 'preview', 'program', NO_PHOTO);
    else run.answer(prompt.id, madeUp(form), 'program');
  });
  run.state$.subscribe((state) => {
    if (state.run === 'held' && plan.steps[state.step]?.kind === 'hold') run.resume('program');
  });
}

function madeUp(form: AnswerForm): string {
  switch (form.kind) {
    case 'number':
      return form.quantity === null ? '1' : unitsOf(form.quantity).example;
    case 'choice':
      return form.choices[0] ?? '';
    case 'none':
    case 'text':
    case 'photo':
      return 'preview';
  }
}
