/** Whatever happens around a sped-up run, what it records is the same to the last bit; only another seed changes it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  endPrograms,
  type Ended,
  type Memory,
  memoryOf,
  networkProcess,
  type Program,
  removeFolders,
  temporaryFolder,
} from '../support/process.js';
import { latestRecording, type Recording, widestGap } from '../support/recording.js';
import { resultOf, startRun, TEN_MINUTES } from '../support/runs.js';

interface Outcome {
  readonly ended: Ended;
  readonly recording: Recording;
}

/** Twelve thousand cycles in about two seconds of wall time. */
const SPEED = ['--speed', '300'];
/** Slow enough for another network process to come up on a busy machine. */
const SLOWER = ['--speed', '70'];
/** Node with the program, WebAssembly and SQLite takes about 110 MB here. */
const MEMORY_LIMIT_MB = 220;
const RATIO_20_TO_5_HZ = 4;

async function outcomeOf(args: readonly string[], disturb?: (run: Program) => Promise<void>): Promise<Outcome> {
  const data = temporaryFolder();
  const network = disturb === undefined ? 'off' : 'any';
  const run = startRun({ data, network, args: [...TEN_MINUTES, ...args] });
  if (disturb !== undefined) {
    await run.prints(/Electrolyse .*: begins/);
    await disturb(run);
  }
  const ended = await run.ended;
  return { ended, recording: latestRecording(data) };
}

async function killed(run: Program): Promise<void> {
  process.kill(networkProcess(run.pid), 'SIGKILL');
  await run.prints(/the network process ended \(SIGKILL\); the run goes on/);
  await run.prints(/the network process is back/);
  expect(networkProcess(run.pid)).toBeGreaterThan(0);
}

let memory: Memory | undefined;
async function stopped(run: Program): Promise<void> {
  process.kill(networkProcess(run.pid), 'SIGSTOP');
  await run.prints(/^complete: /m); // now the control process waits for its child, a few seconds at most
  memory = memoryOf(run.pid);
}

async function allOutcomes() {
  const [undisturbed, unpaced, otherSeed, networkKilled, networkStopped] = await Promise.all([
    outcomeOf(SPEED),
    outcomeOf(['--speed', 'max']),
    outcomeOf(['--speed', 'max', '--seed', '2']),
    outcomeOf(SLOWER, killed),
    outcomeOf(SPEED, stopped),
  ]);
  return { undisturbed, unpaced, otherSeed, networkKilled, networkStopped };
}

let outcomes: Awaited<ReturnType<typeof allOutcomes>>;
beforeAll(async () => {
  outcomes = await allOutcomes();
}, 60_000);
afterAll(async () => {
  await endPrograms();
  removeFolders();
});

function expectSame({ ended, recording }: Outcome): void {
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(resultOf(ended.stdout)).toMatchObject({ outcome: 'complete', missedTicks: 0, busFaults: 0 });
  expect(recording.samples.length).toBe(outcomes.undisturbed.recording.samples.length);
  expect(recording.sha256).toBe(outcomes.undisturbed.recording.sha256);
}

describe('the samples that a run records', () => {
  it('are complete: five a second, none missing', () => {
    const { ended, recording } = outcomes.undisturbed;
    const { cycles, elapsed_s } = resultOf(ended.stdout);
    expect(cycles).toBeGreaterThan(12_000);
    expect(widestGap(recording.samples)).toBeLessThanOrEqual(RATIO_20_TO_5_HZ);
    expect(recording.samples.at(-1)?.seq).toBe(cycles);
    expect(recording.samples.length).toBeGreaterThan(5 * elapsed_s);
  });

  it('do not depend on the speed of the run', () => {
    expectSame(outcomes.unpaced);
  });

  it('depend on the seed', () => {
    const { ended, recording } = outcomes.otherSeed;
    expect(ended.code).toBe(0);
    expect(recording.sha256).not.toBe(outcomes.undisturbed.recording.sha256);
  });

  it('do not change when the network process is killed, which is said and mended', () => {
    expectSame(outcomes.networkKilled);
  });

  it('do not change when the network process stands still to the end, and memory stays bounded', () => {
    expectSame(outcomes.networkStopped);
    expect(memory?.peak_MB).toBeLessThan(MEMORY_LIMIT_MB);
  });
});
