/**
 * `galvanode fleet`: the reactors on one broker, listed, followed, and sent the entries of a series. Root of it: opens the
 * connection and the journal. It drives nothing itself; every start needs a permit at the bench that runs it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Dispatcher } from '../fleet/dispatcher.js';
import { standingText, type Standing } from '../fleet/dispatch.js';
import { Journal, JournalDamaged } from '../fleet/journal.js';
import { FLEET_TOPICS, fleetRow, heard, type Fleet } from '../fleet/seen.js';
import { fileFault } from '../model/file-fault.js';
import { printable } from '../model/printable.js';
import { formatProblem } from '../model/problem.js';
import { RealClock } from '../model/real-clock.js';
import { RecordError } from '../record/error.js';
import { type Database, openDatabase } from '../record/sqlite.js';
import { planAll } from '../recipe/files.js';
import { connectBroker } from '../telemetry/brokers/client.js';
import type { BrokerConnection } from '../telemetry/brokers/connection.js';
import { isBrokerUrl, plainUplink } from '../telemetry/settings.js';
import { isId } from '../telemetry/topics.js';
import { LONGEST_RECIPE } from '../telemetry/verbs.js';
import { EXIT } from './exit.js';
import { onEndingSignal } from './signals.js';

export interface BrokerArguments {
  readonly mqtt: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** For the first connection, ms; and for the retained messages after it. */
const CONNECT_MS = 10_000;
const GATHER_MS = 1500;

const clock = new RealClock();

function refuse(...reasons: readonly string[]): number {
  for (const reason of reasons) process.stderr.write(`galvanode fleet: ${printable(reason, LONGEST_LINE)}\n`);
  return EXIT.refused;
}

/** What others on the broker say of themselves stands in it. */
const say = (text: string): void => void process.stdout.write(`${printable(text, LONGEST_LINE)}\n`);
const LONGEST_LINE = 4000;

interface Connected {
  readonly connection: BrokerConnection;
  /** As whom the broker knows us. */
  readonly actor: string;
}

/** Connected, or why not: what the broker said last. */
async function connected(args: BrokerArguments): Promise<Connected | string> {
  if (!isBrokerUrl(args.mqtt))
    return 'the URL after --mqtt is not one of a broker (would be right: mqtt://host:1883 or mqtts://host)';
  let said = 'no answer';
  const { user, passwordFile: password_file, ca, cert, key } = args;
  const connection = connectBroker({
    settings: { ...plainUplink('fleet', args.mqtt), user, password_file, ca, cert, key },
    clientId: `galvanode-fleet-${randomBytes(4).toString('hex')}`,
    will: null,
    clock,
    notice: (text) => {
      said = text;
    },
  });
  const taken = await new Promise<boolean>((resolve) => {
    const timer = clock.after(CONNECT_MS, () => resolve(false));
    connection.onConnected(() => {
      timer.cancel();
      resolve(true);
    });
  });
  if (taken) return { connection, actor: user ?? decodeURIComponent(new URL(args.mqtt).username) };
  await connection.close();
  return said;
}

