/**
 * One generated recipe: put to the checker, and when it is accepted run on the simulated bench in virtual time from the
 * start-up proof to the finish, with holds on the way. Says whether it was refused and by which rules, or how it ended.
 */
import { hintOf, type AnswerForm } from '../../src/model/answer.js';
import type { Plan } from '../../src/model/plan.js';
import type { RunEvent } from '../../src/model/event.js';
import type { RunState } from '../../src/model/state.js';
import { check } from '../../src/recipe/check.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { rehearse, type Played, type Stage } from '../support/scenario.js';
import { generated, type GeneratedRecipe } from './recipe.js';
import { BENCH } from './surroundings.js';

/** What came of one seed: the recipes of it that were refused, and how the one that was accepted ran. */
export interface Trial {
  readonly seed: number;
  /** Rules that refused, once for each recipe that they refused. */
  readonly refusedBy: readonly string[];
  readonly refused: number;
  /** Texts that are no recipes: the generator is wrong. */
  readonly malformed: readonly string[];
  /** null: none of the attempts was accepted. */
  readonly ran: Ran | null;
}

export interface Ran {
  readonly attempt: number;
  /** What tripped, held or never ended, in the words of the journal; empty for a run that passed. */
  readonly why: readonly string[];
  /** Alarms that asked for a look and did nothing. */
  readonly warnings: readonly string[];
  readonly kinds: readonly string[];
  readonly simulated_s: number;
}

/** Recipes of one seed that may be refused before it is given up. */
const ATTEMPTS = 40;
/** No generated recipe takes longer, with its holds, s. */
const LIMIT_S = 4 * 3600;
/** Ledger against the charge that truly passed, share and C. */
const LEDGER_SHARE = 0.002;
const LEDGER_C = 0.01;
/** An operator reads a question, and looks at a cell that is held, for so long, s. */
const READS_S = 1;
/** As the journal says of a hold by the operator. */
const HELD_BY_OPERATOR = 'held by operator';
/** Whoever finds the run held for no reason of the recipe's gives up after so long, s. */
const PATIENCE_S = 60;

export async function tried(seed: number): Promise<Trial> {
  const refusedBy: string[] = [];
  const malformed: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const recipe = generated(seed, attempt);
    const judged = judge(recipe);
    if ('plan' in judged) {
      const ran = await run(recipe, judged.plan);
      return { seed, refusedBy, refused: attempt - malformed.length, malformed, ran };
    }
    if ('malformed' in judged) malformed.push(judged.malformed);
    else refusedBy.push(...judged.rules);
  }
  return { seed, refusedBy, refused: ATTEMPTS - malformed.length, malformed, ran: null };
}

type Judged = { readonly plan: Plan } | { readonly rules: readonly string[] } | { readonly malformed: string };

function judge({ seed, attempt, text, reactor }: GeneratedRecipe): Judged {
  const loaded = loadRecipe(`generated-${seed}-${attempt}.yaml`, new TextEncoder().encode(text));
  if (!loaded.ok)
    return { malformed: loaded.problems.map(({ path, message, hint }) => `${path}: ${message} (${hint})`).join('; ') };
  const checked = check(loaded.value.recipe, reactor, BENCH);
  if (!checked.ok) return { rules: [...new Set(checked.findings.map(({ rule }) => rule))] };
  const { plan } = checked;
  const files = { board: '', reactor: '' };
  return { plan: { ...plan, reactor: withValveSet(plan), text, sha256: '', overrides: [], files } };
}

/** The needle valve is set by hand, to what the recipe asks of it. */
function withValveSet({ reactor, steps }: Pick<Plan, 'reactor' | 'steps'>): Plan['reactor'] {
  const purge = steps
    .flatMap((step) => (step.kind === 'parallel' ? step.tracks.flat() : [step]))
    .find(({ kind }) => kind === 'purge');
  if (purge?.kind !== 'purge') return reactor;
  return { ...reactor, hydrogen: { ...reactor.hydrogen, sweep_mL_min: purge.sweep_mL_min } };
}

