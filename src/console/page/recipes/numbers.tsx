/** What the checker says of the text beside it: problems to go to, or numbers, what to weigh, warnings and a preview. */
import { useSignal } from '@preact/signals';
import { previewAnswer, type CheckAnswer, type PlanShown, type Previewed } from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';
import { Button } from '../parts/button.js';
import { duration, fixed } from '../parts/format.js';
import { Problems } from '../parts/notice.js';
import { PreviewPlot } from '../run/preview-plot.js';
import { Weighing } from '../run/procedure-card.js';
import { factsOf } from '../run/recipe-choice.js';
import type { Context } from '../shell/context.js';
import { problemsOf, type RecipeDesk } from './desk.js';

interface ProblemListProps {
  readonly problems: readonly ApiProblem[];
  readonly goTo: (line: number, column: number) => void;
}

/** Those with a place lead to it. */
export function ProblemList({ problems, goTo }: ProblemListProps) {
  return (
    <ul class="problem-list" aria-label="Problems">
      {problems.map(({ line = 0, column = 1, message, hint, path }, index) => (
        <li key={index}>
          {line > 0 ? (
            <button type="button" class="number" onClick={() => goTo(line, column)}>
              {line}:{column}
            </button>
          ) : null}
          <span>
            {path === undefined || path === '' ? null : <code>{path}</code>} {message}
            {hint === undefined ? null : <span class="hint"> Would be right: {hint}.</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ plan }: { readonly plan: PlanShown }) {
  return (
    <dl class="facts">
      {factsOf(plan).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface EntriesProps {
  readonly plans: readonly PlanShown[];
  readonly chosen: string | null;
  readonly choose: (entry: string | null) => void;
}

/** Of a series: which entry is looked at. */
function Entries({ plans, chosen, choose }: EntriesProps) {
  return (
    <div class="table-frame entries">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Entry</th>
            <th scope="col" class="is-figure">
              Charge
            </th>
            <th scope="col" class="is-figure">
              F/mol
            </th>
            <th scope="col" class="is-figure">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {plans.map(({ entry, title, numbers }) => (
            <tr key={entry} class={entry === chosen ? 'is-chosen' : ''}>
              <td>
                <button type="button" title={title} aria-pressed={entry === chosen} onClick={() => choose(entry)}>
                  {entry}
                </button>
              </td>
              <td class="is-figure">{fixed(numbers['charge_C'], 1)} C</td>
              <td class="is-figure">{fixed(numbers['charge_F_mol'], 3)}</td>
              <td class="is-figure">{duration(numbers['duration_s'])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface NumbersProps {
  readonly desk: RecipeDesk;
  readonly context: Context;
  readonly entry: string | null;
  readonly choose: (entry: string | null) => void;
  readonly goTo: (line: number, column: number) => void;
}

function saidOf({ problems, plans }: CheckAnswer): { readonly kind: string; readonly words: string } {
  if (problems.length > 0)
    return { kind: 'refused', words: problems.length === 1 ? '1 problem' : `${problems.length} problems` };
  const warnings = plans.reduce((sum, plan) => sum + plan.warnings.length, 0);
  if (warnings > 0)
    return { kind: 'asks', words: warnings === 1 ? 'Holds, with 1 warning' : `Holds, with ${warnings} warnings` };
  return { kind: 'passes', words: 'Holds' };
}

export function Numbers({ desk, context, entry, choose, goTo }: NumbersProps) {
  const answer = desk.checked.value;
  const old = desk.checking.value;
  const plan = answer?.plans.find((one) => one.entry === entry) ?? answer?.plans[0] ?? null;
  const said = answer === null ? null : saidOf(answer);
  return (
    <section class={`card numbers${old ? ' is-old' : ''}`} aria-label="What the checker says" aria-busy={old}>
      <p class="numbers-head" role="status">
        <strong class={said === null ? '' : `judged is-${said.kind}`}>{said?.words ?? 'Not checked yet'}</strong>
        <span class="hint">{old ? 'checking…' : 'checked as it stands'}</span>
      </p>
      <Problems problems={desk.refused.value} />
      {answer === null ? null : <ProblemList problems={answer.problems} goTo={goTo} />}
      {answer?.series === null || answer === null || answer.plans.length === 0 ? null : (
        <Entries plans={answer.plans} chosen={plan?.entry ?? null} choose={choose} />
      )}
      {plan === null ? null : (
        <>
          <Facts plan={plan} />
          {plan.warnings.length === 0 ? null : (
            <ul class="warnings" aria-label="Warnings of the checker">
              {plan.warnings.map(({ code, text }) => (
                <li key={code}>{text}</li>
              ))}
            </ul>
          )}
          <Weighing weighing={plan.weighing} perchlorate_g={plan.perchlorate_g} open />
          <Preview desk={desk} context={context} entry={answer?.series === null ? null : plan.entry} />
        </>
      )}
    </section>
  );
}

/** A preview is of the text for which it was asked; another text takes it away. */
function Preview({ desk, context, entry }: Pick<NumbersProps, 'desk' | 'context' | 'entry'>) {
  const shown = useSignal<{ readonly of: string; readonly preview: Previewed } | null>(null);
  const busy = useSignal(false);
  const refused = useSignal<readonly ApiProblem[]>([]);
  const { name } = desk;
  const key = `${entry ?? ''}\n${desk.text.value ?? ''}`;
  const look = async (): Promise<void> => {
    busy.value = true;
    refused.value = [];
    try {
      const asked = { name: entry === null ? name : `${name}#${entry}`, text: desk.text.value ?? '' };
      const { preview, problems } = await context.http.send('POST', '/api/recipes/preview', asked, previewAnswer);
      refused.value = problems;
      shown.value = preview === null ? null : { of: key, preview };
    } catch (error) {
      refused.value = problemsOf(error);
    }
    busy.value = false;
  };
  const { value } = shown;
  return (
    <div class="form">
      {value?.of === key ? <PreviewPlot preview={value.preview} /> : null}
      <Problems problems={refused.value} />
      {value?.of === key ? null : (
        <div class="row">
          <Button busy={busy.value} onPress={() => void look()}>
            {busy.value ? 'Runs on the twin…' : 'Preview on the twin'}
          </Button>
        </div>
      )}
    </div>
  );
}
