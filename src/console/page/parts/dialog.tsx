/**
 * A question in front of the page. It covers all but the bar with STOP, which stays one click away: a modal <dialog> would
 * take it away. Esc closes it; the second Esc in a row still stops the run.
 */
import { signal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** What is open; the last one is in front. */
const open = signal<readonly { readonly key: object; readonly node: VNode }[]>([]);

/** True while the page behind cannot be used. */
export function isAsking(): boolean {
  return open.value.length > 0;
}

/** Is open for as long as it is there; it stands in the frame of the page, wherever it was written. */
export function Dialog(props: DialogProps) {
  const key = useRef({}).current;
  useLayoutEffect(() => {
    const others = open.peek().filter((one) => one.key !== key);
    open.value = [...others, { key, node: <Frame {...props} /> }];
  });
  useLayoutEffect(
    () => () => {
      open.value = open.peek().filter((one) => one.key !== key);
    },
    [],
  );
  return null;
}

/** Where dialogs stand: beside the page, not in it. */
export function Dialogs() {
  const front = open.value.at(-1);
  return front === undefined ? null : <div class="dialogs">{front.node}</div>;
}

function Frame({ title, onClose, wide = false, children }: DialogProps) {
  const frame = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const before = document.activeElement;
    frame.current?.show(); // puts the focus on its first field
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={frame}
      class={`dialog${wide ? ' is-wide' : ''}`}
      aria-labelledby={name}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <h2 id={name}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The buttons at the foot of a dialog. */
export function Choices({ children }: { readonly children: ComponentChildren }) {
  return <div class="choices">{children}</div>;
}
