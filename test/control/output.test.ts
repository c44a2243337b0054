import { describe, expect, it } from 'vitest';
import { Output } from '../../src/control/output.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBench } from '../scenario/fake-bench.js';
import { BOARD, seen } from '../support/observation.js';
import { planOf } from '../support/plan.js';

const OFF = { ...BOARD, outputOn: false };

function rig() {
  const bench = new FakeBench(new VirtualClock());
  const journal: string[] = [];
  const output = new Output(bench, planOf(), 7, (kind, actor, text) => journal.push(`${kind} ${actor}: ${text}`));
  return { output, journal, galvanostat: bench.galvanostat, lines: bench.lines };
}

async function armedRig() {
  const all = rig();
  await all.output.arm(false);
  all.output.challenged();
  all.journal.length = 0;
  all.lines.driven.length = 0;
  all.galvanostat.asked.length = 0;
  return all;
}

describe('arming', () => {
  it('loads the envelope, closes the master relay, then arms', async () => {
    const { output, galvanostat, lines, journal } = rig();
    expect(await output.arm(false)).toBeNull();
    expect(galvanostat.asked).toEqual(['load', 'arm']);
    expect(lines.driven).toEqual(['master-relay on']);
    expect(output.armed).toBe(true);
    expect(journal).toEqual(['board board: armed']);
  });

  it('clears what the board has latched only when it is asked to, and first', async () => {
    const { output, galvanostat, journal } = rig();
    await output.arm(true);
    expect(galvanostat.asked).toEqual(['clear', 'load', 'arm']);
    expect(journal[0]).toBe('command operator: latched faults of the board cleared');
  });

  it('gives no power to a board that stored no envelope', async () => {
    const { output, galvanostat, lines } = rig();
    galvanostat.refused.add('load');
    expect(await output.arm(false)).toContain('load was not acknowledged');
    expect(lines.driven).toEqual([]);
    expect(output.armed).toBe(false);
  });

  it('is not armed when the board does not take it', async () => {
    const { output, galvanostat, journal } = rig();
    galvanostat.refused.add('arm');
    expect(await output.arm(false)).toContain('arm was not acknowledged');
    expect(output.armed).toBe(false);
    expect(journal).toEqual([]);
  });
});

describe('the right to drive', () => {
  it('comes with the first challenge that was read after arming', async () => {
    const { output } = rig();
    output.challenged();
    expect(output.mayDrive).toBe(false);
    await output.arm(false);
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
    expect(judged(10.2).verdict).toBe('waiting');
    expect(judged(10.25)).toEqual({ verdict: 'open-relay', text: 'the current was not off in time (enough)' });
    expect(lines.driven).toEqual(['master-relay off']);
    expect(judged(11.25).verdict).toBe('waiting');
    expect(judged(11.3)).toEqual({ verdict: 'unconfirmed', text: '80.00 mA still flow' });
    expect(journal).toEqual(['board guard: master relay opened']);
  });

  it('says so when nothing can be measured', async () => {
    const { output } = await armedRig();
    await output.off('enough', 10);
    const blind = (now_s: number) => output.judgeOff(seen({ now_s, current_mA: null, board: null }));
    blind(10.25);
    expect(blind(11.3)).toEqual({ verdict: 'unconfirmed', text: 'the current cannot be measured' });
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
    await output.arm(false);
    output.openMasterRelay();
    expect(journal.filter((text) => text.endsWith('master relay opened'))).toHaveLength(2);
  });
});
