/**
 * Recovery in real time: hosts that are killed, stopped and continued, and power cuts of host and bench together, at a
 * random instant of 180 mA. `resume` then tells what it knows, and some runs are brought to their end. Judged on the
 * plant's truth, which a live bench in another process keeps; its journal shows that nothing came on by itself.
 *
 * A killed process leaves to the disk what it had handed to the kernel: what a real power cut costs of that is the
 * business of test/power-cut.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { seeded } from '../../src/model/random.js';
import { type Ended, galvanode, type Program, temporaryFolder } from '../support/process.js';
import { DEAD_MAN, resultOf, startRun } from '../support/runs.js';
import { type LiveBench, startLiveBench } from './live-bench.js';
import { clock, inLanes, Rig, type Spread, spread, spreadText, until } from './rig.js';

const CURRENT_MA = 180;
/** After the board's counter was read back, mC: one sample of 100 ms. */
const READ_BACK_MC = 18;
/** After the host fell silent, mC: 250 ms. */
const DELIVERED_MC = 45;
/** After a power cut of both, mC: 1 s. */
const CUT_MC = 180;
/**
 * Of the whole charge when a resumed run has ended: the share of A15. Every run, resumed or not, ends with the first
 * control cycle that has seen its charge, and the current is off a transfer later: 50 ms and 25 ms at full current.
 */
const TOTAL_SHARE = 0.0002;
const CYCLE_MC = CURRENT_MA * 0.075;
/** The kill comes at a random instant of so long after the full current, ms. */
const KILLED_WITHIN_MS = 6000;
const WATCHED_MS = 1500;
const STOPPED_MS = 10_000;
const START_LIMIT_S = 60;
const ATTEMPTS = 3;
/** Resumes of one run: each goes on from where a stall of the machine has tripped the board. */
const RESUMES = 8;

/** The dead-man recipe for so long, and its charge. */
interface Length {
  readonly charge_C: number;
  readonly sets: readonly string[];
}

function lasting(seconds: number): Length {
  const charge_C = (CURRENT_MA / 1000) * seconds;
  const F_mol = (charge_C / 96_485.332_12 / 0.005).toPrecision(5);
  return { charge_C, sets: ['--set', `basis.charge=${F_mol} F/mol`, '--set', `electrolyse.time=${seconds} s`] };
}

const knownOf = z.object({
  taken: z.enum(['board', 'host']),
  taken_charge_C: z.number(),
  host_charge_C: z.number(),
  uncertainty_mC: z.number(),
  left_charge_C: z.number(),
  output_on: z.boolean(),
});
type Known = z.infer<typeof knownOf>;

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10' },
    cuts: { type: 'string', default: '5' },
    stops: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '300' },
    lanes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const random = seeded(Number(values.seed));
const rig = new Rig('recovery');
const [short, long] = [lasting(40), lasting(Number(values.seconds))];
let stalls = 0;
/** Readings of the plant while a second host looked and had not been told to go on, mA. */
let boot_mA = 0;

type End = 'kill' | 'cut' | 'stop';

interface Trial {
  readonly number: number;
  readonly end: End;
  readonly length: Length;
  /** Brought to its end afterwards. */
  readonly resumed: boolean;
}

interface Outcome {
  readonly end: End;
  /** Count that is taken against the truth, mC. */
  readonly error_mC: number;
  /** Since the host fell silent. */
  readonly delivered_mC: number;
  /** Truth of the whole over the plan; NaN where it was not brought to its end. */
  readonly total_percent: number;
}

interface Running {
  readonly bench: LiveBench;
  readonly control: Program;
  readonly data: string;
}

/** A run whose full current flows. A machine that stalls trips the board before the trial, as it should: then anew. */
async function running(name: string, { length, number }: Trial): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    const folder = temporaryFolder();
    const bench = await startLiveBench(folder, 'batch-scale-out-27cm2', number);
    const data = `${folder}/data`;
    const args = [...length.sets, '--board', 'bench-live', '--socket', bench.socket];
    const control = startRun({ recipe: DEAD_MAN, data, args });
    const full = async (): Promise<true | undefined> =>
      Math.abs((await bench.truth()).current_mA - CURRENT_MA) < 1 ? true : undefined;
    if (await until(`${name}: full current`, START_LIMIT_S, async () => (control.over ? false : full())))
      return { bench, control, data };
    const { stdout, stderr } = await control.ended;
    await bench.end();
    if (attempt === ATTEMPTS) throw new Error(`the run ended by itself: ${stdout}${stderr}`);
    stalls++;
    rig.note(`${name}: the machine stalled, and the board tripped before the trial: once more`);
  }
}

