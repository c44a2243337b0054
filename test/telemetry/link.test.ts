import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { ALONE } from '../../src/telemetry/settings.js';
import type { ChannelEvents, StartNetwork } from '../../src/telemetry/child.js';
import { telemetryLink, type TelemetryLink } from '../../src/telemetry/link.js';
import type { Command, Hello, Told, ToControl } from '../../src/telemetry/wire.js';
import type { BenchState } from '../../src/model/bench-state.js';
import { alarm, announcement, benchOf, runEvent, sample, status } from './fixtures.js';

/** A network process that does what the test says. */
class FakeNetwork {
  readonly hellos: Hello[] = [];
  readonly told: Told[] = [];
  killed = 0;
  ended = 0;
  private events: ChannelEvents | undefined;

  readonly start: StartNetwork = (events) => {
    this.events = events;
    return {
      pid: 1,
      send: (message) => {
        if (message.kind === 'hello') this.hellos.push(message);
        else if (message.kind !== 'reply') this.told.push(message);
      },
      end: () => {
        this.ended += 1;
        if (this.obedient) this.die('exit code 0');
      },
      kill: () => {
        this.killed += 1;
        this.die('SIGKILL');
      },
    };
  };

  constructor(private readonly obedient = true) {}

  say(message: ToControl): void {
    this.events?.message(message);
  }

  raw(message: unknown): void {
    this.events?.message(message);
  }

  ready(): void {
    this.say({ kind: 'ready', httpPort: 8080, mqttPort: 1883 });
  }

  ackAll(): void {
    const last = this.told.at(-1);
    if (last !== undefined) this.say({ kind: 'ack', n: last.n });
  }

  die(reason = 'SIGKILL'): void {
    const events = this.events;
    this.events = undefined;
    events?.ended(reason);
  }
}

interface Bench {
  readonly clock: VirtualClock;
  readonly network: FakeNetwork;
  readonly link: TelemetryLink;
  readonly reports: string[];
}

/** Runs `act` with a link to a fake network process, in virtual wall time. */
async function withLink(act: (bench: Bench) => Promise<void>, obedient = true): Promise<void> {
  const clock = new VirtualClock();
  await clock.run(async () => {
    const network = new FakeNetwork(obedient);
    const reports: string[] = [];
    const report = (text: string): void => void reports.push(text);
    const link = telemetryLink({
      bootId: 'boot',
      httpPort: 0,
      mqttPort: 'off',
      wall: clock,
      report,
      start: network.start,
    });
    await act({ clock, network, link, reports });
    await link.close();
  });
}

