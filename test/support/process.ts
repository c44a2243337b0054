/**
 * The compiled program as a process: started, listened to, signalled, and what the system knows of it and its children.
 * Owns processes and temporary folders, and ends them; knows no recipe and no test framework. Linux: it reads /proc.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/model/entry.js';

export const PROGRAM = packagePath('dist', 'main.js');

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Stream = 'stdout' | 'stderr';

interface Awaited {
  readonly stream: Stream;
  readonly pattern: RegExp;
  readonly resolve: (found: RegExpMatchArray) => void;
  readonly reject: (error: Error) => void;
}

const living = new Set<Program>();

export class Program {
  readonly ended: Promise<Ended>;
  private readonly said: Record<Stream, string> = { stdout: '', stderr: '' };
  private readonly awaited = new Set<Awaited>();

  constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    living.add(this);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.heard('stdout', text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.heard('stderr', text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(this.closed(code, signal)));
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.child.pid;
  }

  get over(): boolean {
    return !living.has(this);
  }

  /** Settles when a stream has come to hold `pattern`. Rejects, with all that was said, when the program ends without. */
  prints(pattern: RegExp, stream: Stream = 'stdout'): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const found = this.said[stream].match(pattern);
      if (found !== null) resolve(found);
      else if (!this.over) this.awaited.add({ stream, pattern, resolve, reject });
      else reject(this.neverPrinted(pattern));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private heard(stream: Stream, text: string): void {
    this.said[stream] += text;
    for (const one of this.awaited) {
      const found = this.said[one.stream].match(one.pattern);
      if (found === null) continue;
      this.awaited.delete(one);
      one.resolve(found);
    }
  }

  private closed(code: number | null, signal: NodeJS.Signals | null): Ended {
    living.delete(this);
    for (const one of this.awaited) one.reject(this.neverPrinted(one.pattern));
    return { code, signal, ...this.said };
  }

  private neverPrinted(pattern: RegExp): Error {
    return new Error(`${this.name} ended without printing ${String(pattern)}:\n${this.said.stdout}${this.said.stderr}`);
  }
}

export type Environment = Readonly<Record<string, string>>;

/** For a process whose wall clock jumps by hours and years from SIGUSR2 on. */
export const JUMPING_CLOCK: Environment = {
  NODE_OPTIONS: `--import ${pathToFileURL(packagePath('test', 'fixtures', 'jumping-clock.mjs')).href}`,
};

/** Starts a command without a terminal, its input closed. */
export function launch(command: string, args: readonly string[], environment: Environment = {}): Program {
  const env = { ...process.env, ...environment };
  return new Program(`${command} ${args.join(' ')}`, spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** `galvanode …`, as compiled in dist/. */
export function galvanode(args: readonly string[], environment: Environment = {}): Program {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  return launch(process.execPath, [PROGRAM, ...args], environment);
}

/** Ends every program that still runs, and settles when all are gone. */
export async function endPrograms(): Promise<void> {
  const left = [...living];
  for (const program of left) {
    program.signal('SIGKILL');
    program.signal('SIGCONT'); // a stopped process is killed too, but only continued ones are sure to be reaped soon
  }
  await Promise.all(left.map((program) => program.ended));
}

const folders: string[] = [];

/** A new folder, gone with `removeFolders`. Short, since a socket's path holds 107 bytes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'galvanode-e2e-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

/** undefined when the process is gone already. */
function parentOf(pid: string): number | undefined {
  const stat = procFile(pid, 'stat');
  // The second field is the name in brackets and may hold anything; the parent is the second field after it.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

function procFile(pid: string | number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return;
    throw error;
  }
}

/** The first process below `pid`, at any depth, with an argument that ends in `script`; undefined when there is none. */
export function descendant(pid: number, script: string): number | undefined {
  for (const child of childrenOf(pid)) {
    const args = procFile(child, 'cmdline')?.split('\0') ?? [];
    if (args.some((arg) => arg.endsWith(script))) return child;
    const deeper = descendant(child, script);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** The network process of a run. Throws when there is none. */
export function networkProcess(control: number): number {
  const pid = descendant(control, '/dist/network.js');
  if (pid === undefined) throw new Error(`process ${control} has no network process`);
  return pid;
}

export interface Memory {
  readonly resident_MB: number;
  readonly peak_MB: number;
}

/** Resident memory now and at its peak; undefined when the process is gone. */
export function memoryOf(pid: number): Memory | undefined {
  const status = procFile(pid, 'status');
  const kB = (key: string): number => Number(status?.match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm'))?.[1] ?? NaN);
  return status === undefined ? undefined : { resident_MB: kB('VmRSS') / 1024, peak_MB: kB('VmHWM') / 1024 };
}
