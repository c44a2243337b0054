/**
 * A minute in real time at 20 Hz on two live benches at once: one run is left alone, the network process of the other is
 * killed and then stopped, and its wall clock jumps by hours and years all the while. Both meet the same machine, so that
 * their lateness can be compared.
 */
import { parseArgs } from 'node:util';
import { JUMPING_CLOCK, memoryOf, networkProcess, type Program, temporaryFolder } from '../support/process.js';
import { latestRecording, type RecordedSample, widestGap } from '../support/recording.js';
import { resultOf, type RunResult, startRun } from '../support/runs.js';
import { type LiveBench, startLiveBench } from './live-bench.js';
import { clock, MachineWitness, Rig, spread, type Spread, until } from './rig.js';

const PERIOD_MS = 50;
/** The board's dead-man: a longer silence would have tripped it. */
const DEAD_MAN_MS = 150;
const MEMORY_LIMIT_MB = 220;
/**
 * On a machine that stands still for longer than a cycle of the loop a bad minute proves nothing, and is taken again
 * unless so much time has passed.
 */
const LAST_BEGIN_S = 130;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Math.max(30, Number(values.seconds)); // the board's own slew would make up most of a shorter run
/** The start-up proof lets the dead-man trip once, and clears it. */
const PROOF_TRIPS = 1;
const rig = new Rig('real-time');

interface Seen {
  readonly result: RunResult;
  readonly exit: number | null;
  readonly samples: readonly RecordedSample[];
  readonly faults: number;
  readonly heartbeats: number;
  readonly memory_MB: number;
}

/** The dead-man recipe with as much charge as it passes in `seconds`, 5 mmol being 482.43 C for each F/mol. */
function setsFor(): string[] {
  const charge_F_mol = ((0.18 * seconds) / 482.43).toPrecision(3);
  return ['--set', `basis.charge=${charge_F_mol} F/mol`, '--set', `electrolyse.time=${seconds} s`];
}

async function watched(disturb: ((run: Program) => Promise<void>) | null, seed: number): Promise<Seen> {
  const folder = temporaryFolder();
  const bench = await startLiveBench(folder, 'batch-scale-out-27cm2', seed);
  const data = `${folder}/data`;
  const args = [...setsFor(), '--board', 'bench-live', '--socket', bench.socket];
  const run = startRun({
    data,
    network: 'any',
    args,
    environment: disturb === null ? {} : JUMPING_CLOCK,
  });
  await run.prints(/Electrolyse .*: begins/);
  if (disturb !== null) {
    run.signal('SIGUSR2'); // from now on its wall clock jumps
    await Promise.race([disturb(run), run.ended]);
  }
  await run.prints(/^(?:complete|stopped|aborted): /m);
  const memory_MB = memoryOf(run.pid)?.peak_MB ?? NaN;
  const { code, stdout } = await run.ended;
  const seen = { result: resultOf(stdout), exit: code, samples: latestRecording(data).samples, memory_MB };
  const counts = countsOf(bench);
  await bench.end();
  return { ...seen, ...counts };
}

function countsOf(bench: LiveBench): { faults: number; heartbeats: number } {
  const lines = bench.journal();
  return {
    faults: lines.filter(({ event, on }) => event === 'fault' && on).length,
    heartbeats: lines.at(-1)?.heartbeats ?? 0,
  };
}

/** Killed after a sixth of the time, and the next one stopped from a third of it to the end. */
async function disturb(run: Program): Promise<void> {
  await clock.sleep((1000 * seconds) / 6);
  process.kill(networkProcess(run.pid), 'SIGKILL');
  rig.note('network process killed');
  await run.prints(/the network process is back/);
  const again = await until('a new network process', 10, () => networkProcess(run.pid));
  await clock.sleep((1000 * seconds) / 6);
  process.kill(again, 'SIGSTOP');
  rig.note('the new one stopped');
}

interface Cycle {
  readonly ms: number;
  readonly setpoint_mA: number;
}

