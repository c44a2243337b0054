import { describe, expect, it } from 'vitest';
import { simulatedBench } from '../../src/twin/simulated-bench.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { boardNamed } from '../contract/files.js';
import { SHORT } from '../scenario/plans.js';
import { CLAUSES, RAMP_DOWN_MS } from './clauses.js';
import { Oracle, type Breach, type Duty, type Standing } from './oracle.js';
import { restingView, type PlantView } from './view.js';

const GALVANOSTAT = 0x2c;

/** A healthy run at full current, cooled and pumped. */
function running(): PlantView {
  return {
    ...restingView(),
    run: 'execute',
    energisedBefore: true,
    current_mA: 80,
    commanded_mA: 80,
    connected: true,
    powered: true,
    peltier_A: 2,
    pump_mL_min: 25,
    absoluteCharge_C: 1,
    voltage_V: 3,
  };
}

/** The bench of an oracle that looks at nothing but what it is shown. */
function oracleTold(standing: () => readonly Standing[] = () => []): Oracle {
  const clock = new VirtualClock();
  const bench = simulatedBench({ board: boardNamed('bench-sim'), reactor: SHORT.reactor, clock, seed: 1 });
  return new Oracle(bench.world, SHORT, GALVANOSTAT, {
    run: () => 'execute',
    standing,
    hostDied_ms: () => Infinity,
  });
}

/** Shows a trace: each part so many milliseconds long, one look each millisecond. */
function judged(parts: readonly (readonly [Partial<PlantView>, number])[], oracle = oracleTold()): readonly Breach[] {
  let now_ms = 0;
  for (const [part, lasts_ms] of parts)
    for (let k = 0; k < lasts_ms; k++) oracle.judge({ ...running(), ...part, now_ms: now_ms++ });
  return oracle.breaches;
}

const clausesOf = (breaches: readonly Breach[]): string[] => breaches.map(({ clause }) => clause);

/** Everything off, with the relays open. */
const OFF: Partial<PlantView> = {
  current_mA: 0,
  commanded_mA: 0,
  connected: false,
  powered: false,
  peltier_A: 0,
  pump_mL_min: 0,
};

/** How each cause looks in the plant, with everything on. */
const CAUSES: Readonly<Record<string, Partial<PlantView>>> = {
  'over-current': { current_mA: 1.11 * SHORT.envelope.current_mA, commanded_mA: 1.11 * SHORT.envelope.current_mA },
  'over-charge': { absoluteCharge_C: 1.002 * SHORT.envelope.charge_C },
  'host-silent': { silence_ms: 251 },
  'ended-on': { run: 'aborted' },
  polarity: { current_mA: -80, commanded_mA: -80 },
  'not-obeyed': { commanded_mA: 0 },
  'not-following': { current_mA: 70 },
  'not-following-in-ramp': { current_mA: 70, commandRests: false },
  'over-voltage': { voltage_V: 1.06 * SHORT.envelope.voltage_V },
  compliance: { compliance: true },
  'open-cell': { compliance: true, current_mA: 30 },
  'hot-cell': { liquid_C: SHORT.envelope.temperatureMax_C + 3 },
  'cold-cell': { liquid_C: SHORT.envelope.temperatureMin_C - 3 },
  'peltier-heats': { peltierSign: -1, coldest_C: 16 },
  'hot-side': { hotSide_C: SHORT.limits.hotSideTrip_C + 2 },
  'hot-side-fan': { hotSideFanTurning: false },
  'canopy-fan': { canopyFanTurning: false },
  flow: { flow_mL_min: 3 },
  sweep: { sweep_mL_min: 3 },
  hydrogen: { hydrogen_ppm: 2 * SHORT.limits.hydrogenTrip_ppm },
  'e-stop': { eStopClosed: false },
  'thermal-cutout': { cutoutClosed: false },
  door: { doorClosed: false },
  tray: { trayDry: false },
  supply: { supply_V: 20 },
};

/** Their cause is part of the output itself, or, for the silence, never ends: there is no "again" to see. */
const ENDS_WITH_OUTPUT: ReadonlySet<string> = new Set([
  'open-cell',
  'not-following',
  'not-following-in-ramp',
  'peltier-heats',
  'host-silent',
]);

