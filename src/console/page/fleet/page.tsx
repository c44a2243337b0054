/** Many reactors at a glance, to be read only: who needs a look, what runs where, and when it ends. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import type { Context, PageProps } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { Row } from './fleet-row.js';
import { FILTERS, FLEET_TOPICS, Fleet, counted, isFilter, isSort, listed, type Filter, type Sort } from './model.js';
import './fleet.css';

/** The table is drawn again this often, ms: nobody reads faster, and a phone draws a thousand rows. */
const DRAW_MS = 1000;
/** Within this time of a new link the broker has told of all who are there. */
const SETTLE_MS = 10_000;
/** Rows before one asks for all. */
const SHORT = 100;

const FILTER_WORD: Readonly<Record<Filter, string>> = {
  all: 'All',
  attention: 'Need a look',
  running: 'Running',
  rest: 'At rest',
  offline: 'Offline',
};

interface Column {
  readonly title: string;
  readonly sort: Sort | null;
  readonly figure?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'Reactor', sort: 'name' },
  { title: 'State', sort: 'state' },
  { title: 'Recipe', sort: null },
  { title: 'Progress', sort: 'progress' },
  { title: 'Voltage', sort: 'voltage', figure: true },
  { title: 'Current', sort: 'current', figure: true },
  { title: 'Temp.', sort: 'temperature', figure: true },
  { title: 'Alarm', sort: 'attention' },
];

const SORT_WORD: Readonly<Record<Sort, string>> = {
  attention: 'who needs a look',
  name: 'name',
  state: 'state',
  progress: 'progress',
  ends: 'end of the run',
  voltage: 'voltage',
  current: 'current',
  temperature: 'temperature',
};

/** Hears the fleet for as long as the page is shown; gives how often the table is to be drawn anew. */
function useFleet(context: Context): { readonly fleet: Fleet; readonly drawn: number } {
  const [fleet] = useState(() => new Fleet());
  const [drawn, draw] = useState(0);
  const { clock, hear } = context;
  const { connection } = context.view.value;
  useEffect(
    () => hear(FLEET_TOPICS, (topic, payload) => fleet.hear(topic, payload, clock.now(), clock.wallTime_ms())),
    [fleet, clock, hear],
  );
  useEffect(() => {
    const timer = clock.after(DRAW_MS, () => draw(drawn + 1));
    return () => timer.cancel();
  }, [clock, drawn]);
  useEffect(() => {
    if (connection === 'lost') fleet.lost();
    const timer = connection === 'up' ? clock.after(SETTLE_MS, () => fleet.forgetUnheard()) : null;
    return () => timer?.cancel();
  }, [clock, fleet, connection]);
  return { fleet, drawn };
}

interface Chosen {
  readonly show: Filter;
  readonly sort: Sort;
}

const DEFAULT: Chosen = { show: 'all', sort: 'attention' };

function chosenIn({ show, sort }: Readonly<Record<string, string>>): Chosen {
  return { show: isFilter(show) ? show : DEFAULT.show, sort: isSort(sort) ? sort : DEFAULT.sort };
}

function addressOf({ show, sort }: Chosen): string {
  return hashOf('fleet', [], {
    ...(show === DEFAULT.show ? {} : { show }),
    ...(sort === DEFAULT.sort ? {} : { sort }),
  });
}

interface ChosenProps {
  readonly chosen: Chosen;
}

function Filters({ chosen, counts }: ChosenProps & { readonly counts: Readonly<Record<Filter, number>> }) {
  return (
    <nav class="filters" aria-label="Which reactors">
      {FILTERS.map((show) => (
        <a
          key={show}
          href={addressOf({ ...chosen, show })}
          aria-current={show === chosen.show ? 'true' : undefined}
          class={show === 'attention' && counts.attention > 0 ? 'is-asking' : undefined}
        >
          {FILTER_WORD[show]} <span class="number">{counts[show]}</span>
        </a>
      ))}
    </nav>
  );
}

function Heads({ chosen }: ChosenProps) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {COLUMNS.map(({ title, sort, figure }) => (
          <th
            key={title}
            scope="col"
            role="columnheader"
            class={figure === true ? 'is-figure' : undefined}
            aria-sort={sort !== null && sort === chosen.sort ? 'other' : undefined}
          >
            {sort === null ? title : <a href={addressOf({ ...chosen, sort })}>{title}</a>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function SortChoice({ chosen }: ChosenProps) {
  return (
    <div class="field fleet-sort">
      <label for="fleet-sort">First comes</label>
      <select
        id="fleet-sort"
        value={chosen.sort}
        onChange={({ currentTarget: { value } }) => {
          if (isSort(value)) location.hash = addressOf({ ...chosen, sort: value });
        }}
      >
        {Object.entries(SORT_WORD).map(([sort, word]) => (
          <option key={sort} value={sort}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

function Alone() {
  return (
    <p class="hint fleet-alone">
      Other reactors stand here when the network file names the uplink at whose broker they are:{' '}
      <code>fleet: NAME</code>.
    </p>
  );
}

export function Page({ context }: PageProps) {
  const { fleet, drawn } = useFleet(context);
  const [find, setFind] = useState('');
  const [all, showAll] = useState(false);
  const chosen = chosenIn(context.route.value.query);
  const { reactor, connection } = context.view.value;
  const rows = useMemo(() => fleet.rows(reactor, context.clock.now()), [fleet, reactor, drawn, context.clock]);
  const counts = useMemo(() => counted(rows), [rows]);
  const found = useMemo(() => listed(rows, chosen.show, chosen.sort, find), [rows, chosen.show, chosen.sort, find]);
  const shown = all ? found : found.slice(0, SHORT);
  return (
    <>
      <div class="page-head">
        <h1>Fleet</h1>
        <Filters chosen={chosen} counts={counts} />
      </div>
      <section class={`card fleet${connection === 'up' ? '' : ' is-stale'}`} aria-label="Reactors">
        <div class="fleet-tools">
          <Field label="Find reactor or recipe" value={find} onInput={setFind} />
          <SortChoice chosen={chosen} />
        </div>
        <div class="table-frame">
          <table class="rows fleet-table" role="table" aria-label="Reactors">
            <Heads chosen={chosen} />
            <tbody role="rowgroup">
              {shown.map((row) => (
                <Row key={row.name} row={row} />
              ))}
            </tbody>
          </table>
        </div>
        {found.length === 0 ? (
          <p class="fleet-none">{rows.length === 0 ? 'No reactor has been heard yet.' : 'None of these.'}</p>
        ) : null}
        {found.length > shown.length ? <Button onPress={() => showAll(true)}>Show all {found.length}</Button> : null}
        {rows.length === 1 && rows[0]?.own === true ? <Alone /> : null}
      </section>
    </>
  );
}
