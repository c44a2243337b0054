/** For how long an alarm is put on the shelf. Its interlock acts as ever, which is said here. */
import { useState } from 'preact/hooks';
import type { AlarmPayload } from '../../../telemetry/topics.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';

/** As the alarms of the controller have it: back after an hour at the latest, min. */
export const SHELF_MAX_MIN = 60;
const USUAL = '10';

/** Minutes as they were written, or what is wrong with them. */
export function minutesOf(text: string): number | string {
  const minutes = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(minutes)) return 'Not a number: minutes, as 10.';
  if (!(minutes > 0 && minutes <= SHELF_MAX_MIN)) return `More than 0 and at most ${SHELF_MAX_MIN} minutes.`;
  return minutes;
}

interface ShelveProps {
  readonly alarm: AlarmPayload;
  readonly onShelve: (minutes: number) => void;
  readonly onClose: () => void;
}

function ShelveForm({ alarm, onShelve, onClose }: ShelveProps) {
  const [text, write] = useState(USUAL);
  const minutes = minutesOf(text);
  return (
    <form
      class="shelve"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof minutes === 'number') onShelve(minutes);
      }}
    >
      <p>{alarm.text}</p>
      <p class="hint">
        It is not announced until then and comes back by itself. Its interlock acts as ever. The journal says who
        shelved it.
      </p>
      <Field
        label="For how long"
        value={text}
        unit="min"
        hint={typeof minutes === 'string' ? minutes : `At most ${SHELF_MAX_MIN} min.`}
        onInput={write}
      />
      <Choices>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="main" submit why={typeof minutes === 'string' ? minutes : null}>
          Shelve
        </Button>
      </Choices>
    </form>
  );
}

export function ShelveDialog(props: ShelveProps) {
  return (
    <Dialog title={`Shelve ${props.alarm.id}`} onClose={props.onClose}>
      <ShelveForm {...props} />
    </Dialog>
  );
}
