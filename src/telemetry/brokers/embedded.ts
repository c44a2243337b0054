/**
 * The built-in MQTT 3.1.1 broker. Owns aedes, its door on loopback, the encrypted door beyond it, and the knowledge of who
 * stands at which. What a guest may say is judged in admission.ts; what is published, it must not know.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client, type ConnectPacket } from 'aedes';
import type { Clock, Timer } from '../../model/clock.js';
import { Allowance } from '../allowance.js';
import type { Outlet, Publication } from '../publication.js';
import { isId, type Topics } from '../topics.js';
import {
  ANONYMOUS,
  judgePublication,
  mayHear,
  mayLeaveAsWill,
  type Guest,
  type Said,
  type Verdict,
} from './admission.js';
import { MeteredStream } from './metered.js';
import { paceStanding } from './paced-standing.js';
import { Places } from './places.js';
import type { Seat } from './seats.js';
import { Turnstile } from './turnstile.js';

export const LOOPBACK = '127.0.0.1';
/**
 * aedes holds back all others for a reader who reads no more (60 s by default, measured 11.9 s of silence in a 12 s test).
 * MeteredStream ends such a reader first; this is for whatever it may miss, ms.
 */
const DRAIN_MS = 2000;
const CONNECT_MS = 10_000;
/** Behind `Seats`, which see to it that nobody is shut out. */
const MOST_CONNECTIONS = 256;
const LONGEST_CLIENT_ID = 128;
/** Publications of QoS 2 that one client may begin and not end; each may have 64 kB. */
const MOST_HALF_OPEN = 8;
/** Filters of one client, and the longest; our topics are shorter than 100 characters. */
const MOST_FILTERS = 256;
const LONGEST_FILTER = 256;
/** Filters at once and one after another. One with a wildcard brings up to the whole present state, and counts more. */
const FILTER_BURST = 256;
const FILTER_RATE_Hz = 10;
const WILD_COST = 10;
/** How soon a user who was taken away is cut off, ms. */
const LOOK_MS = 1000;

export interface Command {
  readonly actor: string;
  readonly payload: Buffer;
}

export interface EmbeddedOptions {
  readonly topics: Topics;
  readonly clock: Clock;
  /** Called at the door: a stop does not queue behind deliveries to slow readers. With any payload. */
  readonly stop: (actor: string) => void;
  /** Of a user, not retained, not too large. Absent: none is taken. */
  readonly command?: (command: Command) => void;
  /** What was asked for and not given, for the audit. */
  readonly refused?: (actor: string, topic: string, reason: string) => void;
  /** The role of a user whose password is right, or null. Absent: nobody has a name here. */
  readonly verify?: (name: string, password: string) => Promise<string | null>;
  /** Changes whenever a user's role or password does; null: is known no more. Whose mark is another one is cut off. */
  readonly markOf?: (name: string) => string | null;
  /** Where passwords are tried; one for all doors of a process, so that none is a way around. */
  readonly turnstile?: Turnstile;
}

export interface OuterDoor {
  readonly host: string;
  readonly port: number;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** Clients must show a certificate that this one signed. */
  readonly ca?: Buffer | undefined;
}

export interface EmbeddedBroker extends Outlet {
  /** Serves MQTT on a byte stream from this machine: a WebSocket of the page, for one, of whom its session says he is. */
  readonly serve: (stream: Duplex, guest?: Guest) => void;
  /** Opens the TCP port on loopback and gives its number (0 asks for any free one). Rejects with the system's error. */
  listen(port: number): Promise<number>;
  /** Opens the encrypted door, where nobody is without a name. Rejects with the system's error. */
  listenBeyond(door: OuterDoor): Promise<number>;
}

interface Entrance {
  /** Beyond loopback everybody has a name. */
  readonly named: boolean;
  /** Whose trials of passwords are counted together. */
  readonly address: string;
  readonly seat: Seat;
  /** Who has shown already who he is; a name of his own in the packet would be another one's. */
  readonly known?: Guest | undefined;
}

/** Return codes of CONNACK, MQTT 3.1.1 table 3.1. */
const CODES = { identifier: 2, busy: 3, password: 4, forbidden: 5 } as const;

function turnedAway(returnCode: (typeof CODES)[keyof typeof CODES], message: string): AuthenticateError {
  // its type wants a member of an enumeration that exists in the declarations only
  const refusal: Error = Object.assign(new Error(message), { returnCode });
  return refusal as AuthenticateError;
}

function said({ topic, retain, payload }: AskedPacket): Said {
  return { topic, retain: retain === true, bytes: Buffer.byteLength(payload ?? '') };
}

interface AskedPacket {
  readonly topic: string;
  readonly retain?: boolean;
  readonly payload?: string | Buffer;
}

