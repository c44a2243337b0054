/**
 * The guard's place in the cycle: it gathers what the interlocks judge by, journals and tells what changed, and turns trips
 * into requests. Owns alarms towards people too: acknowledging, shelving, and whether a hold may end. What is judged
 * is guard/'s, what is remembered is watch.ts's; it knows no tick and drives nothing but the relay that a trip opens.
 */
import type { Subject } from 'rxjs';
import type { Alarm, EventData, EventKind } from '../model/event.js';
import type { Observation } from '../model/observation.js';
import { unmet } from '../procedure/pause.js';
import type { ProcedureEvent, ProcedureState } from '../procedure/types.js';
import type { CoreOptions } from './core-options.js';
import type { Drives } from './drives.js';
import type { Expected } from './expectation.js';
import { SAFE_STATES } from './guard/safe-states.js';
import type { Output } from './output.js';
import type { Senses } from './senses.js';
import { Watch, type Announced } from './watch.js';

export interface GuardingParts {
  readonly options: CoreOptions;
  readonly senses: Senses;
  readonly drives: Drives;
  readonly output: Output;
  readonly alarms$: Subject<Alarm>;
  readonly journal: (kind: EventKind, actor: string, text: string, data: EventData) => void;
}

export class Guarding {
  private readonly watch: Watch;

  constructor(private readonly parts: GuardingParts) {
    this.watch = new Watch(parts.options.plan, parts.options.interlocks);
  }

  /** Every alarm that was ever raised in this run, as it is now. */
  get alarms(): ReadonlyMap<string, Alarm> {
    return this.watch.alarms;
  }

  acknowledge(id: string, actor: string): void {
    this.tell(this.watch.acknowledge(id), 'acknowledged', id, actor);
  }

  /** Says whether it was taken. */
  shelve(id: string, minutes: number, actor: string): boolean {
    return this.tell(this.watch.shelve(id, minutes), `shelved for ${minutes} min`, id, actor);
  }

  unshelve(id: string, actor: string): boolean {
    return this.tell(this.watch.unshelve(id), 'taken from the shelf', id, actor);
  }

  /** What the guard asks for in this cycle, in the order of what tripped. */
  judge(
    seen: Observation,
    { run, demand, stepDemand }: ProcedureState,
    dt_s: number,
    expected: Expected | null,
  ): ProcedureEvent[] {
    const { options, senses, drives, output, alarms$ } = this.parts;
    // In a dead time, or with no flow to follow, the step still wants its current: nothing is looked at less.
    const wants = demand.current_mA !== 0 || (run === 'execute' && stepDemand.current_mA !== 0);
    const demanded = wants || drives.current.setpoint_mA !== 0;
    const situation = {
      run,
      armed: output.armed,
      energised: output.armed && demanded && !output.goingOff,
      temperatureTarget_C: output.armed ? demand.temperature_C : null,
      flowTarget_mL_min: demand.flow_mL_min,
      chargeDifference_C: senses.ledger.difference_C,
      recordFailure: options.recordFailure(),
      recordBacklog: options.recordBacklog?.() ?? 0,
      recordWarning: options.recordWarning?.() ?? null,
      offUnconfirmed: output.unconfirmed,
      relayDriven: output.relayDriven,
      peltierDemand_A: drives.temperature.current_A,
      pumpByCurve_mL_min: drives.flow.byCurve_mL_min,
      refused: drives.refused,
    };
    const { verdicts, told } = this.watch.judge(seen, dt_s, situation, expected);
    for (const alarm of told) alarms$.next(alarm);
    return this.react(verdicts);
  }

  /** A hold ends when nothing of its cause stands any more and the step has what it needs; else the journal says why not. */
  mayUnhold(actor: string, state: ProcedureState, seen: Observation): boolean {
    const { standing, cleared } = this.watch.reset();
    for (const alarm of cleared) this.parts.alarms$.next(alarm);
    const lacks = unmet(this.parts.options.plan, state, seen);
    if (standing.length + lacks.length === 0) return true;
    const still = standing.length === 0 ? [] : [`${standing.join(', ')} still stands`];
    const text = `resume refused: ${[...still, ...lacks].join('; ')}`;
    this.parts.journal('command', actor, text, { verb: 'resume', ok: false });
    return false;
  }

  /** A finish passes no current, so that nothing need be waited for; what has gone is forgotten, and may be raised again. */
  forgetGone(): void {
    for (const alarm of this.watch.reset().cleared) this.parts.alarms$.next(alarm);
  }

  private react(verdicts: readonly Announced[]): ProcedureEvent[] {
    const reactions: ProcedureEvent[] = [];
    for (const { interlock, change, text, alarm } of verdicts) {
      const trips = change === 'raised' && interlock.reaction !== 'warn';
      const { id, reaction } = interlock;
      const { state, firstOut, group } = alarm;
      const data = { id, state, reaction, safeState: SAFE_STATES[reaction].name, firstOut, group };
      const reason = `${id}: ${text}`;
      this.parts.journal(trips ? 'trip' : 'alarm', 'guard', reason, data);
      if (!trips) continue;
      if (reaction === 'open-relay') this.parts.output.openMasterRelay();
      reactions.push({ kind: reaction === 'hold' ? 'hold' : 'abort', actor: 'guard', reason });
    }
    return reactions;
  }

  private tell(told: readonly Alarm[] | null, what: string, id: string, actor: string): boolean {
    if (told === null) return false;
    const state = this.watch.alarms.get(id)?.state ?? 'normal';
    this.parts.journal('alarm', actor, `${id} ${what}`, { id, state });
    for (const alarm of told) this.parts.alarms$.next(alarm);
    return true;
  }
}
