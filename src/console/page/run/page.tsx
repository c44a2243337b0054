/** The page of the present run: what is asked, how far it is, what is measured. */
import type { PromptPayload, StatePayload } from '../../../telemetry/topics.js';
import type { PageProps } from '../shell/context.js';
import { isRunStale, isStale } from '../link/view.js';
import { Hydrogen } from './hydrogen-card.js';
import { Controls } from './controls.js';
import { EndedCard } from './ended-card.js';
import { Alarms, Journal } from './notices.js';
import { PromptCard } from './prompt-card.js';
import { whyNot, type Standing } from './may.js';
import { Procedure, weighsStill } from './procedure-card.js';
import { RunCard } from './run-card.js';
import { StartCard } from './start-card.js';
import { Tiles } from './tiles.js';
import '../style/run.css';

const RESTING: ReadonlySet<StatePayload['state'] | null> = new Set([null, 'idle', 'complete', 'stopped', 'aborted']);

function isOn(state: StatePayload['state'] | null): boolean {
  return !RESTING.has(state);
}

function questionOf(prompt: PromptPayload | null) {
  const { id = null, text = null } = prompt ?? {};
  return prompt === null || id === null || text === null ? null : { ...prompt, id, text };
}

export function Page({ context }: PageProps) {
  const view = context.view.value;
  const now_ms = context.now_ms.value;
  const wall_ms = context.clock.wallTime_ms();
  const alarms = <Alarms alarms={view.alarms} />;
  const quiet = view.alarms.length === 0;
  const runStale = isRunStale(view, now_ms);
  const weighs = view.procedure !== null && weighsStill(view.procedure, view.sample);
  const standing: Standing = {
    session: context.desk.session.value,
    about: view.about,
    state: view.state?.state ?? null,
    heard: view.connection === 'up' && view.online === true,
  };
  const asked = questionOf(view.prompt);
  const on = isOn(standing.state);
  const startsHere = !on && view.about?.accepts === 'network';
  const procedure = <Procedure procedure={view.procedure} state={view.state} sample={view.sample} />;
  const runCard = (
    <RunCard state={view.state} sample={view.sample} stale={runStale} wall_ms={wall_ms}>
      {on ? <Controls ask={context.ask} standing={standing} /> : null}
    </RunCard>
  );
  return (
    <>
      {quiet ? null : alarms}
      {asked === null ? null : (
        <PromptCard key={asked.id} prompt={asked} ask={context.ask} why={whyNot('answer', standing)} />
      )}
      {view.state === null ? null : <EndedCard state={view.state} sample={view.sample} />}
      {startsHere ? (
        <StartCard context={context} standing={standing} chosen={context.route.value.query['recipe'] ?? null} />
      ) : null}
      {on || (view.state?.run ?? null) !== null ? runCard : null}
      {weighs ? procedure : null}
      {view.trace.length === 0 && !on ? null : <Tiles trace={view.trace} stale={isStale(view, now_ms)} />}
      <Hydrogen procedure={view.procedure} sample={view.sample} stale={runStale} />
      {weighs ? null : procedure}
      <div class="columns">
        {quiet ? alarms : null}
        <Journal journal={view.journal} wall_ms={wall_ms} />
      </div>
    </>
  );
}
