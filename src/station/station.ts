/**
 * The reactor as the network may command it: one state at a time, idle or a run. Owns what each order comes to here, and
 * who may energise now; knows no broker, no user and no terminal. Whoever asks has been judged already by the desk.
 */
import type { Asker, Done, Executor, FaultArgs, Order, Row, Standing, StartArgs } from '../command/executor.js';
import type { Clock } from '../model/clock.js';
import type { Alarm, EventData } from '../model/event.js';
import type { ChannelValues } from '../model/sample.js';
import { FINAL_STATES, type RunState } from '../model/state.js';
import type { Run } from '../reactor.js';
import type { IdleReading } from './idle-bench.js';
import type { Permit } from './permit.js';
import { NO_PERMIT, obey, openPrompts, promptRows, type RunOrder } from './run-orders.js';
import { refused } from './starting.js';

/** What only the service does; a program that runs one recipe has none of it. */
export interface Idle {
  start(args: StartArgs, by: Asker): Promise<Done>;
  resume(run: string | undefined, by: Asker): Promise<Done>;
  clear(): Promise<{ readonly faults: readonly string[] } | { readonly refused: string }>;
  /** Takes back the start that is under way and has no run yet that could be stopped. */
  giveUp(actor: string): void;
}

/** Breaks something on the simulated bench of a run that is on, or makes it whole again, at once. */
export type Rehearse = (args: FaultArgs, actor: string) => Done;

export interface StationOptions {
  readonly permit: Permit;
  /** Real time. */
  readonly wall: Clock;
  /** null: this program runs one recipe. */
  readonly idle: Idle | null;
  /** State at the beginning: `aborted` where a run was interrupted. */
  readonly state: RunState;
  readonly recipes: () => Promise<readonly Row[]>;
  readonly runs: () => readonly Row[];
  readonly entries: () => readonly Row[];
  /** Tells an alarm of a run that has ended. */
  readonly alarm: (alarm: Alarm) => void;
}

/** Rows of one reply. */
export const ROWS_MAX = 100;
const ONE_RECIPE = 'this program runs one recipe (would be right: galvanode serve, which takes starts)';

export class Station implements Executor {
  private run: Run | null = null;
  private rehearse: Rehearse | null = null;
  private state: RunState;
  private release: (() => void) | null = null;
  /** Alarms of the run that has ended last, as it left them: nobody judges them any more. */
  private left: readonly Alarm[] = [];
  /** A start or resume is under way, or a run is on. */
  private busy = false;
  private reading: IdleReading | null = null;

  constructor(private readonly options: StationOptions) {
    this.state = options.state;
  }

  /** The run that is on now, and how faults are put into its bench; returns what says that it has ended. */
  attend(run: Run, rehearse: Rehearse | null = null): () => void {
    this.settle(() => true); // a new run judges anew
    this.run = run;
    this.rehearse = rehearse;
    this.reading = null;
    const states = run.state$.subscribe(({ run: state }) => {
      this.state = state;
    });
    this.release = () => {
      states.unsubscribe();
      this.left = run.alarms().filter(({ state }) => state !== 'normal');
      this.run = null;
      this.rehearse = null;
      this.release = null;
    };
    return () => this.release?.();
  }

  /** What the bench shows while nothing runs. */
  idle(reading: IdleReading | null): void {
    this.reading = reading;
  }

  /** While set, nothing is started over the network: a person at the terminal is at it. */
  occupy(busy: boolean): void {
    this.busy = busy;
  }

  get running(): boolean {
    return this.run !== null;
  }

  /** Current off by a ramp; always taken. A start that has no run yet is given up. */
  stop(actor: string): void {
    if (this.run !== null) this.run.stop(actor, `stopped by ${actor} over MQTT`);
    else this.options.idle?.giveUp(actor);
  }

  /** Into the journal of the run; false when none is on. */
  journal(actor: string, text: string, data: EventData): boolean {
    this.run?.command(actor, text, data);
    return this.run !== null;
  }

  standing(): Standing {
    const { permit, wall } = this.options;
    const { until_ms } = permit;
    return {
      state: this.state,
      run: this.run?.id ?? null,
      takesStarts: this.options.idle !== null && !this.busy && this.rests,
      permit: permit.given('energise'),
      answerPermit: permit.given('answer'),
      permitUntil_ms: until_ms === null ? null : Math.round(wall.wallTime_ms() + until_ms - wall.now()),
      alarms: this.run === null ? this.left.filter(waits).length : 0,
      prompts: this.run === null ? [] : openPrompts(this.run).map(({ id }) => id),
    };
  }