function resume({ bench, data }: Running, ...more: string[]): Program {
  const shared = ['--data', data, '--socket', bench.socket, '--console', 'off', '--broker', 'off', '--json'];
  return galvanode(['resume', ...shared, ...more]);
}

/** What `resume` tells without a terminal to ask at: it starts nothing, and says so with 2. */
async function look(name: string, stage: Running): Promise<Known> {
  const looking = resume(stage);
  while (!looking.over) {
    boot_mA = Math.max(boot_mA, Math.abs((await stage.bench.truth()).current_mA));
    await clock.sleep(10);
  }
  const { code, stdout, stderr } = await looking.ended;
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`${name}: resume told nothing: ${stdout}${stderr}`);
  const known = knownOf.parse(JSON.parse(line));
  rig.check(`${name}: resume shows, asks and starts nothing`, code === 2 && !known.output_on, `exit ${code}`);
  return known;
}

/** What came on after an instant, by the journal; the master relay alone drives nothing. */
function revived(bench: LiveBench, since_ns: bigint): string[] {
  const on = bench.journal().filter((line) => line.on && line.monotonic_ns > since_ns);
  return on.map(({ event }) => event).filter((event) => event !== 'fault' && event !== 'master-relay');
}

async function perform(trial: Trial): Promise<Outcome> {
  const name = `trial ${trial.number}, ${trial.end}`;
  const stage = await running(name, trial);
  await clock.sleep(KILLED_WITHIN_MS * random.fork(`trial ${trial.number}`).uniform());
  const outcome = trial.end === 'cut' ? await cut(name, trial, stage) : await silence(name, trial, stage);
  return outcome;
}

