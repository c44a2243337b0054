/** The strip of marks above the curves: a shape for each kind, its words when it is pointed at or focused. */
import type { Mark } from '../../api/series.js';
import { pinsOf, pinText, type Pin, type Weight } from './strip.js';
import type { Span } from './span.js';

/** Shape as well as colour. */
const SHAPE: Readonly<Record<Weight, string>> = { grave: '\u25B2', step: '\u25C6', slight: '\u2022' };
const PLACES = 48;

interface MarksProps {
  readonly marks: readonly Mark[];
  readonly seen: Span;
  readonly exact: (t_s: number) => string;
  readonly onTell: (text: string | null) => void;
  readonly onGo: (mark: Mark) => void;
}

export function Marks({ marks, seen, exact, onTell, onGo }: MarksProps) {
  const one = (pin: Pin) => {
    const text = pinText(pin, exact);
    return (
      <li key={pin.mark.seq} style={{ left: `${100 * pin.at}%` }}>
        <button
          type="button"
          class={`plot-pin is-${pin.weight}`}
          aria-label={text}
          onFocus={() => onTell(text)}
          onBlur={() => onTell(null)}
          onPointerEnter={() => onTell(text)}
          onPointerLeave={() => onTell(null)}
          onClick={() => onGo(pin.mark)}
        >
          <span aria-hidden="true">{SHAPE[pin.weight]}</span>
        </button>
      </li>
    );
  };
  return (
    <ol class="plot-pins" aria-label="What happened">
      {pinsOf(marks, seen, PLACES).map(one)}
    </ol>
  );
}
