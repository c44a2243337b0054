/**
 * Plays one case on the simulated bench in virtual time and says what came of it: which clauses the plant's truth broke,
 * which faults fired, what was said. Owns one world from its first to its last instant; judges by oracle and notices.
 */
import { openBench, type OpenedBench } from '../../src/bench.js';
import type { Board } from '../../src/model/board.js';
import type { RunEvent } from '../../src/model/event.js';
import type { Plan } from '../../src/model/plan.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { startRun, type Run, type RunOptions, type RunReport } from '../../src/reactor.js';
import type { FaultOrder, Injection } from '../../src/twin/faults/order.js';
import { boardNamed } from '../contract/files.js';
import { nameOf, type Act, type Case, type Phase, type PlannedFault } from './case.js';
import { Cues } from './cues.js';
import { cellOf } from './fault-cells.js';
import { HOST, HostProcess } from './host-faults.js';
import { Oracle, type Breach, type Standing } from './oracle.js';
import { PLANS } from './plans.js';

/** What became of one planned fault. */
export interface Suffered {
  readonly name: string;
  readonly rows: string;
  /** The phase in which it was put in; null: the run never came there. */
  readonly phase: Phase | null;
  readonly at_s: number;
  readonly fired: number;
  /** Longest time that it met what it makes unsafe, ms. */
  readonly exposed_ms: number;
  /** Something was said after it: an alarm, a trip, trouble with a chip, or a count of the bus. */
  readonly told: boolean;
  /** It stood for long enough that somebody had to be told, and nobody was. */
  readonly silent: boolean;
}

export interface Played {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  readonly faults: readonly Suffered[];
  readonly outcome: string;
  readonly reason: string;
  /** Trips and holds, by interlock, in the words of the journal. */
  readonly trips: readonly string[];
  /** Ended by itself, and nothing was said at all. */
  readonly wordless: boolean;
  readonly reached: readonly Phase[];
  readonly simulated_s: number;
  readonly hash: string;
  readonly events: readonly RunEvent[];
}

/** What a case does not choose: another plan, another board, a program with something wrong in it. */
export interface Conditions {
  readonly options?: Partial<RunOptions>;
  /** The heart of a killed host goes on beating. */
  readonly undead?: boolean;
}

/** Watched after the end for anything that comes on again, s. */
const AFTER_S = 4;
/** A killed host leaves the bench to itself; so long is it watched, s. */
const DEAD_S = 4;
const STEP_MS = 100;
/** An operator at a held run, s. */
const PATIENCE_S = 5;

const BOARD = boardNamed('bench-sim');

/** The reference bench with a hydrogen sensor that warms up for so long. */
function benchWarming(warmUp_s: number): Board {
  return { ...BOARD, chips: { ...BOARD.chips, hydrogen: { ...BOARD.chips.hydrogen, warmUp_s } } };
}

export function play(planned: Case, conditions: Conditions = {}): Promise<Played> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(() => new Performance(clock, planned, conditions).go());
}

interface Injected {
  readonly name: string;
  readonly planned: PlannedFault;
  readonly phase: Phase;
  readonly at_s: number;
  readonly injection: Injection;
  /** Things said before it. */
  readonly saidBefore: number;
  ended: boolean;
}

class Performance {
  private readonly injected: Injected[] = [];
  private readonly events: RunEvent[] = [];
  private readonly trips: string[] = [];
  private said = 0;
  private aborted = false;
  private readonly cues: Cues;
  private readonly plan: Plan;

  constructor(
    private readonly clock: VirtualClock,
    private readonly planned: Case,
    private readonly conditions: Conditions,
  ) {
    this.plan = PLANS[planned.plan].plan;
    this.cues = new Cues(clock, this.plan);
  }

  async go(): Promise<Played> {
    const { clock, plan } = this;
    const board = benchWarming(this.planned.warmUp_s);
    const bench = await openBench({ board, reactor: plan.reactor, clock, seed: this.planned.seed });
    const { simulation } = bench;
    if (simulation === null || simulation.world === null) throw new Error('the campaign needs the simulated bench');
    const { world } = simulation;
    const host = new HostProcess(bench, clock, this.conditions.undead ?? false);
    const oracle = new Oracle(world, plan, board.chips.galvanostat.address, {
      run: () => this.cues.state,
      standing: () => this.standing,
      hostDied_ms: () => host.died_ms,
    });
    world.witness = oracle;
    const inject = (order: FaultOrder): Injection =>
      order.target === HOST ? host.inject(order) : must(simulation.inject)(order);
    for (const fault of this.planned.faults) this.cues.at(fault.when, () => this.break(fault, inject));
    this.cues.begin();
    const starting = this.start(bench, board);
    for (const act of this.planned.acts) {
      const tell = (run: Run): void => this.act(run, act); // before the run is there nobody can tell it anything
      this.cues.at(act.when, () => void starting.then(tell, () => undefined));
    }
    const running = starting.then((run) => {
      this.takeNotes(run, oracle);
      this.cues.follow(run);
      return run.report;
    });
    const look = (): void => world.advanceTo(clock.now_ns());
    const report = await this.ended(running, host, look);
    await this.aftermath(look);
    await bench.close();
    return this.played(oracle, report);
  }

  private start(bench: OpenedBench, board: Board): Promise<Run> {
    return startRun({
      plan: this.plan,
      bench,
      clock: this.clock,
      period_s: 1 / board.control_Hz,
      pumpFull_mL_min: board.chips.outputs.pumpFull_mL_min,
      speed: null,
      unattended: false,
      clearFirst: false,
      record: null,
      telemetry: null,
      openPanel: null,
      ...this.conditions.options,
    });
  }

