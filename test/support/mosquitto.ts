/**
 * A real Mosquitto for tests: with a configuration of the test's own or the one of docs/mosquitto, certificates made by the
 * script there, on a free port of this machine, in a temporary folder. Knows nothing of what is published.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../src/model/entry.js';

/** Debian puts it where an ordinary user's path does not look. */
const PATH = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
const START_MS = 5000;

export const shipped = (name: string): string => packagePath('docs', 'mosquitto', name);

export function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'galvanode-broker-'));
}

/** ca, server and one certificate for each client, as `<name>.crt` and `<name>.key` in `folder`. */
export function makeCertificates(folder: string, ...clients: readonly string[]): void {
  execFileSync('sh', [shipped('certificates.sh'), '127.0.0.1', ...clients], { cwd: folder, stdio: 'ignore' });
}

/** The password of a user here. */
export const passwordOf = (user: string): string => `word of ${user}`;

export function writePasswords(file: string, users: readonly string[]): void {
  writeFileSync(file, '', { mode: 0o600 });
  for (const user of users) execFileSync('mosquitto_passwd', ['-b', file, user, passwordOf(user)], { stdio: 'ignore' });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The shipped configuration with its paths in `folder`, on one port of loopback; `more` is put at its end. */
export function shippedConf(folder: string, port: number, more = ''): string {
  const text = readFileSync(shipped('mosquitto.conf'), 'utf8')
    .replace('listener 8883', `listener ${port} 127.0.0.1`)
    .replaceAll('/etc/mosquitto/certs/', `${folder}/`)
    .replaceAll('/etc/mosquitto/', `${folder}/`)
    .replace('persistence_location /var/lib/mosquitto/', `persistence_location ${folder}/`);
  copyFileSync(shipped('galvanode.acl'), join(folder, 'galvanode.acl'));
  return `${text}${more}\n`;
}

export interface Mosquitto {
  readonly port: number;
  /** Ends it as a crash would, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

class RunningMosquitto implements Mosquitto {
  private child: ChildProcess | undefined;
  private said = '';

  constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  async start(): Promise<void> {
    const child = spawn('mosquitto', ['-c', join(this.folder, 'mosquitto.conf')], {
      env: PATH,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-4000)));
    const limit = performance.now() + START_MS;
    while (!(await accepts(this.port))) {
      if (child.exitCode !== null || !(performance.now() < limit))
        throw new Error(`mosquitto did not start: ${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await ended;
  }
}

/** Starts it with a configuration that names `port` itself; the folder goes when it is stopped. */
export async function startMosquitto(folder: string, port: number, conf: string): Promise<Mosquitto> {
  // Started by root it would become a user who may not read our keys.
  writeFileSync(join(folder, 'mosquitto.conf'), `user ${userInfo().username}\n${conf}`);
  const running = new RunningMosquitto(folder, port);
  await running.start();
  return running;
}
