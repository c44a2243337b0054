/**
 * The twin alongside whole runs: it says nothing of a cell that is only another specimen of the nominal one, and names
 * passivation, a leak, a dead sensor and a weak Peltier where they are; and the Faradaic efficiency meets the truth.
 */
import { describe, expect, it } from 'vitest';
import { openBench, parseFaults } from '../../src/bench.js';
import type { Plan } from '../../src/model/plan.js';
import type { Reactor } from '../../src/model/reactor.js';
import type { Sample } from '../../src/model/sample.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { faradaicEfficiency } from '../../src/physics/charge.js';
import type { Run, RunReport } from '../../src/reactor.js';
import { planFile } from '../../src/recipe/files.js';
import type { Truth } from '../../src/twin/truth.js';
import { boardNamed } from '../contract/files.js';
import { GENERAL, SCALE_UP } from '../support/runs.js';
import { unrecordedRun } from '../support/unrecorded.js';

const BOARD = boardNamed('bench-sim');
const WHOLE_RUN_MS = 600_000;

interface Played {
  readonly report: RunReport;
  /** Alarms with the run time at which each was first raised. */
  readonly alarms: ReadonlyMap<string, number>;
  readonly samples: readonly Sample[];
  readonly truth: Truth | undefined;
}

/** A recipe, whole or for an hour of its current: what a specimen strays by shows in the first half of it. */
interface Course {
  readonly recipe: string;
  readonly sets: readonly string[];
}

const WHOLE: Course = { recipe: GENERAL, sets: [] };
const HOUR: Course = { recipe: GENERAL, sets: ['basis.charge=1.343 F/mol', 'electrolyse.time=1 h'] };
const SCALE_UP_HOUR: Course = {
  recipe: SCALE_UP,
  sets: ['basis.charge=0.597 F/mol', 'electrolyse.charge=288 C', 'electrolyse.time=1 h'],
};

interface Fault {
  readonly fault: string;
  readonly at_s: number;
  /** The run is stopped so long after, s: all that is to be seen has been seen. */
  readonly for_s: number;
}

async function planOf(recipe: string, sets: readonly string[]): Promise<Plan> {
  const planned = await planFile(recipe, { board: 'bench-sim', sets: [...sets] });
  if (!planned.ok) throw new Error(`${recipe} is refused`);
  return planned.value;
}

/** The plan on a bench whose plant is `changed`; the twin alongside stays the nominal one. */
async function play({ recipe, sets }: Course, changed: (reactor: Reactor) => Reactor, fault?: Fault): Promise<Played> {
  const plan = await planOf(recipe, sets);
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: changed(plan.reactor), clock, seed: 11 });
    const run = await unrecordedRun(plan, bench, BOARD, clock, { alongside: true });
    const alarms = new Map<string, number>();
    const samples: Sample[] = [];
    run.alarms$.subscribe(({ id, since_s }) => alarms.has(id) || alarms.set(id, since_s));
    run.samples$.subscribe((sample) => {
      if (sample.seq % 200 === 0) samples.push(sample);
    });
    if (fault !== undefined) void breakLater(clock, bench.simulation, fault, run);
    const report = await run.report;
    const truth = await bench.simulation?.truth();
    await bench.close();
    return { report, alarms, samples, truth };
  });
}

async function breakLater(
  clock: VirtualClock,
  simulation: Awaited<ReturnType<typeof openBench>>['simulation'],
  { fault, at_s, for_s }: Fault,
  run: Run,
): Promise<void> {
  const parsed = parseFaults([fault]);
  const order = parsed.ok ? parsed.value[0]?.order : undefined;
  if (order === undefined) throw new Error(`${fault} is no fault`);
  await clock.sleep(at_s * 1000);
  simulation?.inject?.(order);
  await clock.sleep(for_s * 1000);
  run.stop('test', 'seen');
}

