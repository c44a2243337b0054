/** The pages of the console, in the order in which they stand. A further page is a line here and a folder beside this one. */
import type { PageEntry } from './context.js';

export const PAGES: readonly [PageEntry, ...PageEntry[]] = [
  { id: 'run', title: 'Run', load: () => import('../run/page.js') },
];
