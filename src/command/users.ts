/**
 * The users of a reactor and what they may: a YAML file that its owner alone can read. Owns its format, the passwords'
 * hashes, and that nobody gets in while anything in it is wrong. Knows no broker and no command.
 *
 * scrypt with N = 2^15, r = 8, p = 3 (OWASP Password Storage Cheat Sheet): 32 MB and some 0.2 s for each trial.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readDocument } from '../model/document.js';
import { fileFault } from '../model/file-fault.js';
import type { Outcome, Problem } from '../model/problem.js';
import { fields, said, validate } from '../model/validate.js';
import { isId } from '../telemetry/topics.js';
import { OWN_ACTORS, ROLES, type Role } from '../telemetry/verbs.js';

/** Under which guests without a name ask to stop: no user may be called so. */
const NOBODY = 'console';

export function isUserName(text: string): boolean {
  return isId(text) && text !== NOBODY && !OWN_ACTORS.has(text);
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Longest file, bytes; 200 users take some 45 kB. */
const LARGEST_BYTES = 256 * 1024;
const MOST_USERS = 200;
/** Permissions of the group and of others. */
const OTHERS = 0o077;
/** What a file may ask of this machine: a wrong number would take all of its memory. */
const MEMORY_MAX_BYTES = 160 * 1024 * 1024;
const COST = { scrypt_N: 2 ** 15, scrypt_r: 8, scrypt_p: 3 } as const;

const base64 = (bytes: number): z.ZodType<string> =>
  z
    .string({ error: said('is no text', `${bytes} bytes in base64`) })
    .refine((text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === bytes, {
      error: said(`is not ${bytes} bytes in base64`, 'as `galvanode user password` writes it'),
    });
const whole = (least: number, most: number) =>
  z.int({ error: said('is no whole number', `${least} to ${most}`) }).refine((n) => n >= least && n <= most, {
    error: said('is out of range', `${least} to ${most}`),
  });

const account = fields({
  name: z.string().refine(isUserName, {
    error: said(
      'is no name of a user',
      `1 to 32 of a-z, 0-9, "_" and "-", and none of ${[NOBODY, ...OWN_ACTORS].join(', ')}`,
    ),
  }),
  role: z.enum(ROLES, { error: said('is no role', ROLES.join(', ')) }),
  scrypt_N: z.int().refine((n) => n >= 2 ** 14 && n <= 2 ** 17 && Number.isInteger(Math.log2(n)), {
    error: said('is no cost of scrypt', '16384, 32768, 65536 or 131072'),
  }),
  scrypt_r: whole(8, 16),
  scrypt_p: whole(1, 10),
  salt: base64(SALT_BYTES),
  hash: base64(HASH_BYTES),
}).refine(({ scrypt_N, scrypt_r }) => 128 * scrypt_N * scrypt_r <= MEMORY_MAX_BYTES, {
  error: said('asks for too much memory', '128 * scrypt_N * scrypt_r of at most 160 MB'),
  path: ['scrypt_r'],
});
export type Account = z.infer<typeof account>;

const usersSchema = fields({
  users: z.literal(1, { error: said('is no version of this file', '1') }),
  accounts: z.array(account).max(MOST_USERS),
}).superRefine(({ accounts }, context) => {
  accounts.forEach(({ name }, index) => {
    if (accounts.findIndex((other) => other.name === name) === index) return;
    const message = said(`"${name}" is there already`, 'each user once');
    context.addIssue({ code: 'custom', message, path: ['accounts', index, 'name'] });
  });
});

export function usersFile(dataDir: string): string {
  return join(dataDir, 'users.yaml');
}

/** Every user of the file, or every problem. No file: no users. */
export function readUsers(file: string): Outcome<readonly Account[]> {
  const wrong = (message: string, hint: string): Outcome<never> => {
    const problem: Problem = { file, line: 0, column: 0, path: '', message, hint };
    return { ok: false, problems: [problem] };
  };
  let descriptor: number | undefined;
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return { ok: true, value: [] };
    // What is looked at is what is read, whoever swaps it meanwhile; a pipe in its place is not waited for.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const about = fstatSync(descriptor);
    if (!about.isFile()) return wrong('this is no file', 'the path of a file of users');
    if (!(about.size <= LARGEST_BYTES)) return wrong('this is too large', `at most ${LARGEST_BYTES} bytes`);
    if ((about.mode & OTHERS) !== 0) return wrong('others on this machine may read or write it', `chmod 600 ${file}`);
    if (!isTrusted(about.uid)) return wrong('it belongs to somebody else', `chown it to the user of this program`);
    const { document, problems } = readDocument(file, readFileSync(descriptor));
    if (document === null) return { ok: false, problems };
    const read = validate(document, usersSchema, problems);
    return read.ok ? { ok: true, value: read.value.accounts } : read;
  } catch (error) {
    return wrong(fileFault(error, 'reading'), 'a file that this user can read');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Its owner may change it at any time: he is the user of this program, or the one who may everything. */
function isTrusted(owner: number): boolean {
  return owner === 0 || process.getuid === undefined || owner === process.getuid();
}

function textOf(accounts: readonly Account[]): string {
  const rows = accounts.map(
    ({ name, role, scrypt_N, scrypt_r, scrypt_p, salt, hash }) =>
      `  - name: "${name}"\n    role: ${role}\n    scrypt_N: ${scrypt_N}\n    scrypt_r: ${scrypt_r}\n` +
      `    scrypt_p: ${scrypt_p}\n    salt: "${salt}"\n    hash: "${hash}"\n`,
  );
  const head = '# Users of this reactor. Written by `galvanode user`; nobody but its owner may read it.\nusers: 1\n';
  return `${head}accounts:${rows.length === 0 ? ' []' : ''}\n${rows.join('')}`;
}

/**
 * Changes the file as a whole or not at all: the new one is on the disk before it takes the old one's name. The new file is
 * also the lock: of two changes at once the second is refused. `change` gives the users as they shall be, or why not.
 */
export function changeUsers(
  file: string,
  change: (accounts: readonly Account[]) => readonly Account[] | string,
): Outcome<readonly Account[]> {
  const part = `${file}.new`;
  const wrong = (message: string, hint: string): Outcome<never> => ({
    ok: false,
    problems: [{ file, line: 0, column: 0, path: '', message, hint }],
  });
  let descriptor: number;
  try {
    mkdirSync(dirname(file), { recursive: true });
    descriptor = openSync(part, 'wx', 0o600);
  } catch (error) {
    if (existsSync(part)) return wrong('another change of it is under way', `wait, or delete ${part} when none is`);
    return wrong(fileFault(error, 'writing'), 'a folder that this user can write to');
  }
  try {
    const read = readUsers(file);
    if (!read.ok) return read;
    const changed = change(read.value);
    if (typeof changed === 'string') return wrong(changed, '`galvanode user list` shows who is there');
    writeFileSync(descriptor, textOf(changed));
    fsyncSync(descriptor);
    renameSync(part, file);
    settle(dirname(file));
    return { ok: true, value: changed };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return wrong(fileFault(error, 'writing'), 'a folder that this user can write to');
  } finally {
    closeSync(descriptor);
    rmSync(part, { force: true });
  }
}

/** The new name is on the disk too. */
function settle(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

type Cost = Pick<Account, 'scrypt_N' | 'scrypt_r' | 'scrypt_p'>;

function hashOf(password: string, salt: Buffer, { scrypt_N: N, scrypt_r: r, scrypt_p: p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * MEMORY_MAX_BYTES };
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}

/** A new user, or one with a new password. */
export async function accountOf(name: string, role: Role, password: string): Promise<Account> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await hashOf(password, salt, COST);
  return { name, role, ...COST, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

/** Why a password is not taken; null when it is. */
export function passwordRefusal(name: string, password: string): string | null {
  if (password.length < SHORTEST_PASSWORD) return `a password has at least ${SHORTEST_PASSWORD} characters`;
  if (password.length > LONGEST_PASSWORD) return `a password has at most ${LONGEST_PASSWORD} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(password)) return 'a password has only characters that can be printed';
  if (new Set(password).size < 5) return 'a password has at least 5 different characters';
  if (password.toLowerCase().includes(name)) return 'a password does not hold the name of its user';
  return null;
}

/** 120 bits, in letters that are hard to mix up: 24 of 32. */
export function generatedPassword(random: (bytes: number) => Uint8Array = randomBytes): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz123456789';
  return [...random(24)].map((byte) => letters[byte % letters.length] ?? '').join('');
}

/**
 * Who may come in, by the file as it is now: a user who is taken away is out at once. A file that is broken lets nobody
 * in, and is complained of once for as long as it stays as it is.
 */
export class UserBook {
  private seen = '';
  private accounts: readonly Account[] = [];

  constructor(
    private readonly file: string,
    private readonly complain: (problems: readonly Problem[]) => void = () => undefined,
  ) {}

  roleOf(name: string): Role | null {
    return this.now().find((one) => one.name === name)?.role ?? null;
  }

  /** What changes whenever this user's role or password does; null: there is no such user. */
  markOf(name: string): string | null {
    const found = this.now().find((one) => one.name === name);
    return found === undefined ? null : `${found.role} ${found.salt} ${found.hash}`;
  }

  get count(): number {
    return this.now().length;
  }

  /** The role where the password is right. A name that nobody has takes as long as one with a wrong password. */
  async verify(name: string, password: string): Promise<Role | null> {
    const found = this.now().find((one) => one.name === name);
    const cost: Cost = found ?? COST;
    const salt = found === undefined ? Buffer.alloc(SALT_BYTES) : Buffer.from(found.salt, 'base64');
    if (password.length > 2 * LONGEST_PASSWORD) return null;
    const hash = await hashOf(password, salt, cost);
    const right = timingSafeEqual(
      hash,
      found === undefined ? Buffer.alloc(HASH_BYTES) : Buffer.from(found.hash, 'base64'),
    );
    return right && found !== undefined ? found.role : null;
  }

  private now(): readonly Account[] {
    const seen = looksOf(this.file);
    if (seen === this.seen) return this.accounts;
    const read = readUsers(this.file);
    this.seen = seen;
    this.accounts = read.ok ? read.value : [];
    if (!read.ok) this.complain(read.problems);
    return this.accounts;
  }
}

/** Changes whenever the file may have. Never throws: it is asked in the midst of a run. */
function looksOf(file: string): string {
  try {
    const about = statSync(file, { throwIfNoEntry: false });
    return about === undefined ? 'none' : [about.ino, about.mtimeMs, about.ctimeMs, about.size, about.mode].join(' ');
  } catch (error) {
    return `not to be seen: ${fileFault(error, 'reading')}`;
  }
}
