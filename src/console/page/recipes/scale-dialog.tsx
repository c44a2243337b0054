/** The recipe at another size: what stays, what changes and what to look at, before the text is taken. */
import { type Signal, useSignal } from '@preact/signals';
import { SCALE_WAYS, scaleAnswer, type ScaleAnswer } from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';
import type { Http } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import { problemsOf } from './desk.js';

const WAYS = {
  '': 'as it fits best',
  area: 'larger electrodes, the same time',
  time: 'the same electrodes, longer',
  cells: 'more cells of the same kind',
} as const;

interface ScaleProps {
  readonly http: Http;
  /** Name with the entry, and the text as it stands. */
  readonly name: string;
  readonly text: string;
  readonly onTaken: (name: string, text: string) => void;
  readonly onClose: () => void;
}

function Told({ scaled }: { readonly scaled: NonNullable<ScaleAnswer['scaled']> }) {
  const { way, kept, lost, changes, unsure, others } = scaled;
  return (
    <>
      <p>
        <strong>{scaled.name}</strong>: by {way.by.join(' and ')} on {way.reactor}
        {way.cells > 1 ? `, ${way.cells} cells` : ''}
      </p>
      <p class="hint">Stays: {kept.map(({ name, after }) => `${name} ${after}`).join(', ')}.</p>
      {lost.map(({ name, before, after }) => (
        <p key={name} class="notice is-refused">
          {name} does not stay: {before}, then {after}
        </p>
      ))}
      <div class="table-frame">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Was</th>
              <th scope="col">Becomes</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, from, to }) => (
              <tr key={path}>
                <td>{path}</td>
                <td>{from}</td>
                <td>{to}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {unsure.length === 0 ? null : (
        <ul class="warnings" aria-label="Look at">
          {unsure.map(({ line, found, grown }, index) => (
            <li key={index}>
              Line {line}, “{found}”: stays as it is{grown === null ? '' : `; with the amount it would be ${grown}`}.
            </li>
          ))}
        </ul>
      )}
      {others.map(({ by, reactor, cells, refused }, index) => (
        <p key={index} class="hint">
          Or by {by.join(' and ')} on {reactor}
          {cells > 1 ? `, ${cells} cells` : ''}: {refused === null ? 'passes' : `refused, ${refused}`}
        </p>
      ))}
    </>
  );
}

type Way = keyof typeof WAYS;

/** What is asked, and what came of it. */
function useScaling({ http, name, text }: Pick<ScaleProps, 'http' | 'name' | 'text'>) {
  const to = useSignal('');
  const by = useSignal<Way>('');
  const busy = useSignal(false);
  const answer = useSignal<ScaleAnswer | null>(null);
  const refused = useSignal<readonly ApiProblem[]>([]);
  const ask = async (fix_sweep: boolean): Promise<void> => {
    busy.value = true;
    answer.value = null;
    refused.value = [];
    try {
      const asked = { name, text, to: to.value, fix_sweep, ...(by.value === '' ? {} : { by: by.value }) };
      answer.value = await http.send('POST', '/api/recipes/scale', asked, scaleAnswer);
    } catch (error) {
      refused.value = problemsOf(error);
    }
    busy.value = false;
  };
  return { to, by, busy, answer, refused, ask };
}

function Asked({ to, by }: { readonly to: Signal<string>; readonly by: Signal<Way> }) {
  return (
    <div class="scale-asked">
      <Field
        label="Amount of the limiting reagent, all cells together"
        value={to.value}
        hint="With its unit, such as 5 mmol"
        onInput={(next) => {
          to.value = next;
        }}
      />
      <label class="field">
        <span class="field-name">By</span>
        <select
          value={by.value}
          onChange={(event) => {
            by.value = SCALE_WAYS.find((one) => one === event.currentTarget.value) ?? '';
          }}
        >
          {Object.entries(WAYS).map(([way, words]) => (
            <option key={way} value={way}>
              {words}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

export function ScaleDialog({ http, name, text, onTaken, onClose }: ScaleProps) {
  const { to, by, busy, answer, refused, ask } = useScaling({ http, name, text });
  const { scaled = null, sweep = null, problems = [] } = answer.value ?? {};
  return (
    <Dialog title="Another size" onClose={onClose} wide>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(false);
        }}
      >
        <Asked to={to} by={by} />
        <Problems problems={refused.value} />
        {scaled === null ? null : <Told scaled={scaled} />}
        <Problems problems={problems} />
        {sweep === null ? null : (
          <div class="row">
            <p>Only the nitrogen does not do. The cell is laid out for {sweep}.</p>
            <Button onPress={() => void ask(true)}>Write {sweep}</Button>
          </div>
        )}
        <Choices>
          <Button onPress={onClose}>Cancel</Button>
          <Button submit busy={busy.value} why={to.value === '' ? 'To which amount?' : null}>
            Scale
          </Button>
          {scaled === null ? null : (
            <Button kind="main" onPress={() => onTaken(scaled.name, scaled.text)}>
              Take as a new recipe
            </Button>
          )}
        </Choices>
      </form>
    </Dialog>
  );
}
