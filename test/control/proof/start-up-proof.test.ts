import { describe, expect, it } from 'vitest';
import { openBench, type FaultOrder, type OpenedBench } from '../../../src/bench.js';
import { StartUpProof, type ProofOutcome } from '../../../src/control/proof/start-up-proof.js';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import { FAULT_CELLS } from '../../../src/twin/faults/cells.js';
import type { Truth } from '../../../src/twin/truth.js';
import type { World } from '../../../src/twin/world.js';
import { boardNamed } from '../../contract/files.js';
import { reactorFile } from '../../support/plan.js';

const REACTOR = reactorFile('flow-12cm2');
const ENVELOPE = {
  runTag: 7,
  current_A: 0.1,
  voltage_V: 10,
  charge_C: 100,
  duration_s: 1000,
  temperatureMin_C: -20,
  temperatureMax_C: 60,
};
const BENCHES = ['bench-sim', 'breakout-sim'] as const;
type BenchName = (typeof BENCHES)[number];

interface Stage {
  readonly bench: OpenedBench;
  readonly world: World;
  readonly clock: VirtualClock;
  readonly inject: (target: string, verb: FaultOrder['verb']) => void;
}

interface Proven {
  readonly outcome: ProofOutcome;
  readonly took_s: number;
  readonly peak_mA: number;
  readonly charge_uC: number;
  /** Largest that any of them ever was. */
  readonly peltier_A: number;
  readonly pump_mL_min: number;
  /** Whether the sweep gas was shut at any moment. */
  readonly sweepShut: boolean;
  /** What is on afterwards, in words. */
  readonly left: readonly string[];
}

interface Trial {
  readonly board?: BenchName;
  readonly clearFirst?: boolean;
  readonly seed?: number;
  /** Breaks something before the proof. */
  readonly before?: (stage: Stage) => void | Promise<void>;
  readonly interrupted?: (begun_ms: number, clock: VirtualClock) => boolean;
}

/** A proof on a simulated bench that has been on for a second, judged by the plant's truth. */
function proven(trial: Trial = {}): Promise<Proven> {
  const clock = new VirtualClock({ drain: 'tick' });
  return clock.run(async () => {
    const board = boardNamed(trial.board ?? 'bench-sim');
    const bench = await openBench({ board, reactor: REACTOR, clock, seed: trial.seed ?? 3 });
    const { simulation } = bench;
    if (!simulation?.world) throw new Error('this test needs the simulated bench in this process');
    const { world, inject } = simulation;
    await clock.sleep(1000);
    const order = { amount: null, at_s: 0, for_s: null };
    await trial.before?.({ bench, world, clock, inject: (target, verb) => inject?.({ target, verb, ...order }) });
    const seen = watch(world);
    const from_ms = clock.now();
    const from_C = world.plant.absoluteCharge_C;
    const outcome = await new StartUpProof({
      bench,
      clock,
      envelope: ENVELOPE,
      clearFirst: trial.clearFirst ?? false,
      interrupted: () => trial.interrupted?.(from_ms, clock) ?? false,
    }).run();
    const took_s = (clock.now() - from_ms) / 1000;
    await clock.sleep(1000);
    const truth = await simulation.truth();
    const charge_uC = (world.plant.absoluteCharge_C - from_C) * 1e6;
    await bench.close();
    return { outcome, took_s, charge_uC, ...seen, left: onIn(truth) };
  });
}

function watch(world: World) {
  const seen = { peak_mA: 0, peltier_A: 0, pump_mL_min: 0, sweepShut: false };
  world.witness = {
    moved: () => {
      const { plant } = world;
      seen.peak_mA = Math.max(seen.peak_mA, Math.abs(plant.current_A * 1000));
      seen.peltier_A = Math.max(seen.peltier_A, Math.abs(plant.inputs.peltier_A));
      seen.pump_mL_min = Math.max(seen.pump_mL_min, plant.inputs.pump_mL_min);
      seen.sweepShut ||= !plant.inputs.sweepOpen;
    },
    transferred: () => undefined,
  };
  return seen;
}

function onIn({ current_mA, relayClosed, masterRelayClosed, safeEnabled }: Truth): string[] {
  return [
    ...(Math.abs(current_mA) <= 0.001 ? [] : [`${current_mA} mA`]),
    ...(relayClosed ? ['output relay'] : []),
    ...(masterRelayClosed ? ['master relay'] : []),
    ...(safeEnabled ? ['SAFE_EN'] : []),
  ];
}

const reasonOf = ({ outcome }: Proven): string => (outcome.kind === 'failed' ? outcome.reason : outcome.kind);

/** The contacts of the master relay stay closed from now on. On the breakout its coil hangs on the watchdog relay. */
async function weld({ bench, world, clock, inject }: Stage): Promise<void> {
  const { galvanostat, lines, bus } = bench;
  lines.set('master-relay', true);
  if (world.wiring.powered) return inject('master-relay', 'stuck');
  await galvanostat.load(ENVELOPE);
  const look = galvanostat.poll();
  look.decode(await bus.batch(look.transfers));
  await galvanostat.arm();
  inject('master-relay', 'stuck');
  await galvanostat.disarm();
  await clock.sleep(20);
}