/** Another specimen: what the file calls an estimate, off by as much as it says or more. */
function specimen(reactor: Reactor, conductivity: number): Reactor {
  const { cell, heat, kinetics } = reactor;
  return {
    ...reactor,
    cell: { ...cell, conductivity_mS_cm: conductivity * cell.conductivity_mS_cm },
    heat: { ...heat, ambient_C: heat.ambient_C - 4, hotSide_K_W: 1.2 * heat.hotSide_K_W },
    kinetics: { ...kinetics, filmGrowth_ohm_cm4_C: 2 * kinetics.filmGrowth_ohm_cm4_C },
  };
}

/** A dry solvent: three tenths of the residual proton donor is not there, and less hydrogen is made. */
function drier(reactor: Reactor): Reactor {
  return { ...reactor, solution: { ...reactor.solution, donor_mM: 0.7 * reactor.solution.donor_mM } };
}

const same = (reactor: Reactor): Reactor => reactor;

function truthOf({ truth }: Played): number {
  return faradaicEfficiency(truth?.hydrogenMade_umol ?? NaN, truth?.absoluteCharge_C ?? NaN);
}

/** Within the noise of the meters while the current flows. */
function expectFollowed(samples: readonly Sample[]): void {
  const settled = samples.filter(({ setpoint_mA, charge_C }) => setpoint_mA > 17.9 && charge_C > 5);
  expect(settled.length).toBeGreaterThan(900);
  for (const { voltage_V, expected_voltage_V, temperature_C, expected_temperature_C } of settled) {
    expect(Math.abs((voltage_V ?? NaN) - (expected_voltage_V ?? NaN))).toBeLessThan(0.02);
    expect(Math.abs((temperature_C ?? NaN) - (expected_temperature_C ?? NaN))).toBeLessThan(0.1);
  }
}

describe('a run that is in order', () => {
  it.each([
    ['the general procedure', WHOLE, same],
    ['the general procedure, conductivity 20 % low', HOUR, (reactor: Reactor) => specimen(reactor, 0.8)],
    ['the general procedure, conductivity 20 % high', HOUR, (reactor: Reactor) => specimen(reactor, 1.2)],
    ['the general procedure, proton donor 30 % low', HOUR, drier],
    ['the scale-up, conductivity 20 % low', SCALE_UP_HOUR, (reactor: Reactor) => specimen(reactor, 0.8)],
    ['the scale-up, proton donor 30 % low', SCALE_UP_HOUR, drier],
  ])(
    'raises nothing, and its efficiency is right: %s',
    async (_, recipe, changed) => {
      const played = await play(recipe, changed);
      expect(played.report.result.outcome).toBe('complete');
      expect([...played.alarms.keys()]).toEqual([]);
      const { efficiency } = played.report.figures;
      expect(efficiency).not.toBeNull();
      expect(efficiency?.uncertainty).toBeLessThan(0.1);
      expect(Math.abs((efficiency?.value ?? NaN) - truthOf(played))).toBeLessThan(0.02);
      if (changed === same) expectFollowed(played.samples);
    },
    WHOLE_RUN_MS,
  );
});

describe('a run in which something goes wrong', () => {
  it.each([
    [
      'an electrode that passivates, long before its limit',
      'cell-lead:slow=0.01ohm/s',
      'voltage-unexpected',
      3600,
      2400,
    ],
    ['a leak of most of the hydrogen', 'hydrogen-leak:wrong=90%', 'vent-hydrogen-low', 2700, 600],
    ['a vent sensor that is dead', 'vent-sensor:off', 'vent-hydrogen-low', 2700, 600],
    ['a vent sensor that reads too much', 'vent-sensor:wrong=1vol%', 'vent-hydrogen-high', 2700, 300],
    ['a Peltier that pumps little, in the ramp', 'peltier:wrong=-60%', 'temperature-unexpected', 60, 900],
  ])(
    'is told of %s',
    async (_, fault, alarm, at_s, within_s) => {
      const { alarms } = await play(WHOLE, same, { fault, at_s, for_s: within_s });
      const raised_s = alarms.get(alarm);
      expect(raised_s, [...alarms.keys()].join(' ')).toBeGreaterThan(at_s);
      expect(raised_s).toBeLessThan(at_s + within_s);
      expect(alarms.has('over-voltage')).toBe(false);
    },
    WHOLE_RUN_MS,
  );
});
