/**
 * Rules of how a current runs within an electrolysis: alternating polarity, and a current that follows the flow. Knows the
 * double layer of the felt and Faraday's law; charge, transport and voltage are judged elsewhere, at the largest current.
 */
import type { Path } from '../model/document.js';
import { agrees } from '../model/units.js';
import { conductingShare, feltShare, reversalCharge_C } from '../physics/alternation.js';
import { currentForFlow_mA } from '../physics/charge.js';
import { DEAD_TIME_S, REVERSAL_RAMP_MA_S } from './alternating.js';
import type { Case } from './case.js';
import { type Finding, type Placed, type Ruled, stepsOf, under } from './finding.js';
import { atLeast, digits, time } from './words.js';

type Written = Placed<'electrolyse'>;
type Body = Written['body'];

/** From this half period on the felt has time for chemistry (models, 3a: 20 to 30 s for 6 mF at 18 mA). */
const LEAST_HALF_PERIOD_S = 20;
/** Set point, stage and ledger resolve a half wave well from here on: 20 cycles of the host. */
const SHORTEST_HALF_PERIOD_S = 1;
/** A current that follows the flow keeps up with it within this, and does not follow single bubbles. */
const FILTER_S = { least: 0.5, most: 60 };

const electrolyses = (one: Case): Written[] => stepsOf(one.recipe, 'electrolyse');
const at = (index: number, ...field: string[]): Path => ['steps', index, 'electrolyse', ...field];

export function courseFindings(one: Case): Ruled[] {
  return [
    ...under(
      'polarity',
      electrolyses(one).flatMap((step) => [...board(one, step), ...halfWave(step), ...alone(step)]),
    ),
    ...under(
      'follow-flow',
      electrolyses(one).flatMap((step) => following(one, step)),
    ),
  ];
}

export function courseAsks(one: Case): Ruled[] {
  return under(
    'polarity-period',
    electrolyses(one).flatMap((step) => [...felt(one, step), ...electrodes(one, step)]),
  );
}

/** A board without a stage of both signs turns its leads round with a relay, or cannot. */
function board({ board: { name, chips, lines } }: Case, { index, body }: Written): Finding[] {
  const line = lines['polarity-forward'];
  if (body.polarity === undefined || chips.galvanostat.driver !== 'breakout' || !('absent' in line)) return [];
  const message = `the board "${name}" has no polarity relay: ${line.absent}`;
  return [{ path: at(index, 'polarity'), message, hint: 'another board, or no polarity' }];
}

/** Ramp up, some current, ramp down and the dead time fit into a half period. */
function halfWave({ index, body }: Written): Finding[] {
  const { polarity, current } = body;
  if (polarity === undefined) return [];
  const dead_s = polarity.dead_time?.value ?? DEAD_TIME_S;
  const needs_s = Math.max(SHORTEST_HALF_PERIOD_S, 2 * (dead_s + (2 * current.value) / REVERSAL_RAMP_MA_S));
  if (polarity.half_period.value >= needs_s) return [];
  const share = conductingShare(polarity.half_period.value, dead_s, current.value, REVERSAL_RAMP_MA_S);
  const message = `half waves of ${polarity.half_period.text} with ${digits(dead_s)} s without current and ramps of ${REVERSAL_RAMP_MA_S} mA/s pass ${digits(100 * share, 2)} % of the current`;
  return [{ path: at(index, 'polarity', 'half_period'), message, hint: `at least ${atLeast(needs_s)} s` }];
}

/** What makes no sense with directions that alternate. */
function alone({ index, body }: Written): Finding[] {
  if (body.polarity === undefined) return [];
  const findings: Finding[] = [];
  const refuse = (field: keyof Body, message: string): void => {
    findings.push({ path: at(index, field), message, hint: `no ${field}, or no polarity` });
  };
  if (body.follow_flow) refuse('follow_flow', 'a current that follows the flow does not alternate');
  if (body.ramp) refuse('ramp', `each reversal ramps at ${REVERSAL_RAMP_MA_S} mA/s`);
  if (body.until?.trend?.of === 'voltage') refuse('until', 'there is no trend of a voltage that is reversed');
  return findings;
}

