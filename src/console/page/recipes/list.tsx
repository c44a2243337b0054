/** The library: what ships and what was saved here, with what the checker says of each. What is sought stands in the address. */
import { useSignal } from '@preact/signals';
import { recipesAnswer, type RecipeRow } from '../../api/recipes.js';
import { useAnswer } from '../history/asked.js';
import { When } from '../history/when.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import { verdictText } from '../run/recipe-choice.js';
import type { Context } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import { foundRows } from './found.js';
import { VerdictMark } from './verdict.js';

function Row({ row }: { readonly row: RecipeRow }) {
  const { name, title, what, versions, verdict, entries, kind } = row;
  const newest = versions.at(-1);
  return (
    <li class="library-row">
      <VerdictMark verdict={verdict} />
      <div class="library-name">
        <a href={hashOf('recipes', [name])}>{title === '' ? name : title}</a>
        <p class="hint">
          <code>{name}</code>
          {kind === 'series' ? <span class="tag">series of {entries.length}</span> : null}
          {newest === undefined ? null : (
            <>
              <span class="tag">version {newest.version}</span> {newest.user ?? ''} <When t_ms={newest.saved} />
            </>
          )}
        </p>
        <p class="hint library-what">{newest === undefined || newest.remark === '' ? what : newest.remark}</p>
      </div>
      <p class={`library-figures number judged is-${verdict.state}`}>
        {kind === 'series' && verdict.charge_C === null && verdict.state !== 'refused'
          ? `${entries.length} entries`
          : verdictText(verdict)}
      </p>
    </li>
  );
}

function Group({
  title,
  rows,
  hint,
}: {
  readonly title: string;
  readonly rows: readonly RecipeRow[];
  readonly hint: string | null;
}) {
  if (rows.length === 0 && hint === null) return null;
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? <p class="hint">{hint}</p> : null}
      <ul class="library">
        {rows.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </ul>
    </section>
  );
}

export function Library({ context }: { readonly context: Context }) {
  const answered = useAnswer({ http: context.http, path: '/api/recipes' }, recipesAnswer);
  const search = useSignal('');
  if (answered.kind === 'waiting') return <p class="hint">Checking the library.</p>;
  if (answered.kind === 'refused') return <Problems problems={answered.problems} />;
  const rows = foundRows(answered.value.recipes, search.value);
  const own = search.value === '' ? 'None yet. Open one below, change it, and save it under a name of your own.' : null;
  return (
    <>
      <section class="card library-head" aria-label="Search">
        <h1>Recipes</h1>
        <Field
          label="Search in names, titles, sources and entries"
          value={search.value}
          onInput={(value) => {
            search.value = value;
          }}
        />
        <p class="hint" role="status">
          {rows.length} of {answered.value.recipes.length}, checked on the board {answered.value.board}
        </p>
      </section>
      <Group title="Own recipes" rows={rows.filter(({ ships }) => !ships)} hint={own} />
      <Group title="Came with the program" rows={rows.filter(({ ships }) => ships)} hint={null} />
    </>
  );
}
