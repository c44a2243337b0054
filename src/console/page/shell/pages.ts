/** The pages of the console, in the order in which they stand. A further page is a line here and a folder beside this one. */
import type { PageEntry } from './context.js';

export const PAGES: readonly [PageEntry, ...PageEntry[]] = [
  { id: 'run', title: 'Run', load: () => import('../run/page.js') },
  { id: 'plots', title: 'Plots', load: () => import('../plots/page.js') },
  { id: 'alarms', title: 'Alarms', load: () => import('../alarms/page.js') },
  { id: 'history', title: 'History', load: () => import('../history/page.js') },
  { id: 'recipes', title: 'Recipes', load: () => import('../recipes/page.js') },
  { id: 'fleet', title: 'Fleet', load: () => import('../fleet/page.js') },
  { id: 'bench', title: 'Bench', load: () => import('../bench/page.js') },
];
