/**
 * Dead-man trials in real time: `tsx test/rig/dead-man.ts [--trials 200] [--lanes 4] [--seed 1]`. The host falls silent at
 * a random phase of its cycle, killed, stopped, in a loop or with its bus unplugged, while current, or Peltier and pump,
 * run on a live bench in another process. Its journal tells when they were off, by the firmware's milliseconds and by
 * CLOCK_MONOTONIC, and that nothing came on again, also when the host goes on.
 */
import { parseArgs } from 'node:util';
import { seeded } from '../../src/model/random.js';
import type { Truth } from '../../src/twin/truth.js';
import { packagePath } from '../../src/model/entry.js';
import { type Program, temporaryFolder } from '../support/process.js';
import { DEAD_MAN, startRun } from '../support/runs.js';
import { type JournalLine, type LiveBench, startLiveBench } from './live-bench.js';
import { clock, inLanes, MachineWitness, Rig, type Spread, spread, spreadText, until } from './rig.js';
import { type Silence, SILENCES, stage, type Staged } from './silences.js';

/** Current, Peltier and pump are off so long after the host's last word, ms. */
const LIMIT_MS = 250;
/** Nothing comes on again for so long, ms. */
const WATCHED_MS = 1000;
/** A host that goes on does so this long after it fell silent, ms: longer than a loop spins. */
const SILENT_MS = 2500;
/** How long a host that goes on is watched, ms. */
const AWAKE_MS = 1000;
/** Two cycles of the control loop: the phase of the kill is drawn from them, ms. */
const PHASES_MS = 100;
const START_LIMIT_S = 60;
/** Starts of one trial. */
const ATTEMPTS = 3;
/** Trials on one bench, one after the other: each but the first begins with a fault that a person clears. */
const TRIALS_A_BENCH = 5;

interface Load {
  readonly name: string;
  readonly recipe: string;
  readonly reactor: string;
  /** What must be on at the kill, and is timed afterwards: events of the journal. */
  readonly parts: readonly string[];
  readonly runs: (truth: Truth) => boolean;
}

const CURRENT: Load = {
  name: '180 mA',
  recipe: DEAD_MAN,
  reactor: 'batch-scale-out-27cm2',
  parts: ['current', 'relay', 'safe-enabled'],
  runs: ({ current_mA }) => Math.abs(current_mA - 180) < 1,
};
const COOLING: Load = {
  name: 'Peltier and pump',
  recipe: packagePath('test', 'fixtures', 'recipes', 'dead-man-cooling.yaml'),
  reactor: 'flow-12cm2',
  parts: ['peltier', 'pump', 'safe-enabled'],
  runs: ({ peltier_A, pump_mL_min }) => peltier_A > 0.3 && pump_mL_min > 20,
};

interface Trial {
  readonly number: number;
  readonly load: Load;
  readonly silence: Silence;
}

/** A bench with the trials that it serves. */
interface Series {
  readonly load: Load;
  readonly trials: readonly Trial[];
}

interface Off {
  readonly part: string;
  /** Since the last heartbeat that the firmware took. */
  readonly heartbeat_board_ms: number;
  readonly heartbeat_monotonic_ms: number;
  /** Since the signal. */
  readonly signal_board_ms: number;
  readonly signal_monotonic_ms: number;
}

interface Outcome {
  readonly trial: Trial;
  readonly offs: readonly Off[];
}

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '200' },
    lanes: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const trials = Number(values.trials);
const random = seeded(Number(values.seed));
const rig = new Rig('dead-man');
let stalls = 0;

function offsOf(bench: LiveBench, signal_ns: bigint, load: Load): Off[] {
  const after = bench.journal().filter(({ monotonic_ns }) => monotonic_ns >= signal_ns);
  return load.parts.flatMap((part) => {
    const line = after.find(({ event, on }) => event === part && !on);
    return line === undefined ? [] : [offOf(line, bench, signal_ns)];
  });
}

