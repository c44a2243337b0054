/** Faults that are put into a run while it is on, and taken out again. */
import { describe, expect, it } from 'vitest';
import { Subject } from 'rxjs';
import { faultRows, openBench, type OpenedBench } from '../../src/bench.js';
import { RehearsedRun } from '../../src/cli/rehearsal.js';
import type { EventData } from '../../src/model/event.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import type { ProcedureState } from '../../src/procedure/types.js';
import { boardNamed } from '../contract/files.js';
import { planOf, reactorFile } from '../support/plan.js';

interface Said {
  readonly actor: string;
  readonly text: string;
  readonly data: EventData;
}

/** A run on the simulated bench that only writes down what it is told. */
async function inRun(
  board: string,
  act: (live: RehearsedRun, said: Said[], bench: OpenedBench, clock: VirtualClock) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock({ drain: 'tick' });
  await clock.run(async () => {
    const sim = boardNamed('bench-sim');
    const reactor = reactorFile('batch-10ml');
    const bench = await openBench({ board: sim, reactor, clock, seed: 1 });
    const said: Said[] = [];
    const run = {
      note: (actor: string, text: string) => void said.push({ actor, text, data: {} }),
      command: (actor: string, text: string, data: EventData) => void said.push({ actor, text, data }),
      state$: new Subject<ProcedureState>(),
    };
    const plan = { ...planOf(), reactor };
    await act(new RehearsedRun({ faults: [], run, bench, plan, board: boardNamed(board) }), said, bench, clock);
    await bench.close();
  });
}

describe('a fault put in over the network', () => {
  it('strikes now, is told with who did it, and is taken out again', () =>
    inRun('bench-sim', async (live, said, bench) => {
      live.begin();
      expect(said).toEqual([]); // nothing was ordered before
      expect(live.take({ fault: 'e-stop:off' }, 'anna')).toEqual({
        ok: true,
        reason: null,
        data: { fault: 'e-stop:off@0s' },
      });
      expect(live.inForce).toEqual(['e-stop:off@0s']);
      expect(bench.lines.get('e-stop-closed')).toBe(false);
      expect(said[0]).toEqual({
        actor: 'anna',
        text: 'REHEARSAL, no emergency: anna puts in e-stop:off@0s',
        data: { verb: 'fault', ok: true, fault: 'e-stop:off@0s', off: false },
      });
      expect(said.slice(1)).toMatchObject([{ actor: 'rehearsal', text: expect.stringContaining('strikes') }]);
      expect(live.take({ fault: 'e-stop:off', off: true }, 'bob')).toMatchObject({
        ok: true,
        rows: [{ fault: 'e-stop:off@0s', fired: expect.any(Number) }],
      });
      expect(bench.lines.get('e-stop-closed')).toBe(true);
      expect(said.at(-1)).toMatchObject({
        actor: 'bob',
        data: { verb: 'fault', ok: true, off: true, fault: 'e-stop:off@0s' },
      });
      expect(live.inForce).toEqual([]);
      expect(live.ending()).toEqual([expect.stringMatching(/e-stop:off@0s fired \d+ time/)]);
      expect(live.told().rehearsal).toHaveLength(1);
    }));

  it('counts its times from now, and is out of force when they are over', () =>
    inRun('bench-sim', async (live, _, bench, clock) => {
      await clock.sleep(5000);
      live.take({ fault: 'door:off@2s+3s' }, 'anna');
      expect(live.inForce).toHaveLength(1);
      await clock.sleep(1900);
      expect(bench.lines.get('door-closed')).toBe(true);
      await clock.sleep(200);
      expect(bench.lines.get('door-closed')).toBe(false);
      await clock.sleep(3000);
      expect(bench.lines.get('door-closed')).toBe(true);
      expect(live.inForce).toEqual([]);
    }));

  it('"all" takes out all that is in, and nothing twice', () =>
    inRun('bench-sim', async (live) => {
      live.take({ fault: 'e-stop:off' }, 'anna');
      live.take({ fault: 'door:off' }, 'anna');
      expect(live.take({ fault: 'all', off: true }, 'anna').rows).toHaveLength(2);
      expect(live.take({ fault: 'all', off: true }, 'anna')).toEqual({
        ok: false,
        reason: '"all" is not in (nothing is in)',
      });
    }));

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['thermometr:stuck', /target: there is no "thermometr" to break \(would be right: thermometer/],
    ['thermometer:melted', /verb: thermometer cannot be "melted"/],
    ['pump:off', /has no pump/],
    ['e-stop:off@electrolyse+5s', /"electrolyse" is a step, and here time counts from now/],
    ['', /is no fault/],
  ];
  it.each(wrong)('"%s" is refused with what would be right, and nothing is said', (fault, says) =>
    inRun('bench-sim', async (live, said) => {
      const done = live.take({ fault }, 'anna');
      expect(done.ok).toBe(false);
      expect(done.reason).toMatch(says);
      expect(said).toEqual([]);
    }),
  );

  it('is refused when it is in already, and when so many are', () =>
    inRun('bench-sim', async (live) => {
      live.take({ fault: 'e-stop:off@1h' }, 'anna');
      expect(live.take({ fault: 'e-stop:off' }, 'anna').reason).toContain('is in already');
      expect(live.take({ fault: 'door:off', off: true }, 'anna').reason).toBe(
        '"door:off" is not in (in are e-stop:off@3600s)',
      );
    }));

  it('is one of 20 at once, and of 500 in a run', () =>
    inRun('bench-sim', async (live) => {
      const refusals = faultRows()
        .filter(({ unit, usual }) => unit === null || usual !== null)
        .map(({ name, verb }) => live.take({ fault: `${name}:${verb}@1h` }, 'anna').reason);
      expect(live.inForce).toHaveLength(20);
      expect(refusals.at(-1)).toContain('20 faults are in');
      live.take({ fault: 'all', off: true }, 'anna');
      for (let n = 20; n < 500; n++) {
        expect(live.take({ fault: 'door:off@1h' }, 'anna').ok).toBe(true);
        live.take({ fault: 'door:off', off: true }, 'anna');
      }
      expect(live.take({ fault: 'door:off@1h' }, 'anna').reason).toContain('500 faults were put into this run');
    }));

  it.each([
    ['gs1', /gs1 is a real bench, and nothing is broken there on purpose/],
    ['bench-live', /runs in a process of its own/],
  ])('is refused on %s', (board, says) =>
    inRun(board, async (live, said, bench) => {
      for (const off of [false, true]) expect(live.take({ fault: 'e-stop:off', off }, 'anna').reason).toMatch(says);
      expect(said).toEqual([]);
      expect(bench.lines.get('e-stop-closed')).toBe(true);
    }),
  );
});
