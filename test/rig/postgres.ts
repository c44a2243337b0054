/**
 * The writer of time series against a real PostgreSQL: a whole run through the command line while the server crashes and
 * comes back; then every row is held against the record. And the queries of the dashboard, on what that run left.
 */
import { readFileSync } from 'node:fs';
import { entryPoint, packagePath } from '../../src/model/entry.js';
import { SAMPLE_COLUMNS } from '../../src/record/columns.js';
import { History } from '../../src/record/history.js';
import { PASSWORD, PostgresServer } from '../support/postgres.js';
import { launch, temporaryFolder, type Environment, type Program } from '../support/process.js';
import { GENERAL, TEN_MINUTES } from '../support/runs.js';
import { queriesOf } from '../timeseries/dashboard.js';
import { clock, Rig, until } from './rig.js';

const SPEED = 40;
/** The server goes away when it has more rows than these, for so long, s of wall time. */
const LEAST_ROWS = 500;
const AWAY_S = 8;

const rig = new Rig('postgres');

function program(args: readonly string[], environment: Environment = {}): Program {
  const { path, execArgv } = entryPoint('main');
  return launch(process.execPath, [...execArgv, path, ...args], environment);
}

const runArgs = (data: string, url: string): string[] => {
  const off = ['--console', 'off', '--broker', 'off'];
  return [
    'run',
    GENERAL,
    ...TEN_MINUTES,
    '--yes',
    '--speed',
    String(SPEED),
    '--data',
    data,
    ...off,
    '--name',
    'rig',
    '--postgres',
    url,
  ];
};

async function outage(server: PostgresServer): Promise<void> {
  const before = await until('rows come', 60, async () => {
    const [made] = await server.ask("SELECT to_regclass('galvanode_samples') AS name");
    if (made?.['name'] === null) return undefined;
    const [row] = await server.ask('SELECT count(*) AS n FROM galvanode_samples');
    return Number(row?.['n']) > LEAST_ROWS ? Number(row?.['n']) : undefined;
  });
  rig.check('rows come while the run goes on', before > LEAST_ROWS, String(before));
  await server.crash();
  rig.note('the server has crashed');
  await clock.sleep(1000 * AWAY_S);
  await server.start();
  rig.note('the server is back');
}

/** Every column of every kept row, as JSON has it. */
async function judge(server: PostgresServer, data: string): Promise<{ samples: number; events: number }> {
  const history = History.open(data);
  if (history === undefined) throw new Error('there is no record');
  const run = history.runs()[0]?.run ?? '';
  const text = (rows: Iterable<Readonly<Record<string, unknown>>>, keys: readonly string[]): string[] =>
    [...rows].map((row) => JSON.stringify(keys.map((key) => row[key] ?? null)));
  const samples = text(history.samples(run), SAMPLE_COLUMNS);
  const eventKeys = ['seq', 'elapsed_s', 'kind', 'actor', 'text'];
  const events = text(history.events(run), eventKeys);
  history.close();
  const held = text(await server.ask('SELECT * FROM galvanode_samples ORDER BY run, seq'), SAMPLE_COLUMNS);
  const heldEvents = text(await server.ask('SELECT * FROM galvanode_events ORDER BY run, seq'), eventKeys);
  const differ = (a: readonly string[], b: readonly string[]): number => a.filter((row, i) => row !== b[i]).length;
  rig.check('as many samples as the record has', held.length === samples.length, `${held.length} of ${samples.length}`);
  rig.check(
    'each the same in every column',
    samples.length > 0 && differ(samples, held) === 0,
    `${differ(samples, held)} differ`,
  );
  rig.check('as many events', heldEvents.length === events.length, `${heldEvents.length} of ${events.length}`);
  rig.check(
    'each the same',
    events.length > 0 && differ(events, heldEvents) === 0,
    `${differ(events, heldEvents)} differ`,
  );
  const [told] = await server.ask('SELECT outcome, simulated, recipe FROM galvanode_runs');
  rig.check(
    'the run with its outcome',
    told?.['outcome'] === 'complete' && told['simulated'] === true,
    JSON.stringify(told),
  );
  return { samples: held.length, events: heldEvents.length };
}

async function dashboard(server: PostgresServer): Promise<number> {
  const queries = queriesOf(readFileSync(packagePath('docs', 'grafana', 'dashboard.json'), 'utf8'), 'rig');
  for (const { panel, sql } of queries) {
    const rows = await server.ask(sql);
    rig.check(`panel "${panel}" has rows`, rows.length > 0, String(rows.length));
  }
  return queries.length;
}

await rig.run(async () => {
  const server = await PostgresServer.open();
  if (server === undefined) throw new Error('PostgreSQL is not installed: apt install postgresql');
  const data = temporaryFolder();
  try {
    const environment = { PGPASSFILE: server.passwordFile(data) };
    const bare = server.url().replace(/:[^:@/]+@/, '@');
    const running = program(runArgs(data, bare), environment);
    await outage(server);
    const { code, stdout, stderr } = await running.ended;
    rig.check('the run is complete', code === 0, `code ${code} ${stderr.slice(-300)}`);
    const kept = await judge(server, data);
    const panels = await dashboard(server);
    const wrong = program(runArgs(temporaryFolder(), server.url('not it')));
    const refused = await wrong.prints(/password authentication failed[^\n]*/);
    wrong.signal('SIGINT');
    const said = await wrong.ended;
    const all = stdout + stderr + said.stdout + said.stderr;
    rig.check('a wrong password is told', true, refused[0]);
    rig.check(
      'and no password is shown',
      ![PASSWORD, 'not it', encodeURIComponent(PASSWORD)].some((one) => all.includes(one)),
    );
    return { ...kept, panels };
  } finally {
    await server.close();
  }
});
process.exit();