/** Board time between cycles that follow one another; the record keeps each of them around its events. */
function cyclesOf(samples: readonly RecordedSample[]): Cycle[] {
  return samples.flatMap((sample, i) => {
    const before = samples[i - 1];
    const ms = 1000 * (sample.elapsed_s - (before?.elapsed_s ?? NaN));
    return before?.seq === sample.seq - 1 ? [{ ms, setpoint_mA: sample.setpoint_mA }] : [];
  });
}

function judge(name: string, { result, exit, samples, faults, heartbeats, memory_MB }: Seen): Spread {
  const { outcome, cycles, missedTicks, latest_ms, busFaults } = result;
  const all = cyclesOf(samples);
  // The proof keeps silent once, with no current asked for, until the board has tripped.
  const silences = all.filter(({ ms, setpoint_mA }) => !(ms < DEAD_MAN_MS) && setpoint_mA === 0);
  const cycle_ms = spread(all.filter((cycle) => !silences.includes(cycle)).map(({ ms }) => ms));
  rig.check(`${name}: complete`, exit === 0 && outcome === 'complete' && cycles >= 20 * seconds, `${cycles} cycles`);
  rig.check(`${name}: no tick missed`, missedTicks === 0, `${missedTicks}, latest ${latest_ms.toFixed(1)} ms`);
  const trips = `${faults} trips, ${heartbeats} heartbeats`;
  rig.check(`${name}: the dead-man tripped in the start-up proof alone`, faults === PROOF_TRIPS, trips);
  const [shortest, longest] = [cycle_ms.min.toFixed(1), cycle_ms.max.toFixed(1)];
  const seen = `${cycle_ms.count} cycles of ${shortest} to ${longest} ms, 99 % within ${cycle_ms.p99.toFixed(1)} ms`;
  rig.check(`${name}: no heartbeat late`, cycle_ms.count > 0 && cycle_ms.max < DEAD_MAN_MS, seen);
  const silent = silences.map(({ ms }) => `${ms.toFixed(0)} ms`).join(', ');
  rig.check(`${name}: silent in the start-up proof alone`, silences.length === PROOF_TRIPS, silent);
  rig.check(`${name}: no transfer failed`, busFaults === 0, String(busFaults));
  rig.check(`${name}: samples without a gap`, widestGap(samples) <= 4, `${samples.length} samples`);
  rig.check(`${name}: memory bounded`, memory_MB < MEMORY_LIMIT_MB, `${memory_MB.toFixed(0)} MB at its peak`);
  return cycle_ms;
}

interface Minute {
  readonly idle: Seen;
  readonly disturbed: Seen;
  readonly machine_latest_ms: number;
}

async function minute(): Promise<Minute> {
  const witness = new MachineWitness();
  const [idle, disturbed] = await Promise.all([watched(null, 1), watched(disturb, 2)]);
  witness.end();
  return { idle, disturbed, machine_latest_ms: witness.latest_ms };
}

const sound = ({ exit, result, faults }: Seen): boolean =>
  exit === 0 && result.missedTicks === 0 && faults === PROOF_TRIPS;

/** The first minute that is sound, or in which the machine was not to blame, or the last. */
async function judgeableMinute(): Promise<Minute> {
  for (;;) {
    const seen = await minute();
    const { idle, disturbed, machine_latest_ms } = seen;
    const judgeable = (sound(idle) && sound(disturbed)) || machine_latest_ms <= PERIOD_MS;
    if (judgeable || clock.now() > 1000 * LAST_BEGIN_S) return seen;
    rig.note(`the machine itself stood still for ${machine_latest_ms.toFixed(0)} ms; once more`);
  }
}

await rig.run(async () => {
  const { idle, disturbed, machine_latest_ms } = await judgeableMinute();
  rig.note(`the machine made a mere timer wait for ${machine_latest_ms.toFixed(1)} ms at the worst`);
  const cycle_ms = { idle: judge('left alone', idle), disturbed: judge('network gone', disturbed) };
  const latest_ms = { idle: idle.result.latest_ms, disturbed: disturbed.result.latest_ms };
  return { simulated_s: seconds, period_ms: PERIOD_MS, cycle_ms, latest_ms, machine_latest_ms };
});
