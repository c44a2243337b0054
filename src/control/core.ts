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
import type { BenchState } from '../model/bench-state.js';
import { ticks, type Tick } from '../model/clock.js';
import type { Alarm, EventData, EventKind, RunEvent } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import type { Sample } from '../model/sample.js';
import { FINAL_STATES } from '../model/state.js';
import { advance, idle } from '../procedure/machine.js';
import type { Intent, ProcedureEvent, ProcedureState, Prompt } from '../procedure/types.js';
import { Arming, forBoard } from './arming.js';
import { benchState } from './bench-state.js';
import { Cadence } from './cadence.js';
import type { CoreOptions, CoreResult } from './core-options.js';
import { Drives } from './drives.js';
import { EfficiencyTracker } from './efficiency.js';
import type { Expected } from './expectation.js';
import { Guarding } from './guarding.js';
import { Output } from './output.js';
import { sampleOf } from './sampling.js';
import { Senses } from './senses.js';

export type { CoreOptions, CoreResult } from './core-options.js';

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
  private readonly output: Output;
  private readonly arming: Arming;
  private readonly guarding: Guarding;
  private readonly vented: EfficiencyTracker;
  private readonly cadence = new Cadence();
  private readonly requests: ProcedureEvent[] = [];
  private state = idle();
  private begun_ms: number | null = null;
  private ended_ms: number | null = null;
  private opened_ms = 0;
  private epoch_ms = 0;
  /** What was said before the beginning, in its order; null once it has begun: it has no time before. */
  private early: Omit<RunEvent, 't'>[] | null = [];
  private cycles = 0;
  private refusals = '';
  private seen: Observation;
  private expected: Expected | null = null;

  constructor(private readonly options: CoreOptions) {
    const { clock, bench, plan, period_s } = options;
    this.senses = new Senses(clock, bench, period_s, options.carried);
    this.drives = new Drives(bench, plan.reactor, options.pumpFull_mL_min, this.senses.countFault);
    const journal: typeof this.journal = (...entry) => this.journal(...entry);
    const { carried, runTag, clearFirst = false, readiness } = options;
    this.output = new Output(bench, clock, forBoard(plan, carried), runTag, journal);
    const { senses, drives, output, alarms$ } = this;
    this.arming = new Arming({ clock, senses, output, period_s, clearFirst, readiness, journal });
    this.guarding = new Guarding({ options, senses, drives, output, alarms$, journal });
    const { hydrogen, cell } = plan.reactor;
    this.vented = new EfficiencyTracker(hydrogen, cell.liquid_mL, (carried?.absolute_C ?? 0) > 0, options.gasMetering);
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

  /** What the bench says of itself beside its values. Made anew at each call: for once a second. */
  get benchState(): BenchState {
    const { senses, seen, cadence, drives, cycles } = this;
    const beat = { cycles, missedTicks: cadence.missedTicks, latest_ms: cadence.latest_ms };
    return benchState({ senses, lines: this.options.bench.lines, seen, refused: drives.refused, beat });
  }

  /** Into the journal, and nothing else. */
  note(actor: string, text: string): void {
    this.journal('note', actor, text, {});
  }

  /** The same for what somebody asked over the network. */
  command(actor: string, text: string, data: EventData): void {
    this.journal('command', actor, text, data);
  }

  acknowledge(id: string, actor: string): void {
    this.guarding.acknowledge(id, actor);
  }

  /** Not announced for so many minutes, an hour at most; its interlock acts as ever. Says whether it was taken. */
  shelve(id: string, minutes: number, actor: string): boolean {
    return this.guarding.shelve(id, minutes, actor);
  }

  unshelve(id: string, actor: string): boolean {
    return this.guarding.unshelve(id, actor);
  }

  /** Every alarm that was ever raised in this run, as it is now. */
  get alarms(): readonly Alarm[] {
    return [...this.guarding.alarms.values()];
  }

  /**
   * Runs cycles until the run has ended. Resolves with its result; rejects only for an error of the program itself, and
   * then the board's dead-man has the last word, since heartbeats come out of completed cycles only.
   */
  async run(): Promise<CoreResult> {
    const { clock, period_s } = this.options;
    this.opened_ms = clock.now();
    this.cadence.begin(this.opened_ms);
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
      missedTicks: this.cadence.missedTicks,
      latest_ms: this.cadence.latest_ms,
      busFaults: Object.values(this.senses.busCounts).reduce((sum, count) => sum + count, 0),
    };
  }

  /** One cycle. Returns whether there is a next one. */
  private async cycle(tick: Tick): Promise<boolean> {
    const dt_s = this.cadence.take(tick, this.options.clock.now());
    await this.senses.read(tick.index);
    this.output.challenged();
    this.seen = this.observe();
    this.expected = this.begun_ms === null ? null : (this.options.expectation?.next(this.seen, dt_s) ?? null);
    // In their order, before what people asked for: the run names what came first as its reason.
    this.requests.unshift(...this.guarding.judge(this.seen, this.state, dt_s, this.expected));
    if (this.ended_ms !== null) return this.looksBack();
    if (this.arming.waits) await this.arm();
    await this.decide();
    if (this.output.goingOff) await this.superviseOff();
    await this.drive(dt_s);
    this.sample(dt_s);
    if (!FINAL_STATES.has(this.state.run)) return true;
    this.ended_ms = this.options.clock.now();
    return this.looksBack();
  }

  /**
   * The run is over, and what was told to be off may not be: the guard looks on until relay and SAFE_EN read back open,
   * long enough to say that they do not. It decides nothing any more.
   */
  private looksBack(): boolean {
    const unheard = this.output.unconfirmed !== null && !this.guarding.alarms.has('off-not-confirmed');
    const waits = unheard || this.senses.readsOn();
    return waits && this.options.clock.now() - (this.ended_ms ?? 0) < LOOK_BACK_S * 1000;
  }

  private observe(): Observation {
    const { current, temperature } = this.drives;
    return this.senses.observe({ setpoint_mA: current.setpoint_mA, temperature_C: temperature.setpoint_C });
  }

  /** The guard's events first, then people's, then the tick: a trip and a start in one cycle end off. */
  private async decide(): Promise<void> {
    const events = this.requests.splice(0);
    if (this.early !== null && events.some((event) => event.kind !== 'start' || this.ready)) {
      if (await this.begin(events)) return void this.requests.unshift(...events); // what was read is old by now
    }
    for (const event of events) await this.dispatch(event);
    if (this.begun_ms !== null) await this.dispatch({ kind: 'tick', observation: this.seen });
  }

  private async dispatch(event: ProcedureEvent): Promise<void> {
    if (event.kind === 'start' && this.state.run === 'idle' && !this.readyToStart(event)) return;
    if (event.kind === 'unhold' && this.state.run === 'held') {
      if (!this.guarding.mayUnhold(event.actor, this.state, this.seen)) return;
    }
    if (event.kind === 'finish' && this.state.run === 'held') this.guarding.forgetGone();
    const outcome = advance(this.options.plan, this.state, event, this.seen.now_s);
    this.state = outcome.state;
    for (const intent of outcome.intents) await this.perform(intent);
    if (outcome.intents.length > 0) this.state$.next(this.state);
  }

  /** A start waits for the first value of every chip; one that stays silent refuses it. */
  private get ready(): boolean {
    const waits = this.options.clock.now() - this.opened_ms < FIRST_VALUES_S * 1000;
    return !waits || this.senses.missing().length === 0;
  }

  private readyToStart(event: ProcedureEvent): boolean {
    if (!this.ready) {
      this.request(event);
      return false;
    }
    if (this.begun_ms === null) this.count(); // else right before
    return true;
  }

  /** Time and charge of the run count from here. */
  private count(): void {
    this.begun_ms = this.options.clock.now();
    this.epoch_ms = this.options.clock.wallTime_ms();
    this.senses.begin();
    this.seen = this.observe();
  }

  /**
   * The instant that goes with `elapsed_s` 0 is taken before the record is begun with it, since a disk takes its time. Says
   * whether it took any.
   */
  private async begin(events: readonly ProcedureEvent[]): Promise<boolean> {
    const { clock, begins } = this.options;
    this.epoch_ms = clock.wallTime_ms();
    if (events[0]?.kind === 'start' && this.ready) this.count();
    const before_ms = clock.now();
    await begins?.(this.epoch_ms);
    const waited = clock.now() > before_ms;
    if (waited) {
      this.opened_ms = clock.now();
      this.cadence.pausedUntil(this.opened_ms);
    }
    const { early } = this;
    this.early = null;
    for (const event of early ?? []) this.events$.next({ t: this.epoch_ms, ...event });
    if (begins !== undefined) for (const alarm of this.guarding.alarms.values()) this.alarms$.next(alarm);
    return waited;
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
        this.journal('prompt', 'procedure', intent.prompt.text, promptData(intent.prompt));
        return this.prompt$.next(intent.prompt);
      case 'resume':
        return this.request({ kind: 'unhold', actor: intent.actor });
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

  private async prove(): Promise<void> {
    const outcome = await this.arming.prove(this.requests);
    this.cadence.pausedUntil(this.options.clock.now());
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

  private sample(dt_s: number): void {
    if (this.begun_ms === null) return;
    this.cycles++;
    this.vented.add(this.seen, dt_s);
    const { current, temperature } = this.drives;
    const loops = {
      setpoint_mA: current.setpoint_mA,
      temperature_setpoint_C: temperature.setpoint_C,
      peltier_A: temperature.current_A,
    };
    const findings = { expected: this.expected, efficiency: this.vented.efficiency };
    this.samples$.next(sampleOf(this.cycles, this.options.plan, this.state, this.seen, loops, findings));
  }

  private journal(kind: EventKind, actor: string, text: string, data: EventData): void {
    if (this.early !== null) {
      this.early.push({ elapsed_s: 0, kind, actor, text, data });
      return;
    }
    const now_s = this.begun_ms === null ? 0 : (this.options.clock.now() - this.begun_ms) / 1000;
    const t = this.epoch_ms + Math.round(now_s * 1000);
    this.events$.next({ t, elapsed_s: this.seen.elapsed_s, kind, actor, text, data });
  }
}

function promptData({ id, key, asked_C }: Prompt): EventData {
  return { id, ...(key === undefined ? {} : { key }), ...(asked_C === undefined ? {} : { asked_C }) };
}
