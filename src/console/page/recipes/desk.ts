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

export function recipeDesk(name: string, version: string | null, parts: DeskParts): RecipeDesk {
  const desk = new OpenRecipe(name, version, parts);
  void desk.take();
  return desk;
}

class OpenRecipe implements RecipeDesk {
  readonly taken = signal<RecipeText | null>(null);
  readonly text = signal<string | null>(null);
  readonly restored = signal(false);
  readonly kept = signal(true);
  readonly checked = signal<CheckAnswer | null>(null);
  readonly checking = signal(false);
  readonly refused = signal<readonly ApiProblem[]>([]);
  readonly base = signal(0);
  readonly from = signal<string | null>(null);
  readonly changed = computed(() => this.text.value !== null && this.text.value !== this.taken.value?.text);
  private pause: Timer | undefined;
  private closed = false;

  constructor(
    readonly name: string,
    private readonly version: string | null,
    private readonly parts: DeskParts,
  ) {}

  /** What this tab kept comes before what is saved. */
  async take(): Promise<void> {
    const { http, drawer } = this.parts;
    const draft = this.version === null ? unsavedOf(drawer, this.name) : null;
    if (draft !== null) {
      this.restored.value = true;
      this.put(draft.text, draft.base, draft.from);
    }
    try {
      const found = await http.get(pathOf(this.name, this.version), recipeText);
      if (this.closed) return;
      this.taken.value = found;
      if (draft === null) this.put(found.text, found.newest, fromOf(found));
    } catch (error) {
      if (draft === null) this.refused.value = problemsOf(error);
    }
  }

  write(next: string): void {
    if (next === this.text.value) return;
    this.text.value = next;
    const unsaved =
      next === this.taken.value?.text ? null : { text: next, base: this.base.value, from: this.from.value };
    this.kept.value = keepUnsaved(this.parts.drawer, this.name, unsaved);
    this.checkAfter(PAUSE_MS);
  }

  revert(): void {
    this.forget();
    this.restored.value = false;
    const { value } = this.taken;
    if (value !== null) this.put(value.text, value.newest, fromOf(value));
  }

  forget(): void {
    keepUnsaved(this.parts.drawer, this.name, null);
  }

  async complete(text: string, line: number, column: number): ReturnType<RecipeDesk['complete']> {
    try {
      return await this.parts.http.send('POST', '/api/recipes/complete', { text, line, column }, completeAnswer);
    } catch {
      return null; // nothing is offered while the reactor is not reached: the banner says so
    }
  }

  close(): void {
    this.closed = true;
    this.pause?.cancel();
  }

  private put(text: string, base: number, from: string | null): void {
    this.text.value = text;
    this.base.value = base;
    this.from.value = from;
    this.checkAfter(0);
  }

  private checkAfter(wait_ms: number): void {
    this.pause?.cancel();
    this.checking.value = true;
    this.pause = this.parts.clock.after(wait_ms, () => void this.check());
  }

  private async check(): Promise<void> {
    const text = this.text.value;
    if (text === null || this.closed) return;
    try {
      const asked = { name: this.name, text };
      const answer = await this.parts.http.send('POST', '/api/recipes/check', asked, checkAnswer);
      if (this.text.value !== text) return; // what is written meanwhile is checked by itself
      this.checked.value = answer;
      this.refused.value = [];
    } catch (error) {
      if (this.text.value !== text) return;
      this.refused.value = problemsOf(error);
    }
    this.checking.value = false;
  }
}
