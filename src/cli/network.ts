/**
 * The network of a reactor from the command line and its file: everything put together, every problem at once, before
 * anything is opened. Passwords are neither kept nor shown.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readDocument } from '../model/document.js';
import { formatProblem, inReadingOrder, type Outcome, type Problem } from '../model/problem.js';
import { validate } from '../model/validate.js';
import { readBytes } from '../recipe/reading.js';
import { dataDirectory } from '../record/place.js';
import { credentialsOf, doorCredentialsOf } from '../telemetry/brokers/credentials.js';
import {
  brokerName,
  DEFAULT_REACTOR,
  hostPort,
  isBrokerUrl,
  networkSchema,
  plainUplink,
  type DoorSettings,
  type NetworkSettings,
  type UplinkSettings,
  type WrittenNetwork,
} from '../telemetry/settings.js';
import { isId } from '../telemetry/topics.js';

/** As given on the command line. */
export interface NetworkFlags {
  readonly mqtt: readonly string[];
  readonly homeAssistant?: boolean;
  readonly network?: string;
  readonly name?: string;
  readonly users?: string;
  readonly postgres?: string;
  readonly data?: string;
}

const NOTHING: WrittenNetwork = { network: 1, uplinks: [] };

/** What the flags and the file ask for, or null when it is refused; the problems are on stderr then. */
export async function networkOf(flags: NetworkFlags): Promise<NetworkSettings | null> {
  const outcome = await networkFrom(flags);
  if (outcome.ok) return outcome.value;
  for (const problem of outcome.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return null;
}

export async function networkFrom(flags: NetworkFlags): Promise<Outcome<NetworkSettings>> {
  const { network: file } = flags;
  const read = file === undefined ? ({ ok: true, value: NOTHING } as const) : await readNetwork(file);
  const wrong = [...flagProblems(flags), ...(read.ok ? [] : read.problems)];
  if (!read.ok || wrong.length > 0) return { ok: false, problems: wrong };
  const settings = together(flags, placed(read.value, dirname(file ?? '.')));
  const missing = [...sameNames(settings), ...fileProblems(settings, file ?? 'users')];
  return missing.length > 0 ? { ok: false, problems: missing } : { ok: true, value: settings };
}

async function readNetwork(file: string): Promise<Outcome<WrittenNetwork>> {
  const read = await readBytes(file);
  if (!read.ok) {
    const message = read.wrong.message;
    return { ok: false, problems: [{ ...whole(file), message, hint: 'the path of a network file' }] };
  }
  const { document, problems } = readDocument(file, read.value.bytes);
  const written = document === null ? { ok: false as const, problems } : validate(document, networkSchema, problems);
  return written.ok && holdsPassword(written.value) && (statSync(file).mode & OTHERS) !== 0 ? leaky(file) : written;
}

/** Permissions of the group and of others. */
const OTHERS = 0o077;

function holdsPassword({ uplinks, postgres }: WrittenNetwork): boolean {
  const urls = [...uplinks.map(({ url }) => url), ...(postgres === undefined ? [] : [postgres])];
  return urls.some((url) => URL.canParse(url) && new URL(url).password !== '');
}

function leaky(file: string): Outcome<never> {
  const message = 'a URL in it holds a password, and others on this machine may read it';
  const hint = `user and password_file, PGPASSFILE for a database, or chmod 600 ${file}`;
  return { ok: false, problems: [{ ...whole(file), message, hint }] };
}

const whole = (file: string) => ({ file, line: 0, column: 0, path: '' });

/** Of the URLs only the brokers are shown: they may hold passwords. */
function flagProblems({ mqtt, homeAssistant, name, postgres }: NetworkFlags): Problem[] {
  const problems: Problem[] = [];
  if (name !== undefined && !isId(name)) {
    const hint = '1 to 32 small letters, digits, "_" and "-"';
    problems.push({ ...whole('--name'), message: `"${name}" is no name of a reactor`, hint });
  }
  if (homeAssistant === true && mqtt.length === 0) {
    const hint = '--mqtt URL, or home_assistant: true for an uplink in the file after --network';
    problems.push({ ...whole('--home-assistant'), message: 'at which broker is not said', hint });
  }
  if (postgres !== undefined && !/^postgres(?:ql)?:\/\/[^/]/.test(postgres)) {
    const hint = 'postgres://user@host:5432/database; its password from PGPASSFILE';
    problems.push({ ...whole('--postgres'), message: 'this is not the URL of a PostgreSQL', hint });
  }
  for (const url of mqtt) {
    if (isBrokerUrl(url)) continue;
    const hint = 'mqtt://host:1883 or mqtts://user:password@host';
    problems.push({ ...whole('--mqtt'), message: 'this is not the URL of a broker', hint });
  }
  const names = mqtt.filter(isBrokerUrl).map(brokerName);
  for (const [index, twice] of names.entries()) {
    if (names.indexOf(twice) === index) continue;
    problems.push({ ...whole('--mqtt'), message: `${twice} is given twice`, hint: 'each broker once' });
  }
  return inReadingOrder(problems);
}

/** Paths in a file are relative to its folder. */
function placed(written: WrittenNetwork, folder: string): WrittenNetwork {
  const at = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(folder, path));
  const { broker, users, uplinks } = written;
  return {
    ...written,
    users: at(users),
    broker: broker === undefined ? undefined : { ...broker, tls: placedTls(broker, folder) },
    uplinks: uplinks.map((uplink) => ({
      ...uplink,
      password_file: at(uplink.password_file),
      ca: at(uplink.ca),
      cert: at(uplink.cert),
      key: at(uplink.key),
    })),
  };
}

