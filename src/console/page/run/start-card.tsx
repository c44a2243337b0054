/** Choosing a recipe while nothing runs: the library, what the checker says, the preview, and the way to the last questions. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { checkAnswer, previewAnswer, recipesAnswer, type PlanShown, type Previewed } from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';
import { HttpRefused, type Http } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { whyNot, type Standing } from './may.js';
import { PreviewPlot } from './preview-plot.js';
import { Weighing } from './procedure-card.js';
import { choicesOf, factsOf, found, verdictText, type Choice } from './recipe-choice.js';
import { StartDialog } from './start-dialog.js';

const problemsOf = (error: unknown): readonly ApiProblem[] =>
  error instanceof HttpRefused ? error.problems : [{ message: String(error) }];

interface ListProps {
  readonly choices: readonly Choice[];
  readonly chosen: string | null;
}

function List({ choices, chosen }: ListProps) {
  const search = useSignal('');
  const shown = found(choices, search.value);
  return (
    <div class="recipe-list">
      <Field label="Search recipes" value={search.value} onInput={(value) => (search.value = value)} />
      <nav aria-label="Recipes" class="recipe-names">
        {shown.map(({ name, title, group, verdict }, index) => (
          <div key={name}>
            {shown[index - 1]?.group === group ? null : <h3>{group}</h3>}
            <a href={hashOf('run', [], { recipe: name })} aria-current={name === chosen ? 'true' : undefined}>
              <span class="recipe-title">{title}</span>
              <span class={`hint verdict is-${verdict.state}`}>{verdictText(verdict)}</span>
            </a>
          </div>
        ))}
        {shown.length === 0 ? <p class="hint">No recipe is called so.</p> : null}
      </nav>
    </div>
  );
}

interface ShownProps {
  readonly name: string;
  readonly context: Context;
  readonly standing: Standing;
}

function Plan({ plan }: { readonly plan: PlanShown }) {
  return (
    <>
      <h2 class="plan-title">{plan.title}</h2>
      <p class="hint">{plan.source}</p>
      <dl class="facts">
        {factsOf(plan).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      {plan.warnings.length === 0 ? null : (
        <ul class="warnings" aria-label="Warnings of the checker">
          {plan.warnings.map(({ code, text }) => (
            <li key={code}>{text}</li>
          ))}
        </ul>
      )}
      <Weighing weighing={plan.weighing} perchlorate_g={plan.perchlorate_g} open />
      <details>
        <summary>{plan.steps.length} steps</summary>
        <ol class="steps" aria-label="Steps">
          {plan.steps.map(({ id, title }) => (
            <li key={id}>{title}</li>
          ))}
        </ol>
      </details>
    </>
  );
}

/** What the checker says of it, as soon as it has; nothing of one that was left meanwhile. */
function useChecked(http: Http, name: string) {
  const plan = useSignal<PlanShown | null>(null);
  const problems = useSignal<readonly ApiProblem[]>([]);
  useEffect(() => {
    let gone = false;
    http.send('POST', '/api/recipes/check', { name }, checkAnswer).then(
      (answer) => {
        if (gone) return;
        plan.value = answer.plans[0] ?? null;
        problems.value = answer.problems;
      },
      (error: unknown) => {
        if (!gone) problems.value = problemsOf(error);
      },
    );
    return () => {
      gone = true;
    };
  }, [name]);
  return { plan, problems };
}

function Shown({ name, context, standing }: ShownProps) {
  const { http } = context;
  const { plan, problems } = useChecked(http, name);
  const preview = useSignal<Previewed | null>(null);
  const previews = useSignal(false);
  const look = async (): Promise<void> => {
    previews.value = true;
    try {
      const answer = await http.send('POST', '/api/recipes/preview', { name }, previewAnswer);
      preview.value = answer.preview;
      problems.value = answer.problems;
    } catch (error) {
      problems.value = problemsOf(error);
    }
    previews.value = false;
  };
  const shown = plan.value;
  return (
    <div class="recipe-shown">
      <Problems problems={problems.value} />
      {shown === null && problems.value.length === 0 ? <p class="hint">Checking.</p> : null}
      {shown === null ? null : (
        <>
          <Plan plan={shown} />
          {preview.value === null ? null : <PreviewPlot preview={preview.value} />}
          <Deeds name={name} plan={shown} context={context} standing={standing}>
            <Button busy={previews.value} onPress={() => void look()}>
              {previews.value ? 'Previewing…' : 'Preview'}
            </Button>
          </Deeds>
        </>
      )}
    </div>
  );
}

interface DeedsProps extends ShownProps {
  readonly plan: PlanShown;
  readonly children: ComponentChildren;
}

function Deeds({ name, plan, context, standing, children }: DeedsProps) {
  const starting = useSignal(false);
  const { ask, view, clock } = context;
  const why = whyNot('start', standing);
  return (
    <>
      <div class="row">
        <Button
          kind="main"
          why={why}
          onPress={() => {
            starting.value = true;
          }}
        >
          Start…
        </Button>
        {children}
        <a href={hashOf('recipes', [name])}>Open the recipe</a>
      </div>
      {why === null ? null : <p class="hint">{why}</p>}
      {starting.value ? (
        <StartDialog
          recipe={{ name, title: plan.title, warnings: plan.warnings }}
          about={view.value.about}
          wall_ms={clock.wallTime_ms()}
          ask={ask}
          why={why}
          onClose={() => {
            starting.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** @param chosen name of a recipe in the address; null: none is chosen yet. */
export function StartCard({
  context,
  standing,
  chosen,
}: {
  readonly context: Context;
  readonly standing: Standing;
  readonly chosen: string | null;
}) {
  const choices = useSignal<readonly Choice[] | null>(null);
  const problems = useSignal<readonly ApiProblem[]>([]);
  useEffect(() => {
    context.http.get('/api/recipes', recipesAnswer).then(
      ({ recipes }) => {
        choices.value = choicesOf(recipes);
      },
      (error: unknown) => {
        problems.value = problemsOf(error);
      },
    );
  }, []);
  return (
    <section class="card start" aria-label="Start a run">
      <h2>Start a run</h2>
      <Problems problems={problems.value} />
      <div class="start-parts">
        {choices.value === null ? (
          <p class="hint">{problems.value.length === 0 ? 'Looking through the library.' : ''}</p>
        ) : (
          <List choices={choices.value} chosen={chosen} />
        )}
        {chosen === null ? (
          <p class="hint">Choose a recipe: it is checked before anything moves.</p>
        ) : (
          <Shown key={chosen} name={chosen} context={context} standing={standing} />
        )}
      </div>
    </section>
  );
}
