/**
 * Root of the workshop: reads the record and works on recipes for the page, and may take its time, since nothing waits for
 * it but who asked. It may be killed at any instant, and ends with the network process that started it.
 */
import { constants, setPriority } from 'node:os';
import { openWorkshop, type OpenWorkshop } from './workshop/wire.js';
import { RealClock } from './model/real-clock.js';
import { historyRoutes } from './workshop/history.js';
import { workshopServer } from './workshop/server.js';

const clock = new RealClock();

async function open({ socket, record }: OpenWorkshop): Promise<void> {
  const routes = [...(record === null ? [] : historyRoutes(record, clock))];
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
  process.once('message', (raw) => {
    void open(openWorkshop.parse(raw));
  });
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => undefined); // Ctrl-C goes to all; the page is still to be used while the run ramps down
  process.on('SIGHUP', () => undefined);
}

main();
