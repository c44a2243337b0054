import { describe, expect, it } from 'vitest';
import { Core, type CoreResult } from '../../src/control/core.js';
import type { Alarm, RunEvent } from '../../src/model/event.js';
import type { Sample } from '../../src/model/sample.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBench } from '../scenario/fake-bench.js';
import { ELECTROLYSE, FINISH, planOf } from '../support/plan.js';

const PERIOD_S = 0.05;
const CHARGE_C = 0.8;

/** Ten seconds of electrolysis in a batch: no pump, no cooling. */
function plan() {
  const whole = planOf([
    { ...ELECTROLYSE, ramp_s: 0.5, charge_C: CHARGE_C },
    { ...FINISH, sweep_s: 1, holdTemperature: false },
  ]);
  return {
    ...whole,
    limits: { ...whole.limits, flowMin_mL_min: null },
    numbers: { ...whole.numbers, charge_C: CHARGE_C },
  };
}

interface Rig {
  readonly clock: VirtualClock;
  readonly bench: FakeBench;
  readonly core: Core;
  readonly samples: Sample[];
  readonly events: RunEvent[];
  readonly alarms: Alarm[];
}

/** A run on fakes, in which `act` does something before it starts; ends with its result. */
async function ran(act: (rig: Rig) => void = () => undefined): Promise<Rig & { readonly result: CoreResult }> {
  const clock = new VirtualClock({ drain: 'tick' });
  const bench = new FakeBench(clock);
  const core = new Core({
    clock,
    bench,
    plan: plan(),
    runTag: 7,
    period_s: PERIOD_S,
    pumpFull_mL_min: 40,
    recordFailure: () => null,
  });
  const rig: Rig = { clock, bench, core, samples: [], events: [], alarms: [] };
  core.samples$.subscribe((sample) => rig.samples.push(sample));
  core.events$.subscribe((event) => rig.events.push(event));
  core.alarms$.subscribe((alarm) => rig.alarms.push(alarm));
  const result = await clock.run(() => {
    act(rig);
    core.request({ kind: 'start', actor: 'operator' });
    return core.run();
  });
  return { ...rig, result };
}

const texts = (events: readonly RunEvent[]): string[] => events.map(({ text }) => text);

describe('a run', () => {
  it('goes from start to complete, with a sample for every cycle since its start', async () => {
    const { result, samples, bench } = await ran();
    expect(result).toMatchObject({ outcome: 'complete', reason: 'all steps done', missedTicks: 0, busFaults: 0 });
    expect(result.charge_C).toBeGreaterThanOrEqual(CHARGE_C);
    expect(result.cycles).toBe(samples.length);
    expect(samples.map(({ seq }) => seq)).toEqual(samples.map((_, k) => k + 1));
    expect(bench.galvanostat.asked).toEqual(['load', 'arm', 'off', 'disarm']);
    expect(bench.lines.driven).toEqual(['master-relay on', 'master-relay off']);
  });

  it('drives nothing before it is armed and after it is disarmed', async () => {
    const driven: number[] = [];
    const { bench } = await ran(({ bench, clock }) => {
      bench.sweep.reading = undefined;
      clock.after(3000, () => {
        driven.push(bench.galvanostat.setpoints_A.length, bench.peltier.writes.length, bench.lines.driven.length);
        bench.sweep.reading = { ok: true, value: 100 };
      });
    });
    expect(driven).toEqual([0, 0, 0]);
    expect(bench.galvanostat.setpoints_A.at(-1)).toBe(0);
  });
});

