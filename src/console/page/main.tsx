/** Root of the page: clock, connection, session, view and stop, wired once. */
import { signal, type Signal } from '@preact/signals';
import { render } from 'preact';
import type { Clock } from '../../model/clock.js';
import { topicsOf } from '../../telemetry/topics.js';
import { session as sessionSchema, type Session } from '../api/session.js';
import { Asking } from './link/ask.js';
import { BrowserClock } from './link/browser-clock.js';
import { openConnection, type PageConnection } from './link/connection.js';
import { http } from './link/http.js';
import { onEscTwice, stopSwitch } from './link/stop.js';
import { EMPTY_VIEW, SUBSCRIPTIONS, reduce, type News } from './link/view.js';
import { PAGES } from './shell/pages.js';
import { routeOf } from './shell/route.js';
import { Shell } from './shell/shell.js';

/** Ages on the page are renewed this often, ms. */
const AGE_PERIOD_MS = 500;
/** Who this page is to the broker on loopback while nobody is signed in. */
const NOBODY = 'console';

function showAges(clock: Clock, now_ms: Signal<number>): void {
  now_ms.value = clock.now();
  clock.after(AGE_PERIOD_MS, () => showAges(clock, now_ms));
}

function followAddress() {
  const here = () => routeOf(location.hash, PAGES[0].id);
  const route = signal(here());
  addEventListener('hashchange', () => {
    route.value = here();
  });
  return route;
}

async function main(root: Element): Promise<void> {
  const clock = new BrowserClock();
  const view = signal(EMPTY_VIEW);
  const now_ms = signal(clock.now());
  const session = signal<Session | null>(null);
  const route = followAddress();
  const take = (news: News): void => {
    now_ms.value = clock.now();
    view.value = reduce(view.value, news);
  };
  let connection: PageConnection | undefined;
  const send = (topic: string, payload: string): boolean => connection?.send(topic, payload) ?? false;
  const stop = stopSwitch(clock, () => {
    const reactor = view.value.reactor;
    return reactor !== null && send(topicsOf(reactor).stop(session.value?.user ?? NOBODY), 'stop');
  });
  const asking = new Asking({
    clock,
    send,
    reactor: () => view.value.reactor,
    actor: () => session.value?.user ?? null,
    id: () => crypto.randomUUID(),
  });
  document.addEventListener(
    'keydown',
    onEscTwice(clock, () => stop.press()),
  );
  showAges(clock, now_ms);
  render(<Shell context={{ view, now_ms, clock, stop, session, route, ask: asking.ask, http }} />, root);
  session.value = await http.get('/api/session', sessionSchema).catch(() => null);
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
