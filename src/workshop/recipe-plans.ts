/** Plans of the checker as the page is told them, and the verdict in short. Pure; computes nothing that a plan does not hold. */
import type { PlanShown, Verdict } from '../console/api/recipes.js';
import type { Plan } from '../model/plan.js';
import type { PlannedFile } from '../recipe/files.js';
import type { Outcome } from '../model/problem.js';
import { pauseText } from '../recipe/pause.js';
import { warningCode } from '../recipe/warning-code.js';
import { perchlorate_g } from '../recipe/weighing.js';

export function shownPlan(plan: Plan): PlanShown {
  const { recipe, title, source, mode, reactor, board, basis_mmol, sha256, numbers, weighing } = plan;
  return {
    recipe,
    entry: plan.partOf?.entry ?? null,
    title,
    source,
    mode,
    reactor: reactor.name,
    board,
    cells: plan.cells ?? 1,
    basis_mmol,
    sha256,
    numbers: { ...numbers, voltage_limit_V: plan.envelope.voltage_V },
    weighing: weighing.map(
      ({ id, name, role, amount_mmol, equivalents, mass_mg, balance_mg, weighed_mg, error_eq, volume_uL }) => ({
        id,
        name,
        role,
        amount_mmol,
        equivalents,
        mass_mg,
        balance_mg,
        weighed_mg,
        error_eq,
        volume_uL,
      }),
    ),
    perchlorate_g: perchlorate_g(weighing),
    steps: plan.steps.map(({ id, kind, title: step }) => ({ id, kind, title: step })),
    derived: plan.derived.map(({ field }) => field),
    held: pauseText(plan.pause),
    warnings: plan.warnings.map((text) => ({ code: warningCode(text), text })),
  };
}

export function plansOf(planned: PlannedFile): readonly Plan[] {
  return planned.kind === 'recipe' ? [planned.plan] : planned.plans;
}

export function verdictOf(planned: Outcome<Plan>): Verdict {
  if (!planned.ok)
    return {
      state: 'refused',
      problems: planned.problems.length,
      warnings: 0,
      charge_C: null,
      charge_F_mol: null,
      duration_s: null,
    };
  const { warnings, numbers } = planned.value;
  const { charge_C, charge_F_mol, duration_s } = numbers;
  const state = warnings.length === 0 ? 'passes' : 'asks';
  return { state, problems: 0, warnings: warnings.length, charge_C, charge_F_mol, duration_s };
}

const WORSE: Readonly<Record<Verdict['state'], number>> = { passes: 0, asks: 1, refused: 2 };

/** Of a series: the worst state, all problems and warnings, and a charge only where all have the same. */
export function together(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  if (first === undefined) throw new RangeError('a series has entries');
  return others.reduce(
    (a, b) => ({
      state: WORSE[b.state] > WORSE[a.state] ? b.state : a.state,
      problems: a.problems + b.problems,
      warnings: a.warnings + b.warnings,
      charge_C: a.charge_C === b.charge_C ? a.charge_C : null,
      charge_F_mol: a.charge_F_mol === b.charge_F_mol ? a.charge_F_mol : null,
      duration_s: a.duration_s === b.duration_s ? a.duration_s : null,
    }),
    first,
  );
}
