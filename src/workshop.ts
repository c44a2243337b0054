/**
 * Root of the workshop: reads the record and works on recipes for the page, and may take its time, since nothing waits for
 * it but who asked. It may be killed at any instant, and ends with the network process that started it.
 */
import { rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { openWorkshop, type OpenWorkshop } from './workshop/wire.js';
import { RealClock } from './model/real-clock.js';
import { previewInThread } from './preview/in-thread.js';
import { savedFolder } from './recipe/saved.js';
import { boardRoutes } from './workshop/board.js';
import { downloadRoutes } from './workshop/downloads.js';
import { historyRoutes } from './workshop/history.js';
import { recipeRoutes } from './workshop/recipes.js';
import { seriesRoutes } from './workshop/series.js';
import { workshopServer } from './workshop/server.js';

const clock = new RealClock();
/** Recipes are checked on it where no bench is known. */
const TWIN = 'bench-sim';

/** The bench is loaded when somebody first wants to break something. */
const faults = async () => (await import('./bench.js')).faultRows();

async function open({ socket, record, board = null }: OpenWorkshop): Promise<void> {
  const past =
    record === null
      ? []
      : [...historyRoutes(record, clock), ...downloadRoutes(record, dirname(socket)), ...seriesRoutes(record, clock)];
  const recipes = recipeRoutes({
    saved: record === null ? null : savedFolder(record.dataDir),
    board: board?.name ?? TWIN,
    clock,
    runPreview: previewInThread,
  });
  const routes = [...boardRoutes({ board, faults }), ...recipes, ...past];
  await workshopServer(routes).listen(socket);
  process.send?.({ kind: 'ready' });
}

function main(): void {
  if (process.send === undefined) {
    process.stderr.write('this is the workshop; it is started by the network process\n');
    process.exitCode = 2;
    return;
  }
  setPriority(constants.priority.PRIORITY_LOW);
  let folder: string | null = null;
  process.once('message', (raw) => {
    const told = openWorkshop.parse(raw);
    folder = dirname(told.socket);
    void open(told);
  });
  process.on('disconnect', () => {
    // The network process takes the folder away when this one ends; now nobody else is left to.
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
  process.on('SIGINT', () => undefined); // Ctrl-C goes to all; the page is still to be used while the run ramps down
  process.on('SIGHUP', () => undefined);
}

main();
