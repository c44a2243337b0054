/** Curves of a run over time: the present one as it goes, or a past one. What is seen stands in the address. */
import { useSignal, type Signal as Cell } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { MOST_POINTS, seriesAnswer, type SeriesAnswer } from '../../api/series.js';
import type { ApiProblem } from '../../api/refusal.js';
import { HttpRefused } from '../link/http.js';
import { Button } from '../parts/button.js';
import { fixed } from '../parts/format.js';
import { Problems } from '../parts/notice.js';
import type { Context, PageProps } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { Chart, pictureOf } from './chart.js';
import { columnsOf, csvOf, runTime, summaryOf, valueAt } from './drawn.js';
import { PANELS, panelsNamed, signalsOf, type Panel } from './panels.js';
import { around, newest, panned, serves, WINDOWS, within, zoomed, type Span } from './span.js';
import './plots.css';

/** A run that is on is asked for again so often, ms; and after a pan or zoom has come to rest. */
const RENEW_MS = 1000;
const REST_MS = 120;
const NOTHING: Span = { from_s: 0, to_s: 60 };

interface Looking {
  readonly answer: SeriesAnswer;
  /** What was fetched. */
  readonly held: Span & { readonly step_s: number };
}

interface View {
  readonly looking: Cell<Looking | null>;
  readonly problems: Cell<readonly ApiProblem[]>;
  readonly seen: Cell<Span>;
  /** The length that is followed, null: all; undefined: nothing is followed. */
  readonly follows: Cell<number | null | undefined>;
}

function spanOf({ first_s, last_s }: SeriesAnswer): Span {
  const from_s = first_s ?? 0;
  return { from_s, to_s: Math.max(from_s + 5, last_s ?? from_s) };
}

/** Fetches what is seen and something around it, whenever that is not there, and again while the run goes on. */
function useCurves(context: Context, run: string | null, panels: readonly Panel[]): View {
  const looking = useSignal<Looking | null>(null);
  const problems = useSignal<readonly ApiProblem[]>([]);
  const seen = useSignal<Span>(NOTHING);
  const follows = useSignal<number | null | undefined>(null);
  const points = Math.min(MOST_POINTS, 3 * Math.max(300, Math.round(innerWidth)));
  const names = signalsOf(panels).join(',');
  useEffect(() => {
    if (run === null) return undefined;
    const gone = new AbortController();
    looking.value = null;
    follows.value = null;
    const fetchSpan = async (span: Span | null): Promise<void> => {
      const query = new URLSearchParams({ signals: names, points: String(points) });
      if (span !== null)
        for (const [key, s] of [
          ['from', span.from_s],
          ['to', span.to_s],
        ] as const)
          query.set(key, String(s));
      const answer = await context.http.get(
        `/api/runs/${encodeURIComponent(run)}/series?${query}`,
        seriesAnswer,
        gone.signal,
      );
      const whole = spanOf(answer);
      looking.value = { answer, held: { ...(span ?? whole), step_s: answer.step_s } };
      if (follows.value !== undefined) seen.value = newest(follows.value, whole);
      problems.value = [];
    };
    const look = async (): Promise<void> => {
      const { answer = null, held = null } = looking.value ?? {};
      const whole = answer === null ? null : spanOf(answer);
      const live = answer !== null && !answer.ended && follows.value !== undefined;
      const length = follows.value ?? null;
      const wanted =
        whole === null || (live && length === null)
          ? null
          : live
            ? { from_s: Math.max(0, whole.to_s - (length ?? 0)), to_s: whole.to_s + RENEW_MS }
            : around(seen.value, whole);
      if (!live && held !== null && whole !== null && serves(held, seen.value, points, whole)) return;
      await fetchSpan(wanted);
    };
    const again = (): void => {
      if (gone.signal.aborted) return;
      const next = (): void =>
        void context.clock.after(
          looking.value?.answer.ended === false && follows.value !== undefined ? RENEW_MS : REST_MS,
          again,
        );
      look().then(next, (error: unknown) => {
        if (gone.signal.aborted) return;
        problems.value = error instanceof HttpRefused ? error.problems : [{ message: String(error) }];
        context.clock.after(RENEW_MS, again);
      });
    };
    again();
    return () => gone.abort();
  }, [run, names]);
  return { looking, problems, seen, follows };
}

