/**
 * Dead-man trials in real time: the control process is killed, or stopped, at a random phase of its cycle, while current
 * or Peltier and pump run on a live bench in another process. Its journal tells when they were off, by the firmware's
 * milliseconds and by CLOCK_MONOTONIC, and that nothing came on again.
 */
import { parseArgs } from 'node:util';
import { seeded } from '../../src/model/random.js';
import type { Truth } from '../../src/twin/truth.js';
import { packagePath } from '../../src/model/entry.js';
import { type Program, temporaryFolder } from '../support/process.js';
import { DEAD_MAN, startRun } from '../support/runs.js';
import { type JournalLine, type LiveBench, startLiveBench } from './live-bench.js';
import { clock, inLanes, Rig, type Spread, spread, spreadText, until } from './rig.js';

/** Current, Peltier and pump are off so long after the host's last word, ms. */
const LIMIT_MS = 250;
/** Nothing comes on again for so long, ms. */
const WATCHED_MS = 2000;
const STOPPED_MS = 3000;
/** Two cycles of the control loop: the phase of the kill is drawn from them, ms. */
const PHASES_MS = 100;
const START_LIMIT_S = 60;
/** Starts of one trial. */
const ATTEMPTS = 3;
/** Each so many trials end with a run that clears the fault. */
const CLEARED_EACH = 10;

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

type End = 'SIGKILL' | 'SIGSTOP';

interface Trial {
  readonly number: number;
  readonly load: Load;
  readonly end: End;
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
  options: { trials: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
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

function startControl(bench: LiveBench, load: Load, data: string, ...more: string[]): Program {
  const args = ['--board', 'bench-live', '--socket', bench.socket, ...more];
  return startRun({ recipe: load.recipe, data, args });
}

async function perform(trial: Trial): Promise<Outcome> {
  const { load, end, number } = trial;
  const folder = temporaryFolder();
  const bench = await startLiveBench(folder, load.reactor, number);
  const control = await running(bench, load, `${folder}/data`);
  await clock.sleep(PHASES_MS * random.fork(`trial ${number}`).uniform());
  const signal_ns = process.hrtime.bigint();
  control.signal(end);
  await clock.sleep(WATCHED_MS);
  const offs = offsOf(bench, signal_ns, load);
  const name = `trial ${number}, ${end} with ${load.name}`;
  judgeOffs(name, load, offs);
  if (end === 'SIGSTOP') await wake(name, control);
  else await refuseNext(name, bench, load, folder);
  const { current_mA, peltier_A, pump_mL_min } = await bench.truth();
  const dead = current_mA === 0 && peltier_A === 0 && pump_mL_min === 0;
  const again = revivals(bench, signal_ns);
  rig.check(`${name}: latched, nothing came on again`, dead && again.length === 0, again.join(' '));
  if (number % CLEARED_EACH === 1) await clearAndRun(name, bench, load, folder);
  await bench.end();
  return { trial, offs };
}

/**
 * A control process whose load is on. Where the machine stalls for longer than the dead-man, the board trips before the
 * trial has begun, as it should; then the start is counted as a stall and tried again, the fault cleared.
 */
async function running(bench: LiveBench, load: Load, data: string, ...more: string[]): Promise<Program> {
  const ready = async (): Promise<true | undefined> => (load.runs(await bench.truth()) ? true : undefined);
  for (let attempt = 1; ; attempt++) {
    const control = startControl(bench, load, `${data}-${attempt}`, ...(attempt === 1 ? more : ['--clear']));
    const on = until(`${load.name} on`, START_LIMIT_S, async () => (control.over ? false : ready()));
    if (await on) return control;
    const { code, stdout, stderr } = await control.ended;
    const stalled = code === 3 && /^aborted: board-fault: .*deadman/m.test(stdout);
    if (!stalled || attempt === ATTEMPTS) throw new Error(`the run ended by itself with ${code}: ${stdout}${stderr}`);
    stalls++;
    rig.note(`the machine stalled, and the board tripped before the trial: ${load.name} once more`);
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
  rig.check(`${name}: off within ${LIMIT_MS} ms`, intime, `ms after the signal: ${seen}`);
}

/** The old commands of a process that goes on after its board has tripped must not revive anything. */
async function wake(name: string, control: Program): Promise<void> {
  await clock.sleep(STOPPED_MS - WATCHED_MS);
  control.signal('SIGCONT');
  const { code, stdout } = await control.ended;
  const reason = stdout.match(/^aborted: (.*)$/m)?.[1] ?? '';
  rig.check(`${name}: after SIGCONT the run ends as aborted, exit 3`, code === 3 && reason !== '', reason);
}

/** The fault stays with the board: the next run is refused until a person clears it. */
async function refuseNext(name: string, bench: LiveBench, load: Load, folder: string): Promise<void> {
  const { code, stdout } = await startControl(bench, load, `${folder}/next`).ended;
  const refused = code === 3 && /fault is latched/.test(stdout);
  rig.check(`${name}: the next run is refused`, refused, stdout.match(/^aborted: (.*)$/m)?.[1] ?? `exit ${code}`);
}

/** Cleared by a person's word, the board works again: what was latched was the fault, not the bench. */
async function clearAndRun(name: string, bench: LiveBench, load: Load, folder: string): Promise<void> {
  const control = await running(bench, load, `${folder}/cleared`, '--clear');
  control.signal('SIGINT');
  const { code } = await control.ended;
  rig.check(`${name}: with --clear it runs again, and stops in order`, code === 3, `exit ${code}`);
}

/** The 20 trials of the issue, then a fifth as many with Peltier and pump, and some that are stopped instead. */
function planned(): Trial[] {
  const few = Math.ceil(trials / 5);
  const kinds: [number, Load, End][] = [
    [trials, CURRENT, 'SIGKILL'],
    [few, COOLING, 'SIGKILL'],
    [Math.ceil(few / 2), CURRENT, 'SIGSTOP'],
    [Math.ceil(few / 2), COOLING, 'SIGSTOP'],
  ];
  const all = kinds.flatMap(([count, load, end]) => Array.from({ length: count }, () => ({ load, end })));
  return all.map((one, i) => ({ ...one, number: i + 1 }));
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
  const outcomes = await inLanes(planned(), 2, perform);
  const off = summary(outcomes);
  for (const [part, times] of off) {
    rig.note(`${part} off, ${times.signal_board_ms.count} times:`);
    for (const [measure, values] of Object.entries(times))
      rig.note(`    ${measure.padEnd(24)}${spreadText(values, 'ms')}`);
  }
  return { trials: outcomes.length, stalls, seed: Number(values.seed), off: Object.fromEntries(off) };
});
