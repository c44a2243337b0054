/**
 * Two served reactors on a real Mosquitto, and a series sent out to them by the program as it is: the dispatcher is killed
 * in the middle and started again. Afterwards the records are counted: every entry has run once. Needs mosquitto.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fleetRow } from '../../src/fleet/seen.js';
import { galvanode, launch, type Program, temporaryFolder } from '../support/process.js';
import { DEAD_MAN } from '../support/runs.js';
import { type Figures, Rig, until } from './rig.js';

const REACTORS = ['left', 'right'] as const;
const ENTRIES = ['one', 'two', 'three', 'four'] as const;

const rig = new Rig('fleet');
const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** A minute of current: the dead-man recipe with a charge to match, 180 mA for 60 s at 4.03 F/mol. */
function writeSeries(): string {
  const short = readFileSync(DEAD_MAN, 'utf8').replace('amount: 5 mmol', 'amount: 0.02778 mmol').replace('3 h', '60 s');
  writeFileSync(at('base.yaml'), short);
  const entries = ENTRIES.map((id) => `  - { id: ${id}, title: entry ${id} }\n`).join('');
  writeFileSync(at('series.yaml'), `series: 1\nname: rig\ntitle: Rig\nbase: base.yaml\nentries:\n${entries}`);
  return at('series.yaml');
}

async function broker(): Promise<string> {
  const port = await freePort();
  writeFileSync(at('mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  await launch('mosquitto', ['-c', at('mosquitto.conf')]).prints(/running/, 'stderr');
  return `mqtt://anna@127.0.0.1:${port}`;
}

async function serve(name: string, url: string): Promise<Program> {
  const network = `network: 1\nuplinks:\n  - { name: lab, url: "${url.replace('anna@', '')}", commands: true }\n`;
  writeFileSync(at(`${name}.yaml`), network);
  const data = at(name);
  const added = launch('sh', [
    '-c',
    'printf "a long password\\n" | "$0" "$@"',
    process.execPath,
    join(import.meta.dirname, '../../dist/main.js'),
    'user',
    'add',
    'anna',
    '--role',
    'operator',
    '--data',
    data,
  ]);
  const { code, stderr } = await added.ended;
  rig.check(`${name} has its operator`, code === 0, stderr);
  const options = ['--network', at(`${name}.yaml`), '--console', 'off', '--broker', 'off', '--speed', 'max'];
  return galvanode(['serve', '--no-terminal', '--name', name, '--data', data, ...options]);
}

async function listed(url: string): Promise<ReturnType<typeof fleetRow>[]> {
  const { stdout } = await galvanode(['fleet', 'list', '--mqtt', url, '--json']).ended;
  return JSON.parse(stdout) as ReturnType<typeof fleetRow>[];
}

/** The codes in the refusal are those of the warnings, which belong to the recipe of the trial. */
async function warnings(series: string, url: string): Promise<string> {
  const send = galvanode(['fleet', 'send', series, '--mqtt', url, '--journal', at('unaccepted')]);
  const { code, stdout } = await send.ended;
  const [, codes = ''] = /`accept`: "([0-9a-f ]+)"/.exec(stdout) ?? [];
  rig.check('a recipe with warnings is refused by all, with the reason', code === 3 && codes !== '', codes);
  return codes;
}

async function runsOf(name: string): Promise<{ recipe: string; outcome: string }[]> {
  const { stdout } = await galvanode(['runs', 'list', '--data', at(name), '--json']).ended;
  return JSON.parse(stdout) as { recipe: string; outcome: string }[];
}

await rig.run(async (): Promise<Figures> => {
  const series = writeSeries();
  const url = await broker();
  for (const name of REACTORS) await serve(name, url);
  const rows = await until('both reactors in the list', 20, async () => {
    const found = await listed(url);
    return found.filter(({ online, accepts }) => online && accepts === 'network').length === 2 ? found : undefined;
  });
  rig.check(
    'both are idle, simulated, and have a permit',
    rows.every((row) => row.state === 'idle' && row.permit === 'given'),
  );
  const accept = await warnings(series, url);
  const send = ['fleet', 'send', series, '--mqtt', url, '--accept', accept];
  const first = galvanode(send);
  await first.prints(/was sent to|runs on/);
  first.signal('SIGKILL');
  await first.ended;
  rig.note('dispatcher killed');
  const { code, stdout } = await galvanode(send).ended;
  rig.check('the next one brings all to their end', code === 0, stdout.trim().split('\n').at(-1));
  const again = await galvanode(send).ended;
  rig.check('and a third finds nothing to do', again.code === 0 && !again.stdout.includes('was sent to'));
  const runs = (await Promise.all(REACTORS.map(runsOf))).flat();
  const names = runs.map(({ recipe }) => recipe).toSorted();
  const expected = ENTRIES.map((id) => `rig-${id}`).toSorted();
  rig.check('every entry has run once', JSON.stringify(names) === JSON.stringify(expected), names.join(' '));
  rig.check(
    'each to its end',
    runs.every(({ outcome }) => outcome === 'complete'),
  );
  return { reactors: REACTORS.length, entries: ENTRIES.length, runs: runs.length };
});