  private break(planned: PlannedFault, inject: (order: FaultOrder) => Injection): void {
    const at_s = this.clock.now() / 1000;
    const { target, verb, amount, for_s } = planned;
    const injection = inject({ target, verb, amount, at_s: 0, for_s: null });
    const name = `${nameOf(planned)} #${this.injected.length + 1}`;
    const injected = { name, planned, phase: this.cues.phase, at_s, injection, saidBefore: this.said, ended: false };
    this.injected.push(injected);
    if (for_s === null) return;
    this.clock.after(for_s * 1000, () => {
      injection.end();
      injected.ended = true;
    });
  }

  private get standing(): readonly Standing[] {
    return this.injected.map(({ name, planned, phase, injection, ended }) => {
      const { duty: due, stuckOn, hurtsBus } = cellOf(planned);
      // A board that starts anew before it was armed is a board like any other.
      const duty = due?.off === 'run' && (phase === 'idle' || phase === 'starting') ? null : due;
      return { name, duty, stuckOn, hurtsBus, inForce: !ended && injection.fired > 0 };
    });
  }

  private takeNotes(run: Run, oracle: Oracle): void {
    run.events$.subscribe((event) => {
      this.events.push(event);
      if (!SAID.has(event.kind) && !endsTheRun(event)) return;
      this.said++;
      if (event.kind !== 'trip') return;
      this.trips.push(event.text);
      oracle.trip();
    });
    run.state$.subscribe(({ run: state }) => {
      if (state === 'held') this.clock.after(PATIENCE_S * 1000, () => this.giveUp(run));
    });
  }

  /** Whoever looks at a held run for so long and sees it still held, stops it. */
  private giveUp(run: Run): void {
    if (this.cues.state === 'held') run.stop('operator', 'nobody goes on with it');
  }

  private act(run: Run, { kind }: Act): void {
    switch (kind) {
      case 'hold':
        return run.hold('operator');
      case 'resume':
        return run.resume('operator');
      case 'stop':
        return run.stop('operator', 'stopped by hand');
      case 'abort':
        this.aborted = true;
        return run.abort('operator', 'aborted by hand');
      case 'acknowledge':
        for (const { data } of this.events) if (typeof data['id'] === 'string') run.acknowledge(data['id'], 'operator');
    }
  }

  /** The report, or in words why there is none. */
  private async ended(report: Promise<RunReport>, host: HostProcess, look: () => void): Promise<RunReport | string> {
    const told: (RunReport | string)[] = [];
    report.then(
      (value) => told.push(value),
      (error: unknown) => told.push(`the program failed: ${error instanceof Error ? error.message : 'unknown'}`),
    );
    const { clock } = this;
    const { limit_s } = PLANS[this.planned.plan];
    for (;;) {
      await clock.sleep(STEP_MS);
      look();
      const [outcome] = told;
      if (outcome !== undefined) return outcome;
      if (clock.now() > host.died_ms + DEAD_S * 1000) return KILLED;
      if (clock.now() > limit_s * 1000) return `the run had not ended after ${limit_s} s`;
    }
  }

  private async aftermath(look: () => void): Promise<void> {
    for (let waited_ms = 0; waited_ms < AFTER_S * 1000; waited_ms += STEP_MS) {
      await this.clock.sleep(STEP_MS);
      look();
    }
  }

  private played(oracle: Oracle, report: RunReport | string): Played {
    const busFaults = typeof report === 'string' ? 0 : report.result.busFaults;
    const faults = this.injected.map((injected) => this.suffered(injected, oracle, busFaults));
    const never = this.planned.faults.filter((fault) => !this.injected.some(({ planned }) => planned === fault));
    for (const { text, elapsed_s } of this.events) {
      oracle.hash.text(text);
      oracle.hash.add(elapsed_s);
    }
    return {
      seed: this.planned.seed,
      breaches: oracle.breaches,
      faults: [...faults, ...never.map(notReached)],
      outcome: typeof report === 'string' ? (report === KILLED ? 'killed' : 'failed') : report.result.outcome,
      reason: typeof report === 'string' ? report : report.result.reason,
      trips: this.trips,
      wordless: typeof report !== 'string' && report.result.outcome === 'aborted' && this.said === 0 && !this.aborted,
      reached: this.cues.reached,
      simulated_s: this.clock.now() / 1000,
      hash: oracle.hash.hex,
      events: this.events,
    };
  }

  private suffered(injected: Injected, oracle: Oracle, busFaults: number): Suffered {
    const { name, planned, phase, at_s, injection, saidBefore } = injected;
    const cell = cellOf(planned);
    const exposed_ms = oracle.exposed_ms.get(name) ?? 0;
    const told = this.said > saidBefore || (cell.countedOnBus && busFaults > 0);
    const silent = injection.fired > 0 && exposed_ms > cell.notice_ms && !told;
    return { name, rows: cell.rows, phase, at_s, fired: injection.fired, exposed_ms, told, silent };
  }
}

const KILLED = 'the host was killed';
/** What counts as having told somebody. */
const SAID: ReadonlySet<string> = new Set(['alarm', 'trip', 'bus']);

/** A hold, an abort, a refusal to arm, by the program and with its reason. */
function endsTheRun({ kind, actor, data }: RunEvent): boolean {
  return kind === 'state' && actor !== 'operator' && (data['to'] === 'holding' || data['to'] === 'aborting');
}

function notReached(fault: PlannedFault): Suffered {
  return {
    name: nameOf(fault),
    rows: cellOf(fault).rows,
    phase: null,
    at_s: NaN,
    fired: 0,
    exposed_ms: 0,
    told: false,
    silent: false,
  };
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('the simulated bench in this process takes faults');
  return value;
}
