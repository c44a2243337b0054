import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Output } from '../../src/control/output.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBench } from '../scenario/fake-bench.js';
import { BOARD, seen } from '../support/observation.js';
import { planOf } from '../support/plan.js';

const OFF = { ...BOARD, outputOn: false };

function rig(clock = new VirtualClock()) {
  const bench = new FakeBench(clock);
  const journal: string[] = [];
  const output = new Output(bench, clock, planOf(), 7, (kind, actor, text) =>
    journal.push(`${kind} ${actor}: ${text}`),
  );
  return { clock, output, journal, galvanostat: bench.galvanostat, lines: bench.lines };
}

async function armedRig() {
  const all = rig();
  await all.output.arm();
  all.output.challenged();
  all.journal.length = 0;
  all.lines.driven.length = 0;
  all.galvanostat.asked.length = 0;
  return all;
}

describe('arming', () => {
  it('loads the envelope, closes the master relay, then arms', async () => {
    const { output, galvanostat, lines, journal } = rig();
    expect(await output.arm()).toBeNull();
    expect(galvanostat.asked).toEqual(['load', 'arm']);
    expect(lines.driven).toEqual(['master-relay on']);
    expect(output.armed).toBe(true);
    expect(journal).toEqual(['board board: armed']);
  });

  it('clears what the board has latched only when it is asked to, and first', async () => {
    const { output, galvanostat, journal } = rig();
    await output.prove({ clearFirst: false, interrupted: () => false });
    expect(galvanostat.asked).toEqual([]);
    await output.prove({ clearFirst: true, interrupted: () => false });
    expect(galvanostat.asked).toEqual(['clear']);
    expect(journal).toContain('command operator: latched faults of the board cleared');
  });

  it('gives no power to a board that stored no envelope', async () => {
    const { output, galvanostat, lines } = rig();
    galvanostat.refused.add('load');
    expect(await output.arm()).toContain('load was not acknowledged');
    expect(lines.driven).not.toContain('master-relay on');
    expect(output.armed).toBe(false);
  });

  it('is not armed when the board does not take it', async () => {
    const { output, galvanostat, journal } = rig();
    galvanostat.refused.add('arm');
    expect(await output.arm()).toContain('arm was not acknowledged');
    expect(output.armed).toBe(false);
    expect(journal).toEqual([]);
  });
});

describe('the right to drive', () => {
  it('comes with the first challenge that was read after arming', async () => {
    const { output } = rig();
    output.challenged();
    expect(output.mayDrive).toBe(false);
    await output.arm();
    expect(output.mayDrive).toBe(false);
    output.challenged();
    expect(output.mayDrive).toBe(true);
  });

  it('goes with an off until the next challenge, and with disarming for good', async () => {
    const { output } = await armedRig();
    await output.off('enough', 10);
    expect(output.mayDrive).toBe(false);
    output.challenged();
    expect(output.mayDrive).toBe(true);
    await output.disarm();
    output.challenged();
    expect(output.mayDrive).toBe(false);
  });
});

describe('off', () => {
  it('is what is measured: then the journal says how much flows', async () => {
    const { output, journal } = await armedRig();
    await output.off('enough', 10);
    expect(output.goingOff).toBe(true);
    expect(output.judgeOff(seen({ now_s: 10.05, current_mA: 79, board: OFF })).verdict).toBe('waiting');
    expect(output.judgeOff(seen({ now_s: 10.1, current_mA: 0.05, board: OFF }))).toEqual({
      verdict: 'off',
      text: 'enough',
    });
    expect(journal).toEqual(['board board: measured off: 0.050 mA']);
    expect(output.goingOff).toBe(false);
  });

  it('that is not measured in 200 ms opens the master relay, and gives up a second later', async () => {
    const { output, lines, journal } = await armedRig();
    await output.off('enough', 10);
    const judged = (now_s: number) => output.judgeOff(seen({ now_s, current_mA: 80, board: BOARD }));
    expect(judged(10.15).verdict).toBe('waiting');
    expect(judged(10.2)).toEqual({ verdict: 'open-relay', text: 'the current was not off in time (enough)' });
    expect(lines.driven).toEqual(['master-relay off']);
    expect(judged(11.2).verdict).toBe('waiting');
    expect(judged(11.25)).toEqual({ verdict: 'unconfirmed', text: '80.00 mA still flow' });
    expect(journal).toEqual(['board guard: master relay opened']);
  });

  it('says so when nothing can be measured', async () => {
    const { output } = await armedRig();
    await output.off('enough', 10);
    const blind = (now_s: number) => output.judgeOff(seen({ now_s, current_mA: null, board: null }));
    blind(10.2);
    expect(blind(11.25)).toEqual({ verdict: 'unconfirmed', text: 'the current cannot be measured' });
  });

  it('that the board does not take ends the heartbeats and opens the master relay at once', async () => {
    const { output, galvanostat, lines, journal } = await armedRig();
    galvanostat.refused.add('off');
    await output.off('enough', 10);
    output.challenged();
    expect(output.mayDrive).toBe(false);
    expect(lines.driven).toEqual(['master-relay off']);
    expect(journal).toEqual([
      'board guard: master relay opened',
      'bus program: off not taken: I2C 0x2c: off was not acknowledged',
    ]);
  });

  it('waits for nothing when none was asked for', async () => {
    const { output } = await armedRig();
    expect(output.judgeOff(seen()).verdict).toBe('waiting');
  });
});

