/**
 * The control core of one run: tick, read, sample, guard, procedure, loops, write. Owns the cycle and its order, and
 * that one cycle never overlaps the next; reading, writing, judging and deciding live in their own files. Everything
 * comes out of it as streams; requests go in through `request`. It knows no disk and no network.
 */
import {
  BehaviorSubject,
  Subject,
  endWith,
  exhaustMap,
  ignoreElements,
  lastValueFrom,
  takeWhile,
  type Observable,
} from 'rxjs';
import type { BusFaultReason } from '../bus/i2c.js';
import type { Bench } from '../device/ports.js';
import { ticks, type Clock, type Tick } from '../model/clock.js';
import type { Alarm, EventData, EventKind, RunEvent } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Plan } from '../model/plan.js';
import type { Sample } from '../model/sample.js';
import type { ReadinessFacts } from '../model/proof-test.js';
import { FINAL_STATES, type RunState } from '../model/state.js';
import { advance, idle } from '../procedure/machine.js';
import { unmet } from '../procedure/pause.js';
import type { Intent, ProcedureEvent, ProcedureState, Prompt } from '../procedure/types.js';
import { Arming, forBoard } from './arming.js';
import { Drives } from './drives.js';
import type { Carried } from './ledger.js';
import { Output } from './output.js';
import { sampleOf } from './sampling.js';
import type { Interlock } from './guard/interlock.js';
import { SAFE_STATES } from './guard/safe-states.js';
import { Senses } from './senses.js';
import { Watch, type Announced } from './watch.js';

export interface CoreOptions {
  readonly clock: Clock;
  readonly bench: Bench;
  readonly plan: Plan;
  /** Identifies the run to the board, 1 to 65535. */
  readonly runTag: number;
  /** Period of the loop, s. */
  readonly period_s: number;
  /** Flow of the pump at full speed, mL/min. */
  readonly pumpFull_mL_min: number;
  /** The operator asked for it: faults that the board has latched are cleared before arming. */
  readonly clearFirst?: boolean;
  /** What else has to be in order before anything is armed: disk, clock, proof tests. Asked once, before the proof. */
  readonly readiness?: ReadinessFacts;
  /** Charge carried over from an interrupted run. */
  readonly carried?: Carried;
  /** Why the record cannot be written, or null. */
  readonly recordFailure: () => string | null;
  /** Share of the record's buffer that waits for the disk, 0 to 1; 0 when not given. */
  readonly recordBacklog?: () => number;
  /** What a person should look at in the record, or null. */
  readonly recordWarning?: () => string | null;
  /** What guards the run; the registry when not given. */
  readonly interlocks?: readonly Interlock[];
}

export interface CoreResult {
  readonly outcome: RunState;
  readonly reason: string;
  readonly charge_C: number;
  readonly absolute_charge_C: number;
  readonly board_charge_C: number | null;
  readonly elapsed_s: number;
  readonly cycles: number;
  /** Ticks that fell into a cycle which still ran, or that the process slept through. */
  readonly missedTicks: number;
  readonly latest_ms: number;
  readonly busFaults: number;
}

/** Chips get so long to give their first good value before a start is refused, s. */
const FIRST_VALUES_S = 15;
/** After the end relay and SAFE_EN are looked at for so long, s: longer than their interlocks wait. */
const LOOK_BACK_S = 0.6;

export class Core {
  readonly samples$ = new Subject<Sample>();
  readonly events$ = new Subject<RunEvent>();
  readonly alarms$ = new Subject<Alarm>();
  readonly prompt$ = new BehaviorSubject<Prompt | null>(null);
  readonly state$ = new BehaviorSubject<ProcedureState>(idle());

  private readonly senses: Senses;
  private readonly drives: Drives;
  private readonly watch: Watch;
  private readonly output: Output;
  private readonly arming: Arming;
  private readonly requests: ProcedureEvent[] = [];
  private state = idle();
  private begun_ms: number | null = null;
  private ended_ms: number | null = null;
  private opened_ms = 0;
  private epoch_ms = 0;
  private cycles = 0;
  private missedTicks = 0;
  private latest_ms = 0;
  private lastTick = 0;
  private cycle_ms = 0;
  private refusals = '';
  /** The cycle was given up for the proof: ticks of that time were not missed. */
  private paused = false;
  private seen: Observation;

