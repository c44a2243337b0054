/** Rules of order: which step must come before which, what may be waived, and that a recipe ends. */
import type { Waiver } from '../model/plan.js';
import type { Case } from './case.js';
import { fieldOf, type Finding, stepsOf } from './finding.js';
import { digits, time } from './words.js';

/** Longest procedure that a recipe may ask for. The slowest scale-up that is known takes 30 h of current. */
export const procedureMax_s = 7 * 86_400;

export function orderFindings(one: Case): Finding[] {
  return [
    ...ending(one),
    ...before(one, 'purge', 'purge'),
    ...before(one, 'cool', 'cooling'),
    ...flowing(one),
    ...duration(one),
  ];
}

function ending({ recipe }: Case): Finding[] {
  const findings: Finding[] = [];
  const last = recipe.steps.length - 1;
  if (stepsOf(recipe, 'electrolyse').length === 0)
    findings.push({ path: ['steps'], message: 'no step passes a current', hint: '`- electrolyse:` before finish' });
  const ends = stepsOf(recipe, 'finish');
  if (ends.length === 0)
    findings.push({
      path: ['steps', last],
      message: 'the last step is not finish',
      hint: '`- finish:` as the last step',
    });
  const early = ends.filter(({ index }) => index !== last);
  return [
    ...findings,
    ...early.map(({ index }) => ({
      path: ['steps', index],
      message: 'finish is not the last step',
      hint: 'finish once, at the end',
    })),
  ];
}

const reasons = {
  purge: 'nothing has swept the air and hydrogen from the headspace before this',
  cooling: 'nothing has cooled the cell before this',
} as const satisfies Record<Exclude<Waiver, 'hydrogen'>, string>;

/** A purge and a cooling come before the first current, or are waived with a reason; not both. */
function before({ recipe }: Case, kind: 'purge' | 'cool', waiver: keyof typeof reasons): Finding[] {
  const steps = stepsOf(recipe, kind);
  const [first] = steps;
  if (recipe.waive?.[waiver] !== undefined) {
    return steps.map(({ index }) => ({
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

/** The whole procedure ends: every wait at its longest, without the operator's own time. */
function duration(one: Case): Finding[] {
  const { recipe } = one;
  const waits_s = recipe.steps.reduce((sum, step) => {
    switch (step.kind) {
      case 'purge':
        return sum + step.body.for.value;
      case 'cool':
        return sum + step.body.at_most.value;
      case 'flow':
        return sum + step.body.settle.value;
      case 'finish':
        return sum + step.body.sweep_for.value;
      case 'prompt':
      case 'electrolyse':
        return sum;
    }
  }, 0);
  const electrolysis_s = one.electrolyses.reduce((sum, { duration_s }) => sum + duration_s, 0);
  const total_s = waits_s + electrolysis_s;
  if (!(total_s <= procedureMax_s)) {
    const longest = one.electrolyses.toSorted((a, b) => b.duration_s - a.duration_s)[0];
    const path = longest && electrolysis_s > waits_s ? fieldOf('electrolyse', longest.index, 'current') : ['steps'];
    return [
      {
        path,
        message: `the procedure takes ${time(total_s)}`,
        hint: `at most ${digits(procedureMax_s / 86_400)} d in all`,
      },
    ];
  }
  return [];
}
