/** Hold, resume, finish: each asks once more. Stop is not here: it is always in sight, and asks nothing. */
import { useSignal } from '@preact/signals';
import type { Verb } from '../../../telemetry/verbs.js';
import type { Ask } from '../link/ask.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Notice, type Said } from '../parts/notice.js';
import { whyNot, type Standing } from './may.js';

interface Control {
  readonly verb: Verb;
  readonly label: string;
  /** Present participle, while it is on its way. */
  readonly question: string;
  readonly means: string;
  readonly kind: 'main' | 'quiet' | 'grave';
}

const CONTROLS: readonly Control[] = [
  {
    verb: 'hold',
    label: 'Hold',
    question: 'Hold the run?',
    means:
      'The current goes off; temperature and sweep gas stay as the recipe says. The charge passed is kept, and the run can go on from it.',
    kind: 'quiet',
  },
  {
    verb: 'unhold',
    label: 'Resume',
    question: 'Resume the run?',
    means: 'The current comes on again, and the run goes on from the charge that was counted.',
    kind: 'main',
  },
  {
    verb: 'finish',
    label: 'Finish',
    question: 'Finish the electrolysis now?',
    means:
      'The electrolysis ends with the charge that has passed, and the closing steps follow: current off and measured, sweep, temperature as the recipe says. No current comes on again in this run.',
    kind: 'grave',
  },
];

export function Controls({
  ask,
  standing,
  controls = CONTROLS,
}: {
  readonly ask: Ask;
  readonly standing: Standing;
  readonly controls?: readonly Control[];
}) {
  const asked = useSignal<Control | null>(null);
  const busy = useSignal(false);
  const said = useSignal<Said>(null);
  const go = async ({ verb, label }: Control): Promise<void> => {
    busy.value = true;
    const reply = await ask(verb);
    busy.value = false;
    asked.value = null;
    said.value = reply.ok
      ? { kind: 'done', text: `${label}: taken.` }
      : { kind: 'refused', text: `${label}: ${reply.reason}` };
  };
  const now = asked.value;
  return (
    <section class="controls" aria-label="Commands">
      <div class="row">
        {controls.map((control) => (
          <Button
            key={control.verb}
            kind={control.kind}
            why={whyNot(control.verb, standing)}
            onPress={() => {
              said.value = null;
              asked.value = control;
            }}
          >
            {control.label}
          </Button>
        ))}
      </div>
      <Notice said={said.value} />
      {now === null ? null : (
        <Dialog title={now.question} onClose={() => (asked.value = null)}>
          <p>{now.means}</p>
          <Choices>
            <Button onPress={() => (asked.value = null)}>Cancel</Button>
            <Button kind={now.kind === 'quiet' ? 'main' : now.kind} busy={busy.value} onPress={() => void go(now)}>
              {now.label}
            </Button>
          </Choices>
        </Dialog>
      )}
    </section>
  );
}
