/** The panels one above the other, with one axis of time, one cursor and one hand; what is seen as picture, CSV and table. */
import { useSignal, type Signal as Cell } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { fixed } from '../parts/format.js';
import { clockText, type TimeAxis } from './axis.js';
import { Chart } from './chart.js';
import { latestOf, spanOf, type View } from './curves.js';
import { csvOf, marksOf, stitched, summaryOf, utcOf, valueAt, type Columns, type Held } from './drawn.js';
import { Marks } from './marks.js';
import { signalsOf, type Line, type Panel } from './panels.js';
import { pictureOf, saveBlob } from './picture.js';
import { lengthOf, panned, within, zoomed, type Span } from './span.js';

interface StackProps {
  readonly held: Held;
  readonly panels: readonly Panel[];
  readonly view: View;
  readonly times: TimeAxis;
  /** What the axis of time is, in words. */
  readonly timesName: string;
}

const unitOf = (panel: Panel, line: Line): string => (line.right === true ? (panel.rightUnit ?? '') : panel.unit);
const digitsOf = (panel: Panel, line: Line): number => (line.right === true ? 4 : panel.digits);

interface BoxProps extends Omit<StackProps, 'panels' | 'timesName'> {
  readonly panel: Panel;
  readonly columns: Columns;
  readonly last: boolean;
  readonly cursor: Cell<number | null>;
}

function Legend({ panel, columns, at_s }: { readonly panel: Panel; readonly columns: Columns; readonly at_s: number }) {
  const [times, ...values] = columns;
  return (
    <figcaption>
      <strong>
        {panel.title} <span class="hint">/ {panel.unit}</span>
      </strong>
      {panel.lines.map((line, index) => (
        <span key={line.label} class={`plot-legend is-${line.kind}`}>
          {line.label}
          <span class="number plot-value">
            {fixed(valueAt(times, values[index] ?? [], at_s), digitsOf(panel, line))}
          </span>
        </span>
      ))}
    </figcaption>
  );
}

function Summary({ panel, columns, rested }: Pick<BoxProps, 'panel' | 'columns'> & { readonly rested: Cell<Span> }) {
  const [times, ...values] = columns;
  const span = rested.value;
  const text = useMemo(
    () =>
      panel.lines
        .map((line, index) => {
          const [digits, unit] = [digitsOf(panel, line), unitOf(panel, line)];
          return `${line.label}: ${summaryOf(times, values[index] ?? [], span, digits, unit)}. `;
        })
        .join(''),
    [panel, columns, span],
  );
  return <p class="visually-hidden">{text}</p>;
}

