/**
 * Telemetry as the control process sees it: tell, and forget. Owns what the network process is told, and when. It opens
 * no socket, never waits, never throws, and holds bounded memory; a network process that is killed, stopped or slow
 * changes nothing but what the network sees.
 */
import { randomUUID } from 'node:crypto';
import { Subject, type Observable } from 'rxjs';
import type { BenchState } from '../model/bench-state.js';
import type { Alarm, RunEvent } from '../model/event.js';
import type { Board } from '../model/board.js';
import { showBoard } from '../model/board-shown.js';
import type { Clock, Timer } from '../model/clock.js';
import type { ChannelValues, Sample } from '../model/sample.js';
import { forkNetwork, type StartNetwork } from './child.js';
import { Lifeline, type Heard, type Readiness } from './lifeline.js';
import { OpenDoors } from './open-doors.js';
import { Outbox } from './outbox.js';
import { Pace } from './pace.js';
import {
  alarmMessage,
  eventMessage,
  promptMessage,
  aboutMessage,
  bareValues,
  benchMessage,
  recordHeadMessage,
  sampleMessage,
  stateMessage,
  type Derived,
  type OperatorPrompt,
  type ReactorAbout,
  type ReactorStatus,
  type RecordHead,
  type Stamp,
} from './payloads.js';
import { type Announcement, procedureMessage } from './procedure.js';
import { ALONE, type NetworkSettings } from './settings.js';
import type { AtTheDoor, Command, Hello, News, Reply } from './wire.js';

/** What the bench says of itself is told no more often than this, ms. */
const BENCH_MS = 1000;

export type Port = number | 'off';

export interface TelemetryOptions {
  /** Name of the reactor in the topics; `bench` by default. */
  readonly reactor?: string;
  /** Names this start of the control process; random by default. */
  readonly bootId?: string;
  /** Port of the page and of the broker on loopback; 0: any free one. */
  readonly httpPort: Port;
  readonly mqttPort: Port;
  /** Doors, users and outside brokers beyond loopback; none by default. */
  readonly network?: NetworkSettings;
  /** Where the record lies, for the network process to read what a broker is owed; none by default. */
  readonly record?: { readonly dataDir: string; readonly spareDir: string };
  /** What is driven, for the page to show; not said by default. */
  readonly board?: Board;
  /** Real time, even when the run is in virtual time. */
  readonly wall: Clock;
  /** What a person should know about the network process, one line each. */
  readonly report: (text: string) => void;
  /** How the network process is started; a fork of this program by default. */
  readonly start?: StartNetwork;
}

export interface TelemetryLink {
  state(status: ReactorStatus): void;
  /** Every cycle may be given; it is thinned here. Samples are shown once a state has been told. */
  sample(sample: Sample, derived?: Derived): void;
  /** `recorded`: the record of the run was given it too, and outside brokers get it from there. */
  event(event: RunEvent, recorded?: boolean): void;
  alarm(alarm: Alarm): void;
  prompt(prompt: OperatorPrompt | null): void;
  /** What is to be run; null: nothing any more. */
  procedure(announced: Announcement | null): void;
  recordHead(head: RecordHead): void;
  /** What this reactor is, and who may command it now. */
  about(about: ReactorAbout): void;
  /**
   * What the bench says of itself. Every cycle may offer it: it is asked for once a second, and told when it has changed.
   * null: no bench is open, told at once.
   */
  bench(read: (() => BenchState) | null): void;
  /** The channels while nothing runs; null takes them back. A sample tells them of a run. */
  values(values: ChannelValues | null): void;
  readonly commands: Observable<Command>;
  /** All else that somebody on the network asks; nothing of it has been judged. */
  readonly asked: Observable<AtTheDoor>;
  /** Answers it. With no network process there is nobody to hear it any more. */
  reply(reply: Omit<Reply, 'kind'>): void;
  /** Names this start of the control process. */
  readonly bootId: string;
  /** Never rejects. */
  readonly ready: Promise<Readiness>;
  /** Of the network process, while there is one. */
  readonly pid: number | undefined;
  /** Messages held in memory, bounded; and events that were left out (the record has them). */
  readonly held: number;
  readonly dropped: number;
  /** Doors beyond loopback that are open to anybody, once they have been tried; none when that takes too long. Never rejects. */
  openDoors(): Promise<readonly string[]>;
  /** Lets the last messages out and ends the network process; within about 5 s, whatever it does. */
  close(): Promise<void>;
}

function helloOf(options: TelemetryOptions, bootId: string): Hello {
  return {
    kind: 'hello',
    reactor: options.reactor ?? (options.network ?? ALONE).name,
    bootId,
    httpPort: options.httpPort === 'off' ? null : options.httpPort,
    mqttPort: options.mqttPort === 'off' ? null : options.mqttPort,
    network: options.network ?? ALONE,
    record: options.record ?? null,
    board: options.board === undefined ? null : showBoard(options.board),
  };
}

/** Starts the network process and links this process to it. */
export function telemetryLink(options: TelemetryOptions): TelemetryLink {
  return new Link(options);
}

class Link implements TelemetryLink {
  readonly commands = new Subject<Command>();
  readonly asked = new Subject<AtTheDoor>();
  readonly bootId: string;
  private readonly wall: Clock;
  private readonly lifeline: Lifeline;
  private readonly outbox = new Outbox();
  private readonly pace = new Pace();
  private readonly doors: OpenDoors;
  private readonly counts = { state: 0, alarm: 0, prompt: 0, procedure: 0, event: 0, about: 0, bench: 0 };
  private status: ReactorStatus | undefined;
  /** The latest sample that came too early on the wall, shown when its time has come. */
  private early: { readonly sample: Sample; readonly derived: Derived } | undefined;
  private earlyTimer: Timer | undefined;
  /** When the bench was last asked, and what it said. */
  private benchRead_ms = -Infinity;
  private benchTold = '';

