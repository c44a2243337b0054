/** Past runs, newest first: searched, filtered, and chosen to be compared. What is sought stands in the address. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { runsAnswer, type ListedRunRow } from '../../api/runs.js';
import type { Context } from '../shell/context.js';
import { Button } from '../parts/button.js';
import { duration, fixed } from '../parts/format.js';
import { Problems } from '../parts/notice.js';
import { Sparkline } from '../parts/sparkline.js';
import { problemsOf, useAnswer } from './asked.js';
import { OUTCOMES, OutcomeMark } from './outcome.js';
import { listHash, listPath, pairHash, picked, runHash, type Sought } from './pick.js';
import { When } from './when.js';

/** Typing stands still for so long before it is searched, ms. */
const PAUSE_MS = 250;
/** Smallest height of the small trace, V. */
const SPAN_V = 0.5;

interface Page {
  readonly runs: readonly ListedRunRow[];
  readonly next: string | null;
  readonly count: number;
}

/** The first page as it is now, and those that were asked for below it. */
function useList(context: Context, sought: Sought, turn: string) {
  const path = listPath(sought);
  const first = useAnswer({ http: context.http, path, turn, keep: true }, runsAnswer);
  const [below, setBelow] = useState<{ readonly of: string; readonly pages: readonly Page[] }>({ of: path, pages: [] });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ReturnType<typeof problemsOf>>([]);
  const pages = first.kind === 'here' ? [first.value, ...(below.of === path ? below.pages : [])] : [];
  const next = pages.at(-1)?.next ?? null;
  const more = (): void => {
    setBusy(true);
    context.http
      .get(listPath(sought, next), runsAnswer)
      .then(
        (page) => setBelow(({ of, pages: known }) => ({ of: path, pages: [...(of === path ? known : []), page] })),
        (error: unknown) => setRefused(problemsOf(error)),
      )
      .finally(() => setBusy(false));
  };
  const problems = first.kind === 'refused' ? first.problems : refused;
  return {
    waiting: first.kind === 'waiting',
    runs: pages.flatMap(({ runs }) => runs),
    count: pages[0]?.count ?? 0,
    next,
    more,
    busy,
    problems,
  };
}

function Row({ row, sought }: { readonly row: ListedRunRow; readonly sought: Sought }) {
  const { run, title, recipe, started, outcome, charge_C, charge_F_mol, elapsed_s, simulated, notes, trace } = row;
  const chosen = sought.pick.includes(run);
  const go = (): void => location.replace(listHash(picked(sought, run)));
  return (
    <li class={`past-run${chosen ? ' is-chosen' : ''}`}>
      <input type="checkbox" checked={chosen} onChange={go} aria-label={`Compare ${title}, ${run}`} />
      <div class="past-run-name">
        <a href={runHash(run)}>{title}</a>
        <p class="hint">
          <When t_ms={started} /> · {recipe}
          {simulated ? <span class="tag">simulated</span> : null}
          {notes === 0 ? null : <span class="tag">{notes === 1 ? '1 note' : `${notes} notes`}</span>}
        </p>
      </div>
      <div class="past-run-trace">
        {trace.some((value) => value !== null) ? <Sparkline values={trace} setpoints={[]} span={SPAN_V} /> : null}
      </div>
      <OutcomeMark outcome={outcome} />
      <p class="past-run-figure number">
        {fixed(charge_C, 1)} C <span class="hint">{fixed(charge_F_mol, 2)} F/mol</span>
      </p>
      <p class="past-run-figure number">{duration(elapsed_s)}</p>
    </li>
  );
}

function Search({ context, sought }: { readonly context: Context; readonly sought: Sought }) {
  const [text, setText] = useState(sought.search);
  const now = useRef(sought);
  now.current = sought;
  useEffect(() => {
    if (text === now.current.search) return undefined;
    const timer = context.clock.after(PAUSE_MS, () => location.replace(listHash({ ...now.current, search: text })));
    return () => timer.cancel();
  }, [text]);
  const outcome = (to: string): void => location.replace(listHash({ ...sought, outcome: to }));
  return (
    <search class="past-search">
      <label class="past-search-field">
        <span class="visually-hidden">Search in titles, recipes, answers and notes</span>
        <input
          type="search"
          placeholder="Search in titles, recipes, answers and notes"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <div class="segments" role="group" aria-label="How they ended">
        {['', ...OUTCOMES].map((one) => (
          <button key={one} type="button" aria-pressed={sought.outcome === one} onClick={() => outcome(one)}>
            {one === '' ? 'all' : one}
          </button>
        ))}
      </div>
    </search>
  );
}

/** What is chosen, and where it leads. */
function Choice({ sought }: { readonly sought: Sought }) {
  const [first, second] = sought.pick;
  if (first === undefined) return null;
  return (
    <div class="past-choice" role="status">
      <span>
        {second === undefined ? 'One run is chosen: choose another to compare it with.' : 'Two runs are chosen.'}
      </span>
      <span class="row">
        {second === undefined ? null : (
          <a class="button is-main" href={pairHash([first, second])}>
            Compare them
          </a>
        )}
        <Button onPress={() => location.replace(listHash({ ...sought, pick: [] }))}>Choose none</Button>
      </span>
    </div>
  );
}

function emptyWords({ search, outcome }: Sought): string {
  if (search === '' && outcome === '') return 'Nothing has been recorded yet: the first run will stand here.';
  return 'No run fits. All the words must stand in its title, recipe, id, outcome, an answer or a note.';
}

interface ListProps {
  readonly context: Context;
  readonly sought: Sought;
  /** Changes when the present run does. */
  readonly turn: string;
}

export function RunList({ context, sought, turn }: ListProps) {
  const { waiting, runs, count, next, more, busy, problems } = useList(context, sought, turn);
  const nothing = !waiting && problems.length === 0 && runs.length === 0;
  return (
    <section class="card past-runs" aria-label="Past runs">
      <div class="past-head">
        <h1>Runs</h1>
        <p class="hint number" role="status">
          {waiting ? 'Loading.' : count === 1 ? '1 run' : `${count} runs`}
        </p>
      </div>
      <Search context={context} sought={sought} />
      <Problems problems={problems} />
      <Choice sought={sought} />
      {nothing ? <p class="past-none">{emptyWords(sought)}</p> : null}
      <ol>
        {runs.map((row) => (
          <Row key={row.run} row={row} sought={sought} />
        ))}
      </ol>
      {next === null ? null : (
        <Button busy={busy} onPress={more}>
          Older runs
        </Button>
      )}
    </section>
  );
}
