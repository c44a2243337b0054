/** One past run: what came of it, its course, what was asked and answered, its alarms, its files, its notes, its proof. */
import { useMemo } from 'preact/hooks';
import { runDetail, type RunDetailRow } from '../../api/runs.js';
import { seriesAnswer } from '../../api/series.js';
import { duration, fixed } from '../parts/format.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { useAnswer } from './asked.js';
import { coursePath, panelsOf } from './curves.js';
import { Downloads } from './downloads.js';
import { figuresOf, figureText, saidOf } from './figures.js';
import { EventRows, PastJournal } from './journal.js';
import { Notes } from './notes.js';
import { MEANS, OutcomeMark } from './outcome.js';
import { listHash, runHash, runPath } from './pick.js';
import { Plot, type Mark, type Span } from './plot.js';
import { ProofCard } from './proof.js';
import { When } from './when.js';

function Head({ run }: { readonly run: RunDetailRow }) {
  const { title, outcome, simulated, started, recipe, reason, resumes, resumed_by: by } = run;
  return (
    <section class="card past-run-head">
      <p>
        <a class="back" href={listHash({})}>
          All runs
        </a>
      </p>
      <div class="past-head">
        <h1>{title}</h1>
        <OutcomeMark outcome={outcome} />
      </div>
      <p class="past-reason">
        {reason === null ? `${MEANS[outcome]}.` : `${reason}.`} {simulated ? <span class="tag">simulated</span> : null}
      </p>
      <p class="hint">
        <When t_ms={started} /> · {recipe} · <code>{run.run}</code>
      </p>
      {resumes === null ? null : (
        <p>
          It goes on from <a href={runHash(resumes)}>{resumes}</a>.
        </p>
      )}
      {by === null ? null : (
        <p>
          It is gone on with by <a href={runHash(by)}>{by}</a>.
        </p>
      )}
      <p class="row">
        <a class="button is-main" href={runPath(run.run, '/report.html')} target="_blank" rel="noopener">
          Open the report
        </a>
        <a class="button is-quiet" href={hashOf('plots', [run.run])}>
          Look closer in the plots
        </a>
        <a class="button is-quiet" href={listHash({ pick: [run.run] })}>
          Compare with another run
        </a>
      </p>
    </section>
  );
}

