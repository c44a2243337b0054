/**
 * Rehearses a whole run on the simulated bench in virtual time, with something that breaks or somebody who acts on the
 * way, and gives all that can be judged afterwards: what the run says, what it wrote down, and what truly happened.
 * Knows no particular fault and judges nothing.
 */
import { filter, take } from 'rxjs';
import { type Injection, openBench, type OpenedBench, parseFaults } from '../../src/bench.js';
import type { Board } from '../../src/model/board.js';
import type { Alarm, RunEvent } from '../../src/model/event.js';
import { withCircuitOf } from '../../src/model/liquid-circuit.js';
import type { Plan, StepKind } from '../../src/model/plan.js';
import type { RunState } from '../../src/model/state.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { startRun, type Run, type RunOptions, type RunReport } from '../../src/reactor.js';
import type { Truth } from '../../src/twin/truth.js';
import type { Witness, World } from '../../src/twin/world.js';
import { boardNamed } from '../contract/files.js';
import { FaultyBus } from '../scenario/faulty-bus.js';

export interface Scenario {
  readonly plan: Plan;
  readonly seed?: number;
  /** The step in which something happens; the electrolysis by default. */
  readonly during?: StepKind;
  /** When, s after that step began. */
  readonly breakAt_s?: number;
  readonly break?: (stage: Stage) => void;
  /** Somebody who is there from the beginning. */
  readonly attend?: (stage: Stage) => void;
  /** Prompts are answered by the program, and a hold ends the run after 10 min; true by default. */
  readonly unattended?: boolean;
  readonly record?: RunOptions['record'];
  /** A run that has not ended by then is an error, s of virtual time. */
  readonly limit_s?: number;
}

/** What whoever breaks something can reach. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly bench: OpenedBench;
  readonly world: World;
  readonly bus: FaultyBus;
  readonly run: Run;
  /** Breaks something now, in the operator's words: `power-stage:wrong=50%`. */
  readonly inject: (fault: string) => Injection;
  /** Moves an input line, as a hand at the bench does. */
  readonly hand: (line: string, asserted: boolean) => void;
  readonly later: (after_s: number, act: () => void) => void;
  /** Once, when the run next enters a state. */
  readonly when: (state: RunState, act: () => void) => void;
}

export interface Played {
  readonly report: RunReport;
  readonly events: readonly RunEvent[];
  /** Each alarm as it was last. */
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** The states that the run went through, in order. */
  readonly states: readonly RunState[];
  /** Seconds of the bench's clock; NaN when nothing was broken. */
  readonly broken_s: number;
  readonly ended_s: number;
  /** Five seconds after the end. */
  readonly truth: Truth;
  readonly logbook: Logbook;
  /** Whether trouble on the bus was asked for, and how many transfers met it. */
  readonly busStruck: boolean;
  readonly busFired: number;
  readonly transfers: number;
}

/** Energy in the plant: a current through the cell beyond what counts as off, Peltier and pump. */
export const ENERGIES = ['current', 'peltier', 'pump'] as const;
export type Energy = (typeof ENERGIES)[number];

const OFF_MA = 0.2;
/** Watched after the end for anything that comes on again, s. */
const AFTER_S = 5;
const SEED = 7;

/** When each energy was truly on: looks at the plant each time it has moved. */
export class Logbook implements Witness {
  /** Largest current so far, mA. */
  peak_mA = 0;
  warmest_C = -Infinity;
  private readonly last_s: Record<Energy, number> = { current: -Infinity, peltier: -Infinity, pump: -Infinity };
  /** When the master relay was last closed, s of the bench's clock. */
  private powered_s = -Infinity;
  private marked_s = NaN;
  private readonly onAtMark = new Set<Energy>();

  constructor(private readonly world: World) {}

  moved(): void {
    const { plant, settled_ms } = this.world;
    const current_mA = Math.abs(plant.current_A * 1000);
    this.peak_mA = Math.max(this.peak_mA, current_mA);
    this.warmest_C = Math.max(this.warmest_C, plant.liquid_C);
    if (this.world.wiring.powered) this.powered_s = settled_ms / 1000;
    for (const energy of ENERGIES) if (this.isOn(energy)) this.last_s[energy] = settled_ms / 1000;
  }

  transferred(): void {
    // what a transfer changes follows as `moved`
  }

  /** Notes what is on now. */
  mark(): void {
    this.marked_s = this.world.settled_ms / 1000;
    for (const energy of ENERGIES) if (this.isOn(energy)) this.onAtMark.add(energy);
  }

  wasOn(energy: Energy): boolean {
    return this.onAtMark.has(energy);
  }

  /** How long after the mark an energy was last on, s; 0 or less when it was not. */
  lasted_s(energy: Energy): number {
    return this.last_s[energy] - this.marked_s;
  }

  /** How long after the mark the master relay was closed, s. */
  get powerLasted_s(): number {
    return this.powered_s - this.marked_s;
  }