/** How much of a half wave reacts at the felt, in numbers. */
function felt({ reactor }: Case, { index, body }: Written): Finding[] {
  const { polarity, current } = body;
  if (polarity === undefined) return [];
  const { anodeCapacitance_mF } = reactor.cell;
  const half_s = polarity.half_period.value;
  const swing_s = reversalCharge_C(anodeCapacitance_mF) / (current.value * 1e-3);
  const least_s = LEAST_HALF_PERIOD_S * Math.max(1, swing_s);
  if (half_s >= least_s) return [];
  const share = feltShare(anodeCapacitance_mF, current.value, half_s);
  const message = `the felt (${digits(anodeCapacitance_mF)} mF) takes ${time(swing_s)} of ${current.text} at each reversal before it reacts: ${share.toFixed(share < 0.01 ? 3 : 2)} of its charge is faradaic at ${polarity.half_period.text}`;
  return [{ path: at(index, 'polarity', 'half_period'), message, hint: `${atLeast(least_s)} s and more` }];
}

/** Each electrode is the anode half of the time. */
function electrodes({ recipe }: Case, { index, body }: Written): Finding[] {
  const { cathode, anode } = recipe.cell;
  if (body.polarity === undefined || cathode.material.toLowerCase() === anode.material.toLowerCase()) return [];
  const message = `${cathode.material} is the anode half of the time, and ${anode.material} the cathode`;
  return [{ path: at(index, 'polarity'), message, hint: 'two electrodes of one material that bears both' }];
}

interface Following {
  readonly one: Case;
  readonly index: number;
  readonly body: Body;
  readonly rule: NonNullable<Body['follow_flow']>;
  /** Current of the planned flow. */
  readonly planned_mA: number;
}

function following(one: Case, { index, body }: Written): Finding[] {
  const rule = body.follow_flow;
  if (rule === undefined) return [];
  const { flow_mL_min } = one;
  if (one.recipe.cell.mode === 'batch' || flow_mL_min === null) {
    const message = 'nothing flows that a current could follow';
    return [{ path: at(index, 'follow_flow'), message, hint: 'a flow cell with a flow step' }];
  }
  const planned_mA = currentForFlow_mA(rule.charge.value, rule.concentration.value, flow_mL_min);
  const part = { one, index, body, rule, planned_mA };
  return [...plannedCurrent(part, flow_mL_min), ...feed(part), ...inOnePass(part), ...bounds(part)];
}

/** What is written beside the flow is the current of the planned one. */
function plannedCurrent({ index, body, rule, planned_mA }: Following, flow_mL_min: number): Finding[] {
  const findings: Finding[] = [];
  if (body.stages !== undefined) {
    const message = 'a current that follows the flow has no stages';
    findings.push({ path: at(index, 'stages'), message, hint: 'one of the two' });
  }
  if (!agrees(planned_mA, body.current)) {
    const message = `${rule.charge.text} of ${rule.concentration.text} at ${digits(flow_mL_min)} mL/min is ${digits(planned_mA)} mA, not ${body.current.text}`;
    findings.push({ path: at(index, 'current'), message, hint: `${digits(planned_mA, 3)} mA` });
  }
  return findings;
}

/** The feed is the solution of the recipe. */
function feed({ one: { recipe }, index, rule }: Following): Finding[] {
  const feed_mmol_L = (1000 * recipe.basis.amount.value) / recipe.cell.volume.value;
  if (agrees(feed_mmol_L, rule.concentration)) return [];
  const path = at(index, 'follow_flow', 'concentration');
  const message = `the solution holds ${digits(feed_mmol_L)} mmol/L of ${recipe.basis.limiting}, not ${rule.concentration.text}`;
  return [{ path, message, hint: `${digits(feed_mmol_L)} mmol/L` }];
}

function inOnePass({ one: { recipe }, index, rule }: Following): Finding[] {
  const { charge } = recipe.basis;
  if (recipe.cell.mode !== 'single-pass' || charge === undefined || agrees(rule.charge.value, charge)) return [];
  const message = `one pass is all there is: ${rule.charge.text} is not the ${charge.text} of basis.charge`;
  return [{ path: at(index, 'follow_flow', 'charge'), message, hint: charge.text }];
}

/** The limit of the current lies above its plan, and the filter between noise and lag. */
function bounds({ index, rule, planned_mA }: Following): Finding[] {
  const findings: Finding[] = [];
  if (!(rule.current_max.value >= planned_mA)) {
    const path = at(index, 'follow_flow', 'current_max');
    const message = `${rule.current_max.text} is below the ${digits(planned_mA)} mA of the planned flow`;
    findings.push({ path, message, hint: `at least ${atLeast(planned_mA)} mA` });
  }
  const { least, most } = FILTER_S;
  if (rule.filter !== undefined && !(rule.filter.value >= least && rule.filter.value <= most)) {
    const path = at(index, 'follow_flow', 'filter');
    const message = `${rule.filter.text} is no filter for a pump and its lines`;
    findings.push({ path, message, hint: `${least} to ${most} s` });
  }
  return findings;
}