function Figures({ run }: { readonly run: RunDetailRow }) {
  return (
    <section class="card" aria-label="Figures">
      <h2>What came of it</h2>
      <dl class="past-figures">
        {figuresOf(run).map((figure) => (
          <div key={figure.name}>
            <dt>{figure.name}</dt>
            <dd>
              <span class="number">{figureText(figure)}</span>
              {figure.beside === undefined ? null : <span class="hint">{figure.beside}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Alarms as they were raised. */
export function marksOf({ alarms }: Pick<RunDetailRow, 'alarms'>): Mark[] {
  return alarms.flatMap(({ elapsed_s, text }) => (elapsed_s === null ? [] : [{ x: elapsed_s, name: text }]));
}

/** Steps as they ran: each goes on to where the next begins. */
export function spansOf({ steps }: Pick<RunDetailRow, 'steps'>, end_s: number): Span[] {
  const ran = steps.flatMap(({ title, from_s, to_s }) =>
    from_s === null ? [] : [{ from: from_s, to: to_s ?? from_s, name: title }],
  );
  return ran.map((span, index) => ({ ...span, to: ran[index + 1]?.from ?? Math.max(span.to, end_s) }));
}

function Course({
  context,
  run,
  turn,
}: {
  readonly context: Context;
  readonly run: RunDetailRow;
  readonly turn: string;
}) {
  const answered = useAnswer({ http: context.http, path: coursePath(run.run), turn }, seriesAnswer);
  const course = answered.kind === 'here' ? answered.value : null;
  const panels = useMemo(() => (course === null ? [] : panelsOf(course)), [course]);
  const marks = useMemo(() => marksOf(run), [run]);
  const spans = useMemo(() => spansOf(run, course?.last_s ?? 0), [run, course]);
  return (
    <section class="card" aria-label="Course">
      <h2>Course</h2>
      {answered.kind === 'waiting' ? <p class="hint">Loading.</p> : null}
      {answered.kind === 'refused' ? <Problems problems={answered.problems} /> : null}
      {course !== null && panels.length === 0 ? <p class="hint">No sample was kept.</p> : null}
      {course === null || panels.length === 0 ? null : (
        <Plot panels={panels} on="time" end={course.last_s ?? 0} marks={marks} spans={spans} />
      )}
      {marks.length === 0 ? null : <p class="hint">Dotted lines: alarms. Shades: steps.</p>}
    </section>
  );
}

function Answers({ run }: { readonly run: RunDetailRow }) {
  if (run.answers.length === 0) return null;
  return (
    <section class="card" aria-label="Answers">
      <h2>What the operator answered</h2>
      <div class="table-frame">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Answer</th>
              <th scope="col" class="is-figure">
                At
              </th>
              <th scope="col" class="is-figure">
                Charge / C
              </th>
            </tr>
          </thead>
          <tbody>
            {run.answers.map((answer, index) => (
              <tr key={index}>
                <th scope="row">{answer.key}</th>
                <td>{saidOf(answer)}</td>
                <td class="is-figure">{duration(answer.at_s)}</td>
                <td class="is-figure">{fixed(answer.charge_C, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Steps({ run }: { readonly run: RunDetailRow }) {
  return (
    <section class="card" aria-label="Steps">
      <h2>Steps</h2>
      <div class="table-frame">
        <table class="rows stacked">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" class="is-figure">
                From
              </th>
              <th scope="col" class="is-figure">
                For
              </th>
              <th scope="col" class="is-figure">
                Charge / C
              </th>
            </tr>
          </thead>
          <tbody>
            {run.steps.map(({ title, from_s, to_s, charge_C }, index) => (
              <tr key={index} class={from_s === null ? 'is-not-begun' : ''}>
                <th scope="row">
                  {index + 1}. {title}
                </th>
                <td class="is-figure">{from_s === null ? 'not begun' : duration(from_s)}</td>
                <td class="is-figure">{from_s === null || to_s === null ? '' : duration(to_s - from_s)}</td>
                <td class="is-figure">{from_s === null ? '' : fixed(charge_C, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Alarms({ run }: { readonly run: RunDetailRow }) {
  return (
    <section class="card" aria-label="Alarms of the run">
      <h2>Alarms</h2>
      {run.alarms.length === 0 ? <p class="hint">None was raised.</p> : <EventRows events={run.alarms} />}
    </section>
  );
}

function Origin({ run }: { readonly run: RunDetailRow }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Board', run.board],
    ['Firmware', run.firmware ?? 'none'],
    ['Reactor', run.reactor],
    ['Program', `galvanode ${run.program}${run.seed === null ? '' : `, seed ${run.seed} of the simulated noise`}`],
    ['Changed by hand', run.overrides.length === 0 ? 'nothing' : run.overrides.join(', ')],
    ['Samples', `${run.samples} kept${run.lost_samples === 0 ? '' : `, ${run.lost_samples} LOST`}`],
    ['Head of the chain', run.head_hash],
    ['Recipe file', `sha256 ${run.recipe_sha256}`],
  ];
  return (
    <section class="card origin" aria-label="Origin">
      <h2>With what it was run</h2>
      <dl class="past-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>The recipe as it was</summary>
        <pre tabIndex={0}>{run.recipe_text}</pre>
      </details>
    </section>
  );
}

interface DetailProps {
  readonly context: Context;
  readonly run: string;
  readonly turn: string;
}

export function RunDetail({ context, run, turn }: DetailProps) {
  const answered = useAnswer({ http: context.http, path: runPath(run), turn }, runDetail);
  if (answered.kind === 'waiting') return <p class="hint">Loading.</p>;
  if (answered.kind === 'refused')
    return (
      <section class="card">
        <Problems problems={answered.problems} />
        <p>
          <a class="back" href={listHash({})}>
            All runs
          </a>
        </p>
      </section>
    );
  const { value } = answered;
  return (
    <>
      <Head run={value} />
      <Figures run={value} />
      <Course context={context} run={value} turn={turn} />
      <Answers run={value} />
      <div class="columns">
        <Downloads run={value} />
        <Notes context={context} run={run} />
      </div>
      <div class="columns">
        <Steps run={value} />
        <Alarms run={value} />
      </div>
      <ProofCard key={run} context={context} run={run} outcome={value.outcome} />
      <Origin run={value} />
      <PastJournal key={run} context={context} run={run} turn={turn} />
    </>
  );
}
