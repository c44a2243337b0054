/** Names under which a text is saved, and the name that stands in it. Pure. */
import { OWN_NAME } from '../../api/recipes.js';

/** Last part of a name: that of the recipe itself, without its folders. */
export function lastOf(name: string): string {
  return name.split('/').at(-1) ?? name;
}

/** The text with another name in it; one without a name stays as it is. */
export function renamed(text: string, name: string): string {
  return text.replace(/^name:[^\n]*$/m, () => `name: ${lastOf(name)}`);
}

/** A name that does not ship: the own one, or one that nobody has yet. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const base = name.slice(0, 56).replace(/-own(?:-\d+)?$/, '');
  for (let count = 1; ; count++) {
    const next = count === 1 ? `${base}-own` : `${base}-own-${count}`;
    if (!taken.has(next)) return next;
  }
}

/** null: it may be saved under that. */
export function nameWrong(name: string): string | null {
  if (OWN_NAME.test(name)) return null;
  return 'Small letters, digits and hyphens, with / between folders, at most 64 characters.';
}
