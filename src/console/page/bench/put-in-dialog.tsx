/** How much, when and for how long something breaks, and the confirmation of it. What the reactor refuses is said here. */
import { useState } from 'preact/hooks';
import type { FaultRow } from '../../api/board.js';
import { useAsking } from '../alarms/use-asking.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Notice } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { amountHint, nameOf, orderOf, UNWRITTEN, type Ordered, type Written } from './rehearsal.js';

interface PutInProps {
  readonly context: Context;
  readonly fault: FaultRow;
  /** Why it cannot be put in now. */
  readonly whyNot: string | null;
  readonly onClose: () => void;
}

interface FieldsProps {
  readonly fault: FaultRow;
  readonly written: Written;
  readonly wrong: Ordered['wrong'];
  readonly write: (written: Written) => void;
}

function Fields({ fault, written, wrong, write }: FieldsProps) {
  return (
    <>
      {fault.unit === null ? null : (
        <Field
          label="How much"
          unit={fault.unit}
          hint={wrong.amount ?? amountHint(fault)}
          value={written.amount}
          onInput={(amount) => write({ ...written, amount })}
        />
      )}
      <div class="fault-times">
        <Field
          label="In"
          unit="s"
          hint={wrong.after ?? 'Time of the bench, from now.'}
          value={written.after}
          onInput={(after) => write({ ...written, after })}
        />
        <Field
          label="For"
          unit="s"
          hint={wrong.lasts ?? 'Empty: until it is taken out.'}
          value={written.lasts}
          onInput={(lasts) => write({ ...written, lasts })}
        />
      </div>
    </>
  );
}

function PutInForm({ context, fault, whyNot, onClose }: PutInProps) {
  const [written, write] = useState(UNWRITTEN);
  const { busy, said, ask } = useAsking(context);
  const { text, wrong } = orderOf(fault, written);
  const why = whyNot ?? Object.values(wrong).find((one) => one !== null) ?? null;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text === null || why !== null || busy) return;
        void ask('fault', { fault: text }, `${text} is in.`).then((done) => {
          if (done) onClose();
        });
      }}
    >
      <p>
        {fault.what}: {fault.does}.
      </p>
      <Fields fault={fault} written={written} wrong={wrong} write={write} />
      <p class="hint">
        Alarms and interlocks act as in earnest, and may end the run. The journal says who put it in.
        {fault.catalogue.length === 0 ? '' : ` Rehearses ${fault.catalogue.join(', ')} of the hazard list.`}
      </p>
      {text === null ? null : (
        <p>
          <code>{text}</code>
        </p>
      )}
      <Notice said={said} />
      <Choices>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="grave" submit busy={busy} why={why}>
          Put it in
        </Button>
      </Choices>
    </form>
  );
}

export function PutInDialog(props: PutInProps) {
  return (
    <Dialog title={`Break ${nameOf(props.fault)} on purpose?`} onClose={props.onClose}>
      <PutInForm {...props} />
    </Dialog>
  );
}
