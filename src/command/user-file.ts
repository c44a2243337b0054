/** The file of users behind the page: each change by an admin, as `galvanode user` makes it. Owns what may not be done. */
import type { Problem } from '../model/problem.js';
import type { Role } from '../telemetry/verbs.js';
import { accountOf, changeUsers, isUserName, passwordRefusal, readUsers, type Account } from './users.js';

export interface NamedRole {
  readonly name: string;
  readonly role: Role;
}

export type UserChange = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

type Change = (accounts: readonly Account[]) => readonly Account[] | string;

/** Somebody must be left who can let others in. */
function withAdmin(change: Change): Change {
  return (accounts) => {
    const changed = change(accounts);
    if (typeof changed === 'string' || changed.some(({ role }) => role === 'admin')) return changed;
    return accounts.some(({ role }) => role === 'admin') ? 'the last admin stays one' : changed;
  };
}

export class UserFileOf {
  /** @param told what was done by whom. */
  constructor(
    private readonly file: string,
    private readonly told: (text: string) => void,
  ) {}

  list(): readonly NamedRole[] {
    const read = readUsers(this.file);
    return read.ok ? read.value.map(({ name, role }) => ({ name, role })) : [];
  }

  async add({ name, role }: NamedRole, password: string, by: string): Promise<UserChange> {
    const weak = isUserName(name) ? passwordRefusal(name, password) : `"${name.slice(0, 64)}" is no name of a user`;
    if (weak !== null) return this.refused(weak, '1 to 32 of a-z 0-9 _ -, and a password of 10 characters or more');
    const added = await accountOf(name, role, password);
    const change: Change = (all) =>
      all.some((one) => one.name === name) ? `user "${name}" is there already` : [...all, added];
    return this.changed(change, `${by} added user ${name} as ${role}`);
  }

  async change(
    name: string,
    to: { readonly role?: Role | undefined; readonly password?: string | undefined },
    by: string,
  ): Promise<UserChange> {
    const weak = to.password === undefined ? null : passwordRefusal(name, to.password);
    if (weak !== null) return this.refused(weak, 'a password of 10 characters or more');
    const renewed = to.password === undefined ? null : await accountOf(name, 'viewer', to.password);
    const changed = (one: Account): Account => ({ ...one, ...renewed, role: to.role ?? one.role });
    const change: Change = (all) =>
      all.some((one) => one.name === name)
        ? all.map((one) => (one.name === name ? changed(one) : one))
        : `there is no user "${name.slice(0, 64)}"`;
    const what = [
      ...(to.role === undefined ? [] : [`role ${to.role}`]),
      ...(renewed === null ? [] : ['a new password']),
    ];
    return this.changed(withAdmin(change), `${by} gave user ${name} ${what.join(' and ')}`);
  }

  async remove(name: string, by: string): Promise<UserChange> {
    const change: Change = (all) =>
      all.some((one) => one.name === name)
        ? all.filter((one) => one.name !== name)
        : `there is no user "${name.slice(0, 64)}"`;
    return this.changed(withAdmin(change), `${by} took user ${name} away`);
  }

  private changed(change: Change, done: string): UserChange {
    const outcome = changeUsers(this.file, change);
    if (!outcome.ok) return outcome;
    this.told(done);
    return { ok: true };
  }

  private refused(message: string, hint: string): UserChange {
    return { ok: false, problems: [{ file: this.file, line: 0, column: 0, path: '', message, hint }] };
  }
}