  private isOn(energy: Energy): boolean {
    const { plant } = this.world;
    switch (energy) {
      case 'current':
        return !(Math.abs(plant.current_A * 1000) <= OFF_MA);
      case 'peltier':
        return plant.inputs.peltier_A !== 0;
      case 'pump':
        return plant.inputs.pump_mL_min !== 0;
    }
  }
}

/** The reference bench, with a hydrogen sensor that is warm after a second. */
function bench(): Board {
  const board = boardNamed('bench-sim');
  return { ...board, chips: { ...board.chips, hydrogen: { ...board.chips.hydrogen, warmUp_s: 1 } } };
}

const BOARD = bench();

/** Rejects when the run has not ended by its limit, and with whatever the program throws. */
export function rehearse(scenario: Scenario): Promise<Played> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(() => play(scenario, clock));
}

async function play(scenario: Scenario, clock: VirtualClock): Promise<Played> {
  const { plan, seed = SEED } = scenario;
  const opened = await openBench({ board: BOARD, reactor: plan.reactor, clock, seed });
  const world = opened.simulation?.world ?? null;
  if (world === null) throw new Error('a rehearsal needs the simulated bench in this process');
  const bus = new FaultyBus(opened.bus, seed);
  const logbook = new Logbook(world);
  world.witness = logbook;
  const run = await startRun({
    plan,
    bench: opened,
    clock,
    period_s: 1 / BOARD.control_Hz,
    pumpFull_mL_min: withCircuitOf(BOARD, plan.reactor).chips.outputs.pumpFull_mL_min,
    speed: null,
    unattended: scenario.unattended ?? true,
    clearFirst: false,
    record: scenario.record ?? null,
    telemetry: null,
    openPanel: null,
  });
  const notes = takeNotes(run);
  const stage = stageOf(clock, opened, world, bus, run);
  scenario.attend?.(stage);
  const cue = cueOf(scenario, stage, logbook);
  const report = await inTime(run.report, clock, scenario.limit_s ?? 2000);
  const ended_s = clock.now() / 1000;
  await clock.sleep(AFTER_S * 1000);
  const truth = await opened.simulation?.truth();
  await opened.close();
  if (truth === undefined) throw new Error('the bench lost its simulation');
  return {
    ...notes,
    ...cue,
    report,
    ended_s,
    truth,
    logbook,
    busStruck: bus.struck,
    busFired: bus.fired,
    transfers: bus.transfers,
  };
}

function injected({ simulation }: OpenedBench, fault: string): Injection {
  const parsed = parseFaults([fault]);
  const inject = simulation?.inject ?? null;
  const [ordered] = parsed.ok ? parsed.value : [];
  if (inject === null || ordered === undefined) throw new Error(`"${fault}" cannot be put in`);
  return inject(ordered.order);
}

function takeNotes(run: Run): Pick<Played, 'events' | 'alarms' | 'states'> {
  const events: RunEvent[] = [];
  const alarms = new Map<string, Alarm>();
  const states: RunState[] = [];
  run.events$.subscribe((event) => events.push(event));
  run.alarms$.subscribe((alarm) => alarms.set(alarm.id, alarm));
  run.state$.subscribe(({ run: state }) => {
    if (states.at(-1) !== state) states.push(state);
  });
  return { events, alarms, states };
}

function stageOf(clock: VirtualClock, bench: OpenedBench, world: World, bus: FaultyBus, run: Run): Stage {
  return {
    clock,
    bench,
    world,
    bus,
    run,
    inject: (fault) => injected(bench, fault),
    hand: (line, asserted) => {
      bench.simulation?.hand(line, asserted).catch(raise);
    },
    later: (after_s, act) => {
      clock.after(after_s * 1000, act);
    },
    when: (state, act) => {
      run.state$
        .pipe(
          filter(({ run: now }) => now === state),
          take(1),
        )
        .subscribe(act);
    },
  };
}

/** Breaks what the scenario breaks, so long after its step began. */
function cueOf(scenario: Scenario, stage: Stage, logbook: Logbook): { readonly broken_s: number } {
  const { plan, during = 'electrolyse', breakAt_s = 0 } = scenario;
  const cue = { broken_s: NaN };
  if (scenario.break === undefined) return cue;
  const act = scenario.break;
  const waiting = stage.run.samples$.subscribe((sample) => {
    if (sample.state !== 'execute' || plan.steps[sample.step]?.kind !== during) return;
    waiting.unsubscribe();
    stage.later(breakAt_s, () => {
      stage.world.advanceTo(stage.clock.now_ns());
      cue.broken_s = stage.clock.now() / 1000;
      logbook.mark();
      act(stage);
    });
  });
  return cue;
}

function inTime(report: Promise<RunReport>, clock: VirtualClock, limit_s: number): Promise<RunReport> {
  return new Promise((resolve, reject) => {
    const limit = clock.after(limit_s * 1000, () => reject(new Error(`the run had not ended after ${limit_s} s`)));
    report
      .then(resolve, reject)
      .finally(() => limit.cancel())
      .catch(reject);
  });
}

function raise(error: unknown): never {
  throw error instanceof Error ? error : new Error('a hand at the bench failed', { cause: error });
}
