/**
 * The network of one reactor as its operator wrote it: name, doors of the built-in broker, users, outside brokers. Pure:
 * the schema of `--network FILE` and what must hold between its fields. It opens no file and knows no broker.
 */
import * as z from 'zod';
import { fields, said } from '../model/validate.js';
import { isId } from './topics.js';

export const DEFAULT_REACTOR = 'bench';

/** Over which commands come that reach the built-in broker. */
const BUILT_IN_NAME = 'built-in';

const PROTOCOLS: ReadonlySet<string> = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);
const ENCRYPTED: ReadonlySet<string> = new Set(['mqtts:', 'wss:']);

/** True when `url` names a broker in a way that can be connected to. */
export function isBrokerUrl(url: string): boolean {
  return URL.canParse(url) && PROTOCOLS.has(new URL(url).protocol) && new URL(url).hostname !== '';
}

/** The broker in words: never with user and password. */
export function brokerName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** True when what is said on the way can be read by nobody else. */
export const isEncrypted = (url: string): boolean => ENCRYPTED.has(new URL(url).protocol);

/** Names and addresses of this very machine. A name that only resolves to it is not one: resolving can be changed. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export const isLoopbackUrl = (url: string): boolean => isLoopback(new URL(url).hostname);

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port` with a name, an IPv4 address or an IPv6 address in brackets; null when it is none. */
export function hostPort(text: string): HostPort | null {
  const match = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const [, host = '', port = ''] = match ?? [];
  if (match === null || Number(port) > 65_535) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const file = z
  .string({ error: said('is no path', 'path of a file, relative to the folder of this one') })
  .min(1)
  .max(1024);
const id = z
  .string()
  .refine(isId, { error: said('is no name', 'a name of 1 to 32 small letters, digits, "_" and "-"') });

const tls = fields({
  cert: file.describe('certificate of this reactor with its chain, PEM'),
  key: file.describe('its private key, PEM; only its owner may read it'),
  ca: file.optional().describe('clients must show a certificate that this one signed, PEM'),
});

const broker = fields({
  listen: z.string().refine((text) => hostPort(text) !== null, {
    error: said('is no address to listen at', 'host:port, such as 0.0.0.0:8883'),
  }),
  tls: tls.optional(),
}).refine(({ listen, tls: given }) => given !== undefined || hostPort(listen) === null, {
  error: said('a door of the network is never without encryption', 'tls with cert and key'),
  path: ['listen'],
});

const uplink = fields({
  name: id
    .refine((name) => name !== BUILT_IN_NAME, { error: said('names the built-in broker', 'another name') })
    .describe('names this uplink in messages and in the data directory'),
  url: z.string().refine(isBrokerUrl, {
    error: said('is not the URL of a broker', 'mqtt://host:1883 or mqtts://host:8883'),
  }),
  user: z.string().min(1).max(128).optional(),
  password_file: file.optional().describe('its first line is the password; only its owner may read it'),
  ca: file.optional().describe('certificate that the broker must be signed by, PEM; those of the system by default'),
  cert: file.optional().describe('certificate of this client, PEM'),
  key: file.optional().describe('its private key, PEM; only its owner may read it'),
  version: z
    .union([z.literal(3), z.literal(5)])
    .default(3)
    .describe('3: MQTT 3.1.1'),
  commands: z.boolean().default(false).describe('takes commands from there; that broker must know its users'),
  home_assistant: z.boolean().default(false).describe('tells Home Assistant of this reactor'),
  values: z.boolean().default(true).describe('publishes the bare numbers too'),
})
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: said('a certificate needs its key, and a key its certificate', 'cert and key, or none of them'),
    path: ['cert'],
  })
  .refine(({ home_assistant, values }) => values || !home_assistant, {
    error: said('Home Assistant reads the bare numbers', 'values: true, or no home_assistant'),
    path: ['values'],
  })
  .refine(({ user, password_file }) => user !== undefined || password_file === undefined, {
    error: said('a password needs its user', 'user as well'),
    path: ['password_file'],
  })
  .refine(({ url, user }) => user === undefined || !isBrokerUrl(url) || new URL(url).username === '', {
    error: said('the URL names a user already', 'a URL without user and password'),
    path: ['user'],
  })
  .refine(({ url, commands }) => !commands || !isBrokerUrl(url) || isLoopbackUrl(url) || isEncrypted(url), {
    error: said('commands from beyond this machine need encryption', 'mqtts:// or wss:// in the URL'),
    path: ['commands'],
  })
  .refine(({ url, ca, cert }) => !isBrokerUrl(url) || isEncrypted(url) || (ca === undefined && cert === undefined), {
    error: said('certificates are of use with encryption only', 'mqtts:// or wss://'),
    path: ['url'],
  });

const MOST_UPLINKS = 8;

/** What an operator writes into the file of `--network`. */
export const networkSchema = fields({
  network: z.literal(1, { error: said('is not a version of this file', '1') }),
  name: id.optional().describe('of the reactor, in the topics; bench by default'),
  broker: broker.optional().describe('a further, encrypted door of the built-in broker'),
  postgres: z
    .string()
    .max(2048)
    .regex(/^postgres(?:ql)?:\/\/[^/]/, {
      error: 'is no URL of a PostgreSQL (would be right: postgres://user@host:5432/database)',
    })
    .optional()
    .describe('database for samples and events; its password better from PGPASSFILE'),
  users: file.optional().describe('file of the users; DATA/users.yaml by default'),
  fleet: id.optional().describe('uplink at whose broker other reactors are; the fleet page shows them'),
  uplinks: z.array(uplink).max(MOST_UPLINKS).default([]).describe('outside brokers'),
}).superRefine(({ fleet, uplinks }, context) => {
  if (fleet !== undefined && !uplinks.some(({ name }) => name === fleet)) {
    const message = said(`"${fleet}" names no uplink of this file`, 'the name of one of uplinks');
    context.addIssue({ code: 'custom', message, path: ['fleet'] });
  }
  uplinks.forEach(({ name }, index) => {
    if (uplinks.findIndex((other) => other.name === name) === index) return;
    const message = said(`"${name}" names another uplink already`, 'a name of its own for each');
    context.addIssue({ code: 'custom', message, path: ['uplinks', index, 'name'] });
  });
});
export type WrittenNetwork = z.infer<typeof networkSchema>;

export type UplinkSettings = z.infer<typeof uplink>;
export type DoorSettings = z.infer<typeof broker>;

/** Where a database of time series is; null or absent: none. Its URL may hold a password. */
const postgres = z.string().max(2048).nullable().optional();
/** Name of the uplink whose other reactors are mirrored; null or absent: of none. */
const fleet = id.nullable().optional();

/** All of it put together, paths absolute: what the network process is told. */
export const networkSettings = z.object({
  name: id,
  broker: broker.nullable(),
  postgres,
  fleet,
  users: file.nullable(),
  uplinks: z.array(uplink).max(2 * MOST_UPLINKS),
});
export type NetworkSettings = z.infer<typeof networkSettings>;

/** Nothing beyond loopback. */
export const ALONE: NetworkSettings = { name: DEFAULT_REACTOR, broker: null, users: null, uplinks: [] };

/** An outside broker that is given by its URL alone, as with `--mqtt`: told everything, heard in nothing. */
export function plainUplink(name: string, url: string): UplinkSettings {
  return { name, url, version: 3, commands: false, home_assistant: false, values: true };
}