function PanelBox({ held, panel, columns, view, last, cursor, times: axis }: BoxProps) {
  const run = spanOf(latestOf(held));
  const seen = view.seen.value;
  const marks = useMemo(() => marksOf(held), [held]);
  return (
    <figure class="plot-panel">
      <Legend panel={panel} columns={columns} at_s={cursor.value ?? seen.to_s} />
      <Summary panel={panel} columns={columns} rested={view.rested} />
      <Chart
        panel={panel}
        columns={columns}
        marks={marks}
        seen={seen}
        run={run}
        last={last}
        times={axis}
        onSpan={(span) => {
          view.follows.value = undefined;
          view.seen.value = span;
        }}
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

function Boxes({
  panels,
  ...rest
}: Omit<BoxProps, 'panel' | 'columns' | 'last'> & { readonly panels: readonly Panel[] }) {
  const { held } = rest;
  const columns = useMemo(
    () =>
      panels.map((panel) =>
        stitched(
          held,
          panel.lines.map(({ signal }) => signal),
        ),
      ),
    [held, panels],
  );
  return (
    <>
      {panels.map((panel, index) => (
        <PanelBox
          key={panel.id}
          {...rest}
          panel={panel}
          columns={columns[index] ?? [[]]}
          last={index === panels.length - 1}
        />
      ))}
    </>
  );
}

const MOVES: Readonly<Record<string, (seen: Span, run: Span) => Span>> = {
  ArrowLeft: (seen, run) => panned(seen, -0.2, run),
  ArrowRight: (seen, run) => panned(seen, 0.2, run),
  PageUp: (seen, run) => panned(seen, -1, run),
  PageDown: (seen, run) => panned(seen, 1, run),
  Home: (seen, run) => within({ from_s: run.from_s, to_s: run.from_s + lengthOf(seen) }, run),
  End: (seen, run) => within({ from_s: run.to_s - lengthOf(seen), to_s: run.to_s }, run),
  '+': (seen, run) => zoomed(seen, 0.6, 0.5, run),
  '-': (seen, run) => zoomed(seen, 1.6, 0.5, run),
  '0': (_seen, run) => run,
};

/** The finest answer that has all of what is seen. */
function finest({ whole, near }: Held, seen: Span): Held['whole'] {
  return near !== null && near.from_s <= seen.from_s && near.to_s >= Math.min(seen.to_s, near.last_s ?? 0)
    ? near
    : whole;
}

function Downloads({ root, ...props }: StackProps & { readonly root: () => Element | null }) {
  const { held, panels, view, times, timesName } = props;
  const { run, title, started, simulated } = held.whole;
  const picture = (): void => {
    const { from_s, to_s } = view.seen.value;
    const heading = {
      title,
      lines: [
        `${run}, begun ${clockText(started, true, true)} local time (${utcOf(started)})`,
        `${times.exact(from_s)} to ${times.exact(to_s)}`,
      ],
      simulated,
      foot: timesName,
    };
    const element = root();
    const drawn = element === null ? null : pictureOf(element, panels, heading);
    drawn?.toBlob((blob) => {
      if (blob !== null) saveBlob(`${run}.png`, blob);
    });
  };
  const table = (): void => {
    const text = csvOf(finest(held, view.seen.value), signalsOf(panels), view.seen.value);
    saveBlob(`${run}.seen.csv`, new Blob([text], { type: 'text/csv' }));
  };
  return (
    <div class="row">
      <Button onPress={picture}>Save what is seen as PNG</Button>
      <Button onPress={table}>as CSV</Button>
    </div>
  );
}

const ROWS = 20;

/** What is seen in some rows, for who does not see the curves. */
function Table({ held, panels, view, times }: Omit<StackProps, 'timesName'>) {
  const open = useSignal(false);
  const { from_s, to_s } = view.seen.value;
  const lines = panels.flatMap((panel) => panel.lines.map((line) => ({ panel, line })));
  const [at, ...values] = open.value
    ? stitched(
        held,
        lines.map(({ line }) => line.signal),
      )
    : [[]];
  const instants = Array.from({ length: ROWS }, (_, n) => from_s + ((to_s - from_s) * n) / (ROWS - 1));
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>Values as a table</summary>
      {open.value ? (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Values as a table">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {lines.map(({ panel, line }) => (
                  <th key={line.signal} scope="col" class="is-figure">
                    {panel.title}, {line.label} / {unitOf(panel, line)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {instants.map((t_s) => (
                <tr key={t_s}>
                  <th scope="row" class="number">
                    {times.exact(Math.round(t_s))}
                  </th>
                  {lines.map(({ panel, line }, index) => (
                    <td key={line.signal} class="is-figure">
                      {fixed(valueAt(at, values[index] ?? [], t_s), digitsOf(panel, line))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </details>
  );
}

/** Tenths of a second only from close by: from afar they would only flicker. */
const legible = (t_s: number, seen: Span): number => (lengthOf(seen) > 120 ? Math.round(t_s) : t_s);

const WITH_A_MOUSE = 'Drag: look closer. Wheel: zoom. Shift and drag: move. Double click: all.';
const WITH_FINGERS = 'Drag: move. Two fingers: zoom. Double tap: all.';

export function Stack(props: StackProps) {
  const { held, panels, view, times } = props;
  const cursor = useSignal<number | null>(null);
  const told = useSignal<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const run = spanOf(latestOf(held));
  const go = (span: Span): void => {
    view.follows.value = undefined;
    view.seen.value = span;
  };
  const seen = view.seen.value;
  const words = told.value ?? (cursor.value === null ? null : times.exact(legible(cursor.value, seen)));
  return (
    <>
      <Marks
        marks={marksOf(held)}
        seen={view.seen.value}
        exact={(t_s) => times.exact(Math.round(t_s))}
        onTell={(text) => {
          told.value = text;
        }}
        onGo={({ t_s }) => {
          const length = Math.min(lengthOf(view.seen.value), 600);
          go(within({ from_s: t_s - length / 2, to_s: t_s + length / 2 }, run));
        }}
      />
      <div class="plot-status">
        <p class={`plot-told${words === null ? ' hint' : ''}`}>
          {words ?? (matchMedia('(pointer: coarse)').matches ? WITH_FINGERS : WITH_A_MOUSE)}
        </p>
        <p class="plot-seen hint">
          {times.exact(legible(seen.from_s, seen))} to {times.exact(legible(seen.to_s, seen))}
        </p>
      </div>
      <div
        ref={root}
        class="plot-panels"
        data-keys
        tabIndex={0}
        role="group"
        aria-label="Curves: arrows move, plus and minus zoom, 0 shows all"
        onKeyDown={(event) => {
          const move = MOVES[event.key];
          if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          go(move(view.seen.value, run));
        }}
      >
        <Boxes held={held} panels={panels} view={view} times={times} cursor={cursor} />
      </div>
      <Downloads {...props} root={() => root.current} />
      <Table held={held} panels={panels} view={view} times={times} />
    </>
  );
}