  async execute(order: Order, by: Asker): Promise<Done> {
    try {
      return await this.done(order, by);
    } catch (error) {
      return refused(error instanceof Error ? error.message : 'an error of the program itself');
    }
  }

  private get rests(): boolean {
    return this.run === null && (this.state === 'idle' || FINAL_STATES.has(this.state));
  }

  private async done(order: Order, by: Asker): Promise<Done> {
    switch (order.verb) {
      case 'start':
        return this.begun((idle) => idle.start(order.args, by));
      case 'resume':
        return this.begun((idle) => idle.resume(order.args.run, by));
      case 'clear':
        return this.clear();
      case 'status':
        return { ok: true, reason: null, data: this.status(), rows: this.run === null ? [] : promptRows(this.run) };
      case 'recipes':
        return listed(await this.options.recipes());
      case 'runs':
        return listed(this.options.runs());
      case 'entries':
        return listed(this.options.entries());
      case 'fault':
        if (this.run === null) return refused('no run is on');
        return this.rehearse?.(order.args, by.actor) ?? refused('here no faults can be put in');
      case 'hold':
      case 'unhold':
      case 'finish':
      case 'answer':
      case 'acknowledge':
      case 'shelve':
      case 'unshelve':
        return this.toRun(order, by);
    }
  }

  /** Alarms of a run that has ended are over once somebody has seen them. Gives those that were meant. */
  private settle(meant: (alarm: Alarm) => boolean): readonly Alarm[] {
    const over = this.left.filter(meant);
    this.left = this.left.filter((alarm) => !over.includes(alarm));
    for (const alarm of over) this.options.alarm({ ...alarm, state: 'normal' });
    return over;
  }

  private acknowledgeLeft(named: string | undefined): Done {
    const seen = this.settle((alarm) => waits(alarm) && (named === undefined || alarm.id === named));
    if (seen.length > 0) return { ok: true, reason: null, rows: seen.map(({ id }) => ({ alarm: id })) };
    return refused(named === undefined ? 'no alarm waits for it' : `no alarm "${named}" waits to be acknowledged`);
  }

  private toRun(order: RunOrder, { actor }: Asker): Promise<Done> {
    if (this.run === null && order.verb === 'acknowledge')
      return Promise.resolve(this.acknowledgeLeft(order.args.alarm));
    if (this.run === null) return Promise.resolve(refused('no run is on'));
    return obey(this.run, order, actor, this.options);
  }

  /** One at a time; the permit is only looked at here, and spent right before anything is armed. */
  private async begun(begin: (idle: Idle) => Promise<Done>): Promise<Done> {
    const { idle, permit } = this.options;
    if (idle === null) return refused(ONE_RECIPE);
    if (this.busy || !this.rests)
      return refused(`the reactor is not free: ${this.busy ? 'a start is under way, or a run is on' : this.state}`);
    if (!permit.given('energise')) return refused(NO_PERMIT);
    this.busy = true;
    const outcome = await begin(idle).catch((error: unknown) =>
      refused(error instanceof Error ? error.message : 'unknown'),
    );
    if (!outcome.ok) this.busy = false; // else the run has it, and gives it back with `occupy`
    return outcome;
  }

  private async clear(): Promise<Done> {
    const { idle, permit } = this.options;
    if (idle === null) return refused(ONE_RECIPE);
    if (this.busy || !this.rests)
      return refused('a run is on: it clears nothing (would be right: stop it, then clear)');
    if (!permit.take('energise')) return refused(NO_PERMIT);
    const cleared = await idle.clear();
    if ('refused' in cleared) return refused(cleared.refused);
    if (cleared.faults.length > 0)
      return refused(`latched still: ${cleared.faults.join(', ')} (would be right: its cause is gone first)`);
    this.settle(() => true);
    if (!this.busy && this.rests) this.state = 'idle';
    return { ok: true, reason: null, data: { state: this.state } };
  }

  private status(): Row {
    const { state, run, takesStarts, permit, permitUntil_ms } = this.standing();
    const values: Partial<ChannelValues> = this.run === null ? (this.reading?.values ?? {}) : {};
    const faults = this.reading === null ? null : this.reading.faults.join(' ');
    return { state, run, takes_starts: takesStarts, permit, permit_until: permitUntil_ms, faults, ...values };
  }
}

const waits = ({ state }: Alarm): boolean => state === 'active' || state === 'cleared-unacknowledged';

function listed(rows: readonly Row[]): Done {
  const shown = rows.slice(0, ROWS_MAX);
  return { ok: true, reason: null, data: { count: rows.length, shown: shown.length }, rows: shown };
}
