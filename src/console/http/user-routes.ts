/** The users, for an admin at the page. The file and its rules are behind the port; no answer holds a hash or a password. */
import type { Problem } from '../../model/problem.js';
import type { Role } from '../../telemetry/verbs.js';
import { refuse, type Answer, type Route } from '../api/exchange.js';
import { changedUser, newUser } from '../api/users.js';
import { issuesOf } from './session-routes.js';

export interface UserRow {
  readonly name: string;
  readonly role: Role;
}

export type Changed = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The file of users. Each change is whole or is not made; what a weak password lacks comes as a problem. */
export interface UserFile {
  list(): readonly UserRow[];
  add(user: UserRow, password: string, by: string): Promise<Changed>;
  change(
    name: string,
    to: { readonly role?: Role | undefined; readonly password?: string | undefined },
    by: string,
  ): Promise<Changed>;
  remove(name: string, by: string): Promise<Changed>;
}

export function userRoutes(file: UserFile): Route[] {
  const all = (): Answer => ({ json: { users: file.list() } });
  const told = (changed: Changed): Answer => {
    if (changed.ok) return all();
    const [first, ...others] = changed.problems.map(({ message, hint }) =>
      hint === '' ? { message } : { message, hint },
    );
    return { status: 409, problems: [first ?? { message: 'refused' }, ...others] };
  };
  return [
    { method: 'GET', path: '/api/users', handle: all },
    {
      method: 'POST',
      path: '/api/users',
      handle: async ({ body, user }) => {
        const read = newUser.safeParse(body);
        if (!read.success) return issuesOf(read.error);
        const { password, ...row } = read.data;
        return told(await file.add(row, password, user ?? ''));
      },
    },
    {
      method: 'PUT',
      path: '/api/users/:name',
      handle: async ({ body, params, user }) => {
        const read = changedUser.safeParse(body);
        if (!read.success) return issuesOf(read.error);
        return told(await file.change(params['name'] ?? '', read.data, user ?? ''));
      },
    },
    {
      method: 'DELETE',
      path: '/api/users/:name',
      handle: async ({ params, user }) =>
        params['name'] === user
          ? refuse(409, 'an admin does not take himself away', 'another admin does')
          : told(await file.remove(params['name'] ?? '', user ?? '')),
    },
  ];
}
