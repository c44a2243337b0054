/** The page of the present run: what is asked, how far it is, what is measured. */
import type { PageProps } from '../shell/context.js';
import { isRunStale, isStale } from '../link/view.js';
import { Hydrogen } from './hydrogen-card.js';
import { Alarms, Journal, Prompt } from './notices.js';
import { Procedure, weighsStill } from './procedure-card.js';
import { RunCard } from './run-card.js';
import { Tiles } from './tiles.js';
import '../style/run.css';

export function Page({ context }: PageProps) {
  const view = context.view.value;
  const now_ms = context.now_ms.value;
  const wall_ms = context.clock.wallTime_ms();
  const alarms = <Alarms alarms={view.alarms} />;
  const quiet = view.alarms.length === 0;
  const runStale = isRunStale(view, now_ms);
  const weighs = view.procedure !== null && weighsStill(view.procedure, view.sample);
  const procedure = <Procedure procedure={view.procedure} state={view.state} sample={view.sample} />;
  return (
    <>
      {quiet ? null : alarms}
      <Prompt prompt={view.prompt} />
      {weighs ? procedure : null}
      <RunCard state={view.state} sample={view.sample} stale={runStale} wall_ms={wall_ms} />
      <Tiles trace={view.trace} stale={isStale(view, now_ms)} />
      <Hydrogen procedure={view.procedure} sample={view.sample} stale={runStale} />
      {weighs ? null : procedure}
      <div class="columns">
        {quiet ? alarms : null}
        <Journal journal={view.journal} wall_ms={wall_ms} />
      </div>
    </>
  );
}
