/**
 * Every way to ask the server of the page for something: who may, and which process answers. One table, read by the
 * server, which serves nothing else below /api/, by its tests and by the documents.
 */
import type { Role } from '../../telemetry/verbs.js';
import type { Method } from './exchange.js';
import { LARGEST_BODY } from './recipes.js';

export interface RouteRow {
  readonly method: Method;
  readonly path: string;
  /** anyone: on loopback also who is not signed in; stranger: so everywhere. */
  readonly least: 'stranger' | 'anyone' | Role;
  /** front: the network process itself; workshop: the process that may be slow. */
  readonly by: 'front' | 'workshop';
  readonly means: string;
  /** Longest body, bytes; 16 kB by default. */
  readonly largest?: number;
}

const row = (method: Method, path: string, least: RouteRow['least'], by: RouteRow['by'], means: string): RouteRow => ({
  method,
  path,
  least,
  by,
  means,
});

/** With the whole text of a recipe in its body. */
const written = (method: Method, path: string, least: RouteRow['least'], means: string): RouteRow => ({
  ...row(method, path, least, 'workshop', means),
  largest: LARGEST_BODY,
});

export const ROUTES: readonly RouteRow[] = [
  row('GET', '/api/session', 'stranger', 'front', 'who is signed in'),
  row('POST', '/api/session', 'stranger', 'front', 'signs in with name and password'),
  row('DELETE', '/api/session', 'stranger', 'front', 'signs out'),
  row('GET', '/api/users', 'admin', 'front', 'the users and their roles'),
  row('POST', '/api/users', 'admin', 'front', 'adds a user'),
  row('PUT', '/api/users/:name', 'admin', 'front', 'gives a user another role or password'),
  row('DELETE', '/api/users/:name', 'admin', 'front', 'takes a user away'),
  row('GET', '/api/runs', 'anyone', 'workshop', 'past runs, newest first, with a search'),
  row('GET', '/api/runs/:run', 'anyone', 'workshop', 'one run: figures, answers, alarms, recipe'),
  row('GET', '/api/runs/:run/series', 'anyone', 'workshop', 'the course of a run, thinned to its least and most'),
  row('GET', '/api/runs/:run/events', 'anyone', 'workshop', 'what happened in a run, some hundred at a time'),
  row('GET', '/api/runs/:run/export/:format', 'anyone', 'workshop', 'the run in a format of `runs export`'),
  row('GET', '/api/runs/:run/answers.csv', 'anyone', 'workshop', 'what was asked of the operator, and the answers'),
  row('GET', '/api/runs/:run/report.html', 'anyone', 'workshop', 'the report of a run'),
  row('GET', '/api/runs/:run/report.pdf', 'anyone', 'workshop', 'the same on paper, where Chromium is'),
  row('POST', '/api/runs/:run/verify', 'anyone', 'workshop', 'whether the record is as it was written'),
  row('GET', '/api/runs/:run/notes', 'anyone', 'workshop', 'what was noted of a run'),
  row('POST', '/api/runs/:run/notes', 'operator', 'workshop', 'adds a note'),
  row('GET', '/api/recipes', 'anyone', 'workshop', 'the recipes of the library, each as the checker judges it'),
  row('GET', '/api/recipes/:name', 'anyone', 'workshop', 'the text of a recipe, the newest or a version'),
  written('POST', '/api/recipes/check', 'anyone', 'what `check` says of a recipe or a text'),
  written('POST', '/api/recipes/preview', 'anyone', 'what `preview` expects of it, with curves'),
  written('POST', '/api/recipes/scale', 'anyone', 'the recipe at another size, as `scale` writes it'),
  written('POST', '/api/recipes/complete', 'anyone', 'what can be written at a place of a text'),
  written('PUT', '/api/recipes/:name', 'operator', 'saves a text as the next version of a name'),
  row('GET', '/api/board', 'anyone', 'workshop', 'the board: chips, lines and limits'),
  row('GET', '/api/faults', 'anyone', 'workshop', 'what can be broken on a simulated bench'),
];
