/**
 * An emergency rehearsed on the simulated bench: what the operator ordered to break before the run, or orders over the network
 * while it is on, put in at its time, announced when it changes something, taken out again, and told at the end. Owns when an
 * order is due; what breaks is the bench's, and the run's own interlocks know nothing of it.
 */
import {
  type FaultOrder,
  faultRefusal,
  faultText,
  type Injection,
  type OpenedBench,
  parseFaults,
  type Rehearsal,
} from '../bench.js';
import type { Done, FaultArgs } from '../command/executor.js';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import type { Run } from '../reactor.js';
import { refused } from '../station/starting.js';

interface Ordered {
  readonly text: string;
  readonly order: FaultOrder;
  readonly since: string | null;
  injection: Injection | null;
}

/** How often each fired, as the JSON of a run tells it. */
export interface Rehearsed {
  readonly fault: string;
  readonly fired: number;
}

/** Faults of one run that are in force at once, and in all. */
const MOST_IN_FORCE = 20;
const MOST_ORDERED = 500;

/** Why these orders cannot be rehearsed on this bench with this plan, one line each. */
export function rehearsalRefusals(faults: readonly Rehearsal[], plan: Plan, board: Board): string[] {
  if (faults.length === 0) return [];
  const elsewhere = notHere(board);
  if (elsewhere !== null) return [`--fault: ${elsewhere}`];
  return faults.flatMap((fault) => {
    const place = `--fault '${faultText(fault)}'`;
    const why = faultRefusal({ board, reactor: plan.reactor }, fault.order);
    const steps = plan.steps.flatMap(({ id, kind }) => (id === kind ? [id] : [id, kind]));
    const known = [...new Set(steps)].join(', ');
    const lost = fault.since !== null && !steps.includes(fault.since);
    return [
      ...(why === null ? [] : [`${place}: ${why}`]),
      ...(lost ? [`${place}: time: the recipe has no step "${fault.since}" (would be right: one of ${known})`] : []),
    ];
  });
}

function notHere(board: Board): string | null {
  if (board.bus.kind === 'simulated') return null;
  const why = board.simulated
    ? `${board.name} runs in a process of its own, where no fault can be put in from here`
    : `${board.name} is a real bench, and nothing is broken there on purpose`;
  return `${why} (would be right: --board bench-sim)`;
}

export interface RehearsedRunOptions {
  /** Ordered before the run. */
  readonly faults: readonly Rehearsal[];
  readonly run: Pick<Run, 'note' | 'command' | 'state$'>;
  readonly bench: Pick<OpenedBench, 'simulation'>;
  readonly plan: Plan;
  readonly board: Board;
}

/** Puts the orders of one run in at their times. */
export class RehearsedRun {
  private readonly orders: Ordered[];

  constructor(private readonly options: RehearsedRunOptions) {
    this.orders = options.faults.map((fault) => ({ ...fault, text: faultText(fault), injection: null }));
  }

  /** What is ordered and not over, in the operator's words; of a fault that waits for its step, nothing. */
  get inForce(): readonly string[] {
    return this.running.map(({ text }) => text);
  }

  /** Lines for the end of the run. */
  ending(): string[] {
    return this.orders.map(({ text, injection }) => {
      if (injection === null) return `  rehearsal   ${text} NEVER BEGAN: the run ended before it was due`;
      const { fired } = injection;
      if (fired === 0)
        return `  rehearsal   ${text} NEVER FIRED: the run ended before it changed anything, and it has shown nothing`;
      return `  rehearsal   ${text} fired ${fired} ${fired === 1 ? 'time' : 'times'}`;
    });
  }

  told(): { readonly rehearsal?: readonly Rehearsed[] } {
    if (this.orders.length === 0) return {};
    return { rehearsal: this.orders.map(({ text, injection }) => ({ fault: text, fired: injection?.fired ?? 0 })) };
  }

