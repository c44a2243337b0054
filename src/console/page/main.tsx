/** Root of the page: clock, connection, session, view and stop, wired once. */
import { signal, type Signal } from '@preact/signals';
import { render } from 'preact';
import type { Clock } from '../../model/clock.js';
import { ROOT, topicsOf } from '../../telemetry/topics.js';
import { attendAlarms } from './alarms/attend.js';
import { Asking } from '../../telemetry/asking.js';
import { askingAs } from './link/ask.js';
import { BrowserClock } from './link/browser-clock.js';
import { openConnection, type PageConnection } from './link/connection.js';
import { http } from './link/http.js';
import { sessionDesk } from './link/session.js';
import { onEscTwice, stopSwitch } from './link/stop.js';
import { EMPTY_VIEW, reduce, subscriptionsOf, type News } from './link/view.js';
import type { Context } from './shell/context.js';
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
  const route = followAddress();
  const take = (news: News): void => {
    now_ms.value = clock.now();
    view.value = reduce(view.value, news);
  };
  let connection: PageConnection | undefined;
  const send = (topic: string, payload: string): boolean => connection?.send(topic, payload) ?? false;
  const desk = sessionDesk(http, () => connection?.renew());
  const { session } = desk;
  // Under nobody's name, whoever is signed in: the broker knows who it is, and a session may have ended just now.
  const stop = stopSwitch(clock, () => {
    const { reactor } = view.value;
    return reactor !== null && send(topicsOf(reactor).stop(NOBODY), 'stop');
  });
  const asking = new Asking({ clock, send, id: () => crypto.randomUUID().slice(0, 13) });
  const ask = askingAs(asking, { reactor: () => view.value.reactor, actor: () => session.value?.user ?? null });
  document.addEventListener(
    'keydown',
    onEscTwice(clock, () => stop.press()),
  );
  showAges(clock, now_ms);
  const bell = attendAlarms(clock, view);
  const listeners = new Set<(topic: string, payload: string) => void>();
  const hearings = new Set<Hearing>();
  const hear: Context['hear'] = (topics, message) => {
    const hearing: Hearing = { topics, end: connection?.alsoHear(topics) ?? null };
    listeners.add(message);
    hearings.add(hearing);
    return () => {
      listeners.delete(message);
      hearings.delete(hearing);
      hearing.end?.();
    };
  };
  render(<Shell context={{ view, now_ms, clock, stop, bell, desk, route, ask, http, hear }} />, root);
  session.subscribe((known) => {
    if (known !== null) take({ kind: 'reactor', reactor: known.reactor });
  });
  await desk.look();
  connection = await openConnection(`${location.origin.replace(/^http/, 'ws')}/mqtt`, {
    topics: () => [...subscriptionsOf(view.value.reactor), ...repliesTo(session.value?.user ?? null)],
    connected: () => {
      take({ kind: 'connection', connection: 'up' });
      void desk.look();
    },
    lost: () => take({ kind: 'connection', connection: 'lost' }),
    message: (topic, payload) => {
      if (topic.includes('/reply/')) return asking.heard(topic.split('/')[1] ?? '', payload);
      for (const listener of listeners) listener(topic, payload);
      const { reactor } = view.value;
      if (reactor !== null && !topic.startsWith(`${ROOT}/${reactor}/`)) return; // of the fleet
      take({ kind: 'message', topic, payload, now_ms: clock.now() });
    },
  });
  for (const hearing of hearings) hearing.end ??= connection.alsoHear(hearing.topics);
}

/** What a page wants to hear, also before there is a connection. */
interface Hearing {
  readonly topics: readonly string[];
  end: (() => void) | null;
}

function repliesTo(user: string | null): string[] {
  return user === null ? [] : [`${ROOT}/+/reply/${user}`];
}

const root = document.querySelector('#app');
if (root === null) throw new Error('the page has no element #app');
void main(root);
