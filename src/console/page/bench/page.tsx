/** The bench: the board, its lines, chips and bus as they are now, what is rehearsed, and for an admin the users. */
import { useEffect, useState } from 'preact/hooks';
import type { BoardShown } from '../../../model/board-shown.js';
import { topicsOf, type BenchPayload } from '../../../telemetry/topics.js';
import { boardAnswer } from '../../api/board.js';
import { ofPeople } from '../alarms/past.js';
import { PastCard } from '../alarms/past-card.js';
import '../alarms/alarms.css';
import { HttpRefused } from '../link/http.js';
import { duration, NOTHING } from '../parts/format.js';
import type { Context, PageProps } from '../shell/context.js';
import { Bus, Chips, Control, Facts, Limits, Lines } from './cards.js';
import { benchTold, permitLeft_s } from './live.js';
import { RehearsalCard } from './rehearsal-card.js';
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

function useLive({ hear }: Context, reactor: string | null): BenchPayload | null {
  const [live, show] = useState<BenchPayload | null>(null);
  useEffect(() => {
    if (reactor === null) return;
    const topic = topicsOf(reactor).bench;
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
  const rows: (readonly [string, string])[] = [
    ['Board', board === null ? (about?.board ?? NOTHING) : `${board.title} (${board.name})`],
    ['Bus', board === null ? NOTHING : `${board.bus.kind} ${board.bus.where}, ${board.bus.rate_Hz / 1000} kHz`],
    ['Control', board === null ? NOTHING : `${board.control_Hz} Hz; ${board.record_Hz} samples/s are kept`],
    ['Firmware', about?.firmware ?? NOTHING],
    ['Serial number', about?.serial ?? NOTHING],
    ['Program', about?.program ?? NOTHING],
    ['Permit', about === null ? NOTHING : permit],
    ['Starts from', about?.accepts ?? NOTHING],
  ];
  return <Facts rows={rows} />;
}

function Columns({ context, board, live }: { context: Context; board: BoardShown | null; live: BenchPayload | null }) {
  const view = context.view.value;
  return (
    <div class={`bench-columns${view.connection === 'up' ? '' : ' is-stale'}`}>
      <div class="bench-column">
        {board === null ? null : <Lines board={board} live={live} />}
        <Control live={live} view={view} />
      </div>
      <div class="bench-column">
        {board === null ? null : <Chips board={board} live={live} />}
        <Bus live={live} view={view} />
      </div>
    </div>
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
        {live?.open === false ? <p class="hint bench-note">The bench is not open: no line or chip is read.</p> : null}
      </section>
      {board?.rehearses === true ? <RehearsalCard context={context} rehearsed={live?.rehearsed ?? null} /> : null}
      <Columns context={context} board={board} live={live} />
      {board === null ? null : <Limits board={board} />}
      <PastCard context={context} title="Who did what in this run" nothing="Nobody yet." choose={ofPeople} />
      {admin ? <UsersCard context={context} /> : null}
    </>
  );
}