export async function fleetListCommand(args: BrokerArguments & { readonly json: boolean }): Promise<number> {
  const link = await connected(args);
  if (typeof link === 'string') return refuse(link);
  let fleet: Fleet = new Map();
  link.connection.onMessage((message) => {
    fleet = heard(fleet, message).fleet;
  });
  link.connection.subscribe(FLEET_TOPICS);
  await clock.sleep(GATHER_MS);
  await link.connection.close();
  const rows = [...fleet].map(([name, known]) => fleetRow(name, known)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (args.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0) say('no reactor has told of itself on this broker');
  else for (const line of tableOf(rows)) say(line);
  return EXIT.done;
}

function tableOf(rows: readonly ReturnType<typeof fleetRow>[]): string[] {
  const cells = rows.map((row) => [
    row.name,
    row.online ? (row.state ?? 'unknown') : 'offline',
    row.permit ?? '-',
    row.simulated === true ? 'simulated' : row.simulated === false ? 'real' : '-',
    row.recipe ?? '-',
    row.step ?? '-',
    row.since === null ? '-' : sinceText(row.since),
    row.alarms.length === 0 ? '-' : row.alarms.join(' '),
  ]);
  const all = [['reactor', 'state', 'permit', 'bench', 'recipe', 'step', 'since', 'alarms'], ...cells];
  const widths = (all[0] ?? []).map((_head, i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
  return all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Clocks of two machines may differ: never less than nothing. */
function sinceText(since_ms: number): string {
  const s = Math.max(0, Math.round((clock.wallTime_ms() - since_ms) / 1000));
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}

export async function fleetFollowCommand(args: BrokerArguments & { readonly to: readonly string[] }): Promise<number> {
  const link = await connected(args);
  if (typeof link === 'string') return refuse(link);
  let fleet: Fleet = new Map();
  const wanted = new Set(args.to);
  link.connection.onMessage((message) => {
    const { fleet: now, change } = heard(fleet, message);
    fleet = now;
    const [, name = ''] = message.topic.split('/');
    if (change !== null && (wanted.size === 0 || wanted.has(name))) say(`${name}  ${change}`);
  });
  let leaving = false;
  link.connection.onGone(() => {
    if (!leaving) say('the broker is away');
  });
  link.connection.subscribe(FLEET_TOPICS);
  await ended();
  leaving = true;
  await link.connection.close();
  return EXIT.done;
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    const release = onEndingSignal(() => {
      release();
      resolve();
    });
  });
}

export interface SendArguments extends BrokerArguments {
  readonly board: string;
  readonly to: readonly string[];
  readonly again: readonly string[];
  readonly accept?: string;
  readonly journal?: string;
}

interface Series {
  readonly hash: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** The entries as recipes that stand alone, or why not. */
async function seriesOf(file: string, board: string): Promise<Series | readonly string[]> {
  const found = await planAll(file, { board });
  if (!found.ok) return found.problems.map(formatProblem);
  if (found.value.kind !== 'series') return [`${file} is a recipe (would be right: a series, of one entry at least)`];
  const { series, plans } = found.value;
  const texts = new Map(series.entries.map(({ id }, i) => [id, plans[i]?.text ?? '']));
  const long = [...texts].filter(([, text]) => !(text.length <= LONGEST_RECIPE));
  if (long.length > 0)
    return long.map(
      ([id, text]) => `entry ${id} is ${text.length} characters (would be right: ${LONGEST_RECIPE} at most)`,
    );
  return {
    hash: createHash('sha256')
      .update(JSON.stringify([series.name, ...texts]))
      .digest('hex'),
    texts,
  };
}

export async function fleetSendCommand(file: string, args: SendArguments): Promise<number> {
  const series = await seriesOf(file, args.board);
  if ('length' in series) return refuse(...series);
  const wrong = [
    ...args.again.filter((id) => !series.texts.has(id)).map((id) => `--again ${id}: the series has no such entry`),
    ...args.to.filter((name) => !isId(name)).map((name) => `--to ${name}: no name of a reactor`),
  ];
  if (wrong.length > 0) return refuse(...wrong);
  const link = await connected(args);
  if (typeof link === 'string') return refuse(link);
  try {
    if (!isId(link.actor)) return refuse('only a user of the broker may send (would be right: --user NAME)');
    return await withJournal(args.journal ?? `${file}.dispatch`, series.hash, (journal) =>
      dispatch(series, args, link, journal),
    );
  } finally {
    await link.connection.close();
  }
}

/** One journal for each content of the series; one dispatcher at a time. */
async function withJournal(stem: string, hash: string, work: (journal: Journal) => Promise<number>): Promise<number> {
  const path = `${stem}.${hash.slice(0, 12)}.jsonl`;
  const alone: { lock?: Database; journal?: Journal } = {};
  try {
    alone.lock = locked(`${path}.lock`);
    alone.journal = new Journal(path);
    say(`journal ${path}`);
    return await work(alone.journal);
  } catch (error) {
    if (error instanceof RecordError && error.reason === 'busy')
      return refuse(`${path}: another dispatcher is at work (would be right: let it end, or end it)`);
    if (error instanceof JournalDamaged || error instanceof RecordError) return refuse(error.message);
    if (error instanceof Error && 'code' in error) return refuse(`${path}: ${fileFault(error, 'writing')}`);
    throw error;
  } finally {
    alone.journal?.close();
    alone.lock?.close();
  }
}

/**
 * An empty database that the dispatcher keeps locked while it lives: the kernel lets go of it with the process, so that no
 * stale file is believed, and two that start at once cannot both have it. The file stays.
 */
function locked(path: string): Database {
  mkdirSync(dirname(path), { recursive: true });
  const db = openDatabase(path, 'write');
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

async function dispatch(series: Series, args: SendArguments, link: Connected, journal: Journal): Promise<number> {
  for (const entry of args.again) journal.append({ what: 'again', entry });
  const lines = [...journal.lines, ...args.again.map((entry) => ({ what: 'again', entry }) as const)];
  const dispatcher = new Dispatcher({
    ...link,
    clock,
    seriesHash: series.hash,
    texts: series.texts,
    journal: { lines, append: (line) => journal.append(line) },
    to: args.to.length === 0 ? null : new Set(args.to),
    ...(args.accept === undefined ? {} : { accept: args.accept }),
    tell: say,
  });
  const release = onEndingSignal(() => dispatcher.leave());
  const standings = await dispatcher.run();
  release();
  return told(standings);
}

/** 0 only when every entry has run to its end. */
function told(standings: readonly Standing[]): number {
  const over = standings.filter(({ phase }) => phase === 'ended' || phase === 'refused');
  if (over.length < standings.length) {
    say(
      `${standings.length - over.length} of ${standings.length} entries are not over; the same command goes on with them:`,
    );
    for (const one of standings) if (!over.includes(one)) say(`  ${one.entry}: ${standingText(one, [])}`);
  }
  return standings.every(({ phase, said }) => phase === 'ended' && said === 'complete') ? EXIT.done : EXIT.endedEarly;
}
