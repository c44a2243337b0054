/**
 * The dispatcher at work: hears the reactors, does what dispatch.ts decides, and writes each step down first. Owns the order
 * "journal, then deed"; knows the broker only as a connection, and time only through the clock.
 */
import type { Clock, Timer } from '../model/clock.js';
import type { BrokerConnection } from '../telemetry/brokers/connection.js';
import type { ReplyPayload } from '../telemetry/topics.js';
import { askingOver, type Answer, type Ask } from './asking.js';
import {
  after,
  deeds,
  durableId,
  fresh,
  givenUp,
  isOver,
  learned,
  standingText,
  whyNot,
  type Deed,
  type Line,
  type Look,
  type Standing,
} from './dispatch.js';
import { FLEET_TOPICS, heard, reactorsSeen, type Fleet } from './seen.js';

/** A reactor is asked again after this, ms. */
const PAUSE_MS = 2000;
/** Sendings of a dispatcher before this one: all their nonces are good no more after this, ms. */
const OLD_NONCES_MS = 90_000;
/** Retained messages of a broker come within this, ms. */
const GATHER_MS = 1500;

export interface DispatchOptions {
  readonly connection: BrokerConnection;
  readonly actor: string;
  readonly clock: Clock;
  /** sha256 of all that the series says. */
  readonly seriesHash: string;
  /** Recipe texts by entry, in their order. */
  readonly texts: ReadonlyMap<string, string>;
  readonly journal: { readonly lines: readonly Line[]; append(line: Line): void };
  /** Only these reactors; null: all. */
  readonly to: ReadonlySet<string> | null;
  /** Codes of warnings that are meant. */
  readonly accept?: string;
  readonly tell: (text: string) => void;
}

export class Dispatcher {
  private standings: Standing[];
  private fleet: Fleet = new Map();
  private readonly busy = new Set<string>();
  private readonly lastTold = new Map<string, string>();
  private readonly ask: Ask;
  private timer: Timer | undefined;
  private finish: (() => void) | undefined;
  private left = false;
  /** `--to` and what has been seen: a reactor that comes later is not yet among those that refuse. */
  private gathered = false;

  constructor(private readonly options: DispatchOptions) {
    const { connection, actor, clock, journal, texts } = options;
    this.standings = [...texts.keys()].map((entry) =>
      journal.lines.filter((line) => line.entry === entry).reduce(after, fresh(entry)),
    );
    this.ask = askingOver(connection, actor, clock);
    connection.subscribe(FLEET_TOPICS);
    connection.onMessage((message) => {
      this.fleet = heard(this.fleet, message).fleet;
    });
  }

  /** Settles when every entry has ended or is refused, or when `leave` was called. */
  async run(): Promise<readonly Standing[]> {
    const { clock } = this.options;
    const old = this.standings.flatMap(({ entry, open }) => open.map((sending) => ({ entry, sending })));
    if (old.length > 0) clock.after(OLD_NONCES_MS, () => this.expire(old));
    clock.after(GATHER_MS, () => {
      this.gathered = true;
      this.step();
    });
    await new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    this.timer?.cancel();
    return this.standings;
  }

  leave(): void {
    this.left = true;
    this.finish?.();
  }

  private seen() {
    const { to } = this.options;
    return reactorsSeen(this.fleet).filter(({ name }) => to === null || to.has(name));
  }

  private step(): void {
    if (this.left) return;
    const seen = this.seen();
    for (const deed of deeds(this.standings, seen, this.busy)) void this.do(deed);
    const names = [...(this.options.to ?? seen.map(({ name }) => name))];
    if (this.gathered) for (const one of this.standings) this.note(givenUp(one, names));
    this.tellAll();
    if (this.standings.every(isOver)) return this.finish?.();
    this.timer = this.options.clock.after(PAUSE_MS, () => this.step());
  }

  private tellAll(): void {
    const seen = this.seen();
    for (const one of this.standings) this.tellOnce(`entry ${one.entry}`, standingText(one, seen));
    if (this.standings.some(({ phase }) => phase === 'waiting'))
      for (const reactor of seen) this.tellOnce(`reactor ${reactor.name}`, whyNot(reactor) ?? 'is ready');
  }

  private tellOnce(about: string, text: string): void {
    if (this.lastTold.get(about) === text) return;
    this.lastTold.set(about, text);
    this.options.tell(`${about}: ${text}`);
  }

  private note(line: Line | null): void {
    if (line === null) return;
    this.options.journal.append(line);
    this.standings = this.standings.map((one) => (one.entry === line.entry ? after(one, line) : one));
  }

  private expire(old: readonly { readonly entry: string; readonly sending: number }[]): void {
    for (const { entry, sending } of old)
      if (this.of(entry).open.includes(sending)) this.note({ what: 'expired', entry, sending });
  }

  private of(entry: string): Standing {
    const found = this.standings.find((one) => one.entry === entry);
    if (found === undefined) throw new Error(`no entry ${entry}`);
    return found;
  }

  private async do(deed: Deed): Promise<void> {
    this.busy.add(deed.reactor);
    if (deed.kind === 'start') await this.start(deed.entry, deed.reactor);
    else await this.look(deed.entry, deed.reactor);
    this.busy.delete(deed.reactor);
  }

  private async start(entry: string, reactor: string): Promise<void> {
    const { texts, accept, seriesHash } = this.options;
    const id = durableId(seriesHash, this.of(entry));
    const answer = await this.ask({
      reactor,
      verb: 'start',
      args: { text: texts.get(entry) ?? '', entry: id, ...(accept === undefined ? {} : { accept }) },
      before: (boot) => {
        if (this.left || this.of(entry).phase !== 'waiting') return false;
        this.note({ what: 'sent', entry, reactor, boot });
        return true;
      },
    });
    this.settle(entry, reactor, answer);
  }

  private settle(entry: string, reactor: string, answer: Answer): void {
    const { sendings } = this.of(entry);
    if (answer.kind === 'unsent') this.tellOnce(`reactor ${reactor}`, answer.reason);
    else if (answer.kind === 'silent') this.note({ what: 'expired', entry, sending: sendings });
    else {
      const { ok, reason } = answer.reply;
      const refusal = ok ? null : (reason ?? 'refused without a reason');
      this.note({ what: 'answered', entry, sending: sendings, refusal });
      if (refusal !== null) this.options.tell(`entry ${entry}: ${reactor} refuses it: ${refusal}`);
    }
  }

  private async look(entry: string, reactor: string): Promise<void> {
    const entries = await this.read(reactor, 'entries');
    if (entries === null) return;
    const id = durableId(this.options.seriesHash, this.of(entry));
    const row = entries.rows?.find((one) => one['entry'] === id);
    const run = row === undefined ? undefined : typeof row['run'] === 'string' ? row['run'] : null;
    const outcome =
      typeof run === 'string' && this.of(entry).phase === 'running' ? await this.ended(reactor, run) : null;
    const look: Look = { boot: entries.bootId ?? this.of(entry).boot ?? '', run, outcome };
    this.note(learned(this.of(entry), look));
  }

  private async ended(reactor: string, run: string): Promise<string | null> {
    const runs = await this.read(reactor, 'runs');
    const outcome = runs?.rows?.find((one) => one['run'] === run)?.['outcome'];
    return typeof outcome === 'string' && outcome !== 'running' ? outcome : null;
  }

  private async read(reactor: string, verb: 'entries' | 'runs'): Promise<ReplyPayload | null> {
    const answer = await this.ask({ reactor, verb, args: {} });
    return answer.kind === 'replied' && answer.reply.ok ? answer.reply : null;
  }
}
