/**
 * Figures of the firmware layer in virtual time, judged on the plant's truth: `tsx test/rig/safety-figures.ts [--share 1]
 * [--seed 1]`. Each figure is a spread over random phases; the share scales how many. Prints one JSON line at the end.
 * In the twin the contacts of the master relay open in the millisecond in which its coil loses its current.
 */
import { parseArgs } from 'node:util';
import { CONSTANTS } from '../../src/bus/protocol.gen.js';
import { type Random, seeded } from '../../src/model/random.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { allOff, Rig as BoardOnBus } from '../firmware-bridge/rig.js';
import { DrivenBench, ENERGIES, PERIOD_MS } from './driven-bench.js';
import { type Figures, Rig, spread, type Spread, spreadText } from './rig.js';

const { values } = parseArgs({
  options: { share: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const share = Number(values.share);
const random = seeded(Number(values.seed));
const rig = new Rig('safety-figures');

/** The dead-man trips so long after the last beat; what is tried with a host that is dead already must come before. */
const DEAD_MAN_MS = CONSTANTS.deadmanDefault_ms;
/** Longest time of the issue, ms; and charge, mC. */
const LIMIT = {
  silence: 250,
  overCurrent: 20,
  comparator: 10,
  emergencyStop: 50,
  notObeyed: 200,
  hang: 250,
  charge_mC: 45,
};
/** A relay that is asked to open is open so much later, ms: what the firmware leaves for it. */
const RELEASE_MS = 20;
/** A bench is worn out after so many trials: its chemistry goes on. */
const TRIALS_A_BENCH = 100;
/** Above this a board that starts would be seen to drive its output, mA (H9 of the catalogue). */
const BOOT_LIMIT_MA = 1;

const count = (full: number): number => Math.max(1, Math.round(share * full));
const below = (limit: number, from: Random): number => Math.floor(limit * from.uniform());

/** Trials on benches of their own, one after the other; what each measured. */
async function onBenches<T>(
  name: string,
  trials: number,
  trial: (bench: DrivenBench, random: Random, number: number) => Promise<T>,
): Promise<T[]> {
  const from = random.fork(name);
  const results: T[] = [];
  while (results.length < trials) {
    const clock = new VirtualClock({ drain: 'tick' });
    await clock.run(async () => {
      const bench = await DrivenBench.open(clock, Math.floor(from.uniform() * 2 ** 31));
      for (let i = 0; i < TRIALS_A_BENCH && results.length < trials; i++)
        results.push(await trial(bench, from, results.length));
      await bench.bench.close();
    });
  }
  return results;
}

function judge(what: string, values: readonly number[], limit: number, unit: string, also = true): Spread {
  const times = spread(values);
  const holds = times.count > 0 && values.every((value) => value <= limit) && also;
  rig.check(`${what}: at most ${limit} ${unit} in ${times.count} trials`, holds, spreadText(times, unit));
  return times;
}

/** The host dies somewhere in its cycle: before it reads, between telemetry and heartbeat, or after it. */
async function dies(bench: DrivenBench, from: Random): Promise<number> {
  for (let cycles = 1 + below(4, from); cycles > 0; cycles--) await bench.cycle();
  const place = below(3, from);
  await bench.clock.sleep(1 + below(PERIOD_MS - 10, from) + from.uniform());
  if (place > 0) await bench.read();
  if (place > 1) await bench.beat();
  return bench.clock.now();
}

async function silence(): Promise<Figures> {
  const trials = await onBenches('silence', count(1000), async (bench, from, number) => {
    // Every other Peltier is one that was left reversed at full power: nothing but the dead-man stops it here.
    await bench.start(number % 2 === 0 ? 2 : -4);
    const died_ms = await dies(bench, from);
    const warm_C = bench.world.plant.liquid_C;
    await bench.pass(1000);
    return {
      silence: bench.lasted_ms(died_ms),
      beat: bench.lasted_ms(bench.lastBeat_ms),
      charge_mC: 1000 * (bench.charge_C - bench.beatCharge_C),
      warmed_K: bench.world.plant.liquid_C - warm_C,
      reversed: number % 2 === 1,
    };
  });
  const figures: Record<string, Spread> = {};
  for (const energy of ENERGIES) {
    figures[`${energy}_ms`] = judge(
      `host silent: ${energy} off`,
      trials.map(({ silence: times }) => times[energy]),
      LIMIT.silence,
      'ms',
    );
    const beats = trials.map(({ beat }) => beat[energy]);
    rig.note(`    after the last heartbeat: ${spreadText(spread(beats), 'ms')}`);
  }
  const charges = trials.map(({ charge_mC }) => charge_mC);
  figures['charge_mC'] = judge('charge after the last heartbeat at 180 mA', charges, LIMIT.charge_mC, 'mC');
  const reversed = trials.filter((trial) => trial.reversed).map(({ warmed_K }) => warmed_K);
  rig.note(`    the liquid warmed by ${Math.max(0, ...reversed).toFixed(2)} K at most with the Peltier reversed`);
  return figures;
}

type Path = 'converter' | 'comparator';

/** Over-current by a stage that delivers too much; one of the two that watch is dead, so that the other is measured. */
async function overCurrent(path: Path): Promise<Spread> {
  const from = random.fork(path);
  const times: number[] = [];
  for (let trial = 0, board = new BoardOnBus(1); trial < count(10_000); trial++) {
    if (trial % 500 === 0) board = new BoardOnBus(1 + trial, { slew_A_s: 10 });
    const sign = from.uniform() < 0.5 ? -1 : 1;
    await board.armed();
    await board.cycles(2, sign * 0.1);
    board.advance(1 + below(64, from));
    board.firmware.killComparator(path === 'converter');
    board.firmware.holdConverter(path === 'comparator');
    // Beyond 105 % and 110 % of the envelope, with the noise and the calibration of the board.
    const gain = 1.106 + 1.4 * from.uniform();
    board.stage = (dac_A) => gain * dac_A;
    const passed_ms = board.advance(100, () => allOff(board));
    // The current began at some instant of the millisecond before the first sample that saw it.
    times.push(passed_ms - from.uniform());
    board.firmware.killComparator(false);
    board.firmware.holdConverter(false);
    board.stage = (dac_A) => dac_A;
    board.advance(40);
    await board.board.clear();
  }
  const [what, limit] =
    path === 'converter'
      ? (['over-current, by the firmware, comparator dead', LIMIT.overCurrent] as const)
      : (['over-current, by the comparator, converter dead', LIMIT.comparator] as const);
  return judge(what, times, limit, 'ms of board time');
}

/** E-stop with the host dead and nothing on the bus; with the master relay welded the board is alone. */
async function emergencyStop(welded: boolean): Promise<Figures> {
  const trials = await onBenches(`e-stop ${welded}`, count(1000), async (bench, from) => {
    await bench.start();
    await bench.cycle();
    await bench.pass(below(DEAD_MAN_MS - LIMIT.emergencyStop - 10, from) + from.uniform());
    const injection = welded ? bench.inject('master-relay', 'stuck') : undefined;
    const begin_ms = bench.clock.now();
    bench.hand('e-stop-closed', false);
    await bench.pass(LIMIT.emergencyStop + 20);
    const lasted = bench.lasted_ms(begin_ms);
    injection?.end();
    bench.hand('e-stop-closed', true);
    await bench.pass(400); // and the dead-man behind it
    return Math.max(...ENERGIES.map((energy) => lasted[energy]));
  });
  const name = welded ? 'e-stop, host dead, bus still, master relay welded' : 'e-stop, host dead, bus still';
  return { [welded ? 'welded_ms' : 'wired_ms']: judge(`${name}: all off`, trials, LIMIT.emergencyStop, 'ms') };
}

type Demand = readonly [name: string, demand: (bench: DrivenBench) => Promise<void>];

/** What may ask for zero, board path: the host's words, its silence, a trip, and the board's own way to zero. */
const DEMANDS: readonly Demand[] = [
  ['off', (bench) => bench.off()],
  ['disarm', (bench) => bench.disarm()],
  ['silence', (bench) => bench.pass(DEAD_MAN_MS - (bench.clock.now() - bench.lastBeat_ms))],
  ['door', async (bench) => bench.hand('door-closed', false)],
  ['reset', async (bench) => bench.firmware.reset('external')],
];

async function notObeyed(): Promise<Figures> {
  const figures: Record<string, Spread> = {};
  for (const [name, demand] of DEMANDS) {
    const trials = await onBenches(`stuck ${name}`, count(200), async (bench, from) => {
      await bench.start();
      await bench.cycle();
      await bench.pass(below(40, from) + from.uniform());
      const injection = bench.inject('power-stage', 'stuck');
      await demand(bench);
      const begin_ms = bench.clock.now();
      await bench.pass(500);
      const { current } = bench.lasted_ms(begin_ms);
      injection.end();
      bench.hand('door-closed', true);
      const stillOn = bench.on().current;
      return { current, stillOn };
    });
    // A door forgives 20 ms of bounce before it is a demand at all.
    const limit = LIMIT.notObeyed + (name === 'door' ? CONSTANTS.doorTime_ms : 0);
    const off = trials.every(({ stillOn }) => !stillOn);
    const times = trials.map(({ current }) => current);
    figures[name] = judge(`output stuck after ${name}: master relay open`, times, limit, 'ms', off);
  }
  return { notObeyed_ms: figures };
}

type BoardDemand = readonly [name: string, demand: (board: BoardOnBus) => Promise<void> | void];

const BOARD_DEMANDS: readonly BoardDemand[] = [
  ['off', (board) => board.board.off()],
  ['disarm', (board) => board.board.disarm()],
  ['trip', (board) => void (board.inputs = { ...board.inputs, interlockClosed: false })],
  ['silence', (board) => void board.advance(DEAD_MAN_MS, () => allOff(board))],
];

/** The same where the contact of the output relay says that it is open: only the measured current tells. */
async function measuredOff(): Promise<Figures> {
  const figures: Record<string, Spread> = {};
  for (const [name, demand] of BOARD_DEMANDS) {
    const from = random.fork(`measured ${name}`);
    const times: number[] = [];
    for (let trial = 0; trial < count(250); trial++) {
      const board = new BoardOnBus(1 + trial, { slew_A_s: 10 });
      await board.running((from.uniform() < 0.5 ? -1 : 1) * 0.09);
      board.advance(1 + below(32, from));
      await board.read();
      await board.drive(0.09);
      // From just above what counts as off to full current.
      const stays_A = (from.uniform() < 0.5 ? -1 : 1) * (0.0003 + 0.09 * from.uniform());
      board.inputs = { current_A: stays_A, returnCurrent_A: stays_A };
      await demand(board);
      const bounce_ms = name === 'trip' ? board.advance(50, () => allOff(board)) : 0;
      const passed_ms = board.advance(400, () => board.firmware.openMasterRelay);
      times.push(passed_ms + (bounce_ms > CONSTANTS.interlockTime_ms ? bounce_ms : 0));
    }
    figures[name] = judge(
      `current stays after ${name}, contact says open: master relay asked to open`,
      times,
      LIMIT.notObeyed - RELEASE_MS,
      'ms',
    );
  }
  return { measured_ms: figures };
}

/** A reset at any phase, at 180 mA: the current goes at once, and stays away without anybody's doing. */
async function resets(): Promise<Figures> {
  const trials = await onBenches('reset', count(1000), async (bench, from) => {
    await bench.start();
    await dies(bench, from);
    bench.firmware.reset(from.uniform() < 0.5 ? 'brownOut' : 'external');
    await bench.pass(2); // the millisecond that was under way
    bench.watch.peak_A = 0;
    await bench.pass(500);
    return { peak_mA: 1000 * bench.watch.peak_A, off: ENERGIES.every((energy) => !bench.on()[energy]) };
  });
  const peaks = trials.map(({ peak_mA }) => peak_mA);
  const off = trials.every((trial) => trial.off);
  return { boot_mA: judge('largest current after a reset', peaks, BOOT_LIMIT_MA, 'mA', off) };
}

/** The loop of the firmware stands with the output on: the watchdog of the microcontroller is what is left. */
async function hangs(): Promise<Figures> {
  const trials = await onBenches('hang', count(1000), async (bench, from) => {
    await bench.start();
    await dies(bench, from);
    const begin_ms = bench.clock.now();
    bench.firmware.hang();
    await bench.pass(600);
    const lasted = bench.lasted_ms(begin_ms);
    return { last_ms: Math.max(...ENERGIES.map((energy) => lasted[energy])), hung: bench.firmware.hung };
  });
  const times = trials.map(({ last_ms }) => last_ms);
  return {
    hang_ms: judge(
      'firmware hangs: all off',
      times,
      LIMIT.hang,
      'ms',
      trials.every(({ hung }) => !hung),
    ),
  };
}

await rig.run(async () => ({
  seed: Number(values.seed),
  share,
  silence: await silence(),
  overCurrent_ms: { converter: await overCurrent('converter'), comparator: await overCurrent('comparator') },
  emergencyStop: { ...(await emergencyStop(false)), ...(await emergencyStop(true)) },
  ...(await notObeyed()),
  ...(await measuredOff()),
  ...(await resets()),
  ...(await hangs()),
}));
