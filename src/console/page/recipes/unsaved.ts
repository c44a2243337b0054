/** Texts that are not saved yet, kept by this tab over a reload. Owns their keys; the storage is the browser's. */
import * as z from 'zod';

const kept = z.object({
  text: z.string(),
  /** Newest version when it was taken; 0: the name is new. */
  base: z.number(),
  /** What it was written from. */
  from: z.string().nullable(),
});
export type Unsaved = z.infer<typeof kept>;

export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const keyOf = (name: string): string => `galvanode-recipe:${name}`;

export function unsavedOf(drawer: Drawer, name: string): Unsaved | null {
  const said = drawer.getItem(keyOf(name));
  if (said === null) return null;
  try {
    return kept.parse(JSON.parse(said));
  } catch {
    drawer.removeItem(keyOf(name)); // of another version of this page
    return null;
  }
}

/** False: the browser keeps no more; the text is then only in the page. */
export function keepUnsaved(drawer: Drawer, name: string, text: Unsaved | null): boolean {
  try {
    if (text === null) drawer.removeItem(keyOf(name));
    else drawer.setItem(keyOf(name), JSON.stringify(text));
    return true;
  } catch {
    return false;
  }
}
