/**
 * An emergency rehearsed on the simulated bench: what the operator ordered to break, put in at its time, announced when
 * it changes something, and told at the end. Owns when an order is due; what breaks is the bench's, and the run's own
 * interlocks know nothing of it.
 */
import {
  type FaultOrder,
  faultRefusal,
  faultText,
  type Injection,
  type OpenedBench,
  type Rehearsal,
} from '../bench.js';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import type { Run } from '../reactor.js';

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

/** Why these orders cannot be rehearsed on this bench with this plan, one line each. */
export function rehearsalRefusals(faults: readonly Rehearsal[], plan: Plan, board: Board): string[] {
  if (faults.length === 0) return [];
  const elsewhere = notHere(board);
  if (elsewhere !== null) return [elsewhere];
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
  return `--fault: ${why} (would be right: --board bench-sim)`;
}

/** Puts the orders of one run in at their times. */
export class RehearsedRun {
  private readonly orders: readonly Ordered[];

  constructor(
    faults: readonly Rehearsal[],
    private readonly run: Run,
    private readonly bench: OpenedBench,
    private readonly plan: Plan,
  ) {
    this.orders = faults.map((fault) => ({ ...fault, text: faultText(fault), injection: null }));
    if (faults.length > 0) this.attend();
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

  private attend(): void {
    const { run, orders, plan } = this;
    run.note('rehearsal', `REHEARSAL, no emergency: ordered are ${orders.map(({ text }) => text).join(', ')}`);
    for (const ordered of orders) if (ordered.since === null) this.begin(ordered);
    run.state$.subscribe(({ run: state, step }) => {
      const { id, kind } = plan.steps[step] ?? {};
      if (state !== 'execute') return;
      for (const ordered of orders)
        if (ordered.injection === null && ordered.since !== null && [id, kind].includes(ordered.since))
          this.begin(ordered);
    });
  }

  private begin(ordered: Ordered): void {
    const inject = this.bench.simulation?.inject ?? null;
    if (inject === null) throw new Error('faults were let through to a bench that takes none');
    // Unmistakable, on the terminal and in the journal, before anything that comes of it.
    const strike = `*** REHEARSAL *** ${ordered.text} strikes: what follows is practice`;
    ordered.injection = inject(ordered.order, () => this.run.note('rehearsal', strike));
  }
}
