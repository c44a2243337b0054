/** What is always in sight: which reactor, its state, whether it is real, whether the page hears it, and STOP. */
import type { StatePayload } from '../../../telemetry/topics.js';
import { pace } from '../parts/format.js';
import type { StopOutcome } from '../link/stop.js';
import { age_ms, isStale, type View } from '../link/view.js';

/** Colour of each state. */
export const MOOD: Readonly<Record<StatePayload['state'], 'calm' | 'busy' | 'done' | 'held' | 'ended'>> = {
  idle: 'calm',
  starting: 'busy',
  execute: 'busy',
  holding: 'held',
  held: 'held',
  unholding: 'busy',
  completing: 'busy',
  complete: 'done',
  stopping: 'ended',
  stopped: 'ended',
  aborting: 'ended',
  aborted: 'ended',
  clearing: 'calm',
  resetting: 'calm',
};

const OUTCOME_TEXT: Readonly<Record<StopOutcome, string>> = {
  quiet: 'Not an emergency stop: it asks the controller over the network. In danger use the switch at the bench.',
  sent: 'Stop sent. Watch the state: if it does not change, use the switch at the bench.',
  'not-sent': 'Stop NOT sent: the reactor cannot be reached. Use the terminal or the switch at the bench.',
};

interface StopProps {
  readonly outcome: StopOutcome;
  readonly press: () => void;
}

export function StopBar({ outcome, press }: StopProps) {
  return (
    <div class={`stop-bar is-${outcome}`}>
      <p class="stop-text" role="status">
        {OUTCOME_TEXT[outcome]}
      </p>
      <button type="button" class="stop" onClick={press}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" />
        </svg>
        <span>
          Stop <small>(software)</small>
        </span>
        <kbd>Esc Esc</kbd>
      </button>
    </div>
  );
}

export function Identity({ view }: { readonly view: View }) {
  const state = view.state?.state;
  return (
    <div class="identity">
      <span class="brand">galvanode</span>
      <span class="reactor">{view.reactor ?? ''}</span>
      {state === undefined ? null : <span class={`state is-${MOOD[state]}`}>{state}</span>}
    </div>
  );
}

function hearing(view: View, now_ms: number): string | null {
  if (view.connection === 'connecting') return 'Connecting to the reactor.';
  if (view.connection === 'lost')
    return 'Connection lost: these numbers are old. Trying again; the run does not need this page.';
  if (view.online === false) return 'The reactor’s network process has ended: these numbers are old.';
  const waiting = view.state?.state === 'execute' && isStale(view, now_ms) && view.sample !== null;
  return waiting ? `No new values for ${Math.round(age_ms(view, now_ms) / 1000)} s.` : null;
}

export function Banners({ view, now_ms }: { readonly view: View; readonly now_ms: number }) {
  const trouble = hearing(view, now_ms);
  return (
    <>
      {view.state?.simulated === true ? (
        <p class="banner is-simulated">
          <strong>SIMULATED</strong> No real cell is behind these numbers; time runs {pace(view.state.speed)}.
        </p>
      ) : null}
      {trouble === null ? null : (
        <p class="banner is-trouble" role="alert">
          {trouble}
        </p>
      )}
      {view.unreadable === 0 ? null : (
        <p class="banner is-trouble">{view.unreadable} messages were not as the contract says, and are not shown.</p>
      )}
    </>
  );
}