async function run(recipe: GeneratedRecipe, plan: Plan): Promise<Ran> {
  const played = await rehearse({
    plan,
    seed: recipe.seed,
    unattended: false,
    attend: (stage) => attend(stage, plan, recipe),
    limit_s: LIMIT_S + PATIENCE_S,
  });
  const kinds = plan.steps.flatMap((step) =>
    step.kind === 'parallel' ? [step.kind, ...step.tracks.flat().map(({ kind }) => kind)] : [step.kind],
  );
  return {
    attempt: recipe.attempt,
    why: [...faultsOf(played, plan), ...chargeOf(played)],
    warnings: [...played.alarms.values()].filter(({ safeState }) => safeState === 'W').map(({ id }) => id),
    kinds,
    simulated_s: played.ended_s,
  };
}

/** Answers what is asked, goes on after the recipe's own holds, and holds the run where the recipe of the trial says. */
function attend(stage: Stage, plan: Plan, { holds }: GeneratedRecipe): void {
  const { run, later, clock } = stage;
  run.prompt$.subscribe((prompt) => {
    if (prompt !== null) later(READS_S, () => run.answer(prompt.id, answerTo(prompt.answer), 'operator'));
  });
  let resumes_ms = 0;
  let now: RunState = 'idle';
  const giveUp = (why: string): void => {
    if (now === 'held') run.stop('operator', why);
  };
  for (const { at_s, for_s } of holds)
    later(at_s, () => {
      if (now !== 'execute') return;
      resumes_ms = clock.now() + for_s * 1000;
      run.hold('operator');
    });
  run.state$.subscribe(({ run: state, step, reason }) => {
    if (state === now) return;
    now = state;
    if (state !== 'held') return;
    const own = plan.steps[step]?.kind === 'hold';
    const rest_s = (resumes_ms - clock.now()) / 1000;
    if (own || reason === HELD_BY_OPERATOR) later(Math.max(READS_S, rest_s), () => run.resume('operator'));
    else later(PATIENCE_S, () => giveUp(`held: ${reason ?? 'unknown'}`));
  });
  later(LIMIT_S, () => run.stop('operator', `not ended after ${LIMIT_S} s`));
}

/** What an operator would type. */
function answerTo(form: AnswerForm | undefined): string {
  switch (form?.kind) {
    case undefined:
    case 'none':
      return 'done';
    case 'text':
      return 'clear, yellow';
    case 'choice':
      return form.choices[0] ?? '';
    case 'number':
      return form.fallback ?? '0.35';
    case 'photo':
      throw new RangeError(`no generated recipe asks for a photo (${hintOf(form)})`);
  }
}

/** Trips, holds and ends that nobody asked for. */
function faultsOf({ events, report, alarms }: Played, plan: Plan): string[] {
  const { outcome, reason } = report.result;
  const acted = [...alarms.values()].filter(({ safeState }) => safeState !== 'W');
  return [
    ...events
      .filter((event) => event.kind === 'trip' || isUnasked(event, plan))
      .map(({ text, elapsed_s }) => `${elapsed_s.toFixed(1)} s: ${text}`),
    ...acted.map(({ id, text }) => `${id}: ${text}`),
    ...(outcome === 'complete' ? [] : [`${outcome}: ${reason}`]),
  ];
}

/** A hold or an abort that neither the operator nor the recipe asked for. */
function isUnasked({ kind, actor, text, data }: RunEvent, plan: Plan): boolean {
  if (kind !== 'state' || actor === 'operator') return false;
  return data['to'] === 'aborting' || (data['to'] === 'holding' && !ownHolds(plan).some((own) => text.includes(own)));
}

/** What the recipe itself holds the run for: its hold steps, and samples that are waited for. */
function ownHolds({ steps }: Plan): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'hold') return [step.text];
    return step.kind === 'electrolyse' ? (step.samples ?? []).filter(({ wait }) => wait).map(({ text }) => text) : [];
  });
}

/** The ledger with its sign and, since that of an alternating current is next to nothing, without. */
function chargeOf({ report: { result }, truth }: Played): string[] {
  const isClose = (ledger_C: number, truth_C: number): boolean =>
    Math.abs(ledger_C - truth_C) <= LEDGER_C + LEDGER_SHARE * truth.absoluteCharge_C;
  return [
    ...(isClose(result.charge_C, truth.charge_C) ? [] : [`ledger ${result.charge_C} C, truth ${truth.charge_C} C`]),
    ...(isClose(result.absolute_charge_C, truth.absoluteCharge_C)
      ? []
      : [`ledger ${result.absolute_charge_C} C without sign, truth ${truth.absoluteCharge_C} C`]),
  ];
}
