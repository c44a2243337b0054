/**
 * The desk of the reactor: takes what the network asks, has it judged and done, answers, and has it written down. Owns the
 * nonces and the ids that were taken since the program began; what an order comes to is the executor's, the network is
 * whoever hands in and carries replies.
 */
import type { Clock } from '../model/clock.js';
import { PAYLOAD_VERSION, type ReplyPayload } from '../telemetry/topics.js';
import type { Role } from '../telemetry/verbs.js';
import { Audit, type Entry, type Keep } from './audit.js';
import type { Done, Executor, Order, OrderVerb } from './executor.js';
import { judge, verbsOf, type Asked, type Verdict } from './judge.js';
import { NONCE_MS, Nonces } from './nonces.js';

/** Ids of one actor that are remembered; each took a nonce. */
const MOST_IDS = 1000;
/** Orders under way at once. */
const MOST_UNDER_WAY = 8;
/** Longest reply, characters of JSON: rows beyond it are left out. */
const REPLY_LENGTH = 48 * 1024;
const READS: ReadonlySet<OrderVerb> = new Set(['status', 'recipes', 'runs', 'entries']);

export interface DeskOptions {
  readonly bootId: string;
  /** Real time. */
  readonly clock: Clock;
  readonly roleOf: (user: string) => Role | null;
  readonly executor: Executor;
  readonly reply: (to: Pick<Asked, 'via' | 'actor'>, payload: ReplyPayload) => void;
  /** A stop that came as a command; those on the topic of their own take a shorter way. */
  readonly stop: (actor: string) => void;
  readonly keep: Keep;
  readonly nonces?: Nonces;
}

export class Desk {
  private readonly nonces: Nonces;
  private readonly audit: Audit;
  private readonly ids = new Map<string, Set<string>>();
  private underWay = 0;

  constructor(private readonly options: DeskOptions) {
    this.nonces = options.nonces ?? new Nonces();
    this.audit = new Audit(options.clock, options.keep);
  }

  /** Settles when it is done or refused. Never rejects. */
  async take(asked: Asked): Promise<void> {
    const { bootId, clock, roleOf, executor } = this.options;
    const holder = holderOf(asked);
    const now_ms = clock.now();
    const verdict = judge(asked, {
      bootId,
      role: roleOf(asked.actor),
      standing: executor.standing(),
      nonce: (nonce) => this.nonces.look(holder, nonce, now_ms),
      known: (id) => this.ids.get(holder)?.has(id) === true,
    });
    await this.obey(asked, verdict);
  }

  /** A stop that was taken on its own topic. */
  stopped(actor: string, id: string, via: string): void {
    this.audit.tell({ actor, via, verb: 'stop', id, refused: null });
  }

  /** What was turned away before it came here. */
  turnedAway(entry: Omit<Entry, 'verb' | 'id' | 'refused'> & { readonly reason: string }): void {
    const { reason, ...rest } = entry;
    this.audit.tell({ ...rest, verb: null, id: '', refused: { why: 'door', reason } });
  }

  close(): void {
    this.audit.close();
  }

  private async obey(asked: Asked, verdict: Verdict): Promise<void> {
    const { actor, via } = asked;
    switch (verdict.kind) {
      case 'refuse': {
        const { why, reason, id, verb, spends } = verdict;
        if (spends !== null) this.nonces.spend(holderOf(asked), spends);
        this.audit.tell({ actor, via, verb, id, refused: { why, reason } });
        if (why !== 'retained') this.answer(asked, id, { ok: false, reason }); // nobody has just asked
        return;
      }
      case 'stop':
        this.options.stop(actor);
        this.audit.tell({ actor, via, verb: 'stop', id: verdict.id, refused: null });
        return this.answer(asked, verdict.id, { ok: true, reason: null });
      case 'hello':
        return this.answer(asked, verdict.id, { ok: true, reason: null, data: this.welcome(asked, verdict.role) });
      case 'execute':
        this.nonces.spend(holderOf(asked), verdict.spends);
        return this.execute(asked, verdict.id, verdict.order);
    }
  }

  private async execute(asked: Asked, id: string, order: Order): Promise<void> {
    this.remember(asked, id);
    const { actor, via } = asked;
    const done = await this.done(order, actor, id);
    const refused = done.ok ? null : { why: 'executor', reason: done.reason ?? 'it was not done' };
    this.audit.tell({ actor, via, verb: order.verb, id, refused }, READS.has(order.verb));
    this.answer(asked, id, done);
  }

  private async done(order: Order, actor: string, id: string): Promise<Done> {
    if (!(this.underWay < MOST_UNDER_WAY))
      return { ok: false, reason: `${MOST_UNDER_WAY} commands are under way (would be right: one after another)` };
    this.underWay += 1;
    try {
      return await this.options.executor.execute(order, { actor, id });
    } finally {
      this.underWay -= 1;
    }
  }

  private welcome(asked: Asked, role: Role) {
    const { bootId, clock, executor } = this.options;
    const { state, permit, permitUntil_ms } = executor.standing();
    const until_s = permitUntil_ms === null ? null : (permitUntil_ms - clock.wallTime_ms()) / 1000;
    return {
      nonce: this.nonces.issue(holderOf(asked), clock.now()),
      good_for_s: NONCE_MS / 1000,
      bootId,
      state,
      user: asked.actor,
      role,
      permit,
      permit_until_s: until_s,
      verbs: verbsOf(role),
    };
  }

  private answer(to: Asked, id: string, { ok, reason, data, rows }: Done): void {
    const { bootId, clock, reply } = this.options;
    const payload: ReplyPayload = {
      v: PAYLOAD_VERSION,
      id,
      ok,
      reason,
      bootId,
      t: clock.wallTime_ms(),
      ...(data === undefined ? {} : { data: { ...data } }),
      ...(rows === undefined ? {} : { rows: fitting(rows) }),
    };
    reply(to, payload);
  }

  /** The oldest are forgotten first: their nonces are spent as well. */
  private remember(asked: Asked, id: string): void {
    const holder = holderOf(asked);
    const own = this.ids.get(holder) ?? new Set();
    own.add(id);
    const [oldest] = own;
    if (own.size > MOST_IDS && oldest !== undefined) own.delete(oldest);
    this.ids.set(holder, own);
  }
}

/** The same name at two brokers may be two people. No name holds the sign between them. */
function holderOf({ via, actor }: Pick<Asked, 'via' | 'actor'>): string {
  return `${via}/${actor}`;
}

function fitting(rows: NonNullable<Done['rows']>) {
  let room = REPLY_LENGTH;
  const kept = rows.filter((row) => {
    room -= JSON.stringify(row).length + 1;
    return room >= 0;
  });
  return kept.map((row) => ({ ...row }));
}