describe('a start', () => {
  it('waits for the first value of every chip', async () => {
    const { result, samples } = await ran(({ bench, clock }) => {
      bench.sweep.reading = undefined;
      clock.after(3000, () => {
        bench.sweep.reading = { ok: true, value: 100 };
      });
    });
    expect(result.outcome).toBe('complete');
    expect(samples[0]?.elapsed_s).toBeLessThan(2 * PERIOD_S);
  });

  it('is refused after 15 s with a chip that gives none, and nothing was armed', async () => {
    const { result, clock, bench } = await ran(({ bench }) => {
      bench.thermometer.reading = { ok: false, fault: 'bus', detail: 'not acknowledged' };
    });
    expect(result).toMatchObject({ outcome: 'aborted' });
    expect(result.reason).toContain('no good value of temperature_C (not acknowledged)');
    expect(clock.now()).toBeGreaterThanOrEqual(15_000);
    expect(bench.galvanostat.asked).not.toContain('arm');
    expect(bench.galvanostat.setpoints_A).toEqual([]);
  });

  it.each([
    ['stop', 'stopped'],
    ['abort', 'aborted'],
  ] as const)('that still waits for a value is given up by a %s', async (kind, outcome) => {
    const { result, bench, clock } = await ran(({ bench, clock, core }) => {
      bench.sweep.reading = undefined;
      clock.after(1000, () => core.request({ kind, actor: 'operator', reason: 'changed my mind' }));
      clock.after(3000, () => {
        bench.sweep.reading = { ok: true, value: 100 };
      });
    });
    expect(result).toMatchObject({ outcome, reason: 'changed my mind' });
    expect(clock.now()).toBeLessThan(1500);
    expect(bench.galvanostat.asked).not.toContain('arm');
  });

  it('changes nothing when it is asked for twice', async () => {
    const once = await ran();
    const twice = await ran(({ core, clock }) => {
      clock.after(3000, () => core.request({ kind: 'start', actor: 'operator' }));
    });
    expect(twice.result).toEqual(once.result);
    expect(texts(twice.events)).toEqual(texts(once.events));
  });

  it('is refused with the word of a board that does not arm', async () => {
    const { result, bench } = await ran(({ bench }) => bench.galvanostat.refused.add('arm'));
    expect(result).toMatchObject({ outcome: 'aborted', reason: expect.stringContaining('arm was not acknowledged') });
    expect(bench.lines.driven.at(-1)).toBe('master-relay off');
    expect(bench.galvanostat.setpoints_A).toEqual([]);
  });
});

describe('an off that the board does not take', () => {
  it.each(['hold', 'stop'] as const)('of a %s ends the run: it could not go on with its relay open', async (kind) => {
    const { result, bench } = await ran(({ bench, clock, core }) => {
      clock.after(3000, () => {
        bench.galvanostat.refused.add('off');
        core.request({ kind, actor: 'operator', reason: 'enough' });
      });
      clock.after(20_000, () => core.request({ kind: 'unhold', actor: 'operator' }));
    });
    expect(result).toMatchObject({ outcome: 'aborted', reason: expect.stringContaining('off was not acknowledged') });
    expect(result.reason).toMatch(/^off not taken: .* \(enough\)/);
    expect(bench.lines.driven.at(-1)).toBe('master-relay off');
  });
});

describe('trips of one cycle', () => {
  it('are told in their order, and the run names the first as its reason', async () => {
    const { result, events, alarms } = await ran(({ bench, clock }) => {
      clock.after(3000, () => {
        bench.lines.opened.add('door-closed').add('e-stop-closed');
      });
    });
    expect(result).toMatchObject({ outcome: 'aborted', reason: 'e-stop-closed: the emergency stop is pressed' });
    const trips = events.filter(({ kind }) => kind === 'trip');
    expect(trips.map(({ data }) => [data['id'], data['firstOut']])).toEqual([
      ['e-stop-closed', true],
      ['door-closed', false],
    ]);
    expect(alarms.map(({ id, state }) => `${id} ${state}`)).toEqual(['e-stop-closed active', 'door-closed active']);
  });

  it('go before what a person asks for in it', async () => {
    const { result } = await ran(({ bench, clock, core }) => {
      clock.after(3000, () => {
        bench.lines.opened.add('door-closed');
        core.request({ kind: 'stop', actor: 'operator', reason: 'enough' });
      });
    });
    expect(result).toMatchObject({ outcome: 'aborted', reason: 'door-closed: the door is open' });
  });
});

