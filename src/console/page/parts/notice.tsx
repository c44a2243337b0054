/** What was refused, or went well, in words; read out by a screen reader when it appears. */
import type { ApiProblem } from '../../api/refusal.js';

export type Said = { readonly kind: 'refused' | 'done'; readonly text: string } | null;

export function Notice({ said }: { readonly said: Said }) {
  if (said === null) return null;
  return (
    <p class={`notice is-${said.kind}`} role={said.kind === 'refused' ? 'alert' : 'status'}>
      {said.text}
    </p>
  );
}

function place({ line, column, path }: ApiProblem): string {
  if (line !== undefined && line > 0) return `${line}:${column ?? 1} `;
  return path === undefined || path === '' ? '' : `${path}: `;
}

export function Problems({ problems }: { readonly problems: readonly ApiProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul class="notice is-refused" role="alert">
      {problems.map((problem, index) => (
        <li key={index}>
          <span class="number">{place(problem)}</span>
          {problem.message}
          {problem.hint === undefined ? null : <span class="hint"> Would be right: {problem.hint}.</span>}
        </li>
      ))}
    </ul>
  );
}
