/** What the server answers, for a part of the page: waited for, here, or refused. Owns that an answer that came too late is nobody's. */
import { useEffect, useState } from 'preact/hooks';
import type * as z from 'zod';
import type { ApiProblem } from '../../api/refusal.js';
import { HttpRefused, type Http } from '../link/http.js';

export type Answered<T> =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'refused'; readonly problems: readonly ApiProblem[] };

const WAITING = { kind: 'waiting' } as const;

/** Why it was refused. What is no refusal is a fault of this page, told as one. */
export function problemsOf(error: unknown): readonly ApiProblem[] {
  return error instanceof HttpRefused ? error.problems : [{ message: String(error) }];
}

export interface Asking {
  readonly http: Http;
  /** null: nothing is asked for. */
  readonly path: string | null;
  /** It is asked for again whenever this changes; what was here stays until the new answer comes. */
  readonly turn?: string;
  /** What was here stays although something else is asked for now: a list that is searched must not flicker. */
  readonly keep?: boolean;
}

export function useAnswer<S extends z.ZodType>(asking: Asking, schema: S): Answered<z.infer<S>> {
  const { http, path, turn = '', keep = false } = asking;
  const [state, setState] = useState<{ readonly of: string | null; readonly answered: Answered<z.infer<S>> }>({
    of: null,
    answered: WAITING,
  });
  useEffect(() => {
    if (path === null) return undefined;
    const leaving = new AbortController();
    const put = (answered: Answered<z.infer<S>>): void => {
      if (!leaving.signal.aborted) setState({ of: path, answered });
    };
    http.get(path, schema, leaving.signal).then(
      (value) => put({ kind: 'here', value }),
      (error: unknown) => put({ kind: 'refused', problems: problemsOf(error) }),
    );
    return () => leaving.abort();
  }, [http, path, turn, schema]);
  return path !== null && (state.of === path || keep) ? state.answered : WAITING;
}