  constructor(private readonly options: CoreOptions) {
    const { clock, bench, plan, period_s } = options;
    this.senses = new Senses(clock, bench, period_s, options.carried);
    this.drives = new Drives(bench, plan.reactor, options.pumpFull_mL_min, this.senses.countFault);
    this.watch = new Watch(plan, options.interlocks);
    const journal: typeof this.journal = (...entry) => this.journal(...entry);
    const { carried, runTag, clearFirst = false, readiness } = options;
    this.output = new Output(bench, clock, forBoard(plan, carried), runTag, journal);
    const { senses, output } = this;
    this.arming = new Arming({ clock, senses, output, period_s, clearFirst, readiness, journal });
    this.seen = this.observe();
  }

  /** Hands in a request of a person or a program; the next cycle, at most one period later, acts on it. */
  request(event: ProcedureEvent): void {
    this.requests.push(event);
  }

  /** Transfers that failed since the start, by reason. */
  get busCounts(): Readonly<Record<BusFaultReason, number>> {
    return this.senses.busCounts;
  }

  /** Into the journal, and nothing else. */
  note(actor: string, text: string): void {
    this.journal('note', actor, text, {});
  }

  acknowledge(id: string, actor: string): void {
    this.tell(this.watch.acknowledge(id), 'acknowledged', id, actor);
  }

  /** Not announced for so many minutes, an hour at most; its interlock acts as ever. Says whether it was taken. */
  shelve(id: string, minutes: number, actor: string): boolean {
    return this.tell(this.watch.shelve(id, minutes), `shelved for ${minutes} min`, id, actor);
  }

  unshelve(id: string, actor: string): boolean {
    return this.tell(this.watch.unshelve(id), 'taken from the shelf', id, actor);
  }

  /** Every alarm that was ever raised in this run, as it is now. */
  get alarms(): readonly Alarm[] {
    return [...this.watch.alarms.values()];
  }

  private tell(told: readonly Alarm[] | null, what: string, id: string, actor: string): boolean {
    if (told === null) return false;
    const state = this.watch.alarms.get(id)?.state ?? 'normal';
    this.journal('alarm', actor, `${id} ${what}`, { id, state });
    for (const alarm of told) this.alarms$.next(alarm);
    return true;
  }

  /**
   * Runs cycles until the run has ended. Resolves with its result; rejects only for an error of the program itself, and
   * then the board's dead-man has the last word, since heartbeats come out of completed cycles only.
   */
  async run(): Promise<CoreResult> {
    const { clock, period_s } = this.options;
    this.opened_ms = this.cycle_ms = clock.now();
    this.epoch_ms = clock.wallTime_ms();
    const cycles$: Observable<boolean> = ticks(clock, period_s * 1000).pipe(
      exhaustMap((tick) => this.cycle(tick)),
      takeWhile((goesOn) => goesOn),
    );
    await lastValueFrom(cycles$.pipe(ignoreElements(), endWith(null)));
    for (const subject of [this.samples$, this.events$, this.alarms$, this.prompt$, this.state$]) subject.complete();
    return this.result();
  }

  private result(): CoreResult {
    return {
      outcome: this.state.run,
      reason: this.state.reason ?? '',
      charge_C: this.senses.ledger.charge_C,
      absolute_charge_C: this.senses.ledger.absolute_C,
      board_charge_C: this.senses.ledger.board_C,
      elapsed_s: this.seen.elapsed_s,
      cycles: this.cycles,
      missedTicks: this.missedTicks,
      latest_ms: this.latest_ms,
      busFaults: Object.values(this.senses.busCounts).reduce((sum, count) => sum + count, 0),
    };
  }

  /** One cycle. Returns whether there is a next one. */
  private async cycle(tick: Tick): Promise<boolean> {
    const dt_s = this.account(tick);
    await this.senses.read(tick.index);
    this.output.challenged();
    this.seen = this.observe();
    this.guard(dt_s);
    if (this.ended_ms !== null) return this.looksBack();
    await this.arm();
    await this.decide();
    await this.superviseOff();
    await this.drive(dt_s);
    this.sample();
    if (!FINAL_STATES.has(this.state.run)) return true;
    this.ended_ms = this.options.clock.now();
    return this.looksBack();
  }

