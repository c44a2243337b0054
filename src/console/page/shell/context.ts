/** What every page is given: what is known, who asks, and the two ways to ask, MQTT for the reactor and HTTP for the past. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Clock } from '../../../model/clock.js';
import type { Bell } from '../alarms/bell.js';
import type { Ask } from '../link/ask.js';
import type { Http } from '../link/http.js';
import type { SessionDesk } from '../link/session.js';
import type { StopSwitch } from '../link/stop.js';
import type { View } from '../link/view.js';
import type { Route } from './route.js';

export interface Context {
  /** What the reactor of this page has told. */
  readonly view: ReadonlySignal<View>;
  /** Monotonic, renewed twice a second, ms. */
  readonly now_ms: ReadonlySignal<number>;
  readonly clock: Clock;
  readonly stop: StopSwitch;
  /** Sound of alarms at this browser. */
  readonly bell: Bell;
  readonly desk: SessionDesk;
  /** Asks the reactor for something, as the user who is signed in. */
  readonly ask: Ask;
  readonly http: Http;
  /** Hears further topics of the broker for a while; gives what ends it. */
  readonly hear: (topics: readonly string[], message: (topic: string, payload: string) => void) => () => void;
  readonly route: ReadonlySignal<Route>;
}

export interface PageProps {
  readonly context: Context;
}

/** A page of the console; its code is loaded when it is first opened. */
export interface PageEntry {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}
