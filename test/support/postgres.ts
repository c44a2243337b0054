/**
 * A real PostgreSQL of its own, in a temporary folder and on a free port of loopback, with a password. It runs as the
 * system's user `postgres` where this process is root, since the server refuses root. Debian's package `postgresql`.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSIONS = '/usr/lib/postgresql';
export const PASSWORD = 'so it’s "kept" %41';
const USER = 'galvanode';
const DATABASE = 'postgres';
const execute = promisify(execFile);

export class PostgresServer {
  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly identity: { readonly uid?: number; readonly gid?: number },
  ) {}

  /** undefined where PostgreSQL is not installed. */
  static async open(): Promise<PostgresServer | undefined> {
    if (!existsSync(VERSIONS)) return undefined;
    const folder = mkdtempSync(join(tmpdir(), 'galvanode-pg-'));
    const root = process.getuid?.() === 0;
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    const identity = root ? { uid: id('-u'), gid: id('-g') } : {};
    const server = new PostgresServer(folder, await freePort(), identity);
    const secret = join(folder, 'secret');
    writeFileSync(secret, `${PASSWORD}\n`);
    if (identity.uid !== undefined && identity.gid !== undefined) {
      for (const path of [folder, secret]) chownSync(path, identity.uid, identity.gid);
    }
    await server.does(
      'initdb',
      '-D',
      server.data,
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      '--pwfile',
      secret,
      '-E',
      'UTF8',
      '-N',
    );
    await server.start();
    return server;
  }

  url(password = PASSWORD): string {
    return `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${DATABASE}`;
  }

  /** Without the password, which stands in a file that its owner alone may read; the path of that. */
  passwordFile(folder: string): string {
    const file = join(folder, 'pgpass');
    writeFileSync(file, `127.0.0.1:${this.port}:*:${USER}:${PASSWORD.replaceAll(/[\\:]/g, '\\$&')}\n`);
    chmodSync(file, 0o600);
    return file;
  }

  async start(): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder} -c fsync=off`;
    await this.does('pg_ctl', '-D', this.data, '-o', options, '-l', join(this.folder, 'log'), '-w', 'start');
  }

  /** At once: what is not committed is undone at the next start. */
  async crash(): Promise<void> {
    await this.does('pg_ctl', '-D', this.data, '-m', 'immediate', '-w', 'stop');
  }

  /** Rows as JSON. */
  async ask(query: string): Promise<readonly Record<string, unknown>[]> {
    const sql = `SELECT coalesce(json_agg(q), '[]') FROM (${query}) q`;
    const args = [
      '-h',
      '127.0.0.1',
      '-p',
      String(this.port),
      '-U',
      USER,
      '-d',
      DATABASE,
      '-v',
      'ON_ERROR_STOP=1',
      '-Atc',
      sql,
    ];
    const env = { ...process.env, PGPASSWORD: PASSWORD };
    const { stdout } = await execute(this.binary('psql'), args, { env, maxBuffer: 1 << 30 });
    return JSON.parse(stdout) as readonly Record<string, unknown>[];
  }

  async close(): Promise<void> {
    await this.crash().catch(() => undefined); // it may be stopped already
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private binary(name: string): string {
    return join(VERSIONS, readdirSync(VERSIONS).toSorted().at(-1) ?? '', 'bin', name);
  }

  /** Its output goes nowhere: a server that was started would keep a pipe open. */
  private does(name: string, ...args: string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const child = execFile(this.binary(name), args, { ...this.identity, cwd: this.folder });
      let said = '';
      child.stderr?.on('data', (text: string) => (said += text));
      child.once('error', reject);
      child.once('exit', (code) =>
        code === 0 ? resolve(code) : reject(new Error(`${name} ended with ${code}: ${said}`)),
      );
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
