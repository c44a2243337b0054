/** The bench: the board, its lines, chips and bus as they are now, the permit, and for an admin the users. */
import { useEffect, useState } from 'preact/hooks';
import { ROOT } from '../../../telemetry/topics.js';
import { boardAnswer } from '../../api/board.js';
import type { BoardShown } from '../../../model/board-shown.js';
import { ofPeople } from '../alarms/past.js';
import { PastCard } from '../alarms/past-card.js';
import '../alarms/alarms.css';
import { HttpRefused } from '../link/http.js';
import { duration, NOTHING } from '../parts/format.js';
import type { Context, PageProps } from '../shell/context.js';
import { benchTold, chipWord, counters, lineLevel, permitLeft_s, type BenchTold } from './live.js';
import { UsersCard } from './users-card.js';
import './bench.css';

function useBoard({ http }: Context) {
  const [board, show] = useState<BoardShown | null>(null);
  const [trouble, tell] = useState<string | null>(null);
  useEffect(() => {
    const left = new AbortController();
    http.get('/api/board', boardAnswer, left.signal).then(
      (answer) => show(answer.board),
      (error: unknown) => {
        if (!left.signal.aborted) tell(error instanceof HttpRefused ? error.message : String(error));
      },
    );
    return () => left.abort();
  }, []);
  return { board, trouble };
}

function useLive({ hear }: Context, reactor: string | null): BenchTold | null {
  const [live, show] = useState<BenchTold | null>(null);
  useEffect(() => {
    if (reactor === null) return;
    const topic = `${ROOT}/${reactor}/bench`;
    return hear([topic], (from, payload) => {
      if (from === topic) show(benchTold(payload));
    });
  }, [reactor]);
  return live;
}

function Standing({ context, board }: { readonly context: Context; readonly board: BoardShown | null }) {
  const { about } = context.view.value;
  const left_s = permitLeft_s(about, context.clock.wallTime_ms());
  const permit = about?.permit === 'given' ? `given${left_s === null ? '' : `, ${duration(left_s)} left`}` : 'none';
  const rows: [string, string][] = [
    ['Board', board === null ? (about?.board ?? NOTHING) : `${board.title} (${board.name})`],
    ['Bus', board === null ? NOTHING : `${board.bus.kind} ${board.bus.where}, ${board.bus.rate_Hz / 1000} kHz`],
    ['Control', board === null ? NOTHING : `${board.control_Hz} Hz; ${board.record_Hz} samples/s are kept`],
    ['Firmware', about?.firmware ?? NOTHING],
    ['Serial number', about?.serial ?? NOTHING],
    ['Program', about?.program ?? NOTHING],
    ['Permit', about === null ? NOTHING : permit],
    ['Starts from', about?.accepts ?? NOTHING],
  ];
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

function Chips({ board, live }: { readonly board: BoardShown; readonly live: BenchTold | null }) {
  return (
    <section class="card" aria-label="Chips">
      <h2>Chips</h2>
      <ul class="bench-rows">
        {board.chips.map(({ name, driver, address }) => (
          <li key={name}>
            <span>{name}</span>
            <span class="hint">{driver}</span>
            <span class="number hint">{address}</span>
            <span class="bench-now">{chipWord(live, name)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lines({ board, live }: { readonly board: BoardShown; readonly live: BenchTold | null }) {
  return (
    <section class="card" aria-label="Lines">
      <h2>Lines</h2>
      <ul class="bench-rows">
        {board.lines.map(({ name, direction, at, absent }) => (
          <li key={name}>
            <span>{name}</span>
            <span class="hint">{direction ?? ''}</span>
            <span class="number hint">{at}</span>
            <span class={absent === null ? 'bench-now' : 'hint'}>{absent ?? lineLevel(live, name)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Bus({ context, live }: { readonly context: Context; readonly live: BenchTold | null }) {
  return (
    <section class="card" aria-label="Bus">
      <h2>Transfers on the bus that failed in this run</h2>
      <dl class="bench-facts">
        {counters(live, context.view.value.sample).map(({ key, what, count }) => (
          <div key={key}>
            <dt>{what}</dt>
            <dd class="number">{count ?? NOTHING}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Limits({ board }: { readonly board: BoardShown }) {
  return (
    <section class="card" aria-label="Limits of the board">
      <h2>Limits of the board</h2>
      <dl class="bench-facts">
        {board.limits.map(({ what, value, unit }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class="number">
              {value} {unit}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Page({ context }: PageProps) {
  const { board, trouble } = useBoard(context);
  const live = useLive(context, context.view.value.reactor);
  const admin = context.desk.session.value?.role === 'admin';
  return (
    <>
      <h1 class="bench-title">Bench</h1>
      <section class="card" aria-label="Board">
        {trouble === null ? null : <p class="hint">{trouble}</p>}
        <Standing context={context} board={board} />
      </section>
      <div class="bench-columns">
        {board === null ? null : <Lines board={board} live={live} />}
        {board === null ? null : <Chips board={board} live={live} />}
        <Bus context={context} live={live} />
        {board === null ? null : <Limits board={board} />}
      </div>
      <PastCard context={context} title="Who did what in this run" nothing="Nobody yet." choose={ofPeople} />
      {admin ? <UsersCard context={context} /> : null}
    </>
  );
}
