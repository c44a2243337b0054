/** Saves the text as the next version of a name. The name in the text goes with it, so that records are found by it. */
import { useSignal } from '@preact/signals';
import { saveAnswer } from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';
import type { Http } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Field } from '../parts/field.js';
import { Problems } from '../parts/notice.js';
import { problemsOf, pathOf, type RecipeDesk } from './desk.js';
import { nameWrong, renamed } from './naming.js';

interface SaveProps {
  readonly desk: RecipeDesk;
  readonly http: Http;
  /** Offered first. */
  readonly name: string;
  /** Problems of the text, which may be saved all the same. */
  readonly problems: number;
  readonly onSaved: (name: string) => void;
  readonly onClose: () => void;
}

function Draft({ problems }: { readonly problems: number }) {
  if (problems === 0) return null;
  const many = problems === 1 ? 'a problem' : `${problems} problems`;
  return <p class="hint">It has {many} still: it is kept, and refused when it is to be started.</p>;
}

export function SaveDialog({ desk, http, name: first, problems, onSaved, onClose }: SaveProps) {
  const name = useSignal(first);
  const remark = useSignal('');
  const busy = useSignal(false);
  const refused = useSignal<readonly ApiProblem[]>([]);
  const own = name.value === desk.name && desk.taken.value?.ships !== true;
  const base = own ? desk.base.value : 0;
  const save = async (): Promise<void> => {
    busy.value = true;
    try {
      const text = renamed(desk.text.value ?? '', name.value);
      const asked = { text, base, remark: remark.value, from: desk.from.value };
      const saved = await http.send('PUT', pathOf(name.value), asked, saveAnswer);
      onSaved(saved.name);
    } catch (error) {
      refused.value = problemsOf(error);
    }
    busy.value = false;
  };
  const wrong = nameWrong(name.value);
  return (
    <Dialog title="Save as a new version" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label="Name"
          value={name.value}
          hint={wrong ?? `Becomes version ${base + 1} of “${name.value}”. What was saved before stays.`}
          onInput={(value) => {
            name.value = value.trim();
          }}
        />
        <Field
          label="What changed, and why"
          value={remark.value}
          rows={3}
          onInput={(value) => {
            remark.value = value.slice(0, 500);
          }}
        />
        <Draft problems={problems} />
        <Problems problems={refused.value} />
        <Choices>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="main" submit busy={busy.value} why={wrong}>
            Save
          </Button>
        </Choices>
      </form>
    </Dialog>
  );
}
