import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { Workshop, type Passed, type WorkshopProcess } from '../../../src/console/http/workshop.js';
import { RealClock } from '../../../src/model/real-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'galvanode-pipe-'));
const servers: Server[] = [];
let sockets = 0;
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A workshop whose end can be brought about. */
function started(answers: (url: string) => string | null) {
  const socket = join(folder, `${servers.length}-${(sockets += 1)}`);
  rmSync(socket, { force: true });
  let end: () => void = () => undefined;
  let killed = 0;
  const server = createServer((request, response) => {
    const answer = answers(request.url ?? '');
    if (answer === null) return; // hangs
    response.end(answer);
  });
  servers.push(server);
  const ready = new Promise<string>((resolve) => server.listen(socket, () => resolve(socket)));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const process: WorkshopProcess = { ready, ended, kill: () => (killed += 1) };
  return { process, end: () => end(), killed: () => killed, server };
}

const asked = (url: string, gone = new AbortController().signal): Passed => ({
  method: 'GET',
  url,
  body: undefined,
  user: null,
  role: null,
  gone,
});

describe('the workshop', () => {
  it('is started when it is first asked, and once', async () => {
    let starts = 0;
    const one = started((url) => `you asked ${url}`);
    const workshop = new Workshop(() => {
      starts += 1;
      return one.process;
    }, new RealClock());
    expect(starts).toBe(0);
    const answers = await Promise.all(['/a', '/b?c=d'].map((url) => workshop.pass(asked(url))));
    expect(await Promise.all(answers.map(({ body }) => text(body)))).toEqual(['you asked /a', 'you asked /b?c=d']);
    expect(starts).toBe(1);
  });

  it('is started anew when it has ended', async () => {
    const ones = [started(() => 'first'), started(() => 'second')];
    const waiting = [...ones];
    const workshop = new Workshop(() => waiting.shift()?.process ?? started(() => '').process, new RealClock());
    expect(await text((await workshop.pass(asked('/'))).body)).toBe('first');
    ones[0]?.end();
    await Promise.resolve();
    expect(await text((await workshop.pass(asked('/'))).body)).toBe('second');
  });

  it('that ends before it listens is told', async () => {
    const workshop = new Workshop(
      () => ({ ready: new Promise(() => undefined), ended: Promise.resolve(), kill: () => undefined }),
      new RealClock(),
    );
    await expect(workshop.pass(asked('/'))).rejects.toThrow('ended before it listened');
  });

  it('that dies in the midst of an answer is told, and lets go of who asked', async () => {
    const one = started(() => null);
    const workshop = new Workshop(() => one.process, new RealClock());
    const answer = workshop.pass(asked('/'));
    const failed = expect(answer).rejects.toThrow(/hang up|ECONNRESET/);
    await one.process.ready;
    one.server.once('request', () => one.server.closeAllConnections());
    await failed;
  });

  it('hears when whoever asked has gone', async () => {
    const one = started(() => null);
    const workshop = new Workshop(() => one.process, new RealClock());
    const gone = new AbortController();
    const left = new Promise<void>((resolve) =>
      one.server.once('request', (request) => request.socket.once('close', () => resolve())),
    );
    const failed = expect(workshop.pass(asked('/', gone.signal))).rejects.toThrow(/abort/i);
    one.server.once('request', () => gone.abort());
    await Promise.all([failed, left]);
  });
});
