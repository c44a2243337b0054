/** The page's server against requests that no browser of the operator makes: raw bytes on a real socket. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealClock } from '../../src/model/real-clock.js';
import { consoleServer, type ConsoleServer } from '../../src/console/server.js';

const CANARY = 'the secret beside the page';
/** For a request in these tests, ms. */
const REQUEST_MS = 400;
const SLOW_CLIENTS = 500;

let folder: string;
let server: ConsoleServer;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-hostile-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<title>x</title>');
  writeFileSync(join(folder, 'secret.txt'), CANARY);
  writeFileSync(join(folder, 'page', '.hidden'), CANARY);
  symlinkSync('..', join(folder, 'page', 'up'));
  server = await consoleServer({
    page: join(folder, 'page'),
    serveMqtt: (stream) => stream.destroy(),
    clock: new RealClock(),
    reactor: 'bench',
    request_ms: REQUEST_MS,
  });
  port = await server.listen(0);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Sends the bytes as they are, and gives what came back until the server closed. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined); // the server may put us out before all is sent: the end is what counts
    socket.on('close', () => resolve(answer));
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}

const get = (path: string, host = '127.0.0.1', more = ''): Promise<string> =>
  raw(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more}\r\n`);

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? NaN);
}

/** Ways up out of a folder, and what is to be had there: 200 in all. */
const UP = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '%252e%252e%252f', '..%c0%af', '....//', '.%00./'];
const THERE = [
  'secret.txt',
  'etc/passwd',
  'package.json',
  '.hidden',
  'secret.txt%00.html',
  'secret.txt/',
  'SECRET.TXT',
];
const WHOLE = [
  '//etc/passwd',
  '/C:/secret.txt',
  '/C%3a%5csecret.txt',
  '/file:///etc/passwd',
  'http://evil.example/secret.txt',
  '/.hidden',
  '/%2ehidden',
  '/.git/config',
  '/up/secret.txt',
  '/up/up/etc/passwd',
  '/index.html/../../secret.txt',
  '/index.html%00',
  '/%00',
  '/\u00ff\u00fe',
  '/%ff%fe',
  '/%',
  '/%zz',
  '/?../secret.txt',
  '/#../secret.txt',
  `/${'a/'.repeat(4000)}`,
];
const PATHS = [
  ...UP.flatMap((up) => THERE.flatMap((there) => [1, 3].map((times) => `/${up.repeat(times)}${there}`))),
  ...UP.flatMap((up) => [`/assets/${up}secret.txt`, `/up/${up}secret.txt`, `/${up}`, `/x/${up}${up}secret.txt`]),
  ...WHOLE,
];

const HOSTS = [
  'evil.example',
  'evil.example:8080',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'localhost.',
  '0.0.0.0',
  '0',
  '127.1',
  '127.0.0.2',
  '2130706433',
  '0x7f.1',
  '[::]',
  '[::ffff:127.0.0.1]',
  '::1',
  '10.0.0.7',
  'localhost@evil.example',
  'evil.example#localhost',
  'localhost:80:90',
  'localhost, evil.example',
  ' ',
];

describe('a path', () => {
  it('never leads out of the folder of the page, in 200 ways', async () => {
    expect(PATHS.length).toBe(200);
    const answers = await Promise.all(PATHS.map((path) => get(path)));
    const leaking = PATHS.filter((_, n) => answers[n]?.includes(CANARY) || answers[n]?.includes('root:'));
    expect(leaking).toEqual([]);
    const served = PATHS.filter((_, n) => statusOf(answers[n] ?? '') === 200);
    expect(served.filter((path) => !/^\/[?#]/.test(path))).toEqual([]);
  });

  it('would be seen to leak: the page itself is served', async () => {
    expect(await get('/')).toContain('<title>x</title>');
  });
});

describe('a name', () => {
  it.each(HOSTS)('that is foreign is refused: %j', async (host) => {
    expect([400, 421]).toContain(statusOf(await get('/', host)));
  });

  it('is needed', async () => {
    expect(statusOf(await raw('GET / HTTP/1.0\r\n\r\n'))).toBe(421);
  });
});

describe('a request of another site', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'changes nothing by %s',
    async (method) => {
      for (const path of ['/', '/mqtt', '/index.html']) {
        const answer = await raw(
          `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://evil.example\r\n` +
            'content-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\nstop',
        );
        expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
        expect(answer.toLowerCase()).not.toContain('access-control-allow');
      }
    },
  );

  it('opens no socket from a foreign page, a file or nowhere', async () => {
    const upgrade =
      'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    for (const origin of [
      '',
      'origin: null\r\n',
      'origin: http://evil.example\r\n',
      'origin: http://127.0.0.1.evil\r\n',
    ]) {
      const answer = await raw(
        `GET /mqtt HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\n${upgrade}${origin}\r\n`,
      );
      expect(statusOf(answer)).toBe(403);
    }
  });

  it('is put out when it is larger than it may be', async () => {
    expect(statusOf(await get('/', '127.0.0.1', `x-large: ${'x'.repeat(100_000)}\r\n`))).toBe(431);
  });
});

describe(`${SLOW_CLIENTS} slow clients`, () => {
  it('keep the page from others for no longer than a request may take', async () => {
    const slow: Socket[] = [];
    for (let n = 0; n < SLOW_CLIENTS; n += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined); // being put out is what is asked for
      socket.write('GET / HTTP/1.1\r\nx-slow: ');
      slow.push(socket);
    }
    const begun_ms = performance.now();
    while (statusOf(await get('/')) !== 200 && performance.now() - begun_ms < 20 * REQUEST_MS);
    const away_ms = performance.now() - begun_ms;
    for (const socket of slow) socket.destroy();
    expect(away_ms).toBeLessThan(5 * REQUEST_MS);
  });
});
