/** Whether alarms are heard at this browser. Browsers want a press before the first sound. */
import { Button } from '../parts/button.js';
import type { Bell, BellState } from './bell.js';

const TEXT: Readonly<Record<BellState, string>> = {
  off: 'Alarms are silent at this browser.',
  on: 'Alarms are heard until they are acknowledged.',
  mute: 'The browser allows sound after a press anywhere on the page.',
};

export function SoundSwitch({ bell }: { readonly bell: Bell }) {
  const state = bell.state.value;
  const press = async (): Promise<void> => {
    await bell.switchTo(state === 'off');
    if (state === 'off') bell.tryOut();
  };
  return (
    <div class="sound">
      <p class="hint" role="status">
        {TEXT[state]}
      </p>
      <Button onPress={() => void press()}>{state === 'off' ? 'Turn sound on' : 'Turn sound off'}</Button>
    </div>
  );
}