describe('link', () => {
  it('says hello, and tells nothing before the network process is ready', () =>
    withLink(async ({ network, link }) => {
      link.state(status());
      expect(network.hellos).toEqual([
        {
          kind: 'hello',
          reactor: 'bench',
          bootId: 'boot',
          httpPort: 0,
          mqttPort: null,
          network: ALONE,
          record: null,
          board: null,
        },
      ]);
      expect(network.told).toEqual([]);
      network.ready();
      expect(network.told.map((message) => message.kind)).toEqual(['state']);
      expect(await link.ready).toEqual({ httpPort: 8080, mqttPort: 1883 });
    }));

  it('has at most 16 messages under way to a stopped process, and bounded memory behind them', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      for (let second = 1; second <= 3600; second++) {
        link.state(status());
        link.sample(sample({ elapsed_s: second }));
        link.event(runEvent());
        link.alarm(alarm());
        await clock.sleep(1000);
      }
      expect(network.told).toHaveLength(16);
      expect(link.held).toBeLessThanOrEqual(16 + 256 + 4);
      expect(link.dropped).toBeGreaterThan(3300);
      for (let last = 0; last !== network.told.length; ) {
        last = network.told.length;
        network.ackAll();
      }
      const samples = network.told.flatMap((message) => (message.kind === 'sample' ? [message.payload.elapsed_s] : []));
      expect(samples.at(-1)).toBe(3600);
      expect(samples.length).toBeLessThan(16);
      const states = network.told.flatMap((message) => (message.kind === 'state' ? [message.payload.seq] : []));
      expect(states.at(-1)).toBe(3600);
    }));

  it('starts a dead process again after 1, 2, 4 ... 30 s and tells it the whole present state', () =>
    withLink(async ({ clock, network, link, reports }) => {
      network.ready();
      link.state(status());
      link.alarm(alarm());
      link.prompt({ id: 'p', text: 'weigh' });
      link.procedure(announcement());
      link.recordHead({ run: 'r1', seq: 1, hash: 'a' });
      link.sample(sample());
      network.ackAll();
      const waits: number[] = [];
      for (let death = 0; death < 7; death++) {
        const before = network.hellos.length;
        const died_ms = clock.now();
        network.die();
        while (network.hellos.length === before) await clock.sleep(100);
        waits.push(Math.round((clock.now() - died_ms) / 1000));
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
      network.told.length = 0;
      network.ready();
      expect(network.told.map((message) => message.kind)).toEqual([
        'state',
        'alarm',
        'prompt',
        'procedure',
        'head',
        'sample',
      ]);
      expect(network.told[0]?.n).toBe(1);
      expect(reports[0]).toContain('the run goes on');
    }));

  it('asks the bench once a second what it says, and tells it when that has changed', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      let asked = 0;
      let nack = 0;
      const read = (): BenchState => {
        asked += 1;
        return benchOf({ bus: { ...benchOf().bus, nack } });
      };
      const told = () => network.told.flatMap((one) => (one.kind === 'bench' ? [one.payload] : []));
      for (let cycle = 0; cycle < 100; cycle++) {
        link.bench(read);
        if (cycle === 30) nack = 1;
        await clock.sleep(50);
      }
      expect(asked).toBe(5);
      expect(told().map(({ seq, open, bus_nack }) => [seq, open, bus_nack])).toEqual([
        [1, true, 0],
        [2, true, 1],
      ]);
      const [first, second] = told();
      expect((second?.t ?? NaN) - (first?.t ?? NaN)).toBe(2000);
      link.bench(null);
      link.bench(null);
      link.bench(read); // the bench of the next run, at once
      expect(told().slice(2)).toMatchObject([
        { open: false, bus_nack: null, 'line_door-closed': null, chip_vent: null, latched: null, rehearsed: null },
        { open: true, bus_nack: 1 },
      ]);
    }));

  it('asks a later process for the ports of the first, and is patient again after a good life', () =>
    withLink(async ({ clock, network }) => {
      network.ready();
      network.die();
      await clock.sleep(1500);
      expect(network.hellos.at(-1)).toMatchObject({ httpPort: 8080, mqttPort: 1883 });
      network.ready();
      await clock.sleep(31_000);
      network.die();
      await clock.sleep(1100);
      expect(network.hellos).toHaveLength(3);
    }));

  it('gives up when a port is refused at the first start, and says why', () =>
    withLink(async ({ clock, network, link }) => {
      network.say({ kind: 'failed', reason: 'port 1883 is in use' });
      network.die('exit code 0');
      expect(await link.ready).toEqual({ failed: 'port 1883 is in use' });
      await clock.sleep(120_000);
      expect(network.hellos).toHaveLength(1);
      link.state(status());
      link.event(runEvent());
    }));

  it('goes on trying when a port is refused later', () =>
    withLink(async ({ clock, network, reports }) => {
      network.ready();
      network.die();
      await clock.sleep(1500);
      network.say({ kind: 'failed', reason: 'port 1883 is in use' });
      network.die('exit code 0');
      await clock.sleep(2500);
      expect(network.hellos).toHaveLength(3);
      expect(reports).toContain('port 1883 is in use');
    }));

  it('shows the latest sample when it came too early on the wall', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      link.state(status());
      link.sample(sample({ elapsed_s: 1 }));
      link.sample(sample({ elapsed_s: 13 }));
      link.sample(sample({ elapsed_s: 25 }));
      await clock.sleep(200);
      const shown = network.told.flatMap((message) => (message.kind === 'sample' ? [message.payload.elapsed_s] : []));
      expect(shown).toEqual([1, 25]);
    }));

  it('shows the first of a second, live as late, though it waits for its time on the wall', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      link.state(status());
      link.sample(sample({ elapsed_s: 1 }));
      for (const elapsed_s of [13, 13.05, 25, 25.05, 25.1]) link.sample(sample({ elapsed_s }));
      await clock.sleep(200);
      link.sample(sample({ elapsed_s: 25.15 }));
      const shown = network.told.flatMap((message) => (message.kind === 'sample' ? [message.payload.elapsed_s] : []));
      expect(shown).toEqual([1, 25]);
    }));

  it('hands on commands, and reports what is not in the protocol', () =>
    withLink(async ({ network, link, reports }) => {
      const heard: Command[] = [];
      link.commands.subscribe((command) => heard.push(command));
      network.ready();
      network.say({ kind: 'command', command: { verb: 'stop', actor: 'console', id: 's1' } });
      network.raw({ kind: 'command', command: { verb: 'start', actor: 'console', id: 's2' } });
      network.raw('nonsense');
      expect(heard).toEqual([{ verb: 'stop', actor: 'console', id: 's1' }]);
      expect(reports).toHaveLength(2);
    }));

  it('lets the last messages out before it ends the process', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      link.state(status());
      link.sample(sample({ elapsed_s: 1 }));
      link.sample(sample({ elapsed_s: 99 }));
      const closed = link.close();
      expect(network.ended).toBe(0);
      expect(network.told.at(-1)?.payload).toMatchObject({ elapsed_s: 99 });
      network.ackAll();
      await closed;
      expect([network.ended, network.killed]).toEqual([1, 0]);
      expect(clock.now()).toBeLessThan(100);
    }));

  it('kills a process that does not end, within 5 s', () =>
    withLink(async ({ clock, network, link }) => {
      network.ready();
      link.state(status());
      await link.close();
      expect([network.ended, network.killed]).toEqual([1, 1]);
      expect(clock.now()).toBeLessThanOrEqual(5000);
    }, false));
});

