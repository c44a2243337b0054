/**
 * A place to work on mutants of the firmware: a copy of the tree in a temporary folder, in which a mutated source is
 * compiled as the firmware always is and the firmware's own tests run against it. Owns the folder and the processes.
 */
import { execFile, type ExecFileOptions } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, createVitest, type Vitest } from 'vitest/node';
import { packagePath } from '../../src/model/entry.js';
import { RealClock } from '../../src/model/real-clock.js';
import { type Mutant, mutated } from './firmware-mutant.js';

/** Against the WebAssembly alone, some milliseconds each; the other files of that folder test generators and emulators. */
export const TESTS = [
  'arming',
  'calibration',
  'comparator',
  'coulomb',
  'deadlines',
  'deadman',
  'fifo',
  'frames',
  'guard',
  'latches',
  'limits',
  'selftest',
  'stop',
  'waveform',
];
const TREE = ['src', 'firmware-bridge', 'test/firmware-bridge', 'package.json', 'tsconfig.json'];
/** The tests take 2 s; a firmware that never comes back from a tick is noticed, too. */
const HUNG_MS = 60_000;

export type Verdict = { readonly killed: true; readonly by: string } | { readonly killed: false };

function executed(command: string, args: readonly string[], options: ExecFileOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve(error === null ? undefined : String(stdout) + String(stderr)),
    );
  });
}

export class MutationLane {
  private readonly folder = mkdtempSync(join(tmpdir(), 'galvanode-mutation-'));
  private readonly objects = join(this.folder, 'objects');
  private vitest: Vitest | undefined;

  constructor() {
    for (const path of TREE) cpSync(packagePath(path), join(this.folder, path), { recursive: true });
    symlinkSync(packagePath('node_modules'), join(this.folder, 'node_modules'));
    // A mutant may leave something unused behind, which is no reason not to try it.
    const build = join(this.folder, 'firmware-bridge', 'build-wasm.sh');
    const warnings = { name: 'build', file: 'build-wasm.sh', find: ' -Werror', replace: '' };
    writeFileSync(build, mutated(readFileSync(build, 'utf8'), warnings));
    mkdirSync(this.objects);
  }

  /** A server of its own, so that the sources are transformed once a lane and not once a mutant. */
  private async open(): Promise<Vitest> {
    const include = TESTS.map((name) => `test/firmware-bridge/${name}.test.ts`);
    const how: CliOptions = { pool: 'forks', isolate: false, maxWorkers: 1, bail: 1, testTimeout: 10_000 };
    const quiet: CliOptions = { reporters: [{}], cache: false, config: false, watch: false };
    const vite = { cacheDir: join(this.folder, 'cache'), server: { watch: null } };
    return createVitest('test', { root: this.folder, include, ...how, ...quiet }, vite);
  }

  /** True when the sources as they are give the committed firmware. Throws when its tests do not pass. */
  async sound(): Promise<boolean> {
    await this.build('as it is');
    const same = readFileSync(this.firmware('firmware.wasm')).equals(readFileSync(committed('firmware.wasm')));
    const verdict = await this.tested();
    if (verdict.killed) throw new Error(`the firmware as it is fails: ${verdict.by}`);
    return same;
  }

  async tried(mutant: Mutant): Promise<Verdict> {
    const path = this.firmware(mutant.file);
    const source = readFileSync(committed(mutant.file), 'utf8');
    try {
      writeFileSync(path, mutated(source, mutant));
      await this.build(mutant.name);
      return await this.tested();
    } finally {
      writeFileSync(path, source);
    }
  }

  async end(): Promise<void> {
    await this.vitest?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private firmware(file: string): string {
    return join(this.folder, 'firmware-bridge', 'firmware', file);
  }

  private async build(name: string): Promise<void> {
    rmSync(this.firmware('firmware.wasm'), { force: true });
    const env = { ...process.env, KEPT_OBJECTS: this.objects };
    const failed = await executed('bash', ['firmware-bridge/build-wasm.sh'], { cwd: this.folder, env });
    if (failed !== undefined) throw new Error(`${name}: does not compile:\n${failed}`);
  }

  private async tested(): Promise<Verdict> {
    this.vitest ??= await this.open();
    const files = await this.vitest.globTestSpecifications();
    const ran = await inTime(this.vitest.runTestSpecifications(files, true));
    if (ran === undefined) {
      await this.vitest.close(); // and with it the process that hangs
      this.vitest = undefined;
      return { killed: true, by: `nothing came back within ${HUNG_MS / 1000} s` };
    }
    const { testModules, unhandledErrors } = ran;
    const tests = testModules.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.find((test) => test.result().state === 'failed');
    if (failed !== undefined) return { killed: true, by: failed.fullName };
    // A run that was broken shows nothing about the mutant.
    const broken = [...unhandledErrors, ...testModules.flatMap((module) => module.errors())];
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    if (broken.length > 0 || passed !== tests.length || passed === 0) {
      throw new Error(`the tests did not run: ${passed} of ${tests.length} passed`, { cause: broken[0] });
    }
    return { killed: false };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const clock = new RealClock();
  const over = new AbortController();
  const late = clock.sleep(HUNG_MS, over.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

const committed = (file: string): string => packagePath('firmware-bridge', 'firmware', file);
