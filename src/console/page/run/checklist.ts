/** What is gone through before a start, and whether it may begin. Pure: the recipe and what was ticked in, words out. */
import type { AboutPayload } from '../../../telemetry/topics.js';

export interface Item {
  readonly id: string;
  readonly text: string;
}

export interface Warning {
  /** Names this very text: accepted by it. */
  readonly code: string;
  readonly text: string;
}

/** In their order: the bench, the recipe's own, then each warning by itself. */
export function checklistOf(
  recipe: { readonly title: string; readonly warnings: readonly Warning[] },
  about: AboutPayload | null,
): Item[] {
  const bench: Item[] =
    about?.simulated === true
      ? [{ id: 'simulated', text: 'This is a simulated bench: no real cell is behind it.' }]
      : [
          { id: 'e-stop', text: 'The hard-wired emergency stop is in reach, and was tested.' },
          { id: 'gas', text: 'The hood draws, the vent line is open, and the rated hydrogen detector is on.' },
          { id: 'sparks', text: 'Nothing that sparks or burns is in the hood.' },
        ];
  return [
    ...bench,
    { id: 'recipe', text: `The cell is set up for “${recipe.title}”, and what it asks for was weighed.` },
    ...recipe.warnings.map(({ code, text }) => ({ id: code, text: `Warning, read and meant: ${text}` })),
  ];
}

/** null: everything is ticked. */
export function untickedText(items: readonly Item[], ticked: ReadonlySet<string>): string | null {
  const open = items.filter(({ id }) => !ticked.has(id)).length;
  if (open === 0) return null;
  return open === 1 ? 'One point is not ticked yet.' : `${open} points are not ticked yet.`;
}

/** How the permit stands, in words. */
export function permitText(about: AboutPayload | null, wall_ms: number): string {
  if (about === null) return 'Nothing is known of the bench yet.';
  if (about.permit === 'none') return 'No permit: press the arm button at the bench, then start within 60 s.';
  if (about.permit_until === null) return 'The simulated bench gives its permit by itself.';
  return `Permit given at the bench: ${Math.max(0, Math.round((about.permit_until - wall_ms) / 1000))} s left.`;
}