describe('disarming', () => {
  it('opens the master relay also when the board does not answer', async () => {
    const { output, galvanostat, lines, journal } = await armedRig();
    galvanostat.refused.add('disarm');
    await output.disarm();
    expect(lines.driven).toEqual(['master-relay off']);
    expect(output.armed).toBe(false);
    expect(journal[0]).toMatch(/^bus program: disarm not taken: /);
  });
});

describe('the master relay', () => {
  it('is driven whenever it is asked for, and journalled when it opens', async () => {
    const { output, lines, journal } = await armedRig();
    output.openMasterRelay();
    output.openMasterRelay();
    expect(lines.driven).toEqual(['master-relay off', 'master-relay off']);
    expect(journal).toEqual(['board guard: master relay opened']);
    await output.arm();
    output.openMasterRelay();
    expect(journal.filter((text) => text.endsWith('master relay opened'))).toHaveLength(2);
  });
});

describe('the time of an off', () => {
  /** Armed on a clock that runs. */
  async function running<T>(act: (all: ReturnType<typeof rig>) => Promise<T>): Promise<T> {
    const clock = new VirtualClock({ drain: 'tick' });
    return clock.run(async () => {
      const all = rig(clock);
      await all.output.arm();
      all.journal.length = 0;
      all.lines.driven.length = 0;
      return act(all);
    });
  }

  it('opens the master relay although the bus hangs at the off and no cycle comes', async () => {
    const driven = await running(async ({ clock, output, galvanostat, lines }) => {
      galvanostat.off = () => clock.sleep(3000);
      const hanging = output.off('smoke', 10);
      await clock.sleep(179);
      const before = [...lines.driven];
      await clock.sleep(2);
      const after = [...lines.driven];
      await hanging;
      return { before, after };
    });
    expect(driven).toEqual({ before: [], after: ['master-relay off'] });
  });

  it('is over when off was measured: the relay stays as it is', async () => {
    const driven = await running(async ({ clock, output, lines }) => {
      await output.off('enough', 10);
      output.judgeOff(seen({ now_s: 10.05, current_mA: 0.05, board: OFF }));
      await clock.sleep(1000);
      return lines.driven;
    });
    expect(driven).toEqual([]);
  });

  it('is that of the first off, however often it is asked for again', async () => {
    const driven = await running(async ({ clock, output, lines }) => {
      await output.off('enough', 10);
      await clock.sleep(100);
      await output.off('smoke', 10.1);
      await clock.sleep(81);
      return [...lines.driven];
    });
    expect(driven).toEqual(['master-relay off']);
  });

  it('goes on when the line cannot be driven, and the journal says so', async () => {
    const told = await running(async ({ clock, output, lines, journal }) => {
      lines.set = () => {
        throw new Error('no such chip');
      };
      await output.off('smoke', 10);
      await clock.sleep(200);
      return { verdict: output.judgeOff(seen({ now_s: 10.2, current_mA: 80, board: BOARD })).verdict, journal };
    });
    expect(told.verdict).toBe('open-relay');
    expect(told.journal[0]).toBe('bus program: the master relay cannot be opened: no such chip');
  });

  it('holds in any order of offs, disarms, cycles and refusals: nothing is ever switched on again', async () => {
    const steps = fc.array(
      fc.constantFrom('off', 'disarm', 'open', 'cycle-off', 'cycle-on', 'wait', 'refuse', 'obey', 'hang'),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (order) => {
        const { driven, opened, unopened } = await running((all) => played(all, order));
        expect(driven.filter((line) => line !== 'master-relay off')).toEqual([]);
        expect(opened).toBeLessThanOrEqual(1);
        expect(unopened).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Plays the steps and gives what was driven, and offs after whose limit the relay was neither open nor the current gone. */
async function played(
  { clock, output, galvanostat, lines, journal }: ReturnType<typeof rig>,
  order: readonly string[],
) {
  const unopened: string[] = [];
  let asked_ms: number | null = null;
  const taken = galvanostat.off.bind(galvanostat);
  for (const step of order) {
    const now_s = clock.now() / 1000;
    const fresh = { now_s, boardAge_s: 0 };
    if (step === 'off') {
      asked_ms ??= output.goingOff ? null : clock.now();
      await output.off('smoke', now_s);
    }
    if (step === 'disarm') await output.disarm();
    if (step === 'open') output.openMasterRelay();
    if (step === 'cycle-off') output.judgeOff(seen({ ...fresh, current_mA: 0, board: OFF }));
    if (step === 'cycle-on') output.judgeOff(seen({ ...fresh, current_mA: 80, board: BOARD }));
    if (step === 'wait') await clock.sleep(50);
    if (step === 'refuse') galvanostat.refused.add('off');
    if (step === 'obey') galvanostat.refused.delete('off');
    if (step === 'hang') galvanostat.off = () => clock.sleep(300).then(taken);
    if (!output.goingOff) asked_ms = null;
    const late = asked_ms !== null && clock.now() - asked_ms > 200;
    if (late && !lines.driven.includes('master-relay off')) unopened.push(`${step} at ${clock.now()} ms`);
  }
  const opened = journal.filter((text) => text.endsWith('master relay opened')).length;
  return { driven: [...lines.driven], opened, unopened };
}
