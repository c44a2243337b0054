/** What the recipe asks, and the answer. What is typed stays until it was taken, whatever samples come meanwhile. */
import { useSignal } from '@preact/signals';
import type { PromptPayload } from '../../../telemetry/topics.js';
import type { Ask } from '../link/ask.js';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import { Notice, type Said } from '../parts/notice.js';

interface PromptProps {
  readonly prompt: PromptPayload & { readonly id: string; readonly text: string };
  readonly ask: Ask;
  /** Why this person may not answer; null: may. */
  readonly why: string | null;
}

function Choice({
  prompt,
  value,
  onChoose,
}: {
  readonly prompt: PromptPayload;
  readonly value: string;
  readonly onChoose: (choice: string) => void;
}) {
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">Answer</legend>
      {(prompt.choices ?? []).map((choice) => (
        <label key={choice} class="tick">
          <input type="radio" name="answer" checked={value === choice} onChange={() => onChoose(choice)} />
          {choice}
        </label>
      ))}
    </fieldset>
  );
}

function Answer({
  prompt,
  value,
  onInput,
}: {
  readonly prompt: PromptPayload;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  const { answer, unit = null, hint = null } = prompt;
  if (answer === 'choice') return <Choice prompt={prompt} value={value} onChoose={onInput} />;
  if (answer === 'text') return <Field label="Answer" value={value} onInput={onInput} hint={hint} rows={3} />;
  if (answer === 'number')
    return (
      <Field
        label={unit === null ? 'Answer' : `Answer in ${unit}, or with its unit`}
        value={value}
        onInput={onInput}
        hint={hint}
      />
    );
  return null;
}

/** One for each question: give it the question's id as its key. */
export function PromptCard({ prompt, ask, why }: PromptProps) {
  const value = useSignal('');
  const busy = useSignal(false);
  const said = useSignal<Said>(null);
  const confirms = prompt.answer === undefined || prompt.answer === 'none';
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    said.value = null;
    const asked = await ask('answer', { prompt: prompt.id, text: value.value });
    busy.value = false;
    if (!asked.ok) said.value = { kind: 'refused', text: asked.reason };
  };
  return (
    <section class="card prompt" role="status" aria-label="The recipe asks">
      <h2>The recipe asks</h2>
      <p class="prompt-text">{prompt.text}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {prompt.answer === 'photo' ? (
          <p class="hint">A photo is answered at the terminal of the bench, which keeps its hash. {prompt.hint}</p>
        ) : (
          <Answer prompt={prompt} value={value.value} onInput={(typed) => (value.value = typed)} />
        )}
        <Notice said={said.value} />
        <div class="row">
          <Button kind="main" submit busy={busy.value} why={why}>
            {confirms ? 'Done, go on' : 'Answer'}
          </Button>
          {why === null ? null : <p class="hint">{why} It can be answered at the terminal of the bench too.</p>}
        </div>
      </form>
    </section>
  );
}
