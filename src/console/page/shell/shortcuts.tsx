/** The keys of the page, and the list of them that `?` shows. None of them energises anything. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import type { PageEntry } from './context.js';
import { hashOf } from './route.js';

export type Meant = { readonly kind: 'help' } | { readonly kind: 'page'; readonly id: string } | null;

/** What a key means where nobody types. Pure. */
export function meaningOf(key: string, pages: readonly Pick<PageEntry, 'id'>[]): Meant {
  if (key === '?') return { kind: 'help' };
  const id = /^[1-9]$/.test(key) ? pages[Number(key) - 1]?.id : undefined;
  return id === undefined ? null : { kind: 'page', id };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [data-keys]') !== null)
  );
}

export function Shortcuts({ pages }: { readonly pages: readonly PageEntry[] }) {
  const help = useSignal(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.composedPath()[0] ?? null)) return;
      const meant = meaningOf(event.key, pages);
      if (meant?.kind === 'help') help.value = true;
      if (meant?.kind === 'page') location.hash = hashOf(meant.id);
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [pages]);
  if (!help.value) return null;
  const close = (): void => {
    help.value = false;
  };
  return (
    <Dialog title="Keys" onClose={close}>
      <dl class="keys">
        <dt>
          <kbd>Esc</kbd> <kbd>Esc</kbd>
        </dt>
        <dd>stops the run, on every page (software stop)</dd>
        {pages.map(({ id, title }, index) => (
          <>
            <dt key={id}>
              <kbd>{index + 1}</kbd>
            </dt>
            <dd>{title}</dd>
          </>
        ))}
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>this list</dd>
      </dl>
      <Choices>
        <Button kind="main" onPress={close}>
          Close
        </Button>
      </Choices>
    </Dialog>
  );
}