describe('a network process that has gone mad', () => {
  const asked: ToControl = { kind: 'asked', via: 'built-in', actor: 'ann', retained: false, text: '{}' };

  it('is ended when it says too much, and started again; the flood goes no further', () =>
    withLink(async ({ clock, network, link, reports }) => {
      network.ready();
      let heard = 0;
      link.asked.subscribe(() => (heard += 1));
      for (let n = 0; n < 10_000; n++) network.say(asked);
      expect(network.killed).toBe(1);
      expect(heard).toBeLessThanOrEqual(1000);
      expect(reports.join()).toContain('more than 200 things a second');
      await clock.sleep(1000);
      expect(network.hellos).toHaveLength(2);
      network.ready();
      network.say(asked);
      expect(heard).toBeLessThanOrEqual(1001);
      expect(network.killed).toBe(1);
    }));

  it('is left alone while it acknowledges what it is told, however much that is', () =>
    withLink(async ({ network, link }) => {
      network.ready();
      link.state(status());
      for (let n = 0; n < 3000; n++) {
        link.event(runEvent());
        network.ackAll();
      }
      expect(network.killed).toBe(0);
      for (let n = 0; n < 1100; n++) network.say({ kind: 'ack', n: 1 });
      expect(network.killed).toBe(1);
    }));

  it('puts nothing on a terminal that would act on it', () =>
    withLink(async ({ network, reports }) => {
      network.ready();
      network.say({ kind: 'notice', text: 'broker \u001b[2J\u0007 is away\r\n' });
      expect(reports).toEqual(['broker ?[2J? is away??']);
    }));

  it('is not believed in names that are none', () =>
    withLink(async ({ network, link }) => {
      network.ready();
      let heard = 0;
      link.asked.subscribe(() => (heard += 1));
      network.raw({ ...asked, actor: 'ann\nroot' });
      network.raw({ ...asked, via: 'x\u001b[2J' });
      network.raw({ kind: 'turned-away', via: 'plant', actor: 'A B', reason: 'x', count: 1 });
      expect(heard).toBe(0);
    }));
});
