/** Two runs beside each other: figures with their difference, what was set up, answers, and their curves over each other. */
import { useMemo } from 'preact/hooks';
import { runDetail, type RunDetailRow } from '../../api/runs.js';
import { seriesAnswer } from '../../api/series.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { useAnswer, type Answered } from './asked.js';
import { coursePath, panelsOfTwo } from './curves.js';
import { compared, comparedAnswers, comparedFacts, type ComparedFact } from './figures.js';
import { OutcomeMark } from './outcome.js';
import { listHash, pairHash, runHash, runPath } from './pick.js';
import { Plot } from './plot.js';
import { When } from './when.js';

type On = 'time' | 'charge';

function Side({ run, letter }: { readonly run: RunDetailRow; readonly letter: 'A' | 'B' }) {
  return (
    <div class="side">
      <p class={`curves-legend is-${letter === 'A' ? 'first' : 'second'}`}>
        <svg viewBox="0 0 20 8" aria-hidden="true">
          <path class="curve-line" d="M0 4H20" />
        </svg>
        <strong>{letter}</strong>
      </p>
      <div>
        <a href={runHash(run.run)}>{run.title}</a>
        <p class="hint">
          <When t_ms={run.started} /> · {run.recipe}
          {run.simulated ? <span class="tag">simulated</span> : null}
        </p>
        <OutcomeMark outcome={run.outcome} />
      </div>
    </div>
  );
}

function Figures({ runs: [a, b] }: { readonly runs: readonly [RunDetailRow, RunDetailRow] }) {
  return (
    <section class="card" aria-label="Figures of both">
      <h2>What came of them</h2>
      <div class="table-frame">
        <table class="rows compared stacked">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col" class="is-figure">
                A
              </th>
              <th scope="col" class="is-figure">
                B
              </th>
              <th scope="col" class="is-figure">
                B less A
              </th>
            </tr>
          </thead>
          <tbody>
            {compared(a, b).map(({ name, unit, texts, difference }) => (
              <tr key={name}>
                <th scope="row">
                  {name} {unit === '' ? null : <span class="hint">/ {unit}</span>}
                </th>
                <td class="is-figure">{texts[0]}</td>
                <td class="is-figure">{texts[1]}</td>
                <td class="is-figure">{difference ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly ComparedFact[] }) {
  if (facts.length === 0) return null;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <div class="table-frame">
        <table class="rows compared">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">
                <span class="visually-hidden">Same or not</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {facts.map(({ name, texts, same }) => (
              <tr key={name} class={same ? '' : 'is-different'}>
                <th scope="row">{name}</th>
                <td>{texts[0]}</td>
                <td>{texts[1]}</td>
                <td class="is-same">{same ? <span class="hint">same</span> : 'differs'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface CurvesProps {
  readonly context: Context;
  readonly runs: readonly [string, string];
  readonly on: On;
  readonly turn: string;
}

function Curves({ context, runs, on, turn }: CurvesProps) {
  const { http } = context;
  const a = useAnswer({ http, path: coursePath(runs[0]), turn }, seriesAnswer);
  const b = useAnswer({ http, path: coursePath(runs[1]), turn }, seriesAnswer);
  const both = a.kind === 'here' && b.kind === 'here' ? ([a.value, b.value] as const) : null;
  const panels = useMemo(() => (both === null ? [] : panelsOfTwo(both, on)), [both?.[0], both?.[1], on]);
  const end = both === null || on === 'charge' ? 0 : Math.max(both[0].last_s ?? 0, both[1].last_s ?? 0);
  return (
    <section class="card" aria-label="Curves of both">
      <div class="past-head">
        <h2>Course of both</h2>
        <div class="segments" role="group" aria-label="Over">
          {(['time', 'charge'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={on === one}
              onClick={() => location.replace(pairHash(runs, one))}
            >
              over {one}
            </button>
          ))}
        </div>
      </div>
      <Problems problems={refusalsOf(a, b)} />
      {both === null ? null : <Plot panels={panels} on={on} end={end} />}
      {both !== null && panels.length === 0 ? <p class="hint">Neither has a sample with current.</p> : null}
    </section>
  );
}

function refusalsOf(...answers: readonly Answered<unknown>[]) {
  return answers.flatMap((answered) => (answered.kind === 'refused' ? answered.problems : []));
}

export function Comparison({ context, runs, on, turn }: CurvesProps) {
  const { http } = context;
  const a = useAnswer({ http, path: runPath(runs[0]), turn }, runDetail);
  const b = useAnswer({ http, path: runPath(runs[1]), turn }, runDetail);
  if (a.kind !== 'here' || b.kind !== 'here') {
    const problems = refusalsOf(a, b);
    return (
      <section class="card">
        {problems.length === 0 ? <p class="hint">Loading.</p> : <Problems problems={problems} />}
        <p>
          <a class="back" href={listHash({})}>
            All runs
          </a>
        </p>
      </section>
    );
  }
  const both = [a.value, b.value] as const;
  return (
    <>
      <section class="card" aria-label="The two runs">
        <p>
          <a class="back" href={listHash({})}>
            All runs
          </a>
        </p>
        <h1>Two runs</h1>
        <div class="sides">
          <Side run={both[0]} letter="A" />
          <Side run={both[1]} letter="B" />
        </div>
        <p class="row">
          <a class="button is-quiet" href={listHash({ pick: [runs[0]] })}>
            Another to compare A with
          </a>
          <a class="button is-quiet" href={pairHash([runs[1], runs[0]], on)}>
            Exchange A and B
          </a>
        </p>
      </section>
      <Figures runs={both} />
      <Curves context={context} runs={runs} on={on} turn={turn} />
      <Facts title="How they were set up" facts={comparedFacts(...both)} />
      <Facts title="What the operators answered" facts={comparedAnswers(...both)} />
    </>
  );
}
