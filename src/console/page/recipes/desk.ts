/**
 * One recipe on the desk: its text as it was taken, as it is now, and what the checker says of that. Owns when it is checked
 * and what is kept over a reload. It must not know how it is shown.
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Clock, Timer } from '../../../model/clock.js';
import {
  checkAnswer,
  completeAnswer,
  recipeText,
  type Candidate,
  type CheckAnswer,
  type RecipeText,
} from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';
import { HttpRefused, type Http } from '../link/http.js';
import { keepUnsaved, unsavedOf, type Drawer } from './unsaved.js';

/** Typing stands still for so long before the text is checked, ms. */
const PAUSE_MS = 400;

export interface RecipeDesk {
  readonly name: string;
  /** null: not here yet, or the name is new. */
  readonly taken: ReadonlySignal<RecipeText | null>;
  readonly text: ReadonlySignal<string | null>;
  readonly changed: ReadonlySignal<boolean>;
  /** The text came from this tab, which kept it unsaved. */
  readonly restored: ReadonlySignal<boolean>;
  readonly kept: ReadonlySignal<boolean>;
  readonly checked: ReadonlySignal<CheckAnswer | null>;
  /** What is shown belongs to an older text. */
  readonly checking: ReadonlySignal<boolean>;
  readonly refused: ReadonlySignal<readonly ApiProblem[]>;
  /** Newest version when the text was taken; 0: the name is new. */
  readonly base: ReadonlySignal<number>;
  readonly from: ReadonlySignal<string | null>;
  write(text: string): void;
  /** As it was taken. */
  revert(): void;
  /** It is saved: nothing of it is kept here any more. */
  forget(): void;
  complete(
    text: string,
    line: number,
    column: number,
  ): Promise<{ readonly from: number; readonly candidates: readonly Candidate[] } | null>;
  /** Ends what is under way. */
  close(): void;
}

interface DeskParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly drawer: Drawer;
}

export function problemsOf(error: unknown): readonly ApiProblem[] {
  return error instanceof HttpRefused ? error.problems : [{ message: String(error) }];
}

export function pathOf(name: string, version: string | null = null): string {
  return `/api/recipes/${encodeURIComponent(name)}${version === null ? '' : `?version=${encodeURIComponent(version)}`}`;
}

/** What a text was written from, in words: a name that ships, or a version. */
function fromOf({ name, version }: RecipeText): string {
  return version === null ? name : `${name}@${version}`;
}

export function recipeDesk(name: string, version: string | null, { http, clock, drawer }: DeskParts): RecipeDesk {
  const taken = signal<RecipeText | null>(null);
  const text = signal<string | null>(null);
  const restored = signal(false);
  const kept = signal(true);
  const checked = signal<CheckAnswer | null>(null);
  const checking = signal(false);
  const refused = signal<readonly ApiProblem[]>([]);
  const base = signal(0);
  const from = signal<string | null>(null);
  let pause: Timer | undefined;
  let closed = false;

  const check = async (): Promise<void> => {
    const asked = text.value;
    if (asked === null || closed) return;
    checking.value = true;
    try {
      const answer = await http.send('POST', '/api/recipes/check', { name, text: asked }, checkAnswer);
      if (text.value !== asked) return; // what is written meanwhile is checked by itself
      checked.value = answer;
      refused.value = [];
    } catch (error) {
      if (text.value !== asked) return;
      refused.value = problemsOf(error);
    }
    checking.value = false;
  };
  const checkSoon = (wait_ms: number): void => {
    pause?.cancel();
    checking.value = true;
    pause = clock.after(wait_ms, () => void check());
  };
  const put = (next: string): void => {
    text.value = next;
    checkSoon(0);
  };
  const take = async (): Promise<void> => {
    const draft = version === null ? unsavedOf(drawer, name) : null;
    if (draft !== null) {
      base.value = draft.base;
      from.value = draft.from;
      restored.value = true;
      put(draft.text);
    }
    try {
      const found = await http.get(pathOf(name, version), recipeText);
      if (closed) return;
      taken.value = found;
      if (draft !== null) return;
      base.value = found.newest;
      from.value = fromOf(found);
      put(found.text);
    } catch (error) {
      if (draft === null) refused.value = problemsOf(error);
    }
  };
  void take();
  return {
    name,
    taken,
    text,
    restored,
    kept,
    checked,
    checking,
    refused,
    base,
    from,
    changed: computed(() => text.value !== null && text.value !== taken.value?.text),
    write: (next) => {
      if (next === text.value) return;
      text.value = next;
      const unsaved = next === taken.value?.text ? null : { text: next, base: base.value, from: from.value };
      kept.value = keepUnsaved(drawer, name, unsaved);
      checkSoon(PAUSE_MS);
    },
    revert: () => {
      keepUnsaved(drawer, name, null);
      restored.value = false;
      const { value } = taken;
      if (value === null) return;
      base.value = value.newest;
      from.value = fromOf(value);
      put(value.text);
    },
    forget: () => void keepUnsaved(drawer, name, null),
    complete: async (whole, line, column) => {
      try {
        return await http.send('POST', '/api/recipes/complete', { text: whole, line, column }, completeAnswer);
      } catch {
        return null; // nothing is offered while the reactor is not reached: the banner says so
      }
    },
    close: () => {
      closed = true;
      pause?.cancel();
    },
  };
}