/** The contact that is read back does what the coil is told, whatever the others do. */
function readBackLies({ world: { wiring } }: Stage): void {
  const healthy = wiring.level.bind(wiring);
  wiring.level = (line) => (line === 'master-relay-closed' ? wiring.driven['master-relay'] : healthy(line));
}

describe.each(BENCHES)('the proof before arming on %s', (board) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('passes in under 2 s and shows its figures (seed %i)', async (seed) => {
    const { outcome, took_s, left } = await proven({ board, seed });
    expect(outcome).toMatchObject({ kind: 'passed', data: { proof: 'passed', dead_man_by_line: true, not_here: '' } });
    if (outcome.kind !== 'passed') return;
    expect(outcome.data['dead_man_ms']).toBeGreaterThan(100);
    expect(outcome.data['dead_man_ms']).toBeLessThanOrEqual(250);
    expect(Math.abs(Number(outcome.data['relay_open_mA']))).toBeLessThan(0.02);
    expect(Number(outcome.data['relay_closed_mA'])).toBeGreaterThan(0.1);
    expect(took_s).toBeLessThan(1);
    expect(left).toEqual([]);
  });

  it.each([1, 2, 3, 4])('energises nothing but a few microcoulombs (seed %i)', async (seed) => {
    const { peak_mA, charge_uC, peltier_A, pump_mL_min, sweepShut } = await proven({ board, seed });
    expect(peak_mA).toBeGreaterThan(0.1);
    expect(peak_mA).toBeLessThanOrEqual(0.5);
    expect(charge_uC).toBeLessThanOrEqual(50);
    expect({ peltier_A, pump_mL_min, sweepShut }).toEqual({ peltier_A: 0, pump_mL_min: 0, sweepShut: false });
  });

  it('finds a welded master relay by its contact', async () => {
    const run = await proven({ board, before: weld });
    expect(reasonOf(run)).toMatch(/the master relay reads closed although it is told to be open.*[Pp]ull the plug/);
    expect(run.peak_mA).toBe(0);
    expect(run.left).toEqual(['master relay']);
  });

  it('finds a welded master relay by the current when its read-back lies', async () => {
    const run = await proven({
      board,
      before: async (stage) => {
        await weld(stage);
        readBackLies(stage);
      },
    });
    expect(run.left).toEqual(['master relay']);
    expect(reasonOf(run)).toMatch(/mA pass although the master relay is open: its contacts are welded\. Pull the plug/);
    expect(run.peak_mA).toBeLessThanOrEqual(0.5);
  });

  it('finds a master relay that does not close', async () => {
    const run = await proven({ board, before: ({ inject }) => inject('master-relay', 'off') });
    expect(reasonOf(run)).toMatch(/the master relay does not close: check the emergency stop chain/);
    expect(run.left).toEqual([]);
  });

  it('finds contacts that read closed and carry nothing', async () => {
    const run = await proven({
      board,
      before: (stage) => {
        readBackLies(stage);
        stage.inject('master-relay', 'off');
      },
    });
    expect(reasonOf(run)).toMatch(/although the master relay is closed: check the leads of the cell/);
    expect(run.left).toEqual([]);
  });

  it('finds a dead-man that does not take SAFE_EN away', async () => {
    const run = await proven({
      board,
      before: ({ world }) => {
        let on = false;
        const { wiring } = world;
        const healthy = wiring.level.bind(wiring);
        wiring.level = (line) => {
          if (line !== 'safe-enabled') return healthy(line);
          on ||= healthy(line);
          return on;
        };
      },
    });
    expect(reasonOf(run)).toMatch(/SAFE_EN is still on \d+ ms after the last heartbeat/);
    expect(run.outcome.kind).toBe('failed');
    expect(run.took_s).toBeLessThan(2);
  });

  it('refuses while the emergency stop is pressed', async () => {
    const run = await proven({ board, before: ({ bench }) => bench.simulation?.hand('e-stop-closed', false) });
    expect(run.outcome.kind).toBe('failed');
    expect(run.peak_mA).toBe(0);
    expect(run.left).toEqual([]);
  });

  it('refuses a cell whose lead came off', async () => {
    const run = await proven({ board, before: ({ inject }) => inject('cell-lead', 'off') });
    expect(reasonOf(run)).toMatch(/check the leads of the cell/);
    expect(run.left).toEqual([]);
  });

  it.each([0, 60, 130, 200, 260, 330, 400])('ends within 50 ms of a stop at %i ms, with all off', async (at_ms) => {
    let asked_ms = NaN;
    let ended_ms = NaN;
    const run = await proven({
      board,
      interrupted: (begun_ms, clock) => {
        const now = clock.now() - begun_ms;
        if (now >= at_ms && Number.isNaN(asked_ms)) asked_ms = now;
        return now >= at_ms;
      },
    });
    ended_ms = run.took_s * 1000;
    expect(run.outcome.kind).toBe('interrupted');
    expect(run.left).toEqual([]);
    // The breakout waits to see its watchdog relay drop.
    expect(ended_ms - asked_ms).toBeLessThanOrEqual(board === 'bench-sim' ? 50 : 300);
  });
});

