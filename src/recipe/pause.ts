/**
 * Pause policies: what a recipe lets go while the run is held, as numbers, in words, and the rules for it. What may not be
 * let go is refused; a ramp that the board would not follow is a warning. Knows nothing of how a hold is carried out.
 */
import { KEEP_ALL, type PausePolicy } from '../model/plan.js';
import type { Path } from '../model/document.js';
import type { Recipe } from '../model/recipe.js';
import { REVERSAL_RAMP_MA_S } from './alternating.js';
import type { Case } from './case.js';
import { fieldOf, type Finding, type Ruled, stepsOf, under } from './finding.js';
import { atMost, digits, time } from './words.js';

/** An operator who holds a run wants it off, not in a while: no ramp takes longer. */
const downMax_s = 10;
/** Least sweep after a current, s, even where a reactor were content with less: dissolved hydrogen leaves within minutes. */
const sweepLeast_s = 600;
/** A resume ramps while the board's own time limit runs, which leaves 5 % and one ramp over charge/current. */
const upShare = 0.05;
/** What a GS-1 follows; `slewDefault_uA_s` of its protocol. */
const boardSlew_mA_s = 50;

export function pausePolicy({ pause }: Recipe): PausePolicy {
  const { current, temperature, flow, purge } = pause ?? {};
  const down = current?.down;
  return {
    current: {
      down_s: down === 'at once' ? 0 : (down?.value ?? KEEP_ALL.current.down_s),
      up_s: current?.up?.value ?? null,
    },
    temperature: temperature ?? 'keep',
    flow: flow ?? 'keep',
    purgeStopAfter_s: purge === undefined || purge === 'keep' ? null : purge.stop_after.value,
  };
}

export function pauseFindings(one: Case): Ruled[] {
  return [
    ...under('pause-ramp', ramps(one)),
    ...under('pause-release', [...released(one), ...pumpStopped(one)]),
    ...under('pause-sweep', sweepShut(one)),
  ];
}

function ramps(one: Case): Finding[] {
  const { recipe, electrolyses } = one;
  const { down_s, up_s } = pausePolicy(recipe).current;
  const findings: Finding[] = [];
  if (!(down_s <= downMax_s))
    findings.push({
      path: ['pause', 'current', 'down'],
      message: `the current would flow on for ${time(down_s)} after a hold`,
      hint: `at most ${time(downMax_s)}, or at once`,
    });
  else if (recipe.pause?.current?.down !== undefined) findings.push(...slowDown(one));
  const most_s = Math.min(
    ...electrolyses.map(({ index, duration_s }) => {
      const own_s = ownRamp_s(one, index);
      return own_s + upShare * duration_s;
    }),
  );
  if (up_s !== null && !(up_s <= most_s))
    findings.push({
      path: ['pause', 'current', 'up'],
      message: `a ramp of ${time(up_s)} after a hold would use up the board's time limit for the current`,
      hint: `at most ${atMost(most_s)} s`,
    });
  return findings;
}

/** A reversal has a ramp of its own, the first rise too. */
function ownRamp_s({ recipe, reactor }: Case, index: number): number {
  const body = stepsOf(recipe, 'electrolyse').find((step) => step.index === index)?.body;
  if (body?.polarity !== undefined) return body.current.value / REVERSAL_RAMP_MA_S;
  return body?.ramp?.value ?? reactor.control.currentRamp_s;
}

/** Current flows on in both ramps of a hold, at half its strength and on the clock of the board. */
function slowDown(one: Case): Finding[] {
  const { recipe, electrolyses } = one;
  const { down_s, up_s } = pausePolicy(recipe).current;
  const most_s = Math.min(
    ...electrolyses.map(({ index, duration_s }) => {
      const own_s = ownRamp_s(one, index);
      return own_s + 2 * upShare * duration_s - (up_s ?? own_s);
    }),
  );
  if (down_s <= most_s || down_s === 0) return [];
  const message = `${time(down_s)} down and the ramp up again would use up the board's time limit for the current`;
  const hint = most_s > 0 ? `at most ${atMost(most_s)} s, or at once` : 'at once';
  return [{ path: ['pause', 'current', 'down'], message, hint }];
}

function released({ recipe, waived }: Case): Finding[] {
  if (pausePolicy(recipe).temperature === 'keep') return [];
  if (stepsOf(recipe, 'cool').length > 0) return [];
  const message = waived.includes('cooling') ? 'cooling is waived: there is none to release' : 'no step cools the cell';
  return [{ path: ['pause', 'temperature'], message, hint: 'keep' }];
}