/** What aedes asks, answered. */
class Doorkeeper {
  private readonly entrances = new WeakMap<object, Entrance>();
  private readonly guests = new WeakMap<Client, Guest>();
  private readonly filters = new WeakMap<Client, { readonly allowance: Allowance; readonly held: Set<string> }>();
  private readonly turnstile: Turnstile;
  /** Those with a name, by the mark with which they came in. */
  private readonly marks = new Map<Client, { readonly name: string; readonly mark: string | null }>();
  private looking: Timer | undefined;

  constructor(private readonly options: EmbeddedOptions) {
    this.turnstile = options.turnstile ?? new Turnstile(options.clock);
  }

  leave(client: Client): void {
    this.marks.delete(client);
  }

  close(): void {
    this.looking?.cancel();
    this.marks.clear();
  }

  private watch(client: Client, name: string, mark: string | null): void {
    this.marks.set(client, { name, mark });
    this.looking ??= this.options.clock.after(LOOK_MS, () => this.lookAgain());
  }

  /** Rights are given at the door: with others, or none, one has to come in again. */
  private lookAgain(): void {
    this.looking = undefined;
    for (const [client, { name, mark }] of this.marks) {
      if (this.options.markOf?.(name) === mark) continue;
      this.marks.delete(client);
      client.close();
    }
    if (this.marks.size > 0) this.looking = this.options.clock.after(LOOK_MS, () => this.lookAgain());
  }

  cameBy(stream: object, entrance: Entrance): void {
    this.entrances.set(stream, entrance);
  }

  /** null: may go on to show who it is. */
  look(packet: ConnectPacket): Error | null {
    // A persistent session would collect every message for a client that never comes back.
    packet.clean = true;
    const { username, will, clientId } = packet;
    if (clientId.length > LONGEST_CLIENT_ID) return new Error('the client identifier is too long');
    if (username !== undefined && username !== '' && !isId(username)) return new Error('that is no name of a user');
    if (will && !mayLeaveAsWill(username, said(will), this.options.topics))
      return new Error('that may not be a last will');
    // Two clients of one identifier cannot both stay. With the user in it nobody takes the place of another user: the
    // sign between them is in no name.
    if (clientId !== '') packet.clientId = `${username ?? ''}/${clientId}`;
    return null;
  }

  async admit(
    client: Client,
    name: string | undefined,
    password: Buffer | undefined,
  ): Promise<AuthenticateError | null> {
    const entrance = this.entrances.get(client.conn);
    if (entrance === undefined) return turnedAway(CODES.forbidden, 'came by no door');
    const known = entrance.known?.user ?? null;
    if (known !== null && (name === undefined || name === '')) return this.admitKnown(client, known, entrance);
    if (name === undefined || name === '') {
      if (entrance.named) return turnedAway(CODES.forbidden, 'beyond loopback nobody is without a name');
      this.guests.set(client, ANONYMOUS);
      entrance.seat.admitted(null);
      return null;
    }
    const { verify, markOf } = this.options;
    if (verify === undefined) return turnedAway(CODES.password, 'there are no users here');
    const trial = (): Promise<string | null> => verify(name, password?.toString('utf8') ?? '');
    const mark = markOf?.(name) ?? null;
    entrance.seat.trying();
    const passage = await this.turnstile.pass(entrance.address, name, trial);
    if (passage.kind === 'busy') return turnedAway(CODES.busy, 'another trial of a password is under way');
    if (passage.kind !== 'passed') return turnedAway(CODES.password, 'wrong user name or password');
    this.guests.set(client, { user: name, role: passage.value });
    entrance.seat.admitted(name);
    if (markOf !== undefined) this.watch(client, name, mark);
    return null;
  }

  private admitKnown(client: Client, user: string, { known, seat }: Entrance): null {
    this.guests.set(client, { user, role: known?.role ?? null });
    seat.admitted(user);
    const { markOf } = this.options;
    if (markOf !== undefined) this.watch(client, user, markOf(user));
    return null;
  }

  /** null: the publication goes on to whoever may hear it. */
  take(client: Client | null, packet: AskedPacket): Error | null {
    const guest = client === null ? undefined : this.guests.get(client);
    if (guest === undefined) return new Error('nobody may publish for a client that is gone');
    const verdict = judgePublication(guest, said(packet), this.options.topics);
    return this.obey(verdict, packet);
  }

