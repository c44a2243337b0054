/**
 * Rules of order: which step must come before which, what may be waived, what may run at once, and that a recipe ends. They
 * see the flat list of steps: what repeats or is included stands there as often as it is run.
 */
import type { Waiver } from '../model/plan.js';
import type { Step } from '../model/recipe.js';
import type { Case } from './case.js';
import { fieldOf, type Finding, type Ruled, stepsOf, under } from './finding.js';
import { digits, time } from './words.js';

/** Longest procedure that a recipe may ask for. The slowest scale-up that is known takes 30 h of current. */
export const procedureMax_s = 7 * 86_400;

export function orderFindings(one: Case): Ruled[] {
  return [
    ...under('ends', ending(one)),
    ...under('current-missing', current(one)),
    ...under('charge-of-nothing', chargeOfNothing(one)),
    ...under('purge-first', before(one, 'purge', 'purge')),
    ...under('cooling-first', before(one, 'cool', 'cooling')),
    ...under('flow-first', flowing(one)),
    ...under('track-conflict', tracks(one)),
    ...under('duration', duration(one)),
  ];
}

function ending({ recipe }: Case): Finding[] {
  const last = recipe.steps.length - 1;
  const ends = stepsOf(recipe, 'finish');
  if (ends.length === 0) {
    const hint = '`- finish:` as the last step';
    return [{ path: ['steps', last], message: 'the last step is not finish', hint }];
  }
  return ends
    .filter(({ index }) => index !== last)
    .map(({ index }) => ({
      path: ['steps', index],
      message: 'finish is not the last step',
      hint: 'finish once, at the end',
    }));
}

/** A recipe passes a current, or says why not: a blank that somebody forgot the current in would pass for one. */
function current({ recipe, waived }: Case): Finding[] {
  const written = stepsOf(recipe, 'electrolyse');
  if (waived.includes('electrolysis'))
    return written.map(({ index }) => ({
      rule: 'waived-yet-there',
      path: ['steps', index, 'electrolyse'],
      message: 'electrolysis is waived, yet here is an electrolyse step',
      hint: 'one of the two',
    }));
  if (written.length > 0) return [];
  const hint = '`- electrolyse:` before finish, or `waive: { electrolysis: the reason }`';
  return [{ path: ['steps'], message: 'no step passes a current', hint }];
}

/** Charge per mole belongs to a recipe with current, and only to one. */
function chargeOfNothing({ recipe, waived }: Case): Finding[] {
  const { charge } = recipe.basis;
  const isWaived = waived.includes('electrolysis');
  const path = ['basis', 'charge'];
  if (isWaived && charge !== undefined) {
    const message = `electrolysis is waived, yet ${charge.text} is to pass`;
    return [{ path, message, hint: 'no basis.charge, or no waiver' }];
  }
  if (isWaived || charge !== undefined || stepsOf(recipe, 'electrolyse').length === 0) return [];
  return [{ path, message: 'is missing: a current flows, and nothing says how far', hint: '4.03 F/mol' }];
}

const reasons = {
  purge: 'nothing has swept the air and hydrogen from the headspace before this',
  cooling: 'nothing has cooled the cell before this',
} as const satisfies Record<Exclude<Waiver, 'hydrogen' | 'electrolysis'>, string>;

/** A purge and a cooling come before the first current, or are waived with a reason; not both. */
function before({ recipe }: Case, kind: 'purge' | 'cool', waiver: keyof typeof reasons): Finding[] {
  const steps = stepsOf(recipe, kind);
  const [first] = steps;
  if (recipe.waive?.[waiver] !== undefined) {
    return steps.map(({ index }) => ({
      rule: 'waived-yet-there',
      path: ['steps', index, kind],
      message: `${waiver} is waived, yet here is a ${kind} step`,
      hint: 'one of the two',
    }));
  }
  const [current] = stepsOf(recipe, 'electrolyse');
  if (current === undefined || (first !== undefined && first.index < current.index)) return [];
  const hint = `\`- ${kind}:\` before it, or \`waive: { ${waiver}: the reason }\``;
  return [{ path: ['steps', current.index], message: reasons[waiver], hint }];
}

