/**
 * A host that dies at any instant, in virtual time: it stops driving while the clock and the bench go on, and another host
 * on the same bench goes on from what record and board know. Judged on the plant's truth.
 */
import { describe, expect, it } from 'vitest';
import { openBench, type OpenedBench } from '../src/bench.js';
import type { HeldRun } from '../src/device/ports.js';
import type { I2cBus, Reply, Transfer } from '../src/bus/i2c.js';
import { headerOf } from '../src/cli/header.js';
import { readInterrupted } from '../src/cli/interrupted.js';
import type { Plan } from '../src/model/plan.js';
import { seeded } from '../src/model/random.js';
import { VirtualClock } from '../src/model/virtual-clock.js';
import { planFile } from '../src/recipe/files.js';
import { History, type RunDetail } from '../src/record/history.js';
import { databaseFile } from '../src/record/place.js';
import { openRecorder, type Recorder } from '../src/record/recorder.js';
import type { Resumption } from '../src/record/run.js';
import { prepareToWrite } from '../src/record/schema.js';
import { openDatabase } from '../src/record/sqlite.js';
import { RunStore } from '../src/record/store.js';
import { type Run, startRun } from '../src/reactor.js';
import {
  type Account,
  type BoardNow,
  type PastRun,
  accountOf,
  chargeLeft_C,
  interruptionOf,
  lookAtBoard,
  planAlong,
  resumptionOf,
} from '../src/recovery.js';
import { simulatedBench, type SimulatedBench } from '../src/twin/simulated-bench.js';
import { truthOf } from '../src/twin/truth.js';
import { boardNamed } from './contract/files.js';
import { freshDirectory } from './record/directory.js';
import { headerOf as recordedHeader } from './record/samples.js';
import { planOf } from './support/plan.js';
import { DEAD_MAN } from './support/runs.js';

const BOARD = boardNamed('bench-sim');
/** Half a minute at 180 mA. */
const PLANNED_C = 5.4;
const CURRENT_MA = 180;
/** Rows of a killed process that were not on the disk: those of a group and of a ledger's interval, s. */
const UNWRITTEN_S = 0.75;

async function halfMinute(): Promise<Plan> {
  const sets = ['basis.charge=0.0112 F/mol', 'electrolyse.time=30 s'];
  const planned = await planFile(DEAD_MAN, { board: 'bench-sim', sets });
  if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join('; '));
  return planned.value;
}

/** The bus as one host has it: dead, nothing of the host comes to it any more. */
class HostBus implements I2cBus {
  dead = false;
  constructor(private readonly bus: I2cBus) {}
  transfer(transfer: Transfer): Promise<Uint8Array> {
    return this.dead ? new Promise(() => undefined) : this.bus.transfer(transfer);
  }
  batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    return this.dead ? new Promise(() => undefined) : this.bus.batch(transfers);
  }
  async close(): Promise<void> {
    // the bench lives on
  }
}

/** What a process that dies at an instant leaves on the disk: nothing of its last rows. */
class Dying implements Pick<Recorder, 'sample' | 'event'> {
  until_s = Infinity;
  constructor(private readonly recorder: Recorder) {}
  as(): Recorder {
    const { recorder } = this;
    return new Proxy(recorder, {
      get: (target, key) =>
        key === 'sample' || key === 'event' ? this[key].bind(this) : (Reflect.get(target, key, target) as unknown),
    });
  }
  sample(sample: Parameters<Recorder['sample']>[0]): void {
    if (sample.elapsed_s <= this.until_s) this.recorder.sample(sample);
  }
  event(event: Parameters<Recorder['event']>[0]): void {
    if (event.elapsed_s <= this.until_s) this.recorder.event(event);
  }
}

interface Host {
  readonly bench: OpenedBench;
  readonly bus: HostBus;
  readonly run: Run;
  readonly recorder: Recorder;
}

/** One bench, and hosts one after another. */
class Stage {
  readonly clock = new VirtualClock({ drain: 'tick', epoch_ms: Date.UTC(2026, 10, 22) });
  readonly data = freshDirectory();
  private bench: SimulatedBench | null = null;

  constructor(readonly plan: Plan) {}

  get twin(): SimulatedBench {
    this.bench ??= simulatedBench({ board: BOARD, reactor: this.plan.reactor, clock: this.clock, seed: 3 });
    return this.bench;
  }

  get truth() {
    const { world, time } = this.twin;
    world.advanceTo(time.now_ns());
    return truthOf(world);
  }

