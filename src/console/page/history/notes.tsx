/** What was noted of a run, and a new note. Notes are only added: a correction is another one. */
import { useState } from 'preact/hooks';
import { mayAs } from '../../../telemetry/verbs.js';
import { LONGEST_NOTE, notesAnswer } from '../../api/runs.js';
import type { Session } from '../../api/session.js';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { problemsOf, useAnswer } from './asked.js';
import { runPath } from './pick.js';
import { When } from './when.js';

/** Why nobody may note anything now; null: may. */
export function whyNoNote(session: Session | null, text: string): string | null {
  const role = session?.role ?? null;
  if (role === null) return 'Sign in as operator to note something.';
  if (!mayAs(role, 'operator')) return `Notes are for operators, and you are ${role}.`;
  if (text.trim() === '') return 'There is nothing to note yet.';
  return text.trim().length > LONGEST_NOTE ? `A note has ${LONGEST_NOTE} characters at most.` : null;
}

function NewNote({
  context,
  run,
  done,
}: {
  readonly context: Context;
  readonly run: string;
  readonly done: () => void;
}) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<ReturnType<typeof problemsOf>>([]);
  const session = context.desk.session.value;
  const mayWrite = whyNoNote(session, 'x') === null;
  const why = whyNoNote(session, text);
  const send = (): void => {
    if (why !== null || busy) return;
    setBusy(true);
    context.http
      .send('POST', runPath(run, '/notes'), { text }, notesAnswer)
      .then(
        () => {
          setText('');
          setProblems([]);
          done();
        },
        (error: unknown) => setProblems(problemsOf(error)),
      )
      .finally(() => setBusy(false));
  };
  if (!mayWrite) return <p class="hint">{why}</p>;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label="A new note"
        value={text}
        onInput={setText}
        rows={3}
        hint="It stays as it is: a correction is another note."
      />
      <Problems problems={problems} />
      <div class="row">
        <Button kind="main" submit busy={busy} why={why}>
          Add the note
        </Button>
      </div>
    </form>
  );
}

export function Notes({ context, run }: { readonly context: Context; readonly run: string }) {
  const [turn, setTurn] = useState(0);
  const path = runPath(run, '/notes');
  const answered = useAnswer({ http: context.http, path, turn: String(turn) }, notesAnswer);
  const { notes, damage } = answered.kind === 'here' ? answered.value : { notes: [], damage: [] };
  return (
    <section class="card notes" aria-label="Notes">
      <h2>Notes</h2>
      {answered.kind === 'refused' ? <Problems problems={answered.problems} /> : null}
      <Problems problems={damage.map((message) => ({ message }))} />
      {answered.kind === 'here' && notes.length === 0 ? <p class="hint">None.</p> : null}
      <ol>
        {notes.map(({ t, user, text }, index) => (
          <li key={index}>
            <p class="hint">
              {user}, <When t_ms={t} />
            </p>
            <p class="note-text">{text}</p>
          </li>
        ))}
      </ol>
      <NewNote context={context} run={run} done={() => setTurn((before) => before + 1)} />
    </section>
  );
}
