/**
 * What a connection shows of itself and trusts in others, read from files: certificates, keys, a password. Read anew for
 * each connection, so that a renewed certificate needs no restart. Secrets that others on this machine can read are refused.
 */
import { readFileSync, statSync } from 'node:fs';
import { fileFault } from '../../model/file-fault.js';
import type { DoorSettings, UplinkSettings } from '../settings.js';

/** PEM files with many certificates are some 10 kB; a password is a line. */
const LARGEST_BYTES = 1024 * 1024;
/** Permissions of the group and of others. */
const OTHERS = 0o077;

export type Contents = { readonly ok: true; readonly text: Buffer } | { readonly ok: false; readonly reason: string };

/** A file that may be read by anybody, such as a certificate. */
function open(path: string): Contents {
  try {
    const { size } = statSync(path);
    if (!(size <= LARGEST_BYTES)) return { ok: false, reason: `${path} is too large for what it should be` };
    return { ok: true, text: readFileSync(path) };
  } catch (error) {
    return { ok: false, reason: `${path} cannot be read: ${fileFault(error, 'reading')}` };
  }
}

/** A file that nobody but its owner may read. */
function secret(path: string): Contents {
  const contents = open(path);
  if (!contents.ok || (statSync(path).mode & OTHERS) === 0) return contents;
  return { ok: false, reason: `${path} holds a secret and others may read it (would be right: chmod 600)` };
}

interface Asked {
  readonly path: string | undefined;
  readonly read: (path: string) => Contents;
}

/** All of them, or every reason why not. */
function all<K extends string>(asked: Readonly<Record<K, Asked>>): Partial<Record<K, Buffer>> | string[] {
  const found: Partial<Record<K, Buffer>> = {};
  const reasons: string[] = [];
  for (const name in asked) {
    const { path, read } = asked[name];
    if (path === undefined) continue;
    const contents = read(path);
    if (contents.ok) found[name] = contents.text;
    else reasons.push(contents.reason);
  }
  return reasons.length > 0 ? reasons : found;
}

export interface Credentials {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/** Without the line break at its end; only the first line counts. */
function firstLine(text: Buffer | undefined): string | undefined {
  return text?.toString('utf8').split(/\r?\n/, 1)[0];
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a bare per cent sign in a password means itself
  }
}

/** For an outside broker: from the settings, or from the URL. Gives the reasons where something is missing. */
export function credentialsOf(settings: UplinkSettings): Credentials | readonly string[] {
  const { password_file, ca, cert, key, url, user } = settings;
  const files = all({
    password: { path: password_file, read: secret },
    ca: { path: ca, read: open },
    cert: { path: cert, read: open },
    key: { path: key, read: secret },
  });
  if (Array.isArray(files)) return files;
  const written = new URL(url);
  return {
    user: user ?? decoded(written.username),
    password: firstLine(files.password) ?? decoded(written.password),
    ca: files.ca,
    cert: files.cert,
    key: files.key,
  };
}

export interface DoorCredentials {
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly ca: Buffer | undefined;
}

/** For a door of the built-in broker. */
export function doorCredentialsOf({ tls }: DoorSettings): DoorCredentials | readonly string[] {
  const files = all({
    cert: { path: tls?.cert, read: open },
    key: { path: tls?.key, read: secret },
    ca: { path: tls?.ca, read: open },
  });
  return Array.isArray(files) ? files : { cert: files.cert, key: files.key, ca: files.ca };
}
