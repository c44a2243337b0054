/** A button, and what it does. While what it asked for is under way it cannot be pressed again. */
import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** main: what one would press; quiet: beside it; grave: ends or takes away something. */
  readonly kind?: 'main' | 'quiet' | 'grave';
  readonly busy?: boolean;
  /** Why it cannot be pressed, in words; null: it can. */
  readonly why?: string | null;
  readonly submit?: boolean;
  readonly onPress?: () => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = 'quiet', busy = false, why = null, submit = false, onPress, children }: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button is-${kind}`}
      disabled={busy || why !== null}
      aria-busy={busy}
      title={why ?? undefined}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