describe('each clause of the oracle', () => {
  it('has a trace that breaks it', () => {
    expect(Object.keys(CAUSES).toSorted()).toEqual(CLAUSES.map(({ id }) => id).toSorted());
  });

  it.each(CLAUSES)('$id: broken a moment after its limit, and not before', ({ id, limit_ms }) => {
    const cause = CAUSES[id] ?? {};
    const first = limit_ms + 1;
    expect(
      clausesOf(
        judged([
          [{}, 100],
          [cause, first],
        ]),
      ),
    ).not.toContain(id);
    expect(
      clausesOf(
        judged([
          [{}, 100],
          [cause, first + 1],
        ]),
      ),
    ).toContain(id);
  });

  it.each(CLAUSES.filter(({ off }) => off !== null))('$id: kept by a plant that is off in time', ({ id, limit_ms }) => {
    const cause = CAUSES[id] ?? {};
    const calm = id === 'compliance' ? {} : cause; // at no current the stage leaves its limit
    expect(
      judged([
        [{}, 100],
        [cause, limit_ms],
        [{ ...calm, ...OFF }, 3000],
      ]),
    ).toEqual([]);
  });

  it.each(CLAUSES.filter(({ id, off, latched }) => off !== null && latched && !ENDS_WITH_OUTPUT.has(id)))(
    '$id: what has gone off stays off when the cause has gone',
    ({ id, limit_ms }) => {
      const cause = CAUSES[id] ?? {};
      const tripped = [
        [{}, 100],
        [cause, limit_ms],
        [{ ...cause, ...OFF }, 500],
      ] as const;
      expect(clausesOf(judged([...tripped, [{}, 2]]))).toContain(`${id}-again`);
    },
  );

  it.each(['current_mA', 'peltier_A', 'pump_mL_min'] as const)('a %s that is no number is one that is on', (key) => {
    expect(clausesOf(judged([[{ ...OFF, run: 'aborted', [key]: NaN }, 52]]))).toContain('ended-on');
  });

  it('gives a stuck output the second step, and no more', () => {
    expect(judged([[{ silence_ms: 251, stuckOn: true }, 201]])).toEqual([]);
    expect(clausesOf(judged([[{ silence_ms: 251, stuckOn: true }, 202]]))).toEqual(['host-silent']);
  });

  it('gives a hurt bus three samples instead of one', () => {
    const flow = CLAUSES.find(({ id }) => id === 'flow');
    const limit_ms = (flow?.limit_ms ?? NaN) + 2 * (flow?.sampled_ms ?? NaN);
    expect(judged([[{ flow_mL_min: 3, busHurt: true }, limit_ms + 1]])).toEqual([]);
    expect(clausesOf(judged([[{ flow_mL_min: 3, busHurt: true }, limit_ms + 2]]))).toEqual(['flow']);
  });

  it('says nothing of a healthy run and of a bench at rest', () => {
    expect(judged([[{}, 20_000]])).toEqual([]);
    expect(judged([[{ ...OFF, run: 'complete' }, 20_000]])).toEqual([]);
  });

  it('tells a clause once', () => {
    expect(clausesOf(judged([[{ doorClosed: false }, 5000]]))).toEqual(['door']);
  });
});

describe('a fault that stands', () => {
  const duty: Duty = { clause: 'T2-wrong', rows: 'M4', off: 'current', limit_ms: 300, standsAtRest: true };
  const fault = { inForce: true };
  const standing = (): Standing[] => [{ name: 'T2', duty, stuckOn: false, hurtsBus: false, inForce: fault.inForce }];
  const told = (): Oracle => {
    fault.inForce = true;
    return oracleTold(standing);
  };

  it('may be met by a live output for its time and not longer', () => {
    expect(judged([[{}, 300]], told())).toEqual([]);
    expect(clausesOf(judged([[{}, 320]], told()))).toEqual(['T2-wrong']);
  });

  it('says how long it was', () => {
    const oracle = told();
    judged(
      [
        [{}, 201],
        [OFF, 100],
        [{}, 101],
      ],
      oracle,
    );
    expect(oracle.exposed_ms.get('T2')).toBe(200);
  });

  it('is not met again after a trip', () => {
    const oracle = told();
    judged([[{}, 100]], oracle);
    oracle.trip();
    judged(
      [
        [{}, 50],
        [OFF, 50],
      ],
      oracle,
    );
    expect(oracle.breaches).toEqual([]);
    judged([[{}, 2]], oracle);
    expect(clausesOf(oracle.breaches)).toEqual(['T2-wrong-again']);
  });

  it('that has ended allows the run to go on', () => {
    const oracle = told();
    judged([[{}, 100]], oracle);
    oracle.trip();
    judged([[OFF, 50]], oracle);
    fault.inForce = false;
    judged([[{}, 1000]], oracle);
    expect(oracle.breaches).toEqual([]);
  });
});

it('the time of a hold covers its ramp', () => {
  expect(RAMP_DOWN_MS).toBeGreaterThan(2000);
});
