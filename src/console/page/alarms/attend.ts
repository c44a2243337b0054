/** Wires the alarms that are told to sound and to the title of the tab, once, whichever page is shown. */
import { effect, type ReadonlySignal } from '@preact/signals';
import type { Clock } from '../../../model/clock.js';
import type { View } from '../link/view.js';
import { Bell } from './bell.js';
import { titleWith } from './order.js';
import { browserSpeaker, browserWish } from './speaker.js';

export function attendAlarms(clock: Clock, view: ReadonlySignal<View>): Bell {
  const bell = new Bell(clock, browserSpeaker(), browserWish());
  for (const press of ['pointerdown', 'keydown'] as const) addEventListener(press, () => bell.touched());
  effect(() => {
    const { alarms, reactor } = view.value;
    bell.follow(alarms);
    document.title = titleWith(alarms, reactor === null ? 'galvanode' : `${reactor} · galvanode`);
  });
  return bell;
}
