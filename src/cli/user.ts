/** `galvanode user add|list|remove|password`: who may command the reactor over the network. Arguments in, text out. */
import type { Writable } from 'node:stream';
import {
  accountOf,
  changeUsers,
  isUserName,
  generatedPassword,
  passwordRefusal,
  readUsers,
  usersFile,
} from '../command/users.js';
import { formatProblem, type Outcome } from '../model/problem.js';
import { dataDirectory } from '../record/place.js';
import { ROLES, type Role } from '../telemetry/verbs.js';
import { EXIT } from './exit.js';
import { askedPassword, type SecretSource } from './secret.js';

export interface UserOptions {
  readonly data?: string;
  readonly users?: string;
  readonly json?: boolean;
  readonly role?: string;
  /** Makes up a password and prints it, once. */
  readonly generate?: boolean;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly input?: SecretSource['input'];
}

/** 0 done; 2 refused. */
export async function userAddCommand(name: string, options: UserOptions = {}): Promise<number> {
  const { role } = options;
  if (!isUserName(name))
    return refuse(
      options,
      `"${name}" is no name of a user (would be right: 1 to 32 of a-z, 0-9, "_" and "-", and not "console")`,
    );
  if (!isRole(role)) return refuse(options, `--role: "${role ?? ''}" is no role (would be right: ${ROLES.join(', ')})`);
  if (existing(name, options))
    return refuse(options, `user "${name}" is there already (would be right: galvanode user password ${name})`);
  return withPassword(name, options, async (password) => {
    const added = await accountOf(name, role, password);
    return told(
      changeUsers(fileOf(options), (all) =>
        all.some((one) => one.name === name) ? `user "${name}" is there already` : [...all, added],
      ),
      options,
      `user ${name} may do what a ${role} may`,
    );
  });
}

/** 0 done; 2 refused. */
export async function userPasswordCommand(name: string, options: UserOptions = {}): Promise<number> {
  const read = readUsers(fileOf(options));
  if (!read.ok) return told(read, options, '');
  if (!existing(name, options))
    return refuse(options, `there is no user "${name}" (would be right: galvanode user add)`);
  return withPassword(name, options, async (password) => {
    const renewed = await accountOf(name, 'viewer', password);
    const changed = changeUsers(fileOf(options), (all) =>
      all.some((one) => one.name === name)
        ? all.map((one) => (one.name === name ? { ...renewed, role: one.role } : one))
        : `there is no user "${name}"`,
    );
    return told(changed, options, `user ${name} has a new password`);
  });
}

/** 0 done; 2 refused. The built-in broker cuts the connections of this user off within a second; an outside one has its own list. */
export function userRemoveCommand(name: string, options: UserOptions = {}): number {
  return told(removed(name, options), options, `user ${name} is known no more`);
}

/** 0 done; 2 refused. */
export function userListCommand(options: UserOptions = {}): number {
  const read = readUsers(fileOf(options));
  if (!read.ok) return told(read, options, '');
  const users = read.value.map(({ name, role }) => ({ name, role }));
  const out = options.stdout ?? process.stdout;
  if (options.json === true) out.write(`${JSON.stringify({ users })}\n`);
  else if (users.length === 0) out.write('no users: over the network nothing but stop is taken\n');
  else for (const { name, role } of users) out.write(`  ${name.padEnd(32)}  ${role}\n`);
  return EXIT.done;
}

function isRole(role: string | undefined): role is Role {
  return ROLES.some((known) => known === role);
}

function fileOf({ users, data }: UserOptions): string {
  return users ?? usersFile(dataDirectory(data));
}

function existing(name: string, options: UserOptions): boolean {
  const read = readUsers(fileOf(options));
  return read.ok && read.value.some((one) => one.name === name);
}

/** Without the user, or that there is none. */
function removed(name: string, options: UserOptions): Outcome<unknown> {
  return changeUsers(fileOf(options), (all) =>
    all.some((one) => one.name === name) ? all.filter((one) => one.name !== name) : `there is no user "${name}"`,
  );
}

async function withPassword(
  name: string,
  options: UserOptions,
  work: (password: string) => Promise<number>,
): Promise<number> {
  if (options.generate === true) {
    const password = generatedPassword();
    const code = await work(password);
    if (code === EXIT.done) (options.stdout ?? process.stdout).write(`password: ${password}\n`);
    return code;
  }
  const asked = await askedPassword({
    input: options.input ?? process.stdin,
    questions: options.stderr ?? process.stderr,
  });
  if ('why' in asked) return refuse(options, asked.why);
  const weak = passwordRefusal(name, asked.password);
  return weak === null ? work(asked.password) : refuse(options, `${weak} (would be right: --generate makes one up)`);
}

function told(outcome: Outcome<unknown>, options: UserOptions, done: string): number {
  if (outcome.ok) {
    (options.stdout ?? process.stdout).write(`${done}\n`);
    return EXIT.done;
  }
  for (const problem of outcome.problems) (options.stderr ?? process.stderr).write(`${formatProblem(problem)}\n`);
  return EXIT.refused;
}

function refuse({ stderr }: UserOptions, why: string): number {
  (stderr ?? process.stderr).write(`galvanode user: ${why}\n`);
  return EXIT.refused;
}
