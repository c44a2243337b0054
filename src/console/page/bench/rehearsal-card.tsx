/** Rehearsal on a simulated bench: what is broken on purpose now, and for an operator the catalogue of what can be. */
import { useEffect, useState } from 'preact/hooks';
import { faultsAnswer, type FaultRow } from '../../api/board.js';
import type { ApiProblem } from '../../api/refusal.js';
import { mayAs } from '../../../telemetry/verbs.js';
import { standing, useAsking } from '../alarms/use-asking.js';
import { HttpRefused } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import { Notice, Problems } from '../parts/notice.js';
import { whyNot } from '../run/may.js';
import type { Context } from '../shell/context.js';
import { PutInDialog } from './put-in-dialog.js';
import { grouped, inForce, matching, nameOf, type FaultGroup, type InForce } from './rehearsal.js';

function useCatalogue({ http }: Context) {
  const [faults, show] = useState<readonly FaultRow[]>([]);
  const [problems, tell] = useState<readonly ApiProblem[]>([]);
  useEffect(() => {
    const left = new AbortController();
    http.get('/api/faults', faultsAnswer, left.signal).then(
      (answer) => show(answer.faults),
      (error: unknown) => {
        if (!left.signal.aborted) tell(error instanceof HttpRefused ? error.problems : [{ message: String(error) }]);
      },
    );
    return () => left.abort();
  }, []);
  return { faults, problems };
}

interface InProps {
  readonly faults: readonly InForce[];
  readonly busy: boolean;
  readonly why: string | null;
  readonly onTakeOut: (fault: string) => void;
}

function In({ faults, busy, why, onTakeOut }: InProps) {
  if (faults.length === 0) return <p class="hint">Nothing is broken on purpose.</p>;
  return (
    <>
      <ul class="faults-in">
        {faults.map(({ text, means }) => (
          <li key={text}>
            <span class="fault-mark" aria-hidden="true">
              !
            </span>
            <span class="fault-says">
              <code>{text}</code>
              <span class="hint">{means}</span>
            </span>
            <Button busy={busy} why={why} onPress={() => onTakeOut(text)}>
              Take out<span class="visually-hidden"> {text}</span>
            </Button>
          </li>
        ))}
      </ul>
      {faults.length < 2 ? null : (
        <p class="row">
          <Button busy={busy} why={why} onPress={() => onTakeOut('all')}>
            Take all out
          </Button>
        </p>
      )}
    </>
  );
}

function Group({ group, onChoose }: { readonly group: FaultGroup; readonly onChoose: (fault: FaultRow) => void }) {
  return (
    <li>
      <h3>
        {group.name} <span class="hint">{group.what}</span>
      </h3>
      <ul>
        {group.rows.map((fault) => (
          <li key={fault.verb}>
            <button type="button" class="fault-choice" onClick={() => onChoose(fault)}>
              <span class="fault-verb">{fault.verb}</span>
              <span>{fault.does}</span>
              <span class="hint">{fault.catalogue.join(' ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}

function Catalogue({ faults, onChoose }: { faults: readonly FaultRow[]; onChoose: (fault: FaultRow) => void }) {
  const [search, write] = useState('');
  const [all, showAll] = useState(false);
  const found = matching(faults, search);
  const shown = all || search.trim() !== '';
  return (
    <>
      <div class="fault-search">
        <Field
          label="Search what can break"
          hint={`${found.length} of ${faults.length}: by part, by what it does, or by row of the hazard list as H12.`}
          value={search}
          onInput={write}
        />
        <Button onPress={() => showAll(!all)}>{all ? 'Show fewer' : 'Show all'}</Button>
      </div>
      {shown && found.length > 0 ? (
        <ul class="faults" aria-label="What can break">
          {grouped(found).map((group) => (
            <Group key={group.name} group={group} onChoose={onChoose} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

interface RehearsalProps {
  readonly context: Context;
  /** As the topic `bench` tells it. */
  readonly rehearsed: string | null;
}

export function RehearsalCard({ context, rehearsed }: RehearsalProps) {
  const { faults, problems } = useCatalogue(context);
  const { busy, said, ask } = useAsking(context);
  const [chosen, choose] = useState<FaultRow | null>(null);
  const role = context.desk.session.value?.role ?? null;
  const operates = role !== null && mayAs(role, 'operator');
  const why = whyNot('fault', standing(context));
  const are = inForce(rehearsed, faults);
  if (!operates && are.length === 0) return null;
  const takeOut = (fault: string): void =>
    void ask('fault', { fault, off: true }, fault === 'all' ? 'All is whole again.' : `${fault} is taken out.`);
  return (
    <section class="card rehearsal" aria-label="Rehearsal">
      <h2>Rehearsal: broken on purpose</h2>
      <Problems problems={problems} />
      <Notice said={said} />
      <In faults={are} busy={busy} why={why} onTakeOut={takeOut} />
      {operates && why !== null ? <p class="hint">To put a fault in: {why}</p> : null}
      {operates && why === null ? <Catalogue faults={faults} onChoose={choose} /> : null}
      {chosen === null ? null : (
        <PutInDialog key={nameOf(chosen)} context={context} fault={chosen} whyNot={why} onClose={() => choose(null)} />
      )}
    </section>
  );
}