async function silence(name: string, trial: Trial, stage: Running): Promise<Outcome> {
  const { bench, control } = stage;
  const before = await bench.truth();
  const signal_ns = process.hrtime.bigint();
  control.signal(trial.end === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  await clock.sleep(trial.end === 'kill' ? WATCHED_MS : STOPPED_MS);
  const after = await bench.truth();
  // A machine that stalled just now has tripped the board already: then there is nothing to deliver.
  const flowed = Math.abs(before.current_mA - CURRENT_MA) < 1;
  if (!flowed) stalls++;
  const delivered_mC = flowed ? 1000 * (after.charge_C - before.charge_C) : NaN;
  const words = `${name}: at most ${DELIVERED_MC} mC after the silence`;
  if (flowed) rig.check(words, delivered_mC <= DELIVERED_MC, `${delivered_mC.toFixed(2)} mC`);
  if (trial.end === 'stop') await wake(name, control);
  const known = await look(name, stage);
  const truth_C = (await bench.truth()).charge_C;
  const error_mC = 1000 * (known.taken_charge_C - truth_C);
  const near = known.taken === 'board' && Math.abs(error_mC) <= READ_BACK_MC;
  const host_mC = 1000 * (known.host_charge_C - truth_C);
  rig.check(
    `${name}: the board's count within ${READ_BACK_MC} mC`,
    near,
    `${error_mC.toFixed(3)} mC; the host alone ${host_mC.toFixed(1)} mC`,
  );
  const again = revived(bench, signal_ns);
  rig.check(`${name}: nothing came on by itself`, again.length === 0, again.join(' '));
  const total_percent = trial.resumed ? await bringToEnd(name, trial, stage, 0) : NaN;
  await bench.end();
  return { end: trial.end, error_mC, delivered_mC, total_percent };
}

async function wake(name: string, control: Program): Promise<void> {
  control.signal('SIGCONT');
  const { code } = await control.ended;
  rig.check(`${name}: continued, the old host ends as aborted`, code === 3, `exit ${code}`);
}

/** Bench and host at once; what the plant had passed is what it had an instant before, and the current until then. */
async function cut(name: string, trial: Trial, stage: Running): Promise<Outcome> {
  const { bench, control } = stage;
  const asked_ns = process.hrtime.bigint();
  const { charge_C } = await bench.truth();
  bench.kill();
  control.signal('SIGKILL');
  const doubt_mC = (Number(process.hrtime.bigint() - asked_ns) / 1e9) * CURRENT_MA;
  await control.ended;
  const next = await startLiveBench(temporaryFolder(), 'batch-scale-out-27cm2', 1000 + trial.number);
  const after = { ...stage, bench: next };
  const known = await look(name, after);
  const error_mC = 1000 * (known.taken_charge_C - charge_C);
  const near = known.taken === 'host' && Math.abs(error_mC) + doubt_mC <= Math.min(CUT_MC, known.uncertainty_mC);
  rig.check(
    `${name}: the newest row within ${CUT_MC} mC`,
    near,
    `${error_mC.toFixed(1)} mC, known to ${doubt_mC.toFixed(1)} mC`,
  );
  const total_percent = trial.resumed ? await bringToEnd(name, trial, after, charge_C) : NaN;
  await next.end();
  return { end: trial.end, error_mC, delivered_mC: NaN, total_percent };
}

/** By a person's word on the command line, again where the machine stalls. Gives the truth of the whole, in percent off. */
async function bringToEnd(name: string, { length, end }: Trial, stage: Running, before_C: number): Promise<number> {
  let ended: Ended | null = null;
  for (let attempt = 1; attempt <= RESUMES && ended?.code !== 0; attempt++) {
    if (ended !== null) stalls++;
    ended = await resume(stage, '--yes').ended;
  }
  const refused = ended?.code !== 0 && ended?.code !== 3;
  const outcome = refused ? (ended?.stderr.trim() ?? '') : resultOf(ended?.stdout ?? '').outcome;
  const total_C = before_C + (await stage.bench.truth()).charge_C;
  const off_mC = 1000 * (total_C - length.charge_C);
  const allowed_mC = 1000 * TOTAL_SHARE * length.charge_C + CYCLE_MC + (end === 'cut' ? CUT_MC : 0);
  const holds = outcome === 'complete' && Math.abs(off_mC) <= allowed_mC;
  rig.check(
    `${name}: resumed to ${length.charge_C.toFixed(1)} C in all`,
    holds,
    `${outcome}, ${off_mC.toFixed(2)} mC off`,
  );
  return (100 * off_mC) / 1000 / length.charge_C;
}

/** One in five of the short ones is brought to its end; the stops are long ones, where a control cycle counts little. */
function planned(): Trial[] {
  const kinds: readonly [count: number, end: End, length: Length, eachResumed: number][] = [
    [Number(values.trials), 'kill', short, 5],
    [Number(values.cuts), 'cut', short, 5],
    [Number(values.stops), 'stop', long, 1],
  ];
  const all = kinds.flatMap(([count, end, length, each]) =>
    Array.from({ length: count }, (_, i) => ({ end, length, resumed: i % each === 0 })),
  );
  return all.map((one, i) => ({ ...one, number: i + 1 }));
}

function figuresOf(outcomes: readonly Outcome[]): Record<string, Spread> {
  const of = (end: End, what: 'error_mC' | 'delivered_mC' | 'total_percent'): Spread =>
    spread(outcomes.filter((one) => one.end === end && Number.isFinite(one[what])).map((one) => one[what]));
  return {
    kill_error_mC: of('kill', 'error_mC'),
    kill_delivered_mC: of('kill', 'delivered_mC'),
    stop_error_mC: of('stop', 'error_mC'),
    cut_error_mC: of('cut', 'error_mC'),
    kill_total_percent: of('kill', 'total_percent'),
    stop_total_percent: of('stop', 'total_percent'),
  };
}

await rig.run(async () => {
  const outcomes = await inLanes(planned(), Number(values.lanes), perform);
  const figures = figuresOf(outcomes);
  for (const [what, times] of Object.entries(figures))
    if (times.count > 0)
      rig.note(`${what}, ${times.count} times: ${spreadText(times, what.endsWith('mC') ? 'mC' : '%')}`);
  rig.check('A21: no restart drives the output', boot_mA < 0.2, `max ${boot_mA.toFixed(6)} mA before a person's word`);
  return { trials: outcomes.length, stalls, seed: Number(values.seed), boot_max_mA: boot_mA, ...figures };
});