function pumpStopped({ recipe, reactor }: Case): Finding[] {
  if (pausePolicy(recipe).flow === 'keep' || reactor.transport.kind !== 'stirred') return [];
  return [{ path: ['pause', 'flow'], message: `the reactor "${reactor.name}" has no pump`, hint: 'keep' }];
}

/** The valve is a line of the board, and hydrogen must have left before it shuts. */
function sweepShut({ recipe, reactor, board, waived }: Case): Finding[] {
  const after_s = pausePolicy(recipe).purgeStopAfter_s;
  if (after_s === null) return [];
  const line = board.lines['nitrogen-shut'];
  const findings: Finding[] = [];
  if ('absent' in line)
    findings.push({
      path: ['pause', 'purge'],
      message: `the board "${board.name}" cannot shut the nitrogen: ${line.absent}`,
      hint: 'keep',
    });
  const least_s = Math.max(sweepLeast_s, reactor.control.sweepAfter_s);
  if (!waived.includes('purge') && !(after_s >= least_s))
    findings.push({
      path: ['pause', 'purge', 'stop_after'],
      message: `${time(after_s)} of sweep leave hydrogen in the vessel, which then has no way out`,
      hint: `at least ${time(least_s)}`,
    });
  return findings;
}

export function pauseAsks(one: Case): Ruled[] {
  return [...under('ramp-slew', slew(one)), ...under('pause-still', stillWater(one.recipe))];
}

/** Ramps that the recipe asks for and a GS-1 does not follow: it slews more slowly, and the record shows that. */
function slew({ recipe, board, reactor, electrolyses }: Case): Finding[] {
  if (board.chips.galvanostat.driver !== 'gs1') return [];
  const { down, up } = recipe.pause?.current ?? {};
  const strongest_mA = Math.max(0, ...electrolyses.map(({ current_mA }) => current_mA));
  const tooFast = (path: Path, current_mA: number, ramp_s: number): Finding[] => {
    const rate_mA_s = current_mA / ramp_s;
    if (rate_mA_s <= boardSlew_mA_s) return [];
    const least = time(current_mA / boardSlew_mA_s);
    const message = `${digits(rate_mA_s, 3)} mA/s are due; the board slews at ${boardSlew_mA_s} mA/s, which takes ${least}`;
    return [{ path, message, hint: `at least ${least}` }];
  };
  return [
    ...stepsOf(recipe, 'electrolyse').flatMap(({ index, body }) =>
      tooFast(
        fieldOf('electrolyse', index, 'ramp'),
        body.current.value,
        body.ramp?.value ?? reactor.control.currentRamp_s,
      ),
    ),
    ...(down === undefined || down === 'at once'
      ? []
      : tooFast(['pause', 'current', 'down'], strongest_mA, down.value)),
    ...(up === undefined ? [] : tooFast(['pause', 'current', 'up'], strongest_mA, up.value)),
  ];
}

/** Cooling goes on with the liquid at rest: the thermometer then sees the cell, not the reservoir. */
/** A single pass is as good as at rest while it flows: its heat goes through the walls either way. */
function stillWater({ pause, cell }: Recipe): Finding[] {
  if (pause?.flow !== 'stop' || pause.temperature === 'release' || cell.mode === 'single-pass') return [];
  const message = 'the Peltier goes on cooling while the liquid is at rest';
  return [{ path: ['pause', 'flow'], message, hint: 'pause.temperature: release spares it that' }];
}

/** What differs from keeping everything, a sentence each. */
export function pauseText(policy: PausePolicy): string[] {
  const { current, temperature, flow, purgeStopAfter_s } = policy;
  const down = current.down_s === 0 ? 'off at once' : `down within ${time(current.down_s)}`;
  const up = current.up_s === null ? "back by the step's own ramp" : `back over ${time(current.up_s)}`;
  const differs = current.down_s !== KEEP_ALL.current.down_s || current.up_s !== KEEP_ALL.current.up_s;
  return [
    ...(differs ? [`current: ${down}, ${up}`] : []),
    ...(temperature === 'release' ? ['temperature: Peltier off; the last cool step is waited for again'] : []),
    ...(flow === 'stop' ? ['flow: pump off; the last flow step is waited for again'] : []),
    ...(purgeStopAfter_s === null
      ? []
      : [`purge: nitrogen shut after ${time(purgeStopAfter_s)} of sweep; the last purge step is repeated`]),
  ];
}
