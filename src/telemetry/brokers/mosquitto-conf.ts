/**
 * What is wrong with a mosquitto.conf and its ACL for a broker that reactors are commanded through. Pure: texts in, problems
 * out. It knows the options of Mosquitto 2 that decide who gets in and what he may do there, and passes over all others.
 */
import { inReadingOrder, type Problem } from '../../model/problem.js';
import { isLoopback } from '../settings.js';

interface Line {
  readonly at: number;
  readonly key: string;
  readonly value: string;
}

/** Options of one listener, or those before the first. */
interface Section {
  readonly listener: Line | null;
  readonly options: ReadonlyMap<string, Line>;
}

/** Largest packet worth taking: ours are 64 kB at most. */
const LARGEST_BYTE = 1024 * 1024;

function linesOf(text: string): Line[] {
  return text.split(/\r?\n/).flatMap((written, index) => {
    const [, key, value = ''] = /^\s*([^#\s]\S*)(?:\s+(.*?))?\s*$/.exec(written) ?? [];
    return key === undefined ? [] : [{ at: index + 1, key, value }];
  });
}

function sectionsOf(lines: readonly Line[]): Section[] {
  const sections: { listener: Line | null; options: Map<string, Line> }[] = [{ listener: null, options: new Map() }];
  for (const line of lines) {
    if (line.key === 'listener') sections.push({ listener: line, options: new Map() });
    else sections.at(-1)?.options.set(line.key, line);
  }
  return sections;
}

/** `listener PORT [ADDRESS]`; without an address it is heard everywhere, and port 0 is a Unix socket. */
function isBeyond({ value }: Line): boolean {
  const [port, host] = value.split(/\s+/);
  return port !== '0' && (host === undefined || !isLoopback(host));
}

class Check {
  readonly problems: Problem[] = [];

  constructor(private readonly file: string) {}

  add(line: Line | null, path: string, message: string, hint: string): void {
    this.problems.push({ file: this.file, line: line?.at ?? 0, column: line === null ? 0 : 1, path, message, hint });
  }
}

export function checkMosquittoConf(file: string, text: string): Problem[] {
  const check = new Check(file);
  const [global = { listener: null, options: new Map<string, Line>() }, ...listeners] = sectionsOf(linesOf(text));
  if (listeners.length === 0)
    check.add(
      null,
      'listener',
      'no listener is named: it depends on the version who gets in',
      'listener 8883, and what holds for it below',
    );
  const perListener = global.options.get('per_listener_settings')?.value === 'true';
  for (const { options } of listeners) {
    const late = options.get('per_listener_settings');
    if (late !== undefined)
      check.add(late, late.key, 'stands below a listener, where it comes too late', 'this line first of all');
  }
  for (const section of listeners) judgeListener(section, global, perListener, check);
  judgeSize(global, listeners, check);
  return inReadingOrder(check.problems);
}

function judgeListener(section: Section, global: Section, perListener: boolean, check: Check): void {
  const { listener } = section;
  if (listener === null) return;
  // With settings of its own each listener is told everything; otherwise the last word anywhere holds for all.
  const option = (key: string): Line | undefined =>
    section.options.get(key) ?? (perListener ? undefined : global.options.get(key));
  const name = `listener ${listener.value}`;
  const anonymous = option('allow_anonymous');
  if (anonymous?.value !== 'false')
    check.add(
      anonymous ?? listener,
      name,
      'lets in who has no name, or leaves that to the version',
      'allow_anonymous false',
    );
  const knows = ['password_file', 'plugin', 'auth_plugin'].some((key) => option(key) !== undefined);
  const byCertificate =
    option('require_certificate')?.value === 'true' && option('use_identity_as_username')?.value === 'true';
  if (!knows && !byCertificate) check.add(listener, name, 'does not know its users', 'password_file FILE');
  if (option('acl_file') === undefined && option('plugin') === undefined)
    check.add(listener, name, 'lets every user publish everything', 'acl_file FILE, as docs/mosquitto/galvanode.acl');
  const encrypted = option('certfile') !== undefined && option('keyfile') !== undefined;
  if (isBeyond(listener) && !encrypted)
    check.add(
      listener,
      name,
      'is heard beyond this machine without encryption',
      `certfile and keyfile, or listener ${listener.value.split(/\s+/)[0] ?? ''} 127.0.0.1`,
    );
  if (option('use_username_as_clientid')?.value !== 'true' && !byCertificate)
    check.add(
      listener,
      name,
      'lets one user take the place of another by his client identifier',
      'use_username_as_clientid true',
    );
}

function judgeSize(global: Section, listeners: readonly Section[], check: Check): void {
  const size = [...listeners, global]
    .map(({ options }) => options.get('max_packet_size'))
    .find((line) => line !== undefined);
  if (size !== undefined && Number(size.value) > 0 && Number(size.value) <= LARGEST_BYTE) return;
  check.add(size ?? null, 'max_packet_size', 'takes packets of up to 256 MB', 'max_packet_size 65536');
}

/** Path of the ACL that a configuration names, as it is written there. */
export function aclOf(text: string): string | null {
  return linesOf(text).find(({ key }) => key === 'acl_file')?.value ?? null;
}

/** True when a filter of MQTT, with `+` and `#`, takes a topic. */
function takes(filter: string, topic: string): boolean {
  const [parts, levels] = [filter.split('/'), topic.split('/')];
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true;
    if (index >= levels.length || (part !== '+' && part !== levels[index])) return false;
  }
  return parts.length === levels.length;
}

/** What one user must not write: the command of another, in the words of any reactor. */
const FOREIGN = [
  'galvanode/reactor/command/other',
  'galvanode/reactor/command/other/stop',
  'galvanode/reactor/reply/other',
  'galvanode/reactor/state',
];

export function checkMosquittoAcl(file: string, text: string): Problem[] {
  const check = new Check(file);
  let user: string | null = null;
  for (const line of linesOf(text)) {
    if (line.key === 'user') user = line.value;
    if (line.key !== 'topic' && line.key !== 'pattern') continue;
    const [, access = 'readwrite', filter = ''] = /^(?:(read|write|readwrite|deny)\s+)?(.*)$/.exec(line.value) ?? [];
    if (access === 'read' || access === 'deny') {
      if (line.key === 'pattern' && takes(filter, 'galvanode/reactor/reply/other'))
        check.add(line, line.key, 'lets everybody read the replies to others', 'pattern read galvanode/+/reply/%u');
      continue;
    }
    if (line.key === 'pattern' && FOREIGN.some((topic) => takes(filter, topic)))
      check.add(line, line.key, 'lets everybody write what is not his', 'pattern write galvanode/+/command/%u');
    if (line.key === 'topic' && user === null)
      check.add(
        line,
        line.key,
        'stands above every user, and so holds for who has no name',
        'a line "user NAME" before it',
      );
    if (
      line.key === 'topic' &&
      user !== null &&
      takes(filter, 'galvanode/a/state') &&
      takes(filter, 'galvanode/b/state')
    )
      check.add(line, line.key, `lets ${user} write in the place of every reactor`, 'topic readwrite galvanode/NAME/#');
  }
  return check.problems;
}
