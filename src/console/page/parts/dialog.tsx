/** A question in front of the page. Esc closes it, as everywhere; the second Esc in a row still stops the run. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** Is open for as long as it is there. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const frame = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const dialog = frame.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={frame} class={`dialog${wide ? ' is-wide' : ''}`} aria-labelledby={name} onCancel={onClose}>
      <h2 id={name}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The buttons at the foot of a dialog. */
export function Choices({ children }: { readonly children: ComponentChildren }) {
  return <div class="choices">{children}</div>;
}
