/** The frame of every page: who and what on top with STOP, banners, the pages to choose from, and the page itself. */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Dialogs, isAsking } from '../parts/dialog.js';
import { AlarmBanner } from '../alarms/banner.js';
import { Banners, Identity, StopBar } from './header.js';
import type { Context, PageEntry, PageProps } from './context.js';
import { PAGES } from './pages.js';
import { hashOf } from './route.js';
import { Shortcuts } from './shortcuts.js';
import { SignIn } from './sign-in.js';

/** Code of the pages that were opened, and why one could not be. */
const loaded = signal<ReadonlyMap<string, ComponentType<PageProps> | string>>(new Map());

function open({ id, load }: PageEntry): void {
  if (typeof loaded.value.get(id) === 'function') return;
  load().then(
    ({ Page }) => {
      loaded.value = new Map(loaded.value).set(id, Page);
    },
    () => {
      loaded.value = new Map(loaded.value).set(id, 'This page could not be loaded: is the reactor reachable?');
    },
  );
}

function Nav({ here }: { readonly here: string }) {
  if (PAGES.length < 2) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {PAGES.map(({ id, title }) => (
        <a key={id} href={hashOf(id)} aria-current={id === here ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

function Outlet({ entry, context }: { readonly entry: PageEntry; readonly context: Context }) {
  useEffect(() => open(entry), [entry]);
  const Page = loaded.value.get(entry.id);
  if (Page === undefined) return <p class="hint">Loading.</p>;
  if (typeof Page === 'string') return <p class="banner is-trouble">{Page}</p>;
  return <Page context={context} />;
}

export function Shell({ context }: PageProps) {
  const view = context.view.value;
  const route = context.route.value;
  const entry = PAGES.find(({ id }) => id === route.page) ?? PAGES[0];
  return (
    <>
      <div class="top">
        <div class="top-left">
          <Identity view={view} />
          <SignIn desk={context.desk} />
        </div>
        <StopBar outcome={context.stop.outcome.value} press={() => context.stop.press()} />
      </div>
      <Nav here={entry.id} />
      <Banners view={view} now_ms={context.now_ms.value} />
      {entry.id === 'alarms' ? null : <AlarmBanner alarms={view.alarms} />}
      <main inert={isAsking()}>
        {entry.id === route.page ? null : (
          <p class="notice is-refused" role="alert">
            There is no page “{route.page}”; this is {entry.title}.
          </p>
        )}
        <Outlet entry={entry} context={context} />
      </main>
      <Shortcuts pages={PAGES} />
      <Dialogs />
    </>
  );
}
