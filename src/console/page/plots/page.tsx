/** Curves of a run over time: the present one as it goes, or a past one. Which run and which curves stands in the address. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { runsAnswer, type ListedRunRow } from '../../api/runs.js';
import { Button } from '../parts/button.js';
import { Problems } from '../parts/notice.js';
import type { Context, PageProps } from '../shell/context.js';
import { hashOf, type Route } from '../shell/route.js';
import { clockText, ELAPSED, localTime } from './axis.js';
import { latestOf, spanOf, useCurves, type View } from './curves.js';
import { PANELS, panelsNamed, signalsOf, type Panel } from './panels.js';
import { newest, WINDOWS, type Span } from './span.js';
import { Stack } from './stack.js';
import './plots.css';

/** The newest runs, to choose from; asked for anew when another one is on. */
function useRuns(context: Context, present: string | null): readonly ListedRunRow[] {
  const runs = useSignal<readonly ListedRunRow[]>([]);
  const asked = useSignal<string | null | undefined>(undefined);
  if (asked.value !== present) asked.value = present;
  useSignalEffect(() => {
    if (asked.value === undefined) return;
    context.http.get('/api/runs', runsAnswer).then(
      (answer) => {
        runs.value = answer.runs;
      },
      () => undefined, // the curves say what is wrong; without a list one can still look at what the address names
    );
  });
  return runs.value;
}

function goTo(run: string, query: Route['query']): void {
  location.hash = hashOf('plots', [run], query);
}

interface RunChoiceProps {
  readonly runs: readonly ListedRunRow[];
  readonly run: string;
  readonly present: string | null;
  readonly query: Route['query'];
}

function RunChoice({ runs, run, present, query }: RunChoiceProps) {
  const known = runs.some((one) => one.run === run);
  return (
    <label class="plot-run">
      <span class="visually-hidden">Run</span>
      <select value={run} onChange={(event) => goTo(event.currentTarget.value, query)}>
        {known ? null : <option value={run}>{run}</option>}
        {runs.map((one) => (
          <option key={one.run} value={one.run}>
            {one.run === present ? 'Present run: ' : ''}
            {one.title}, {clockText(one.started, false, true)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Windows({ view, run }: { readonly view: View; readonly run: Span }) {
  return (
    <div class="plot-chips" role="group" aria-label="Window">
      {WINDOWS.map(({ label, length_s }) => (
        <button
          key={label}
          type="button"
          class="plot-chip"
          aria-pressed={view.follows.value === length_s}
          onClick={() => {
            view.follows.value = length_s;
            view.seen.value = newest(length_s, run);
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

interface ChoiceProps {
  readonly panels: readonly Panel[];
  readonly run: string;
  readonly query: Route['query'];
}

/** Without what the address need not say. */
function queryOf(query: Route['query'], changes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== ''));
}

function Choice({ panels, run, query }: ChoiceProps) {
  return (
    <div class="plot-chips" role="group" aria-label="Curves">
      {PANELS.map(({ id, title }) => {
        const on = panels.some((panel) => panel.id === id);
        const shown = PANELS.filter((panel) => (panel.id === id ? !on : panels.includes(panel)));
        const show = shown.length === PANELS.length ? '' : shown.map((panel) => panel.id).join(',');
        return (
          <button
            key={id}
            type="button"
            class="plot-chip"
            aria-pressed={on}
            onClick={() => goTo(run, queryOf(query, { show }))}
          >
            {title}
          </button>
        );
      })}
    </div>
  );
}

function Times({ run, query }: Omit<ChoiceProps, 'panels'>) {
  const clock = query['x'] === 'clock';
  return (
    <div class="plot-chips" role="group" aria-label="Axis of time">
      {[
        ['Run time', ''],
        ['Local time', 'clock'],
      ].map(([label = '', x = '']) => (
        <button
          key={label}
          type="button"
          class="plot-chip"
          aria-pressed={clock === (x === 'clock')}
          onClick={() => goTo(run, queryOf(query, { x }))}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

interface CurvesProps {
  readonly context: Context;
  readonly run: string;
  readonly present: string | null;
  readonly runs: readonly ListedRunRow[];
}

function Curves({ context, run, present, runs }: CurvesProps) {
  const { query } = context.route.value;
  const panels = useMemo(() => panelsNamed(query['show']), [query['show']]);
  const view = useCurves(context, run, signalsOf(PANELS).join(','));
  const held = view.held.value;
  const started = held?.whole.started ?? null;
  const clock = query['x'] === 'clock' && started !== null;
  const times = useMemo(() => (clock ? localTime(started) : ELAPSED), [clock, started]);
  const live = held !== null && !latestOf(held).ended;
  return (
    <section class="card plots" aria-label="Plots">
      <header class="plot-head">
        <h1>Plots</h1>
        <RunChoice runs={runs} run={run} present={present} query={query} />
        {live && view.follows.value === undefined ? (
          <Button
            kind="main"
            onPress={() => {
              view.follows.value = null;
            }}
          >
            Follow the run
          </Button>
        ) : null}
        {live && view.follows.value !== undefined ? <span class="plot-live">live</span> : null}
      </header>
      <Problems problems={view.problems.value} />
      {held === null ? (
        <p class="hint">{view.problems.value.length === 0 ? 'Reading the record.' : ''}</p>
      ) : (
        <>
          <div class="plot-choice">
            <Windows view={view} run={spanOf(latestOf(held))} />
            <Choice panels={panels} run={run} query={query} />
            <Times run={run} query={query} />
          </div>
          <Stack
            held={held}
            panels={panels}
            view={view}
            times={times}
            timesName={clock ? 'local time' : 'run time, h:min:s'}
          />
        </>
      )}
    </section>
  );
}

export function Page({ context }: PageProps) {
  const present = context.view.value.state?.run ?? null;
  const runs = useRuns(context, present);
  const run = context.route.value.parts[0] ?? present ?? runs[0]?.run ?? null;
  if (run === null) return <p class="card hint">Nothing has been recorded yet.</p>;
  return <Curves key={run} context={context} run={run} present={present} runs={runs} />;
}
