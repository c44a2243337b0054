/** A run as a whole on the simulated bench: when it begins, and that every time that is told of it is the true one. */
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { openBench } from '../src/bench.js';
import type { BenchState } from '../src/model/bench-state.js';
import type { Alarm, RunEvent } from '../src/model/event.js';
import type { Sample } from '../src/model/sample.js';
import { VirtualClock } from '../src/model/virtual-clock.js';
import { type Run, type RunOptions, startRun } from '../src/reactor.js';
import type { RunHeader } from '../src/record/run.js';
import { type ReactorStatus, sampleMessage } from '../src/telemetry/payloads.js';
import type { TelemetryLink } from '../src/telemetry/link.js';
import type { Command } from '../src/telemetry/wire.js';
import { boardNamed } from './contract/files.js';
import { SHORT } from './scenario/plans.js';

const BOARD = boardNamed('bench-sim');
const EPOCH_MS = Date.UTC(2026, 10, 22, 12);
/** Bytes of a batch of readings on a wire of 100 kHz take less. */
const WIRE_MS = 25;

interface Told {
  readonly headers: Omit<RunHeader, 'recipe'>[];
  readonly kept: RunEvent[];
  readonly states: ReactorStatus[];
  readonly shown: { readonly wall_ms: number; readonly t: number; readonly elapsed_s: number }[];
  readonly alarms: Alarm[];
  /** Ways to ask the bench what it says. */
  readonly benches: Set<() => BenchState>;
}

interface Play {
  /** How long the disk takes to begin a run, ms. */
  readonly disk_ms?: number;
  readonly refused?: Error;
  readonly act?: (clock: VirtualClock, commands: Subject<Command>) => void;
  readonly listen?: (run: Run) => void;
}

/** From the opening of the bench to the end of the run, all that was told on the way. */
async function played({ disk_ms = 0, refused, act, listen }: Play = {}) {
  const clock = new VirtualClock({ epoch_ms: EPOCH_MS });
  const commands = new Subject<Command>();
  const told: Told = { headers: [], kept: [], states: [], shown: [], alarms: [], benches: new Set() };
  const recorder = {
    begin: async (header: RunHeader) => {
      await clock.sleep(disk_ms);
      if (refused !== undefined) throw refused;
      told.headers.push(header);
      return 'run-1';
    },
    sample: () => undefined,
    event: (event: RunEvent) => void told.kept.push(event),
    end: () => Promise.resolve(),
    health: { hold: null, backlog: 0, warning: null, head: null, error: null },
  };
  const nothing = (): void => undefined;
  const telemetry = {
    commands,
    state: (status: ReactorStatus) => void told.states.push(status),
    sample: (sample: Sample) => {
      const status = told.states.at(-1);
      if (status === undefined) return;
      const { t, elapsed_s } = sampleMessage(sample, status, 'boot', {});
      told.shown.push({ wall_ms: clock.wallTime_ms(), t, elapsed_s });
    },
    event: nothing,
    alarm: (alarm: Alarm) => void told.alarms.push(alarm),
    prompt: nothing,
    procedure: nothing,
    recordHead: nothing,
    bench: (read: () => BenchState) => void told.benches.add(read),
  };
  const report = await clock.run(async () => {
    const bench = await openBench({ board: BOARD, reactor: SHORT.reactor, clock, seed: 7 });
    act?.(clock, commands);
    const options = {
      plan: SHORT,
      bench,
      clock,
      period_s: 1 / BOARD.control_Hz,
      pumpFull_mL_min: BOARD.chips.outputs.pumpFull_mL_min,
      speed: null,
      unattended: true,
      record: { recorder, header: {} },
      telemetry: telemetry as unknown as TelemetryLink,
      openPanel: null,
      clearFirst: false,
    } as unknown as RunOptions;
    const run = await startRun(options);
    listen?.(run);
    const ended = await run.report;
    await bench.close();
    return ended;
  });
  return { report, told, clock };
}

describe('the time of a run', () => {
  it.each([0, 400])('is that of its samples, with a disk that takes %i ms to begin it', async (disk_ms) => {
    const { told, report } = await played({ disk_ms });
    expect(report.result.outcome).toBe('complete');
    const started_ms = told.headers[0]?.startedUtc_ms ?? NaN;
    // the chips give their first values first, and that takes time
    expect(started_ms).toBeGreaterThan(EPOCH_MS + 500);
    expect(told.shown.length).toBeGreaterThan(100);
    for (const { wall_ms, t } of told.shown.slice(2)) {
      // the proof stands between reading and telling of those before
      expect(t).toBeGreaterThanOrEqual(wall_ms - WIRE_MS);
      expect(t).toBeLessThanOrEqual(wall_ms + 1);
    }
    expect(told.shown[0]).toMatchObject({ elapsed_s: 0, t: started_ms });
    expect(new Set(told.states.map((state) => state.started_ms))).toEqual(new Set([started_ms]));
  });

  it('begins no event of its record earlier, and each is told to whoever awaited the start', async () => {
    const heard: RunEvent[] = [];
    const { told } = await played({
      disk_ms: 50,
      listen: (run) => run.events$.subscribe((event) => heard.push(event)),
    });
    const started_ms = told.headers[0]?.startedUtc_ms ?? NaN;
    expect(told.kept.length).toBeGreaterThan(3);
    for (const { t } of told.kept) expect(t).toBeGreaterThanOrEqual(started_ms);
    expect(heard).toEqual(told.kept);
  });
});

describe('what a run tells of its bench', () => {
  it('is offered by one and the same function in every cycle, so that a cycle makes nothing for it', async () => {
    const { told, report } = await played();
    expect(told.shown.length).toBeGreaterThan(100);
    expect(told.benches.size).toBe(1);
    const [read] = told.benches;
    expect(read?.()).toMatchObject({
      beat: { cycles: report.result.cycles, missedTicks: 0 },
      chips: { galvanostat: 'ok', liquidFlow: 'ok' },
      lines: { 'e-stop-closed': true },
      rehearsed: [],
    });
  });
});

describe('a start', () => {
  it('is refused by a record that cannot be begun, and nothing was decided', async () => {
    await expect(played({ refused: new Error('the disk is full') })).rejects.toThrow('the disk is full');
  });

  it('that waits for its chips is ended by a stop over the network', async () => {
    const { report, told } = await played({
      act: (clock, commands) => clock.after(200, () => commands.next({ verb: 'stop', actor: 'console', id: 'stop-1' })),
    });
    expect(report.result).toMatchObject({ outcome: 'stopped', reason: 'stopped by console over MQTT' });
    expect(told.states.at(-1)).toMatchObject({ state: 'stopped', reason: 'stopped by console over MQTT' });
    expect(told.kept.some(({ data }) => data['to'] === 'starting')).toBe(false);
  });
});