  /** From here on what was ordered before the run is due at its times. */
  begin(): void {
    const { orders } = this;
    const { run, plan } = this.options;
    if (orders.length === 0) return;
    run.note('rehearsal', `REHEARSAL, no emergency: ordered are ${orders.map(({ text }) => text).join(', ')}`);
    for (const ordered of orders) if (ordered.since === null) this.strike(ordered);
    run.state$.subscribe(({ run: state, step }) => {
      const { id, kind } = plan.steps[step] ?? {};
      if (state !== 'execute') return;
      for (const ordered of orders)
        if (ordered.injection === null && ordered.since !== null && [id, kind].includes(ordered.since))
          this.strike(ordered);
    });
  }

  /** Over the network, while the run is on: its times count from now. */
  take({ fault, off = false }: FaultArgs, actor: string): Done {
    const elsewhere = notHere(this.options.board);
    if (elsewhere !== null) return refused(elsewhere);
    return off ? this.takeOut(fault.trim(), actor) : this.putIn(fault, actor);
  }

  private get running(): readonly (Ordered & { readonly injection: Injection })[] {
    return this.orders.flatMap((one) =>
      one.injection === null || one.injection.over ? [] : [{ ...one, injection: one.injection }],
    );
  }

  private putIn(written: string, actor: string): Done {
    const parsed = parseFaults([written]);
    if (!parsed.ok)
      return refused(
        parsed.problems
          .map(({ path, message, hint }) => `${path || 'fault'}: ${message} (would be right: ${hint})`)
          .join('; '),
      );
    const [rehearsal] = parsed.value;
    if (rehearsal === undefined) return refused('nothing is to break');
    const why = this.whyNot(rehearsal);
    if (why !== null) return refused(why);
    const ordered: Ordered = { ...rehearsal, text: faultText(rehearsal), injection: null };
    const text = `REHEARSAL, no emergency: ${actor} puts in ${ordered.text}`;
    this.options.run.command(actor, text, { verb: 'fault', ok: true, fault: ordered.text, off: false });
    this.orders.push(ordered);
    this.strike(ordered);
    return { ok: true, reason: null, data: { fault: ordered.text } };
  }

  private whyNot({ order, since }: Rehearsal): string | null {
    const { board, plan } = this.options;
    if (since !== null) return `time: "${since}" is a step, and here time counts from now (would be right: @10s)`;
    const why = faultRefusal({ board, reactor: plan.reactor }, order);
    if (why !== null) return why;
    const same = this.running.find((one) => nameOf(one) === nameOf({ order }));
    if (same !== undefined) return `${same.text} is in already (would be right: take it out first)`;
    if (!(this.running.length < MOST_IN_FORCE))
      return `${MOST_IN_FORCE} faults are in (would be right: take one out first)`;
    if (!(this.orders.length < MOST_ORDERED)) return `${MOST_ORDERED} faults were put into this run: that is enough`;
    return null;
  }

  /** By what was ordered, by target and verb, or all. */
  private takeOut(named: string, actor: string): Done {
    const meant = this.running.filter((one) => named === 'all' || named === one.text || named === nameOf(one));
    if (meant.length === 0) {
      const known = this.inForce.length === 0 ? 'nothing is in' : `in are ${this.inForce.join(', ')}`;
      return refused(`"${named}" is not in (${known})`);
    }
    for (const { text, injection } of meant) {
      injection.end();
      const said = `REHEARSAL: ${actor} takes out ${text}, which fired ${injection.fired} ${injection.fired === 1 ? 'time' : 'times'}`;
      this.options.run.command(actor, said, {
        verb: 'fault',
        ok: true,
        fault: text,
        off: true,
        fired: injection.fired,
      });
    }
    return {
      ok: true,
      reason: null,
      rows: meant.map(({ text, injection }) => ({ fault: text, fired: injection.fired })),
    };
  }

  private strike(ordered: Ordered): void {
    const inject = this.options.bench.simulation?.inject ?? null;
    if (inject === null) throw new Error('faults were let through to a bench that takes none');
    // Unmistakable, on the terminal and in the journal, before anything that comes of it.
    const strike = `*** REHEARSAL *** ${ordered.text} strikes: what follows is practice`;
    ordered.injection = inject(ordered.order, () => this.options.run.note('rehearsal', strike));
  }
}

const nameOf = ({ order: { target, verb } }: Pick<Ordered, 'order'>): string => `${target}:${verb}`;