describe('the proof of a GS-1', () => {
  it('finds a self-test that fails, and names the check', async () => {
    const run = await proven({ before: ({ inject }) => inject('output-relay', 'off') });
    expect(reasonOf(run)).toMatch(/the self-test of the galvanostat failed at relayCloses/);
    expect(run.peak_mA).toBe(0);
  });

  it.each(['off', 'hang'] as const)(
    'refuses a board that was restarted (%s), until a person has looked',
    async (verb) => {
      const before = async ({ inject, clock }: Stage): Promise<void> => {
        inject('firmware', verb);
        await clock.sleep(1000);
      };
      const refused = await proven({ before });
      expect(reasonOf(refused)).toMatch(/restarted by its watchdog or a brown-out.*--clear/);
      const cleared = await proven({ before, clearFirst: true });
      expect(cleared.outcome).toMatchObject({
        kind: 'passed',
        data: { self_test: 'passed but for its reset cause, which was cleared' },
      });
    },
  );

  it('refuses what is latched, by name', async () => {
    const run = await proven({
      before: async ({ bench, clock }) => {
        await bench.galvanostat.load(ENVELOPE);
        await bench.galvanostat.arm();
        await clock.sleep(400);
      },
    });
    expect(reasonOf(run)).toBe(
      'start-up proof: the galvanostat has latched deadman: remove the cause, then start again with --clear',
    );
    expect(run.peak_mA).toBe(0);
  });

  it('refuses a fault that comes while it waits for the dead-man, and does not clear it', async () => {
    const run = await proven({
      before: ({ world, bench, clock }) => {
        let on_ms: number | null = null;
        const previous = world.wiring.onSafeEnabled;
        world.wiring.onSafeEnabled = (enabled) => {
          previous(enabled);
          if (!enabled || on_ms !== null) return;
          on_ms = clock.now();
          clock.after(130, () => void bench.simulation?.hand('door-closed', false));
        };
      },
    });
    expect(reasonOf(run)).toMatch(/without a heartbeat the board latched door instead of its dead-man/);
    expect(run.left).toEqual([]);
  });

  it('refuses a board that says nothing of a dead-man when SAFE_EN falls', async () => {
    const run = await proven({
      before: ({ world, clock }) => {
        let on_ms = NaN;
        const { wiring } = world;
        const healthy = wiring.level.bind(wiring);
        wiring.level = (line) => {
          if (line !== 'safe-enabled') return healthy(line);
          const on = healthy(line);
          if (on && Number.isNaN(on_ms)) on_ms = clock.now();
          return on && !(clock.now() - on_ms > 20);
        };
      },
    });
    expect(reasonOf(run)).toMatch(/without a heartbeat the board latched nothing instead of its dead-man/);
  });

  it('takes a slow host that sees the open cell trip for the same answer', async () => {
    const run = await proven({
      before: ({ bench: { galvanostat, bus }, clock }) => {
        let stalls = false;
        const drive = galvanostat.drive.bind(galvanostat);
        const batch = bus.batch.bind(bus);
        galvanostat.drive = (setpoint_A) => {
          stalls = setpoint_A !== 0;
          galvanostat.drive = drive;
          return drive(setpoint_A);
        };
        bus.batch = async (transfers) => {
          const replies = await batch(transfers);
          if (stalls) await clock.sleep(140); // shorter than the dead-man, longer than an open cell may last
          stalls = false;
          return replies;
        };
      },
    });
    expect(run.outcome).toMatchObject({ kind: 'passed', data: { relay_open_by_trip: true } });
  });

  it.each(FAULT_CELLS.map((cell) => [`${cell.target}:${cell.verb}`, cell] as const))(
    'ends with all off when %s is there from the beginning',
    async (_, { target, verb }) => {
      const run = await proven({ before: ({ inject }) => inject(target, verb) });
      expect(run.outcome.kind).not.toBe('interrupted');
      // An output relay that is stuck stays so; the master relay is why nothing flows.
      const stuck = target === 'output-relay' || target === 'power-stage' ? ['output relay'] : [];
      expect(run.left.filter((what) => !stuck.includes(what))).toEqual([]);
      // A stage that disobeys delivers what it likes; the others never more than was asked for.
      if (target !== 'power-stage') expect(run.peak_mA).toBeLessThanOrEqual(0.5);
      expect(run.took_s).toBeLessThan(target === 'bus' ? 20 : 2);
    },
  );

  it('never rejects and leaves nothing on when the bus hangs at any moment', async () => {
    for (let at_ms = 5; at_ms < 480; at_ms += 25) {
      const run = await proven({
        before: ({ inject, clock }) => {
          clock.after(at_ms, () => inject('bus', 'hang'));
        },
      });
      expect({ at_ms, kind: run.outcome.kind }).toEqual({ at_ms, kind: 'failed' });
      expect({ at_ms, left: run.left }).toEqual({ at_ms, left: [] });
    }
  });
});