  constructor(options: TelemetryOptions) {
    this.bootId = options.bootId ?? randomUUID();
    this.wall = options.wall;
    this.doors = new OpenDoors(options.network ?? ALONE, options.wall, options.report);
    this.lifeline = new Lifeline(
      {
        hello: helloOf(options, this.bootId),
        wall: options.wall,
        start: options.start ?? forkNetwork,
        report: options.report,
      },
      { opened: () => this.begin(), heard: (message) => this.heard(message) },
    );
  }

  get ready(): Promise<Readiness> {
    return this.lifeline.ready;
  }

  get pid(): number | undefined {
    return this.lifeline.pid;
  }

  get held(): number {
    return this.outbox.held;
  }

  get dropped(): number {
    return this.outbox.dropped;
  }

  state(status: ReactorStatus): void {
    this.status = status;
    this.tell({ kind: 'state', payload: stateMessage(status, this.stamp('state')) });
  }

  sample(sample: Sample, derived: Derived = {}): void {
    // The first of its second, as what the record tells late: a second has the same number both ways.
    const same = Math.floor(this.early?.sample.elapsed_s ?? NaN) === Math.floor(sample.elapsed_s);
    const first = same && this.early !== undefined ? this.early : { sample, derived };
    const verdict = this.pace.judge(sample.elapsed_s, this.wall.now());
    switch (verdict.kind) {
      case 'now':
        return this.show(first.sample, first.derived);
      case 'later':
        this.early = first;
        this.earlyTimer ??= this.wall.after(verdict.wait_ms, this.showEarly);
        return;
      case 'skip':
        return;
    }
  }

  event(event: RunEvent, recorded = false): void {
    this.counts.event += 1;
    const stamp = { bootId: this.bootId, run: this.status?.run ?? null, seq: this.counts.event };
    this.tell({ kind: 'event', payload: eventMessage(event, stamp), recorded });
  }

  alarm(alarm: Alarm): void {
    this.tell({ kind: 'alarm', payload: alarmMessage(alarm, this.stamp('alarm')) });
  }

  prompt(prompt: OperatorPrompt | null): void {
    this.tell({ kind: 'prompt', payload: promptMessage(prompt, this.stamp('prompt')) });
  }

  procedure(announced: Announcement | null): void {
    const { run: _previous, ...stamp } = this.stamp('procedure');
    this.tell({ kind: 'procedure', payload: procedureMessage(announced, stamp) });
  }

  recordHead(head: RecordHead): void {
    this.tell({ kind: 'head', payload: recordHeadMessage(head, this.bootId) });
  }

  about(about: ReactorAbout): void {
    this.tell({ kind: 'about', payload: aboutMessage(about, this.stamp('about')) });
  }

  bench(read: (() => BenchState) | null): void {
    const now_ms = this.wall.now();
    if (read !== null && now_ms - this.benchRead_ms < BENCH_MS) return;
    this.benchRead_ms = read === null ? -Infinity : now_ms;
    const said = benchMessage(read?.() ?? null, { bootId: this.bootId, seq: 0, t: 0 });
    const text = JSON.stringify(said);
    if (text === this.benchTold) return;
    this.benchTold = text;
    const { run: _, ...stamp } = this.stamp('bench');
    this.tell({ kind: 'bench', payload: { ...said, ...stamp } });
  }

  values(values: ChannelValues | null): void {
    this.tell({ kind: 'values', payload: bareValues(values) });
  }

  reply(reply: Omit<Reply, 'kind'>): void {
    if (this.lifeline.open) this.lifeline.send({ kind: 'reply', ...reply });
  }

  openDoors(): Promise<readonly string[]> {
    return this.doors.known();
  }

  async close(): Promise<void> {
    this.earlyTimer?.cancel();
    this.showEarly();
    await this.lifeline.close(() => this.outbox.drained);
    this.commands.complete();
    this.asked.complete();
  }

  private stamp(of: 'state' | 'alarm' | 'prompt' | 'procedure' | 'about' | 'bench'): Stamp {
    this.counts[of] += 1;
    return {
      bootId: this.bootId,
      seq: this.counts[of],
      t: this.wall.wallTime_ms(),
      run: this.status?.run ?? null,
    };
  }

  private show(sample: Sample, derived: Derived): void {
    if (this.status === undefined) return;
    this.early = undefined;
    this.pace.shown(sample.elapsed_s, this.wall.now());
    this.tell({ kind: 'sample', payload: sampleMessage(sample, this.status, this.bootId, derived) });
  }

  private readonly showEarly = (): void => {
    this.earlyTimer = undefined;
    if (this.early !== undefined) this.show(this.early.sample, this.early.derived);
  };

  private tell(news: News): void {
    this.outbox.put(news);
    this.pump();
  }

  private pump(): void {
    if (!this.lifeline.open) return;
    for (let message = this.outbox.next(); message !== undefined; message = this.outbox.next()) {
      this.lifeline.send(message);
    }
  }

  /** A new network process knows nothing: it is told the whole present state. */
  private begin(): void {
    this.outbox.restart();
    this.pump();
  }

  private heard(message: Heard): void {
    switch (message.kind) {
      case 'ack':
        this.outbox.acknowledge(message.n);
        return this.pump();
      case 'command':
        return this.commands.next(message.command);
      case 'asked':
      case 'turned-away':
        return this.asked.next(message);
      case 'doors':
        return this.doors.tell(message.open);
    }
  }
}