function Windows({
  follows,
  run,
  seen,
}: {
  readonly follows: View['follows'];
  readonly run: Span;
  readonly seen: View['seen'];
}) {
  return (
    <div class="row" role="group" aria-label="Window">
      {WINDOWS.map(({ label, length_s }) => (
        <button
          key={label}
          type="button"
          class="chip"
          aria-pressed={follows.value === length_s}
          onClick={() => {
            follows.value = length_s;
            seen.value = newest(length_s, run);
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Choice({ panels, run }: { readonly panels: readonly Panel[]; readonly run: string }) {
  return (
    <div class="row" role="group" aria-label="Curves">
      {PANELS.map(({ id, title }) => {
        const on = panels.some((panel) => panel.id === id);
        const next = PANELS.filter((panel) => (panel.id === id ? !on : panels.includes(panel))).map(
          (panel) => panel.id,
        );
        return (
          <a
            key={id}
            class="chip"
            role="button"
            aria-pressed={on}
            href={hashOf('plots', [run], next.length === 0 ? {} : { show: next.join(',') })}
          >
            {title}
          </a>
        );
      })}
    </div>
  );
}

function save(name: string, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  save(name, url);
  URL.revokeObjectURL(url);
}

interface PanelsProps {
  readonly answer: SeriesAnswer;
  readonly panels: readonly Panel[];
  readonly view: View;
}

function PanelBox({
  answer,
  panel,
  view,
  last,
  cursor,
}: Omit<PanelsProps, 'panels'> & {
  readonly panel: Panel;
  readonly last: boolean;
  readonly cursor: Cell<number | null>;
}) {
  const signals = panel.lines.map(({ signal }) => signal);
  const columns = useMemo(() => columnsOf(answer, signals), [answer, panel]);
  const [times, ...values] = columns;
  const run = spanOf(answer);
  const look = (span: Span): void => {
    view.follows.value = undefined;
    view.seen.value = span;
  };
  const at_s = cursor.value ?? times.at(-1) ?? 0;
  return (
    <figure class="panel" data-title={`${panel.title}, ${panel.unit}`}>
      <figcaption>
        <strong>{panel.title}</strong>
        {panel.lines.map(({ label, kind, right }, index) => (
          <span key={label} class={`legend is-${kind}`}>
            {label} <span class="number value">{fixed(valueAt(times, values[index] ?? [], at_s), panel.digits)}</span>{' '}
            {right === true ? panel.rightUnit : panel.unit}
          </span>
        ))}
      </figcaption>
      <p class="visually-hidden">
        {panel.lines.map(
          ({ label }, index) => `${label}: ${summaryOf(values[index] ?? [], panel.digits, panel.unit)}. `,
        )}
      </p>
      <Chart
        panel={panel}
        columns={columns}
        marks={answer.marks}
        seen={view.seen.value}
        run={run}
        last={last}
        onSpan={look}
        onAll={() => {
          view.follows.value = null;
          view.seen.value = run;
        }}
        onCursor={(t_s) => {
          cursor.value = t_s;
        }}
      />
    </figure>
  );
}

const MOVES: Readonly<Record<string, (seen: Span, run: Span) => Span>> = {
  ArrowLeft: (seen, run) => panned(seen, -0.2, run),
  ArrowRight: (seen, run) => panned(seen, 0.2, run),
  '+': (seen, run) => zoomed(seen, 0.6, 0.5, run),
  '-': (seen, run) => zoomed(seen, 1.6, 0.5, run),
  '0': (_seen, run) => run,
};

function Panels({ answer, panels, view }: PanelsProps) {
  const cursor = useSignal<number | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const run = spanOf(answer);
  const near = cursor.value === null ? null : answer.marks.findLast(({ t_s }) => t_s <= (cursor.value ?? 0));
  const head = [
    `${answer.run}${answer.simulated ? ' · SIMULATED' : ''}`,
    `${runTime(view.seen.value.from_s)} to ${runTime(view.seen.value.to_s)} of run time`,
  ];
  const seenNow = (): Span => within(view.seen.value, run);
  return (
    <>
      <div
        ref={root}
        class="panels"
        data-keys
        tabIndex={0}
        role="group"
        aria-label="Curves: arrows move, plus and minus zoom, 0 shows all"
        onKeyDown={(event) => {
          const move = MOVES[event.key];
          if (move === undefined) return;
          event.preventDefault();
          view.follows.value = undefined;
          view.seen.value = move(view.seen.value, run);
        }}
      >
        {panels.map((panel, index) => (
          <PanelBox
            key={panel.id}
            answer={answer}
            panel={panel}
            view={view}
            last={index === panels.length - 1}
            cursor={cursor}
          />
        ))}
      </div>
      <p class="hint marks" role="status">
        {near === null || near === undefined
          ? 'Drag: look closer. Wheel: zoom. Shift and drag: move. Double click: all.'
          : `${runTime(near.t_s)} ${near.kind}: ${near.text}`}
      </p>
      <div class="row">
        <Button
          onPress={() => {
            const picture = root.current === null ? null : pictureOf(root.current, head);
            picture?.toBlob((blob) => {
              if (blob !== null) saveBlob(`${answer.run}.png`, blob);
            });
          }}
        >
          Save as PNG
        </Button>
        <Button
          onPress={() =>
            saveBlob(
              `${answer.run}-plot.csv`,
              new Blob([csvOf(answer, signalsOf(panels), seenNow())], { type: 'text/csv' }),
            )
          }
        >
          Save as CSV
        </Button>
      </div>
    </>
  );
}

export function Page({ context }: PageProps) {
  const { parts, query } = context.route.value;
  const present = context.view.value.state?.run ?? null;
  const run = parts[0] ?? present;
  const panels = panelsNamed(query['show']);
  const view = useCurves(context, run, panels);
  if (run === null) return <p class="card hint">No run is on. Past runs are in the history.</p>;
  const answer = view.looking.value?.answer ?? null;
  const live = answer?.ended === false;
  return (
    <section class="card plots" aria-label="Plots">
      <header class="run-head">
        <h1>
          {run === present ? 'Present run' : 'Past run'} <span class="hint number">{run}</span>
        </h1>
        {live && view.follows.value === undefined ? (
          <Button kind="main" onPress={() => (view.follows.value = null)}>
            Follow again
          </Button>
        ) : null}
      </header>
      <Problems problems={view.problems.value} />
      {answer === null ? (
        <p class="hint">{view.problems.value.length === 0 ? 'Reading the record.' : ''}</p>
      ) : (
        <>
          <div class="row plot-choice">
            <Windows follows={view.follows} run={spanOf(answer)} seen={view.seen} />
            <Choice panels={panels} run={run} />
          </div>
          <Panels answer={answer} panels={panels} view={view} />
        </>
      )}
    </section>
  );
}