describe('a held run', () => {
  /** Held by a stage at its voltage limit, mended, resumed three seconds later and stopped after another. */
  const held = () =>
    ran(({ bench, clock, core }) => {
      clock.after(2000, () => {
        bench.galvanostat.says = { compliance: true };
      });
      core.state$.subscribe(({ run }) => {
        if (run !== 'held') return;
        bench.galvanostat.says = {};
        clock.after(3000, () => core.request({ kind: 'unhold', actor: 'operator' }));
        clock.after(4000, () => core.request({ kind: 'stop', actor: 'operator', reason: 'enough' }));
      });
    });

  it('goes on when its cause has gone, and the alarm waits to be acknowledged', async () => {
    const { alarms, samples } = await held();
    expect(new Set(samples.map(({ state }) => state))).toContain('unholding');
    expect(alarms.filter(({ id }) => id === 'compliance').map(({ state }) => state)).toEqual([
      'active',
      'cleared-unacknowledged',
    ]);
  });

  it('acknowledges an alarm once, and says who', async () => {
    const { events, alarms } = await ran(({ bench, clock, core }) => {
      clock.after(2000, () => {
        bench.hydrogen.reading = { ok: true, value: 500 };
      });
      for (const at_ms of [5400, 5600]) clock.after(at_ms, () => core.acknowledge('hydrogen-warn', 'mira'));
    });
    expect(alarms.filter(({ id }) => id === 'hydrogen-warn').map(({ state }) => state)).toContain('acknowledged');
    expect(events.filter(({ text }) => text === 'hydrogen-warn acknowledged').map(({ actor }) => actor)).toEqual([
      'mira',
    ]);
  });
});

describe('a cycle', () => {
  it('never overlaps the next: ticks that fall into a slow one are missed and counted', async () => {
    const { result, bench, events } = await ran(({ bench, clock }) => {
      bench.galvanostat.transfers = [{ address: 0x2c, read: 1 }];
      bench.bus.takes_ms = 10;
      clock.after(3000, () => {
        bench.bus.takes_ms = 120;
      });
      clock.after(3300, () => {
        bench.bus.takes_ms = 10;
      });
    });
    expect(result.missedTicks).toBeGreaterThan(0);
    expect(result.outcome, texts(events).join('; ')).toBe('complete');
    expect(bench.bus.batches.length).toBeGreaterThan(result.cycles);
  });

  it('that cannot tell what the board does ends the run: master relay open, nothing driven any more', async () => {
    const { result, bench } = await ran(({ bench, clock }) => {
      clock.after(3000, () => {
        bench.galvanostat.silent = true;
        bench.galvanostat.refused.add('off').add('disarm');
      });
    });
    expect(result).toMatchObject({ outcome: 'aborted', reason: expect.stringMatching(/^board-lost: .*not confirmed/) });
    expect(bench.lines.driven.slice(1)).toContain('master-relay off');
    expect(bench.lines.driven.at(-1)).toBe('master-relay off');
  });

  it('says once that a chip refuses, for as long as it does', async () => {
    const { events } = await ran(({ bench, clock }) => {
      clock.after(3000, () => {
        bench.peltier.refuses = true;
      });
      clock.after(4800, () => {
        bench.peltier.refuses = false;
      });
    });
    expect(texts(events).filter((text) => text === 'peltier: not acknowledged')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'trip')).toEqual([]);
  });

  it('holds the run when a chip has refused for 2 s, and does not go on while it does', async () => {
    const { events, result } = await ran(({ bench, clock, core }) => {
      clock.after(3000, () => {
        bench.peltier.refuses = true;
      });
      clock.after(9000, () => core.request({ kind: 'unhold', actor: 'operator' }));
      clock.after(10_000, () => core.request({ kind: 'stop', actor: 'operator', reason: 'no Peltier' }));
    });
    expect(result).toMatchObject({ outcome: 'stopped' });
    const said = texts(events);
    expect(said).toContainEqual(expect.stringMatching(/^actuator-refuses: .*peltier: not acknowledged$/));
    expect(said).toContain('resume refused: actuator-refuses still stands');
  });
});
