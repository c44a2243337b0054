/** The cards of the bench: lines, chips, control and bus. Text nodes only; rows come from live.ts. */
import type { BoardShown } from '../../../model/board-shown.js';
import type { BenchPayload } from '../../../telemetry/topics.js';
import type { View } from '../link/view.js';
import { NOTHING } from '../parts/format.js';
import {
  chipRows,
  counters,
  failedShare,
  latchedTrips,
  lineRows,
  outputNames,
  safeState,
  standingRows,
  type Mark,
  type Row,
} from './live.js';

/** Shape beside the colour. */
const SHAPE: Readonly<Record<Mark, string>> = { good: '●', bad: '▲', plain: '○' };

export function Facts({ rows }: { readonly rows: readonly (readonly [what: string, is: string])[] }) {
  return (
    <dl class="bench-facts">
      {rows.map(([what, is]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd class="number">{is}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <ul class="bench-rows">
      {rows.map(({ name, where, word, mark }) => (
        <li key={name} class={`is-${mark}`}>
          <span class="bench-mark" aria-hidden="true">
            {SHAPE[mark]}
          </span>
          <span>{name}</span>
          <span class="number hint">{where}</span>
          <span class="bench-now">{word}</span>
        </li>
      ))}
    </ul>
  );
}

interface LiveProps {
  readonly board: BoardShown;
  readonly live: BenchPayload | null;
}

export function Lines({ board, live }: LiveProps) {
  const outputs = outputNames(board);
  return (
    <section class="card" aria-label="Lines">
      <h2>Lines</h2>
      <Rows rows={lineRows(board, live)} />
      {outputs.length === 0 ? null : <p class="hint bench-note">Driven, and not read back: {outputs.join(', ')}.</p>}
    </section>
  );
}

export function Chips({ board, live }: LiveProps) {
  return (
    <section class="card" aria-label="Chips">
      <h2>Chips</h2>
      <Rows rows={chipRows(board, live)} />
    </section>
  );
}

export function Control({ live, view }: { readonly live: BenchPayload | null; readonly view: View }) {
  const trips = latchedTrips(live);
  const safe = safeState(view.alarms);
  const rows = standingRows(live).map(([what, is]) => [what, is ?? NOTHING] as const);
  return (
    <section class="card" aria-label="Control">
      <h2>Control</h2>
      <dl class="bench-facts">
        <div class={safe === null ? '' : 'is-bad'}>
          <dt>Safe state that alarms have brought</dt>
          <dd>{safe === null ? 'none' : `▲ ${safe}`}</dd>
        </div>
        <div class={trips.length === 0 ? '' : 'is-bad'}>
          <dt>Latched at the board</dt>
          <dd>{trips.length > 0 ? `▲ ${trips.join(', ')}` : live?.open === true ? 'nothing' : NOTHING}</dd>
        </div>
      </dl>
      <Facts rows={rows} />
    </section>
  );
}

export function Bus({ live, view }: { readonly live: BenchPayload | null; readonly view: View }) {
  const counted = counters(live, view.sample).map(
    ({ what, count }) => [what, count === null ? NOTHING : String(count)] as const,
  );
  const share = failedShare(live);
  return (
    <section class="card" aria-label="Bus">
      <h2>Transfers on the bus that failed, since the run began</h2>
      <Facts rows={[...counted, ['share of the last 10 s', share ?? NOTHING]]} />
    </section>
  );
}

export function Limits({ board }: { readonly board: BoardShown }) {
  return (
    <section class="card" aria-label="Limits of the board">
      <h2>Limits of the board</h2>
      <Facts rows={board.limits.map(({ what, value, unit }) => [what, `${value} ${unit}`])} />
    </section>
  );
}