function offOf(line: JournalLine, bench: LiveBench, signal_ns: bigint): Off {
  const { event, board_ms, monotonic_ns, lastHeartbeat } = line;
  return {
    part: event,
    heartbeat_board_ms: board_ms - (lastHeartbeat?.board_ms ?? NaN),
    heartbeat_monotonic_ms: lastHeartbeat === null ? NaN : Number(monotonic_ns - lastHeartbeat.monotonic_ns) / 1e6,
    signal_board_ms: board_ms - bench.board_ms(signal_ns),
    signal_monotonic_ms: Number(monotonic_ns - signal_ns) / 1e6,
  };
}

/**
 * What came on again after the signal. A latched fault is no such thing; nor is the master relay, by which the next host
 * gives the board its supply before it asks to arm.
 */
function revivals(bench: LiveBench, signal_ns: bigint): string[] {
  return bench
    .journal()
    .filter(({ monotonic_ns, on }) => monotonic_ns > signal_ns && on)
    .map(({ event }) => event)
    .filter((event) => event !== 'fault' && event !== 'master-relay');
}

function startControl(socket: string, load: Load, data: string, clear: boolean, environment = {}): Program {
  const args = ['--board', 'bench-live', '--socket', socket, ...(clear ? ['--clear'] : [])];
  return startRun({ recipe: load.recipe, data, args, environment });
}

/** Trials on one bench; the last of them also shows that the next run is refused while nobody clears. */
async function perform({ load, trials: series }: Series): Promise<Outcome[]> {
  const folder = temporaryFolder();
  const bench = await startLiveBench(folder, load.reactor, series[0]?.number ?? 1);
  const outcomes: Outcome[] = [];
  for (const trial of series) {
    const staged = await stage(trial.silence, bench.socket, folder, `cable-${trial.number}`);
    outcomes.push(await performed(trial, bench, staged, folder));
    await staged.end();
  }
  await refuseNext(`after trial ${series.at(-1)?.number}`, bench, load, folder);
  await bench.end();
  return outcomes;
}

async function performed(trial: Trial, bench: LiveBench, staged: Staged, folder: string): Promise<Outcome> {
  const { load, silence, number } = trial;
  const name = `trial ${number}, host ${silence} with ${load.name}`;
  const control = await running(bench, load, staged, `${folder}/data-${number}`);
  await clock.sleep(PHASES_MS * random.fork(`trial ${number}`).uniform());
  const signal_ns = process.hrtime.bigint();
  staged.silence(control);
  await clock.sleep(WATCHED_MS);
  const offs = offsOf(bench, signal_ns, load);
  judgeOffs(name, load, offs);
  if (silence !== 'killed') await goOn(name, staged, control);
  const { current_mA, peltier_A, pump_mL_min } = await bench.truth();
  const dead = current_mA === 0 && peltier_A === 0 && pump_mL_min === 0;
  const again = revivals(bench, signal_ns);
  rig.check(`${name}: latched, nothing came on again`, dead && again.length === 0, again.join(' '));
  return { trial, offs };
}

/**
 * A control process whose load is on. Where the machine stalls for longer than the dead-man, the board trips before the
 * trial has begun, as it should; then the start is counted as a stall and tried again. The fault of before is cleared.
 */
async function running(bench: LiveBench, load: Load, staged: Staged, data: string): Promise<Program> {
  const ready = async (): Promise<true | undefined> => (load.runs(await bench.truth()) ? true : undefined);
  for (let attempt = 1; ; attempt++) {
    const control = startControl(staged.socket, load, `${data}-${attempt}`, true, staged.environment);
    const on = until(`${load.name} on`, START_LIMIT_S, async () => (control.over ? false : ready()));
    if (await on) return control;
    const { code, stdout, stderr } = await control.ended;
    const stalled = code === 3 && /^aborted: .*(?:deadman|bus|link|telemetry)/m.test(stdout);
    if (!stalled || attempt === ATTEMPTS) throw new Error(`the run ended by itself with ${code}: ${stdout}${stderr}`);
    stalls++;
    rig.note(`the machine stalled, and the run was over before the trial: ${load.name} once more`);
  }
}

function judgeOffs(name: string, load: Load, offs: readonly Off[]): void {
  const times = offs.flatMap((off) => [
    off.heartbeat_board_ms,
    off.heartbeat_monotonic_ms,
    off.signal_board_ms,
    off.signal_monotonic_ms,
  ]);
  const intime = offs.length === load.parts.length && times.every((time_ms) => time_ms <= LIMIT_MS);
  const seen = offs.map((off) => `${off.part} ${off.signal_monotonic_ms.toFixed(1)}`).join(', ');
  rig.check(`${name}: off within ${LIMIT_MS} ms`, intime, `ms after the silence began: ${seen}`);
}