/** A pumped cell flows before any current; a batch cell has no pump. */
function flowing({ recipe, reactor }: Case): Finding[] {
  const flows = stepsOf(recipe, 'flow');
  if (reactor.transport.kind === 'stirred') {
    return flows.map(({ index }) => ({
      rule: 'pump-missing',
      path: ['steps', index],
      message: `the reactor "${reactor.name}" has no pump`,
      hint: 'no flow step, or a flow cell',
    }));
  }
  const [current] = stepsOf(recipe, 'electrolyse');
  const [flow] = flows;
  if (current === undefined || (flow !== undefined && flow.index < current.index)) return [];
  return [
    {
      path: ['steps', current.index],
      message: 'nothing flows through the cell before this',
      hint: '`- flow:` before it',
    },
  ];
}

/** What a step drives. Two tracks that drive one thing would each undo the other. */
const driven = { purge: 'the nitrogen', cool: 'the temperature', heat: 'the temperature', flow: 'the pump' } as const;

function tracks({ recipe }: Case): Finding[] {
  const owners = new Map<string, number>();
  return recipe.steps.flatMap(({ kind, track }, index): Finding[] => {
    if (track === undefined || !(kind === 'purge' || kind === 'cool' || kind === 'heat' || kind === 'flow')) return [];
    const thing = driven[kind];
    const place = `${track.parallel} ${thing}`;
    const owner = owners.get(place) ?? track.track;
    owners.set(place, owner);
    if (owner === track.track) return [];
    const message = `track ${owner + 1} drives ${thing} already`;
    return [{ path: ['steps', index, kind], message, hint: `${kind} in track ${owner + 1}, or after the parallel` }];
  });
}

/** Longest that a step may take without the operator's own time, s; an electrolysis is counted by its charge. */
export function stepMost_s(step: Step): number {
  switch (step.kind) {
    case 'purge':
    case 'wait':
      return step.body.for.value;
    case 'cool':
    case 'heat':
      return step.body.at_most.value;
    case 'flow':
      return step.body.settle.value;
    case 'finish':
      return step.body.sweep_for.value;
    case 'prompt':
    case 'hold':
    case 'sample':
    case 'electrolyse':
      return 0;
  }
}

/** Time of the steps before `end`, s, every wait at its longest and tracks side by side. */
export function elapsed_s({ recipe, electrolyses }: Case, end = Infinity): number {
  const inTracks = new Map<number, Map<number, number>>();
  let total_s = 0;
  for (const [index, step] of recipe.steps.entries()) {
    if (index >= end) break;
    const own_s = stepMost_s(step) + (electrolyses.find((part) => part.index === index)?.duration_s ?? 0);
    if (step.track === undefined) {
      total_s += own_s;
      continue;
    }
    const { parallel, track } = step.track;
    const side = inTracks.get(parallel) ?? new Map<number, number>();
    inTracks.set(parallel, side.set(track, (side.get(track) ?? 0) + own_s));
  }
  for (const side of inTracks.values()) total_s += Math.max(...side.values());
  return total_s;
}

/** The whole procedure ends: every wait at its longest, without the operator's own time. */
function duration(one: Case): Finding[] {
  const total_s = elapsed_s(one);
  if (total_s <= procedureMax_s) return [];
  const electrolysis_s = one.electrolyses.reduce((sum, { duration_s }) => sum + duration_s, 0);
  const longest = one.electrolyses.toSorted((a, b) => b.duration_s - a.duration_s)[0];
  const isMostCurrent = longest !== undefined && electrolysis_s > total_s - electrolysis_s;
  return [
    {
      path: isMostCurrent ? fieldOf('electrolyse', longest.index, 'current') : ['steps'],
      message: `the procedure takes ${time(total_s)}`,
      hint: `at most ${digits(procedureMax_s / 86_400)} d in all`,
    },
  ];
}
