/**
 * Defects of the plant that several faults may want at once: of one field the last fault counts, and when it ends the one
 * before it does. Owns what was there before any fault; knows no fault.
 */
import type { PlantDefects } from '../plant/inputs.js';

interface Entry {
  readonly put: () => void;
}

export class DefectBook {
  private readonly entries = new Map<keyof PlantDefects, { readonly before: () => void; readonly stack: Entry[] }>();

  constructor(private readonly defects: PlantDefects) {}

  /** Gives back what takes it away again; twice is as once. */
  set<K extends keyof PlantDefects>(key: K, value: PlantDefects[K]): () => void {
    const healthy = this.defects[key];
    const put = (now: PlantDefects[K]) => () => {
      this.defects[key] = now;
    };
    const book = this.entries.get(key) ?? { before: put(healthy), stack: [] };
    this.entries.set(key, book);
    const own: Entry = { put: put(value) };
    book.stack.push(own);
    own.put();
    return () => {
      const at = book.stack.indexOf(own);
      if (at < 0) return;
      book.stack.splice(at, 1);
      const last = book.stack.at(-1);
      if (last === undefined) {
        this.entries.delete(key);
        book.before();
      } else last.put();
    };
  }
}
