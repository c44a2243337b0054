/** Every row of the table by everybody: who may not is refused before anything is asked, and a foreign page always. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/console/api/routes.js';
import { consoleServer, type ConsoleServer } from '../../../src/console/server.js';
import { RealClock } from '../../../src/model/real-clock.js';
import { mayAs, ROLES, type Role } from '../../../src/telemetry/verbs.js';

const USERS: Readonly<Record<string, Role>> = { vera: 'viewer', anna: 'operator', boss: 'admin' };
const folder = mkdtempSync(join(tmpdir(), 'galvanode-routes-'));
let server: ConsoleServer;
let workshop: Server;
let url: string;
const asked: string[] = [];
const tokens = new Map<string, string>();
const changes: string[] = [];

beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), '<title>x</title>');
  const socket = join(folder, 'socket');
  workshop = createServer((request, response) => {
    asked.push(
      `${request.method} ${request.url} ${String(request.headers['x-galvanode-user'] ?? '-')} ${String(request.headers['x-galvanode-role'] ?? '-')}`,
    );
    response.setHeader('content-type', 'application/json');
    response.end('{"fine":true}');
  }).listen(socket);
  const told = async (text: string) => {
    changes.push(text);
    return { ok: true } as const;
  };
  server = await consoleServer({
    page: folder,
    serveMqtt: (stream) => stream.destroy(),
    clock: new RealClock(),
    reactor: 'bench',
    startWorkshop: () => ({
      ready: Promise.resolve(socket),
      ended: new Promise(() => undefined),
      kill: () => undefined,
    }),
    users: {
      roleOf: (name) => USERS[name] ?? null,
      markOf: (name) => USERS[name] ?? null,
      count: () => 3,
      tryPassword: async (_address, name, password) => (password === 'right' ? (USERS[name] ?? 'wrong') : 'wrong'),
      list: () => Object.entries(USERS).map(([name, role]) => ({ name, role })),
      add: ({ name }) => told(`add ${name}`),
      change: (name) => told(`change ${name}`),
      remove: (name) => told(`remove ${name}`),
    },
  });
  url = `http://127.0.0.1:${await server.listen(0)}`;
  for (const name of Object.keys(USERS)) tokens.set(name, await signedIn(name));
});

afterAll(async () => {
  await server.close();
  workshop.close();
  rmSync(folder, { recursive: true });
});

async function signedIn(name: string): Promise<string> {
  const answer = await ask('POST', '/api/session', { body: { user: name, password: 'right' } });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

interface How {
  readonly cookie?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(method: string, path: string, { cookie, body, headers = {} }: How = {}): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      origin: url,
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const placeOf = (path: string): string => path.replaceAll(/:\w+/g, 'some');
const mayBy = (least: (typeof ROUTES)[number]['least'], role: Role | null): boolean =>
  least === 'stranger' || least === 'anyone' || (role !== null && mayAs(role, least));

describe.each(ROUTES)('$method $path', ({ method, path, least, by }) => {
  it.each([null, ...ROLES])('by %s', async (role) => {
    const name = Object.keys(USERS).find((one) => USERS[one] === role);
    if (path === '/api/session' && method === 'DELETE') return; // it would end the session of the others
    const before = asked.length;
    const cookie = name === undefined ? undefined : tokens.get(name);
    const answer = await ask(method, placeOf(path), { cookie, ...(method === 'GET' ? {} : { body: {} }) });
    const refused = answer.status === 401 || answer.status === 403;
    expect(refused).toBe(!mayBy(least, role));
    if (refused) expect(await answer.json()).toEqual({ problems: [{ message: expect.any(String) }] });
    const passed = asked.slice(before);
    if (by === 'workshop' && !refused)
      expect(passed).toEqual([`${method} ${placeOf(path)} ${name ?? '-'} ${role ?? '-'}`]);
    else expect(passed).toEqual([]);
  });
});

describe.each(ROUTES.filter((row) => row.method !== 'GET'))('$method $path', ({ method, path }) => {
  it('is not taken from a foreign page, whoever is signed in', async () => {
    const before = [asked.length, changes.length];
    const cookie = tokens.get('boss');
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await ask(method, placeOf(path), { cookie, body: {}, headers })).status).toBe(403);
    expect([asked.length, changes.length]).toEqual(before);
  });
});

describe('the front', () => {
  it('says who asks to the workshop itself: what a browser says of it counts nothing', async () => {
    await ask('GET', '/api/runs', { headers: { 'x-galvanode-user': 'boss', 'x-galvanode-role': 'admin' } });
    expect(asked.at(-1)).toBe('GET /api/runs - -');
  });

  it('serves no path that is not in the table', async () => {
    for (const path of ['/api', '/api/', '/api/none', '/api/runs/a/b/c', '/api/../api/users', '/api/users/'])
      expect((await ask('GET', path, { cookie: tokens.get('vera') })).status).toBeGreaterThanOrEqual(400);
  });

  it('gives a cookie that no script reads, to this site alone, and takes it back', async () => {
    const answer = await ask('POST', '/api/session', { body: { user: 'anna', password: 'right' } });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^galvanode-bench=[\w-]{43}; .*HttpOnly.*SameSite=Strict/);
    const token = cookie.split(';')[0];
    expect(await (await ask('GET', '/api/session', { cookie: token })).json()).toMatchObject({
      user: 'anna',
      role: 'operator',
    });
    const out = await ask('DELETE', '/api/session', { cookie: token, body: {} });
    expect(await out.json()).toMatchObject({ user: null, role: null });
    expect(await (await ask('GET', '/api/session', { cookie: token })).json()).toMatchObject({ user: null });
  });

  it('gives none for a wrong password, and one that was there before is no way in', async () => {
    const wrong = await ask('POST', '/api/session', { body: { user: 'boss', password: 'wrong' } });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([403, null]);
    const fixed = 'galvanode-bench=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const answer = await ask('POST', '/api/session', { cookie: fixed, body: { user: 'anna', password: 'right' } });
    expect(answer.headers.get('set-cookie')).not.toContain(fixed);
    expect(await (await ask('GET', '/api/session', { cookie: fixed })).json()).toMatchObject({ user: null });
  });

  it.each([
    ['no JSON', '{', 400],
    ['another type', 'user=anna', 415],
    ['too much', JSON.stringify({ user: 'x'.repeat(20_000), password: '' }), 413],
    ['more than is asked for', JSON.stringify({ user: 'anna', password: 'right', role: 'admin' }), 400],
  ])('takes no %s', async (what, body, status) => {
    const type = what === 'another type' ? 'application/x-www-form-urlencoded' : 'application/json';
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { origin: url, 'content-type': type },
      body,
    });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
  });

  it('does not let an admin take himself away', async () => {
    const cookie = tokens.get('boss');
    expect((await ask('DELETE', '/api/users/boss', { cookie, body: {} })).status).toBe(409);
    expect((await ask('DELETE', '/api/users/anna', { cookie, body: {} })).status).toBe(200);
    expect(changes.at(-1)).toBe('remove anna');
  });
});