  /**
   * The run is over, and what was told to be off may not be: the guard looks on until relay and SAFE_EN read back open,
   * long enough to say that they do not. It decides nothing any more.
   */
  private looksBack(): boolean {
    const unheard = this.output.unconfirmed !== null && !this.watch.alarms.has('off-not-confirmed');
    const waits = unheard || this.senses.readsOn();
    return waits && this.options.clock.now() - (this.ended_ms ?? 0) < LOOK_BACK_S * 1000;
  }

  private account(tick: Tick): number {
    const dt_s = (this.options.clock.now() - this.cycle_ms) / 1000;
    this.cycle_ms = this.options.clock.now();
    if (!this.paused) this.missedTicks += Math.max(0, tick.index - this.lastTick - 1);
    this.paused = false;
    this.lastTick = tick.index;
    this.latest_ms = Math.max(this.latest_ms, tick.late);
    return dt_s;
  }

  private observe(): Observation {
    const { current, temperature } = this.drives;
    return this.senses.observe({ setpoint_mA: current.setpoint_mA, temperature_C: temperature.setpoint_C });
  }

  private guard(dt_s: number): void {
    const demanded = this.state.demand.current_mA !== 0 || this.drives.current.setpoint_mA !== 0;
    const { verdicts, told } = this.watch.judge(this.seen, dt_s, {
      run: this.state.run,
      armed: this.output.armed,
      energised: this.output.armed && demanded && !this.output.goingOff,
      temperatureTarget_C: this.output.armed ? this.state.demand.temperature_C : null,
      flowTarget_mL_min: this.state.demand.flow_mL_min,
      chargeDifference_C: this.senses.ledger.difference_C,
      recordFailure: this.options.recordFailure(),
      recordBacklog: this.options.recordBacklog?.() ?? 0,
      recordWarning: this.options.recordWarning?.() ?? null,
      offUnconfirmed: this.output.unconfirmed,
      relayDriven: this.output.relayDriven,
      peltierDemand_A: this.drives.temperature.current_A,
      pumpByCurve_mL_min: this.drives.flow.byCurve_mL_min,
      refused: this.drives.refused,
    });
    for (const alarm of told) this.alarms$.next(alarm);
    this.react(verdicts);
  }

  private react(verdicts: readonly Announced[]): void {
    const reactions: ProcedureEvent[] = [];
    for (const { interlock, change, text, alarm } of verdicts) {
      const trips = change === 'raised' && interlock.reaction !== 'warn';
      const { id, reaction } = interlock;
      const { state, firstOut, group } = alarm;
      const data = { id, state, reaction, safeState: SAFE_STATES[reaction].name, firstOut, group };
      this.journal(trips ? 'trip' : 'alarm', 'guard', `${interlock.id}: ${text}`, data);
      if (!trips) continue;
      if (interlock.reaction === 'open-relay') this.output.openMasterRelay();
      const reason = `${interlock.id}: ${text}`;
      reactions.push({ kind: interlock.reaction === 'hold' ? 'hold' : 'abort', actor: 'guard', reason });
    }
    this.requests.unshift(...reactions); // in their order: the run names what came first as its reason
  }

  /** The guard's events first, then people's, then the tick: a trip and a start in one cycle end off. */
  private async decide(): Promise<void> {
    const events = this.requests.splice(0);
    for (const event of events) await this.dispatch(event);
    if (this.begun_ms !== null) await this.dispatch({ kind: 'tick', observation: this.seen });
  }

  private async dispatch(event: ProcedureEvent): Promise<void> {
    if (event.kind === 'start' && this.state.run === 'idle' && !this.readyToStart(event)) return;
    if (event.kind === 'unhold' && this.state.run === 'held' && !this.mayUnhold(event.actor)) return;
    const outcome = advance(this.options.plan, this.state, event, this.seen.now_s);
    this.state = outcome.state;
    for (const intent of outcome.intents) await this.perform(intent);
    if (outcome.intents.length > 0) this.state$.next(this.state);
  }

