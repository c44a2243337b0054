/** Signing in and out. Owns the words of a refusal; who has which password, and how long a wrong one waits, is the door's. */
import type * as z from 'zod';
import type { Role } from '../../telemetry/verbs.js';
import { refuse, type Answer, type Route } from '../api/exchange.js';
import { signIn, type Session } from '../api/session.js';
import type { Sessions } from './sessions.js';

export interface Door {
  /** busy: nothing was tried. Takes its time for a wrong password. */
  tryPassword(address: string, user: string, password: string): Promise<Role | 'wrong' | 'busy'>;
  /** Users who are known. */
  count(): number;
}

export function issuesOf({ issues }: z.ZodError): Answer {
  const [first, ...others] = issues.map(({ path, message }) => ({ message, path: path.map(String).join('.') }));
  return { status: 400, problems: [first ?? { message: 'not as agreed' }, ...others] };
}

export function sessionRoutes(
  reactor: string,
  sessions: Sessions,
  door: Door,
  anyoneReads: (address: string) => boolean,
): Route[] {
  const told = (user: string | null, role: Role | null, address: string): Session => ({
    reactor,
    user,
    role,
    anyoneReads: anyoneReads(address),
    users: door.count(),
  });
  return [
    { method: 'GET', path: '/api/session', handle: ({ user, role, address }) => ({ json: told(user, role, address) }) },
    {
      method: 'POST',
      path: '/api/session',
      handle: async ({ body, address, token: before }) => {
        const read = signIn.safeParse(body);
        if (!read.success) return issuesOf(read.error);
        if (door.count() === 0)
          return refuse(403, 'there are no users here', 'galvanode user add NAME --role operator, at the bench');
        const { user, password } = read.data;
        const role = await door.tryPassword(address, user, password);
        if (role === 'busy') return refuse(429, 'another trial of a password is under way', 'in a moment once more');
        const token = role === 'wrong' ? null : sessions.begin(user);
        if (role === 'wrong' || token === null) return refuse(403, 'wrong user name or password');
        sessions.end(before); // a token that was there before somebody signed in is nobody's
        return { json: told(user, role, address), token };
      },
    },
    {
      method: 'DELETE',
      path: '/api/session',
      handle: ({ token, address }) => {
        sessions.end(token);
        return { json: told(null, null, address), token: null };
      },
    },
  ];
}