  async open(): Promise<{ bench: OpenedBench; bus: HostBus }> {
    const bus = new HostBus(this.twin.bus);
    const { plan, clock } = this;
    const link = { bus, lines: this.twin.lines };
    return { bench: await openBench({ board: BOARD, reactor: plan.reactor, clock, seed: 3, link }), bus };
  }

  async start(plan: Plan, how: { resume?: Resumption; clear?: boolean; until_s?: number } = {}): Promise<Host> {
    const { clock } = this;
    const { bench, bus } = await this.open();
    const recorder = await openRecorder({ dataDir: this.data, clock });
    const dying = new Dying(recorder);
    dying.until_s = how.until_s ?? Infinity;
    const run = await startRun({
      plan,
      bench,
      clock,
      period_s: 1 / BOARD.control_Hz,
      pumpFull_mL_min: BOARD.chips.outputs.pumpFull_mL_min,
      speed: null,
      unattended: true,
      clearFirst: how.clear ?? false,
      ...(how.resume === undefined ? {} : { resume: how.resume }),
      record: { recorder: dying.as(), header: headerOf(plan, BOARD, bench, 3) },
      telemetry: null,
      openPanel: null,
    });
    return { bench, bus, run, recorder };
  }

  /** Runs until an instant of the run, dies there, and lets the bench go on alone for two seconds. */
  async die(plan: Plan, at_s: number, how: { resume?: Resumption; clear?: boolean; unwritten_s: number }) {
    const host = await this.start(plan, { ...how, until_s: at_s - how.unwritten_s });
    await new Promise<void>((resolve) => {
      const watching = host.run.samples$.subscribe(({ elapsed_s }) => {
        if (elapsed_s < at_s) return;
        watching.unsubscribe();
        host.bus.dead = true;
        resolve();
      });
    });
    const silent_C = this.truth.charge_C;
    await this.clock.sleep(2000);
    await host.recorder.close();
    return { after_C: this.truth.charge_C - silent_C };
  }

  /** What record and board know, and what is left by it. */
  async known(): Promise<{ account: Account; plan: Plan; resume: Resumption; latched: readonly string[] }> {
    const found = readInterrupted(this.data, undefined);
    if (typeof found === 'string') throw new Error(found);
    const { bench } = await this.open();
    const now = await lookAtBoard(bench, this.clock);
    const account = accountOf(found.past, now);
    const { plan, resume } = resumptionOf(planAlong(this.plan, found.chain), found.past, account);
    return { account, plan, resume, latched: now.reading?.faults ?? [] };
  }

  async finish(): Promise<{ charge_C: number; outcome: string; truth_C: number; cap_C: number }> {
    const { plan, resume } = await this.known();
    const { run, recorder } = await this.start(plan, { resume, clear: true });
    const { result } = await run.report;
    await recorder.close();
    return {
      charge_C: result.charge_C,
      outcome: result.outcome,
      truth_C: this.truth.charge_C,
      cap_C: this.plan.envelope.charge_C,
    };
  }
}

async function staged<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = new Stage(await halfMinute());
  return stage.clock.run(() => work(stage));
}

/** Instants within the current, drawn anew for each trial. */
const random = seeded(11).fork('recovery');
const instants = (count: number): number[] => Array.from({ length: count }, () => 3 + 24 * random.uniform());

describe('after its host was killed at full current', () => {
  it.each(instants(3))(
    'at %f s: the board’s count is taken, within 18 mC of the truth, and the total is what was planned',
    async (at_s) => {
      await staged(async (stage) => {
        const { after_C } = await stage.die(stage.plan, at_s, { unwritten_s: UNWRITTEN_S });
        expect(after_C).toBeGreaterThan(0);
        expect(after_C).toBeLessThanOrEqual(0.045);
        const interrupted_C = stage.truth.charge_C;
        const { account, plan, latched } = await stage.known();
        expect(account.source).toBe('board');
        expect(Math.abs(account.taken.charge_C - interrupted_C)).toBeLessThan(0.018);
        // the host knows less, by what it had not written and what came after it
        expect(account.difference_C).toBeLessThan(-0.1);
        expect(chargeLeft_C(plan)).toBeCloseTo(PLANNED_C - account.taken.charge_C, 6);
        expect(latched).toEqual(['deadman']);
        expect(stage.truth.charge_C).toBe(interrupted_C); // looking passed nothing
        const end = await stage.finish();
        expect(end.outcome).toBe('complete');
        expect(Math.abs(end.truth_C / PLANNED_C - 1)).toBeLessThan(0.004);
        expect(Math.abs(end.charge_C - end.truth_C)).toBeLessThan(0.018);
        expect(end.truth_C).toBeLessThan(end.cap_C);
      });
    },
  );

  it('twice in a row: the second goes on from the first, to the same total', async () => {
    await staged(async (stage) => {
      await stage.die(stage.plan, 12, { unwritten_s: UNWRITTEN_S });
      const first = await stage.known();
      await stage.die(first.plan, 9, { resume: first.resume, clear: true, unwritten_s: UNWRITTEN_S });
      const second = await stage.known();
      expect(second.account.source).toBe('board');
      expect(Math.abs(second.account.taken.charge_C - stage.truth.charge_C)).toBeLessThan(0.018);
      expect(second.resume.run).not.toBe(first.resume.run);
      const end = await stage.finish();
      expect(end.outcome).toBe('complete');
      expect(Math.abs(end.truth_C / PLANNED_C - 1)).toBeLessThan(0.004);
    });
  });
});

