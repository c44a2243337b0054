/**
 * A process on a disk that can lose its power or fail, and what is left of it. Owns the folders, the compiled shim and the
 * processes; knows of the record only how to open it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../src/model/entry.js';

/** Smallest piece that a disk writes as a whole, bytes. */
const SECTOR = 512;

/** Faults by the names of shim.c, without their beginning. */
export type Faults = Readonly<Record<string, string | number>>;

export interface Counts {
  readonly syncs: number;
  readonly writes: number;
  readonly faults: number;
}

export function buildShim(folder: string): string {
  const script = fileURLToPath(new URL('build.sh', import.meta.url));
  return execFileSync('bash', [script, folder], { encoding: 'utf8' }).trim();
}

export class FailingDisk {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'galvanode-power-cut-')));
  /** What the process sees. */
  readonly live = join(this.folder, 'live');
  /** What is left after the cut. */
  readonly durable = join(this.folder, 'durable');
  private child: ChildProcess | undefined;
  private readonly lines: string[] = [];
  private ended: Promise<unknown> = Promise.resolve();

  constructor(private readonly shim: string) {
    mkdirSync(this.live);
    mkdirSync(this.durable);
  }

  /** Starts a script of this folder on the disk; `heard` gets each of its lines. */
  start(script: string, args: readonly string[], faults: Faults = {}, heard: (line: string) => void = () => {}): void {
    const { execArgv } = entryPoint('record/writer');
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [...execArgv, path, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.environment(faults) },
    });
    this.child = child;
    const spoken = createInterface({ input: child.stdout });
    spoken.on('line', (line) => {
      this.lines.push(line);
      heard(line);
    });
    this.ended = Promise.all([once(child, 'exit'), once(spoken, 'close')]);
  }

  /** Kills the process where it stands. Settles when all that it said before has been heard. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  async end(): Promise<readonly string[]> {
    await this.ended;
    return this.lines;
  }

  get said(): readonly string[] {
    return this.lines;
  }

  /** Last cycle that the process was told to be on the disk, 0 when none. */
  get acknowledged(): number {
    return Number(this.lines.findLast((line) => /^\d+$/.test(line)) ?? 0);
  }

  get counts(): Counts {
    const file = join(this.folder, 'counts');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : { syncs: 0, writes: 0, faults: 0 };
  }

  /** Makes room on a disk that was full. */
  makeRoom(): void {
    writeFileSync(join(this.folder, 'room'), '');
  }

  /** Of what was written and not synced, a sector here and there came to the disk as well: `chance` 0 to 1. */
  tear(names: readonly string[], chance: () => boolean): number {
    let torn = 0;
    for (const name of names) torn += tearFile(join(this.live, name), join(this.durable, name), chance);
    return torn;
  }

  /** A copy of what is left, so that opening it changes nothing of it. */
  remains(): string {
    const copy = mkdtempSync(join(this.folder, 'after-'));
    cpSync(this.durable, copy, { recursive: true });
    return copy;
  }

  private environment(faults: Faults): Record<string, string> {
    const own: Faults = {
      LIVE: this.live,
      DURABLE: this.durable,
      COUNTS: join(this.folder, 'counts'),
      ROOM: join(this.folder, 'room'),
      ...faults,
    };
    const named = Object.entries(own).map(([name, value]) => [`POWERCUT_${name}`, String(value)]);
    return { ...Object.fromEntries(named), LD_PRELOAD: this.shim };
  }
}

function tearFile(live: string, durable: string, chance: () => boolean): number {
  if (!existsSync(live)) return 0;
  const now = readFileSync(live);
  const kept = existsSync(durable) ? readFileSync(durable) : Buffer.alloc(0);
  const after = Buffer.alloc(Math.max(kept.length, now.length));
  kept.copy(after);
  let torn = 0;
  let length = kept.length;
  for (let at = 0; at < now.length; at += SECTOR) {
    const sector = now.subarray(at, at + SECTOR);
    if (sector.equals(after.subarray(at, at + sector.length)) || !chance()) continue;
    sector.copy(after, at);
    length = Math.max(length, at + sector.length);
    torn++;
  }
  if (torn > 0) writeFileSync(durable, after.subarray(0, length));
  return torn;
}
