/** Root of the page: clock, connection, view and stop, wired once. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { render } from 'preact';
import type { Clock } from '../../model/clock.js';
import { topicsOf } from '../../telemetry/topics.js';
import { BrowserClock } from './browser-clock.js';
import { openConnection, type PageConnection } from './connection.js';
import { Banners, Identity, StopBar } from './header.js';
import { Hydrogen } from './hydrogen-card.js';
import { Alarms, Journal, Prompt } from './notices.js';
import { Procedure, weighsStill } from './procedure-card.js';
import { RunCard } from './run-card.js';
import { onEscTwice, stopSwitch, type StopSwitch } from './stop.js';
import { Tiles } from './tiles.js';
import { EMPTY_VIEW, SUBSCRIPTIONS, isRunStale, isStale, reduce, type News, type View } from './view.js';

/** Ages on the page are renewed this often, ms. */
const AGE_PERIOD_MS = 500;
/** Who this page is to the broker on loopback. */
const ACTOR = 'console';

interface AppProps {
  readonly view: ReadonlySignal<View>;
  readonly now_ms: ReadonlySignal<number>;
  readonly clock: Clock;
  readonly stop: StopSwitch;
}

function App({ view: viewSignal, now_ms, clock, stop }: AppProps) {
  const view = viewSignal.value;
  const wall_ms = clock.wallTime_ms();
  const alarms = <Alarms alarms={view.alarms} />;
  const quiet = view.alarms.length === 0;
  const runStale = isRunStale(view, now_ms.value);
  const weighs = view.procedure !== null && weighsStill(view.procedure, view.sample);
  const procedure = <Procedure procedure={view.procedure} state={view.state} sample={view.sample} />;
  return (
    <>
      <div class="top">
        <Identity view={view} />
        <StopBar outcome={stop.outcome.value} press={() => stop.press()} />
      </div>
      <Banners view={view} now_ms={now_ms.value} />
      <main>
        {quiet ? null : alarms}
        <Prompt prompt={view.prompt} />
        {weighs ? procedure : null}
        <RunCard state={view.state} sample={view.sample} stale={runStale} wall_ms={wall_ms} />
        <Tiles trace={view.trace} stale={isStale(view, now_ms.value)} />
        <Hydrogen procedure={view.procedure} sample={view.sample} stale={runStale} />
        {weighs ? null : procedure}
        <div class="columns">
          {quiet ? alarms : null}
          <Journal journal={view.journal} wall_ms={wall_ms} />
        </div>
      </main>
    </>
  );
}

function showAges(clock: Clock, now_ms: { value: number }): void {
  now_ms.value = clock.now();
  clock.after(AGE_PERIOD_MS, () => showAges(clock, now_ms));
}

async function main(root: Element): Promise<void> {
  const clock = new BrowserClock();
  const view = signal(EMPTY_VIEW);
  const now_ms = signal(clock.now());
  const take = (news: News): void => {
    now_ms.value = clock.now();
    view.value = reduce(view.value, news);
  };
  let connection: PageConnection | undefined;
  const stop = stopSwitch(clock, () => {
    const reactor = view.value.reactor;
    return reactor !== null && connection !== undefined && connection.send(topicsOf(reactor).stop(ACTOR), 'stop');
  });
  document.addEventListener(
    'keydown',
    onEscTwice(clock, () => stop.press()),
  );
  showAges(clock, now_ms);
  render(<App view={view} now_ms={now_ms} clock={clock} stop={stop} />, root);
  connection = await openConnection(`${location.origin.replace(/^http/, 'ws')}/mqtt`, {
    topics: SUBSCRIPTIONS,
    connected: () => take({ kind: 'connection', connection: 'up' }),
    lost: () => take({ kind: 'connection', connection: 'lost' }),
    message: (topic, payload) => take({ kind: 'message', topic, payload, now_ms: clock.now() }),
  });
}

const root = document.querySelector('#app');
if (root === null) throw new Error('the page has no element #app');
void main(root);