/** The old commands of a host that goes on after its board has tripped must not revive anything. */
async function goOn(name: string, staged: Staged, control: Program): Promise<void> {
  await clock.sleep(SILENT_MS - WATCHED_MS);
  staged.wake(control);
  await clock.sleep(AWAKE_MS);
  const { code, stdout } = await control.ended;
  const reason = stdout.match(/^aborted: (.*)$/m)?.[1] ?? '';
  rig.check(`${name}: when it goes on, the run ends as aborted, exit 3`, code === 3 && reason !== '', reason);
}

/** The fault stays with the board: the next run is refused until a person clears it. */
async function refuseNext(name: string, bench: LiveBench, load: Load, folder: string): Promise<void> {
  const { code, stdout } = await startControl(bench.socket, load, `${folder}/next`, false).ended;
  const refused = code === 3 && /latched/.test(stdout);
  rig.check(`${name}: the next run is refused`, refused, stdout.match(/^aborted: (.*)$/m)?.[1] ?? `exit ${code}`);
}

/** A third with Peltier and pump, each way to fall silent as often as any other, in series of one load. */
function planned(): Series[] {
  const all = Array.from({ length: trials }, (_, i): Trial => {
    const silence = SILENCES[i % SILENCES.length] ?? 'killed';
    return { number: i + 1, load: Math.floor(i / SILENCES.length) % 3 === 2 ? COOLING : CURRENT, silence };
  });
  return [CURRENT, COOLING].flatMap((load) => {
    const some = all.filter((trial) => trial.load === load);
    const count = Math.ceil(some.length / TRIALS_A_BENCH);
    return Array.from({ length: count }, (_, i) => ({
      load,
      trials: some.slice(i * TRIALS_A_BENCH, (i + 1) * TRIALS_A_BENCH),
    }));
  });
}

type Measure = Exclude<keyof Off, 'part'>;

function summary(outcomes: readonly Outcome[]): [part: string, times: Record<Measure, Spread>][] {
  const offs = outcomes.flatMap((outcome) => outcome.offs);
  const parts = [...new Set(offs.map(({ part }) => part))];
  return parts.map((part) => {
    const some = offs.filter((off) => off.part === part);
    const of = (measure: Measure): Spread => spread(some.map((off) => off[measure]));
    return [
      part,
      {
        heartbeat_board_ms: of('heartbeat_board_ms'),
        heartbeat_monotonic_ms: of('heartbeat_monotonic_ms'),
        signal_board_ms: of('signal_board_ms'),
        signal_monotonic_ms: of('signal_monotonic_ms'),
      },
    ];
  });
}

await rig.run(async () => {
  const witness = new MachineWitness();
  // A witness that is left standing keeps a rig that has failed from ending.
  const outcomes = (await inLanes(planned(), Number(values.lanes), perform).finally(() => witness.end())).flat();
  rig.check(`${trials} trials were made`, outcomes.length === trials, String(outcomes.length));
  const off = summary(outcomes);
  for (const [part, times] of off) {
    rig.note(`${part} off, ${times.signal_board_ms.count} times:`);
    for (const [measure, values] of Object.entries(times))
      rig.note(`    ${measure.padEnd(24)}${spreadText(values, 'ms')}`);
  }
  const bySilence = SILENCES.map((silence) => {
    const offs = outcomes.filter(({ trial }) => trial.silence === silence).flatMap((outcome) => outcome.offs);
    const times = spread(offs.map((one) => one.signal_monotonic_ms));
    rig.note(`host ${silence.padEnd(10)} ${spreadText(times, 'ms')}`);
    return [silence, times];
  });
  const machine_latest_ms = Math.round(witness.latest_ms);
  rig.note(`the machine made a mere timer wait for ${machine_latest_ms} ms at the worst`);
  const figures = { trials: outcomes.length, stalls, seed: Number(values.seed), machine_latest_ms };
  return { ...figures, off: Object.fromEntries(off), bySilence: Object.fromEntries(bySilence) };
});