  /** `false`: asks for too much, and has to go. null: this one is not given. */
  grant<S extends { readonly topic: string }>(client: Client, filter: S): S | null | false {
    const now_ms = this.options.clock.now();
    const asked = this.filters.get(client) ?? {
      allowance: new Allowance(FILTER_BURST, FILTER_RATE_Hz, now_ms),
      held: new Set<string>(),
    };
    this.filters.set(client, asked);
    const { allowance, held } = asked;
    const cost = /[+#]/.test(filter.topic) ? WILD_COST : 1;
    if (!allowance.has(now_ms, cost)) return false;
    allowance.take(cost);
    if (!(filter.topic.length <= LONGEST_FILTER && held.size < MOST_FILTERS)) return null;
    held.add(filter.topic);
    return filter;
  }

  takesBack(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.filters.get(client)?.held.delete(filter);
  }

  hears(client: Client, packet: AedesPublishPacket): boolean {
    return mayHear(this.guests.get(client) ?? ANONYMOUS, packet.topic, this.options.topics);
  }

  private obey(verdict: Verdict, { topic, payload }: AskedPacket): Error | null {
    const { stop, command, refused } = this.options;
    switch (verdict.kind) {
      case 'stop':
        stop(verdict.actor);
        return null;
      case 'command':
        if (command === undefined) return new Error('commands are not taken here');
        command({ actor: verdict.actor, payload: Buffer.from(payload ?? '') });
        return null;
      case 'refused':
        refused?.(verdict.actor, topic, verdict.reason);
        return new Error(verdict.reason);
    }
  }
}

async function openAedes(keeper: Doorkeeper, clock: Clock): Promise<Aedes> {
  const aedes = await Aedes.createBroker({
    drainTimeout: DRAIN_MS,
    connectTimeout: CONNECT_MS,
    maxClientsIdLength: 2 * LONGEST_CLIENT_ID,
    maxInflightInbound: MOST_HALF_OPEN,
    preConnect: (_client, packet, done) => {
      const refused = keeper.look(packet);
      done(refused, refused === null);
    },
    authenticate: (client, name, password, done) => {
      void keeper.admit(client, name, password).then((refused) => done(refused, refused === null));
    },
    authorizePublish: (client, packet, done) => done(keeper.take(client, packet)),
    authorizeSubscribe: (client, filter, done) => {
      const granted = keeper.grant(client, filter);
      done(granted === false ? new Error('too many filters at once') : null, granted === false ? null : granted);
    },
    authorizeForward: (client, packet) => (keeper.hears(client, packet) ? packet : null),
  });
  paceStanding(Reflect.get(aedes, 'persistence'), clock);
  // A client that breaks the protocol is disconnected by aedes, which is all that is to be done about it.
  const disconnected = (_client: Client, _error: Error): void => undefined;
  aedes.on('clientError', disconnected);
  aedes.on('unsubscribe', (filters, client) => keeper.takesBack(client, filters));
  aedes.on('clientDisconnect', (client) => keeper.leave(client));
  aedes.on('connectionError', disconnected);
  return aedes;
}

function listenOn(server: Server, port: number, host: string): Promise<number> {
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function tlsServer({ cert, key, ca }: OuterDoor, serve: (socket: Socket) => void): Server {
  const asked = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  const options = { cert, key, ...asked, minVersion: 'TLSv1.2', handshakeTimeout: CONNECT_MS } as const;
  const server = createTlsServer(options, serve);
  // A stranger who cannot shake hands is gone already.
  server.on('tlsClientError', () => undefined);
  return server;
}

export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedBroker> {
  const keeper = new Doorkeeper(options);
  const aedes = await openAedes(keeper, options.clock);
  const servers: Server[] = [];
  const places = new Places();
  const admit = (stream: Duplex, entrance: Entrance): void => {
    const metered = new MeteredStream(stream, options.clock);
    keeper.cameBy(metered, entrance);
    aedes.handle(metered);
  };
  const opened = (server: Server, port: number, host: string): Promise<number> => {
    servers.push(server);
    places.attend(server);
    return listenOn(server, port, host);
  };
  return {
    serve: (stream, known) =>
      admit(stream, { named: false, address: LOOPBACK, seat: places.seatFor(stream, LOOPBACK), known }),
    listen: (port) => {
      const serve = (socket: Socket): void =>
        admit(socket, { named: false, address: LOOPBACK, seat: places.seatOf(socket) });
      const server = createServer();
      const listening = opened(server, port, LOOPBACK);
      server.on('connection', serve); // after its seat was taken
      return listening;
    },
    listenBeyond: async (door) => {
      const serveNamed = (socket: Socket): void =>
        admit(socket, { named: true, address: socket.remoteAddress ?? '', seat: places.seatOf(socket) });
      return opened(tlsServer(door, serveNamed), door.port, door.host);
    },
    publish: ({ topic, payload, retain, qos }: Publication) =>
      new Promise((resolve) => {
        // The broker fails a publication only for clients that are gone; the retained copy is stored first.
        aedes.publish({ cmd: 'publish', topic, payload, retain, qos, dup: false }, () => resolve());
      }),
    close: () =>
      new Promise((resolve) => {
        keeper.close();
        for (const server of servers) server.close();
        aedes.close(() => resolve());
      }),
  };
}