  /** A start waits for the first value of every chip; one that stays silent refuses it. */
  private readyToStart(event: ProcedureEvent): boolean {
    const missing = this.senses.missing();
    if (missing.length > 0 && this.options.clock.now() - this.opened_ms < FIRST_VALUES_S * 1000) {
      this.request(event);
      return false;
    }
    this.begun_ms = this.options.clock.now();
    this.epoch_ms = this.options.clock.wallTime_ms();
    this.senses.begin();
    this.seen = this.observe();
    return true;
  }

  private mayUnhold(actor: string): boolean {
    const { standing, cleared } = this.watch.reset();
    for (const alarm of cleared) this.alarms$.next(alarm);
    const lacks = unmet(this.options.plan, this.state, this.seen);
    if (standing.length + lacks.length === 0) return true;
    const still = standing.length === 0 ? [] : [`${standing.join(', ')} still stands`];
    this.journal('command', actor, `resume refused: ${[...still, ...lacks].join('; ')}`, { verb: 'resume', ok: false });
    return false;
  }

  private async perform(intent: Intent): Promise<void> {
    switch (intent.kind) {
      case 'arm':
        return this.prove();
      case 'off':
        return this.off(intent.reason);
      case 'disarm':
        return this.output.disarm();
      case 'ask':
        this.journal('prompt', 'procedure', intent.prompt.text, { id: intent.prompt.id });
        return this.prompt$.next(intent.prompt);
      case 'withdraw-prompt':
        if (this.prompt$.value !== null) this.prompt$.next(null);
        return;
      case 'journal':
        return this.journal(intent.event, intent.actor, intent.text, intent.data);
    }
  }

  /** A board that did not take it gets no heartbeat any more, and its relay is open: the run cannot go on from there. */
  private async off(reason: string): Promise<void> {
    this.drives.current.zero();
    const refusal = await this.output.off(reason, this.seen.now_s);
    if (refusal !== null) this.request({ kind: 'abort', actor: 'guard', reason: `${refusal} (${reason})` });
  }

  /** The ticks of the proof are not missed ones, and no time of the guard's. */
  private async prove(): Promise<void> {
    const outcome = await this.arming.prove(this.requests);
    this.paused = true;
    this.cycle_ms = this.options.clock.now();
    if (outcome !== null) await this.dispatch(outcome);
  }

  private async arm(): Promise<void> {
    const outcome = await this.arming.arm(this.state.run, this.seen.boardAge_s);
    if (outcome !== null) await this.dispatch(outcome);
  }

  private async superviseOff(): Promise<void> {
    const { verdict, text } = this.output.judgeOff(this.seen);
    switch (verdict) {
      case 'waiting':
        return;
      case 'off':
        return this.dispatch({ kind: 'off-measured' });
      case 'open-relay': // and with the relay open nothing may go on: arming alone closes it
        return this.dispatch({ kind: 'abort', actor: 'guard', reason: text });
      case 'unconfirmed':
        this.output.unconfirmed = text;
        return this.dispatch({ kind: 'off-unconfirmed', detail: text });
    }
  }

  /** Said once for as long as the same chips refuse. */
  private async drive(dt_s: number): Promise<void> {
    const refused = this.drives.valve(this.state.demand);
    if (this.output.mayDrive)
      refused.push(...(await this.drives.drive(this.state.demand, this.seen, this.senses.regulating, dt_s)));
    else if (refused.length === 0) return;
    const text = refused.join('; ');
    if (text !== this.refusals && text !== '') this.journal('bus', 'program', text, { refused: refused.length });
    this.refusals = text;
  }

  private sample(): void {
    if (this.begun_ms === null) return;
    this.cycles++;
    const { current, temperature } = this.drives;
    const loops = {
      setpoint_mA: current.setpoint_mA,
      temperature_setpoint_C: temperature.setpoint_C,
      peltier_A: temperature.current_A,
    };
    this.samples$.next(sampleOf(this.cycles, this.options.plan, this.state, this.seen, loops));
  }

  private journal(kind: EventKind, actor: string, text: string, data: EventData): void {
    const now_s = this.begun_ms === null ? 0 : (this.options.clock.now() - this.begun_ms) / 1000;
    const t = this.epoch_ms + Math.round(now_s * 1000);
    this.events$.next({ t, elapsed_s: this.seen.elapsed_s, kind, actor, text, data });
  }
}
