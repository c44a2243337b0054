/**
 * The plug-in for Home Assistant: tells it of the device, sums up the alarms, and repeats the bare numbers so often that a
 * number which nobody tells any more is seen to be old. Nothing is taken from Home Assistant here but its word that it began;
 * its STOP button speaks by the topic of the contract.
 */
import type { Publication } from '../publication.js';
import { PAYLOAD_VERSION, VALUE_NAMES, type AboutPayload, type AlarmPayload, type Topics } from '../topics.js';
import { publicationsOf } from '../publisher.js';
import type { Told } from '../wire.js';
import { discoveryTopic, STATUS_TOPIC, type DiscoveryMessage } from './discovery.js';
import { entitiesOf, EXPIRES_S } from './entities.js';
import type { Plugin } from './plugin.js';

/** Three chances before a number expires. */
const REPEAT_MS = (1000 * EXPIRES_S) / 3;
/** Alarms that speak of hydrogen where it must not be, or of too much of it; see the alarm list in docs/safety.md. */
const HYDROGEN: ReadonlySet<string> = new Set(['hydrogen-warn', 'hydrogen-trip', 'vent-hydrogen-high']);
const SEVERITIES = ['alarm', 'warning', 'advisory'] as const;

export interface HomeAssistantOptions {
  readonly topics: Topics;
  /** Of the reactor, in the topics. */
  readonly reactor: string;
  readonly bootId: string;
}

function retained(topic: string, payload: unknown): Publication {
  return { topic, payload: JSON.stringify(payload), retain: true, qos: 1 };
}

function deviceOf(reactor: string, { simulated, board, firmware, program, serial }: AboutPayload) {
  return {
    identifiers: [`galvanode_${reactor}`],
    name: simulated ? `SIMULATED reactor ${reactor}` : `Reactor ${reactor}`,
    manufacturer: 'galvanode',
    model: simulated ? 'simulated bench: no real cell behind these numbers' : 'electrochemical flow reactor',
    sw_version: firmware === null ? program : `${program}, firmware ${firmware}`,
    hw_version: board,
    ...(serial === null ? {} : { serial_number: serial }),
  };
}

/** Of those that are active and not shelved, the one to look at first: the most severe, and of these the first. */
function summaryOf(alarms: Iterable<AlarmPayload>) {
  const active = [...alarms].filter(({ state }) => state === 'active' || state === 'acknowledged');
  const of = (wanted: string): AlarmPayload[] => active.filter(({ severity }) => severity === wanted);
  const [first] = SEVERITIES.flatMap((severity) => of(severity).toSorted((a, b) => a.since_s - b.since_s));
  return {
    active: active.length,
    alarms: of('alarm').length,
    warnings: of('warning').length,
    advisories: of('advisory').length,
    hydrogen: active.some(({ id }) => HYDROGEN.has(id)),
    id: first?.id ?? null,
    text: first?.text ?? null,
    action: first?.action ?? null,
  };
}

/** Whoever says again and again that Home Assistant has begun gets some sixty messages no more often than this, ms. */
const GREET_MS = 2000;

class HomeAssistant implements Plugin {
  readonly name = 'home-assistant';
  readonly hears = [STATUS_TOPIC];
  private about: AboutPayload | null = null;
  private readonly alarms = new Map<string, AlarmPayload>();
  private readonly values = new Map<string, Publication>();
  private readonly valueTopics: ReadonlySet<string>;
  private readonly summaryTopic: string;
  private repeated_ms = -Infinity;
  private greeted_ms = -Infinity;
  /** Was asked for it again too soon. */
  private owesGreeting = false;
  private discovery = '';

  constructor(private readonly options: HomeAssistantOptions) {
    const { topics } = options;
    this.summaryTopic = topics.plugin(this.name);
    this.valueTopics = new Set(VALUE_NAMES.map((name) => topics.value(name)));
  }

  /** The device before what it shows. */
  *greeting(now_ms: number): Iterable<Publication> {
    if (this.about === null) return;
    this.greeted_ms = now_ms;
    this.owesGreeting = false;
    yield* this.device(this.about);
    yield this.summary();
    yield* this.repeat(now_ms);
  }

  *told(message: Told, now_ms: number): Iterable<Publication> {
    if (message.kind === 'about') yield* this.toldAbout(message.payload);
    if (message.kind === 'alarm') yield* this.toldAlarm(message.payload);
    if (message.kind === 'sample' || message.kind === 'values') {
      for (const one of publicationsOf(message, this.options.topics)) this.note(one);
      if (now_ms - this.repeated_ms >= REPEAT_MS) yield* this.repeat(now_ms);
    }
    if (this.owesGreeting && this.mayGreet(now_ms)) yield* this.greeting(now_ms);
  }

  *heard(_topic: string, payload: string, now_ms: number): Iterable<Publication> {
    if (payload !== 'online') return;
    this.owesGreeting = true;
    if (this.mayGreet(now_ms)) yield* this.greeting(now_ms);
  }

  private mayGreet(now_ms: number): boolean {
    return now_ms - this.greeted_ms >= GREET_MS;
  }

  private *toldAbout(about: AboutPayload): Iterable<Publication> {
    const first = this.about === null;
    this.about = about;
    const before = this.discovery;
    for (const publication of this.device(about)) if (publication.payload !== before) yield publication;
    if (first) yield this.summary();
  }

  private *toldAlarm(alarm: AlarmPayload): Iterable<Publication> {
    this.alarms.set(alarm.id, alarm);
    if (this.about !== null) yield this.summary();
  }

  private note(publication: Publication): void {
    if (!this.valueTopics.has(publication.topic)) return;
    if (publication.payload === '') this.values.delete(publication.topic);
    else this.values.set(publication.topic, publication);
  }

  private *device(about: AboutPayload): Iterable<Publication> {
    const { reactor, topics } = this.options;
    const device = `galvanode_${reactor}`;
    const message: DiscoveryMessage = {
      device: deviceOf(reactor, about),
      origin: { name: 'galvanode', sw_version: about.program },
      availability_topic: topics.availability,
      payload_available: 'online',
      payload_not_available: 'offline',
      qos: 1,
      components: entitiesOf({ topics, device, alarms: this.summaryTopic }),
    };
    const publication = retained(discoveryTopic(device), message);
    this.discovery = publication.payload;
    yield publication;
  }

  private summary(): Publication {
    const { bootId } = this.options;
    return retained(this.summaryTopic, { v: PAYLOAD_VERSION, bootId, ...summaryOf(this.alarms.values()) });
  }

  private *repeat(now_ms: number): Iterable<Publication> {
    this.repeated_ms = now_ms;
    yield* this.values.values();
  }
}

export function homeAssistant(options: HomeAssistantOptions): Plugin {
  return new HomeAssistant(options);
}