function placedTls({ tls }: DoorSettings, folder: string): DoorSettings['tls'] {
  if (tls === undefined) return undefined;
  const { cert, key, ca } = tls;
  return {
    cert: resolve(folder, cert),
    key: resolve(folder, key),
    ...(ca === undefined ? {} : { ca: resolve(folder, ca) }),
  };
}

/** Names a broker of `--mqtt`, the same at every start: what it has acknowledged is kept under this name. */
function uplinkOf(url: string, home_assistant: boolean): UplinkSettings {
  const { hostname, port, protocol } = new URL(url);
  const name = `${hostname}-${port === '' ? protocol.replace(':', '') : port}`;
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(-32);
  return { ...plainUplink(id, url), home_assistant };
}

function together(flags: NetworkFlags, file: WrittenNetwork): NetworkSettings {
  const { mqtt, homeAssistant = false, name, users, postgres, data } = flags;
  return {
    name: name ?? file.name ?? DEFAULT_REACTOR,
    broker: file.broker ?? null,
    users: users === undefined ? (file.users ?? join(dataDirectory(data), 'users.yaml')) : resolve(users),
    postgres: postgres ?? file.postgres ?? null,
    fleet: file.fleet ?? null,
    uplinks: [...file.uplinks, ...mqtt.map((url) => uplinkOf(url, homeAssistant))],
  };
}

/** Names within the file are looked at with it; those made from URLs may meet one of the file, or one another. */
function sameNames({ uplinks }: NetworkSettings): Problem[] {
  return uplinks.flatMap(({ name, url }, index) => {
    if (uplinks.findIndex((other) => other.name === name) === index) return [];
    const message = `${brokerName(url)} would have the name "${name}" of another uplink`;
    return [{ ...whole('--mqtt'), message, hint: 'each broker once, this one in the file under a name of its own' }];
  });
}

/** What the settings name must be there now, and be fit to be used. */
function fileProblems({ broker, users, uplinks }: NetworkSettings, file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string, hint: string): void =>
    void problems.push({ ...whole(basename(file)), path, message, hint });
  for (const uplink of uplinks) {
    const shown = credentialsOf(uplink);
    if ('length' in shown) for (const reason of shown) add(`uplinks.${uplink.name}`, reason, '');
  }
  if (broker === null || hostPort(broker.listen) === null) return problems;
  const shown = doorCredentialsOf(broker);
  if ('length' in shown) for (const reason of shown) add('broker.tls', reason, '');
  if (users === null || !existsSync(users))
    add('broker.listen', 'beyond loopback nobody is without a name, and there are no users', 'galvanode user add NAME');
  return problems;
}
