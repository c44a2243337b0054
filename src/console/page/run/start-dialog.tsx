/** The last questions before a start: all points ticked, a permit given at the bench, then one press. */
import { useSignal } from '@preact/signals';
import type { AboutPayload } from '../../../telemetry/topics.js';
import type { Ask } from '../link/ask.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Notice, type Said } from '../parts/notice.js';
import { checklistOf, permitText, untickedText, type Warning } from './checklist.js';

interface StartProps {
  readonly recipe: { readonly name: string; readonly title: string; readonly warnings: readonly Warning[] };
  readonly about: AboutPayload | null;
  readonly wall_ms: number;
  readonly ask: Ask;
  /** Why this person may not start, now; null: may. */
  readonly why: string | null;
  readonly onClose: () => void;
}

export function StartDialog({ recipe, about, wall_ms, ask, why, onClose }: StartProps) {
  const ticked = useSignal<ReadonlySet<string>>(new Set());
  const busy = useSignal(false);
  const said = useSignal<Said>(null);
  const items = checklistOf(recipe, about);
  const tick = (id: string, on: boolean): void => {
    const next = new Set(ticked.value);
    if (on) next.add(id);
    else next.delete(id);
    ticked.value = next;
  };
  const start = async (): Promise<void> => {
    busy.value = true;
    const accept = recipe.warnings.map(({ code }) => code).join(' ');
    const asked = await ask('start', { recipe: recipe.name, ...(accept === '' ? {} : { accept }) });
    busy.value = false;
    if (asked.ok) onClose();
    else said.value = { kind: 'refused', text: asked.reason };
  };
  return (
    <Dialog title={`Start “${recipe.title}”?`} onClose={onClose} wide>
      <ul class="checklist">
        {items.map(({ id, text }) => (
          <li key={id}>
            <label class="tick">
              <input
                type="checkbox"
                checked={ticked.value.has(id)}
                onChange={(event) => tick(id, event.currentTarget.checked)}
              />
              {text}
            </label>
          </li>
        ))}
      </ul>
      <p class="hint" role="status">
        {permitText(about, wall_ms)}
      </p>
      <Notice said={said.value} />
      <Choices>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind="main"
          busy={busy.value}
          why={why ?? untickedText(items, ticked.value)}
          onPress={() => void start()}
        >
          Start
        </Button>
      </Choices>
    </Dialog>
  );
}