describe('after its host was killed between two reversals', () => {
  it('goes on from the charge of both directions, which the net would take for next to nothing', async () => {
    const plan = await halfMinute();
    const polarity = { halfPeriod_s: 12, deadTime_s: 0.5, ramp_mA_s: 50, reversal_C: 0.02 };
    const steps = plan.steps.map((step) =>
      step.kind === 'electrolyse' ? { ...step, polarity, timeMax_s: 3 * step.timeMax_s } : step,
    );
    const envelope = { ...plan.envelope, duration_s: 3 * plan.envelope.duration_s };
    const stage = new Stage({ ...plan, steps, envelope });
    await stage.clock.run(async () => {
      await stage.die(stage.plan, 26, { unwritten_s: UNWRITTEN_S });
      const { absoluteCharge_C, charge_C } = stage.truth;
      expect(absoluteCharge_C - Math.abs(charge_C)).toBeGreaterThan(1);
      const { account, plan: left } = await stage.known();
      expect(Math.abs(account.taken.absolute_C - absoluteCharge_C)).toBeLessThan(0.018);
      expect(chargeLeft_C(left)).toBeCloseTo(PLANNED_C - account.taken.absolute_C, 6);
      const end = await stage.finish();
      expect(end.outcome).toBe('complete');
      expect(Math.abs(stage.truth.absoluteCharge_C / PLANNED_C - 1)).toBeLessThan(0.01);
    });
  });
});

describe('after a power cut of host and board', () => {
  it.each(instants(2))(
    'at %f s: the newest row counts, within 180 mC, and no more than planned is passed beyond that',
    async (at_s) => {
      await staged(async (stage) => {
        await stage.die(stage.plan, at_s, { unwritten_s: UNWRITTEN_S });
        stage.twin.firmware?.reset('power');
        const { account } = await stage.known();
        expect(account).toMatchObject({ source: 'host', board: null, difference_C: null });
        const missed_mC = 1000 * (stage.truth.charge_C - account.taken.charge_C);
        expect(missed_mC).toBeGreaterThan(0);
        expect(missed_mC).toBeLessThanOrEqual(account.missing_mC);
        expect(account.missing_mC).toBeLessThanOrEqual(CURRENT_MA);
        const end = await stage.finish();
        expect(end.outcome).toBe('complete');
        expect(1000 * (end.truth_C - PLANNED_C)).toBeLessThanOrEqual(account.missing_mC + 10);
      });
    },
  );

  it('with nothing on the disk but the run itself: all of it is still to be done', async () => {
    await staged(async (stage) => {
      await stage.die(stage.plan, 0.1, { unwritten_s: 60 });
      stage.twin.firmware?.reset('power');
      const { account, plan } = await stage.known();
      expect(account.taken).toEqual({ charge_C: 0, absolute_C: 0 });
      expect(chargeLeft_C(plan)).toBeCloseTo(PLANNED_C, 6);
    });
  });
});

describe('after the board alone lost its power', () => {
  it.each(instants(2))('at %f s: the run comes up aborted, and goes on from the count of the host', async (at_s) => {
    await staged(async (stage) => {
      const { run, recorder } = await stage.start(stage.plan);
      const watching = run.samples$.subscribe(({ elapsed_s }) => {
        if (elapsed_s < at_s) return;
        watching.unsubscribe();
        stage.twin.firmware?.reset('power');
      });
      const { result } = await run.report;
      await recorder.close();
      expect(result.outcome).toBe('aborted');
      const { account } = await stage.known();
      expect(account.source).toBe('host');
      expect(1000 * Math.abs(stage.truth.charge_C - account.taken.charge_C)).toBeLessThan(account.missing_mC);
      expect(account.missing_mC).toBeLessThanOrEqual(45);
      expect((await stage.finish()).outcome).toBe('complete');
      expect(Math.abs(stage.truth.charge_C - PLANNED_C)).toBeLessThan(0.03);
    });
  });
});

