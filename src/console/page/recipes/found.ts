/** Which recipes of the library fit what is searched for. Pure. */
import type { RecipeRow } from '../../api/recipes.js';

/** Every word stands in name, title, source or an entry. */
export function foundRows(rows: readonly RecipeRow[], search: string): RecipeRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter(({ name, title, what, entries }) => {
    const text = [name, title, what, ...entries.flatMap(({ id, title: entry }) => [id, entry])].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
