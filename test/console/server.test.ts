import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RealClock } from '../../src/model/real-clock.js';
import { consoleServer, isOwnHost, isOwnOrigin, type ConsoleServer } from '../../src/console/server.js';

const clock = new RealClock();
let page: string;
let server: ConsoleServer;
let port: number;

/** Answers what it hears, and says so in upper case. */
function echo(stream: Duplex): void {
  stream.on('data', (chunk: Buffer) => stream.write(chunk.toString().toUpperCase()));
  stream.on('error', () => undefined);
}

beforeEach(async () => {
  page = mkdtempSync(join(tmpdir(), 'galvanode-page-'));
  writeFileSync(join(page, 'index.html'), '<title>x</title>');
  server = await consoleServer({ page, serveMqtt: echo, clock, reactor: 'bench' });
  port = await server.listen(0);
});

afterEach(async () => {
  await server.close();
  rmSync(page, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Opens a WebSocket; gives the HTTP status of the refusal, or the first message after saying `text`. */
function socket(headers: Readonly<Record<string, string>>, text: string): Promise<string | number | undefined> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, ['mqtt'], { headers });
    ws.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    ws.on('error', () => resolve('error'));
    ws.on('open', () => ws.send(text));
    ws.on('close', (code) => resolve(code));
    ws.on('message', (data: Buffer) => {
      resolve(data.toString());
      ws.terminate();
    });
  });
}

describe('page', () => {
  it('is served with a policy that lets no script, style or frame of others in', async () => {
    const answer = await ask('/');
    expect([answer.status, answer.body]).toEqual([200, '<title>x</title>']);
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '0.0.0.0',
    '[::2]',
    'localhost@evil',
  ])('is refused under the foreign name %j', async (host) => {
    expect((await ask('/', { host })).status).toBe(421);
  });

  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '[::1]:8080'])('is served under %s', async (host) => {
    expect((await ask('/', { host })).status).toBe(200);
  });

  it.each([
    '/../package.json',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/.git/config',
    '/index.html%00',
  ])('gives nothing outside its folder: %s', async (path) => {
    expect((await ask(path)).status).toBeGreaterThanOrEqual(400);
  });

  it('changes nothing by POST', async () => {
    expect((await ask('/', {}, 'POST')).status).toBe(404);
  });

  it('says what to do when it is not built', async () => {
    const bare = await consoleServer({ page: join(page, 'nowhere'), serveMqtt: echo, clock, reactor: 'bench' });
    const other = await bare.listen(0);
    const answer = await fetch(`http://127.0.0.1:${other}/`);
    expect([answer.status, await answer.text()]).toEqual([503, 'the page is not built: npm run build\n']);
    await bare.close();
  });
});

describe('socket', () => {
  it('carries bytes for a page of this server', async () => {
    expect(await socket({ origin: `http://127.0.0.1:${port}` }, 'mqtt')).toBe('MQTT');
  });

  it.each([
    {},
    { origin: 'null' },
    { origin: 'http://evil.example' },
    { origin: 'http://127.0.0.1' },
    { origin: 'file://' },
  ])('is refused to %j', async (headers) => {
    expect(await socket(headers as Record<string, string>, 'x')).toBe(403);
  });

  it('is refused under a foreign name, even when origin and name agree', async () => {
    expect(await socket({ host: 'evil.example', origin: 'http://evil.example' }, 'x')).toBe(421);
  });

  it('ends when a frame is too large', async () => {
    const own = { origin: `http://127.0.0.1:${port}` };
    expect(await socket(own, 'x'.repeat(70_000))).toBe(1009);
  });
});

describe('names', () => {
  it('are told apart without a server', () => {
    expect(isOwnHost(undefined)).toBe(false);
    expect(isOwnOrigin('http://localhost:8080', 'localhost:8080')).toBe(true);
    expect(isOwnOrigin('http://localhost:8080', '127.0.0.1:8080')).toBe(false);
    expect(isOwnOrigin(undefined, 'localhost')).toBe(false);
  });
});