describe('another run in between', () => {
  it('takes the board’s count of the first away: then the newest row counts, and it says so', async () => {
    await staged(async (stage) => {
      await stage.die(stage.plan, 10, { unwritten_s: 0 });
      const found = readInterrupted(stage.data, undefined);
      if (typeof found === 'string') throw new Error(found);
      await stage.clock.sleep(1000);
      await stage.die(stage.plan, 5, { clear: true, unwritten_s: 0 });
      const { bench } = await stage.open();
      const account = accountOf(found.past, await lookAtBoard(bench, stage.clock));
      expect(account).toMatchObject({ source: 'host', why: expect.stringMatching(/given another run since/) });
    });
  });
});

describe('whose count is taken', () => {
  const count = { netCharge_C: 3, absoluteCharge_C: 3.5 };
  const held: HeldRun = { runTag: 1234, bootCount: 4, ...count };
  const run = {
    run_tag: 1234,
    board_boot_count: 4,
    firmware_serial: '17',
    carried_charge_C: 10,
    carried_absolute_C: 11,
    charge_C: 12.9,
    absolute_charge_C: null,
    elapsed_s: 7,
    steps: [{ id: 'electrolyse', kind: 'electrolyse', title: 'Electrolyse' }],
    numbers: { current_mA: 180 },
  };
  const ledger = { elapsed_s: 7.2, host_C: 12.95, board_C: 12.95 };
  const sample = {
    elapsed_s: 7,
    state: 'execute',
    step: 0,
    setpoint_mA: 180,
    current_mA: 180,
    temperature_C: 0,
    charge_C: 12.9,
    absolute_charge_C: 14.1,
  };
  const past = (changes: object = {}): PastRun => ({
    detail: { ...detailOf(), ...run, ...changes },
    rows: { sample, ledger, step: { index: 0, from_C: 10, boardFrom_C: 10 } },
  });
  const now = (changes: Partial<BoardNow> = {}): BoardNow => ({ serial: '17', held, reading: null, ...changes });

  it('the board’s, with what was carried, while it is the same board in the same boot with the same run', () => {
    const account = accountOf(past(), now());
    expect(account).toMatchObject({ source: 'board', taken: { charge_C: 13, absolute_C: 14.5 }, missing_mC: 1 });
    expect(account.difference_C).toBeCloseTo(-0.05, 12);
  });

  it.each([
    ['has begun anew', { netCharge_C: 1e-6, absoluteCharge_C: 1e-6 }],
    ['has lost its sign', { netCharge_C: -held.netCharge_C, absoluteCharge_C: held.absoluteCharge_C }],
    ['is no number', { netCharge_C: NaN, absoluteCharge_C: NaN }],
  ])('the newest row on the disk when the board’s counter %s, and it says so', (_, counter) => {
    const account = accountOf(past(), now({ held: { ...held, ...counter } }));
    expect(account).toMatchObject({ source: 'host', taken: { charge_C: 12.95 }, missing_mC: 180 });
    expect(account.why).toMatch(/cannot have come from the newest row/);
  });

  it('both ends of what has passed are of that count: the counts differed by 0.05 C when the step began', () => {
    const later = { ...past(), rows: { sample, ledger, step: { index: 1, from_C: 12, boardFrom_C: 11.95 } } };
    expect(interruptionOf(later, accountOf(later, now())).passed_C).toBeCloseTo(13 - 11.95, 12);
    const reset = accountOf(later, now({ held: null }));
    expect(interruptionOf(later, reset).passed_C).toBeCloseTo(12.95 - 12, 12);
  });

  it('the record tells both counts of the beginning of a step, by the ledger before its current', () => {
    const data = freshDirectory();
    const db = openDatabase(databaseFile(data), 'write');
    prepareToWrite(db);
    const store = new RunStore(db);
    db.transaction(() => {
      store.obey({ kind: 'begin', header: recordedHeader() });
      const id = store.run ?? '';
      const event = db.prepare(
        `INSERT INTO events (run, seq, t, elapsed_s, kind, actor, text, data, prev_hash, hash)
         VALUES (?, ?, 0, ?, 'step', 'procedure', 'begins', ?, '', '')`,
      );
      event.run([id, 1, 5, '{"index":0}']);
      event.run([id, 2, 60, '{"index":3}']);
      const row = db.prepare('INSERT INTO samples (run, seq, step, elapsed_s, charge_C) VALUES (?, ?, ?, ?, ?)');
      row.run([id, 1, 2, 59, 11.9]);
      row.run([id, 2, 3, 60, 12]);
      row.run([id, 3, 3, 70, 13.8]);
      const counts = db.prepare('INSERT INTO ledger (run, seq, elapsed_s, host_C, board_C) VALUES (?, ?, ?, ?, ?)');
      counts.run([id, 1, 10, 3, 3]);
      counts.run([id, 2, 59.75, 11.98, 11.93]);
      counts.run([id, 3, 60.1, 12.1, 11.9]); // nearer, but of the step's own current
    });
    db.close();
    const history = History.open(data);
    const step = history?.lastRows(store.run ?? '').step;
    history?.close();
    expect(step).toMatchObject({ index: 3, from_C: 12 });
    expect(step?.boardFrom_C).toBeCloseTo(11.95, 12);
  });

  it('the record tells how long a wait had run, without its holds, and a resumed run does the rest and no more', () => {
    const data = freshDirectory();
    const db = openDatabase(databaseFile(data), 'write');
    prepareToWrite(db);
    const store = new RunStore(db);
    const wait = { id: 'wait', title: 'Wait', kind: 'wait', duration_s: 100 } as const;
    const finish = { id: 'finish', title: 'Off', kind: 'finish', sweep_s: 2, holdTemperature: false } as const;
    const blank: Plan = { ...planOf([wait, finish]), waived: ['electrolysis'] };
    const detail = (steps: Plan['steps']): RunDetail => ({ ...detailOf(), steps: [...steps] });
    db.transaction(() => {
      store.obey({ kind: 'begin', header: { ...recordedHeader(), steps: blank.steps } });
      const id = store.run ?? '';
      db.prepare(
        `INSERT INTO events (run, seq, t, elapsed_s, kind, actor, text, data, prev_hash, hash)
         VALUES (?, 1, 0, 5, 'step', 'procedure', 'begins', '{"index":0}', '', '')`,
      ).run([id]);
      const row = db.prepare('INSERT INTO samples (run, seq, step, elapsed_s, state) VALUES (?, ?, 0, ?, ?)');
      row.run([id, 1, 5, 'execute']);
      row.run([id, 2, 25, 'held']);
      row.run([id, 3, 85, 'execute']);
      row.run([id, 4, 95, 'execute']);
    });
    db.close();
    const history = History.open(data);
    const rows = history?.lastRows(store.run ?? '');
    history?.close();
    if (rows === undefined) throw new Error('nothing was recorded');
    expect(rows.step).toMatchObject({ index: 0, waited_s: 30 });
    const stopped = { detail: detail(blank.steps), rows };
    const { plan, resume } = resumptionOf(blank, stopped, accountOf(stopped, now()));
    expect(plan.steps).toMatchObject([{ id: 'resume' }, { id: 'wait', duration_s: 70 }, { id: 'finish' }]);
    const second = { ...detail(plan.steps), resumes: resume.run, resumed_step: 0, resumed_passed_C: 0 };
    const along = planAlong(blank, [detail(blank.steps), second]);
    expect(along.steps[1]).toMatchObject({ id: 'wait', duration_s: 70 });
  });

  it('the board’s when the disk was minutes behind it', () => {
    const later = { netCharge_C: held.netCharge_C + 30, absoluteCharge_C: held.absoluteCharge_C + 30 };
    expect(accountOf(past(), now({ held: { ...held, ...later } })).source).toBe('board');
  });

  it.each<[string, object, Partial<BoardNow>]>([
    ['another board', {}, { serial: '18' }],
    ['a board that was reset', {}, { held: { ...held, bootCount: 5 } }],
    ['a board with another run', {}, { held: { ...held, runTag: 1235 } }],
    ['a board that holds nothing', {}, { held: null }],
    ['a record of before tags', { run_tag: null }, {}],
  ])('the newest row on the disk with %s, be it of sample or ledger', (_, changes, board) => {
    const account = accountOf(past(changes), now(board));
    expect(account).toMatchObject({ source: 'host', board: null, difference_C: null, hostAt_s: 7.2, missing_mC: 180 });
    expect(account.taken.charge_C).toBe(12.95);
    expect(account.taken.absolute_C).toBeCloseTo(14.15, 12);
  });
});

function detailOf(): RunDetail {
  const data = freshDirectory();
  const db = openDatabase(databaseFile(data), 'write');
  prepareToWrite(db);
  const store = new RunStore(db);
  db.transaction(() => store.obey({ kind: 'begin', header: recordedHeader() }));
  db.close();
  const history = History.open(data);
  const detail = history?.run(store.run ?? '');
  history?.close();
  if (detail === undefined) throw new Error('no run was recorded');
  return detail;
}
