/** The network process, real: forked, spoken to over MQTT and WebSocket, killed, stopped and ended. */
import { createServer, type AddressInfo } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RealClock } from '../src/model/real-clock.js';
import { telemetryLink, type TelemetryLink, type TelemetryOptions } from '../src/telemetry/link.js';
import { ALONE } from '../src/telemetry/settings.js';
import { topicsOf } from '../src/telemetry/topics.js';
import { alarm, runEvent, sample, status } from './telemetry/fixtures.js';

const topics = topicsOf('bench');
const clients: MqttClient[] = [];
const links: TelemetryLink[] = [];
const reports: string[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await Promise.all(links.splice(0).map((link) => link.close()));
  reports.length = 0;
});

function start(options: Partial<TelemetryOptions> = {}): TelemetryLink {
  const report = (text: string): void => void reports.push(text);
  return telemetryLink({ httpPort: 0, mqttPort: 0, wall: new RealClock(), report, ...options });
}

/** One that is closed after the test. */
function open(options: Partial<TelemetryOptions> = {}): TelemetryLink {
  const link = start(options);
  links.push(link);
  return link;
}

interface Ports {
  readonly http: number;
  readonly mqtt: number;
}

async function portsOf(link: TelemetryLink): Promise<Ports> {
  const ready = await link.ready;
  if ('failed' in ready || ready.httpPort === null || ready.mqttPort === null) throw new Error(JSON.stringify(ready));
  return { http: ready.httpPort, mqtt: ready.mqttPort };
}

/** Hears all topics of the reactor, from now on. */
class Ear {
  readonly heard: [topic: string, payload: string, retained: boolean][] = [];
  private readonly client: MqttClient;
  private readonly checks = new Set<() => void>();

  constructor(url: string) {
    this.client = mqtt.connect(url, {
      protocolVersion: 4,
      reconnectPeriod: 200,
      ...(url.startsWith('ws') ? { wsOptions: { origin: url.replace('ws', 'http').replace('/mqtt', '') } } : {}),
    });
    clients.push(this.client);
    this.client.on('error', () => undefined);
    this.client.on('connect', () => this.client.subscribe('galvanode/#'));
    this.client.on('message', (topic, payload, packet) => {
      this.heard.push([topic, payload.toString(), packet.retain]);
      for (const check of this.checks) check();
    });
  }

  /** Settles when something heard fits. */
  hears(fits: (topic: string, payload: string, retained: boolean) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.heard.some((one) => fits(...one))) return;
        this.checks.delete(check);
        resolve();
      };
      this.checks.add(check);
      check();
    });
  }

  say(topic: string, payload: string): void {
    this.client.publish(topic, payload, { qos: 0 });
  }
}

function tellAll(link: TelemetryLink): void {
  link.state(status());
  link.alarm(alarm());
  link.prompt({ id: 'p', text: 'weigh 1a' });
  link.sample(sample());
}

const LATER_READER = [
  topics.availability,
  topics.state,
  topics.alarm('band-warn'),
  topics.prompt,
  topics.value('voltage_V'),
];

describe('network process that lives on', () => {
  let link: TelemetryLink;
  let ports: Ports;

  beforeAll(async () => {
    link = start();
    ports = await portsOf(link);
  });

  afterAll(() => link.close());

  it('gives the whole present state to a reader that comes later, over TCP and over the page’s socket', async () => {
    tellAll(link);
    const early = new Ear(`mqtt://127.0.0.1:${ports.mqtt}`);
    await early.hears((topic) => topic === topics.value('eta_s'));
    for (const url of [`mqtt://127.0.0.1:${ports.mqtt}`, `ws://127.0.0.1:${ports.http}/mqtt`]) {
      const late = new Ear(url);
      for (const topic of LATER_READER) await late.hears((heard, _payload, retained) => retained && heard === topic);
    }
  });

  it('brings a stop to the control process, and a flood of them as a few', async () => {
    let stops = 0;
    link.commands.subscribe(() => (stops += 1));
    const first = firstValueFrom(link.commands);
    const ear = new Ear(`mqtt://127.0.0.1:${ports.mqtt}`);
    await ear.hears((topic) => topic === topics.availability);
    for (let i = 0; i < 2000; i++) ear.say(topics.stop('console'), 'stop');
    expect(await first).toMatchObject({ verb: 'stop', actor: 'console' });
    link.event(runEvent({ text: 'after the flood' }));
    await ear.hears((_topic, payload) => payload.includes('after the flood'));
    expect(stops).toBeLessThan(50);
  });

  it('costs bounded memory while it is stopped, and has the latest when it goes on', async () => {
    const ear = new Ear(`mqtt://127.0.0.1:${ports.mqtt}`);
    await ear.hears((topic) => topic === topics.availability);
    const pid = link.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    for (let i = 1; i <= 20_000; i++) {
      link.state(status({ step: i }));
      link.event(runEvent({ text: `event ${i}` }));
      link.alarm(alarm({ since_s: i }));
    }
    expect(link.held).toBeLessThanOrEqual(16 + 256 + 4);
    expect(link.dropped).toBeGreaterThan(19_000);
    process.kill(pid, 'SIGCONT');
    await ear.hears((topic, payload) => topic === topics.state && payload.includes('"step":20000,'));
    await ear.hears((topic, payload) => topic === topics.event && payload.includes('event 20000'));
    expect(link.pid).toBe(pid);
  });

  it('is started again after kill -9, on the same ports, and tells the state again', async () => {
    tellAll(link);
    const killed = link.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    link.state(status({ state: 'held' }));
    const ear = new Ear(`mqtt://127.0.0.1:${ports.mqtt}`);
    await ear.hears((topic, payload) => topic === topics.state && payload.includes('"held"'));
    await ear.hears((topic) => topic === topics.alarm('band-warn'));
    expect(link.pid).not.toBe(killed);
    expect(reports.join('\n')).toContain('SIGKILL');
  });
});

describe('network process', () => {
  it('says all that it cannot open and what to do, and the link goes on without', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const tls = { cert: '/nowhere/cert.pem', key: '/nowhere/key.pem' };
    const link = open({ mqttPort: port, network: { ...ALONE, broker: { listen: '0.0.0.0:0', tls } } });
    const ready = await link.ready;
    expect(ready).toEqual({ failed: expect.stringContaining(`port ${port} of the broker is in use`) });
    expect(JSON.stringify(ready)).toContain('--broker off');
    expect(JSON.stringify(ready)).toContain('/nowhere/key.pem cannot be read: there is no such file');
    tellAll(link);
    other.close();
  });

  it('says offline and ends when the control process is gone', async () => {
    const link = open();
    const ports = await portsOf(link);
    tellAll(link);
    const ear = new Ear(`mqtt://127.0.0.1:${ports.mqtt}`);
    await ear.hears((topic) => topic === topics.state);
    const pid = link.pid ?? 0;
    await link.close();
    await ear.hears((topic, payload) => topic === topics.availability && payload === 'offline');
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it('opens no port that is switched off', async () => {
    const link = open({ httpPort: 'off', mqttPort: 'off' });
    expect(await link.ready).toEqual({ httpPort: null, mqttPort: null });
  });
});
