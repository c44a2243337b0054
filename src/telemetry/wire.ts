/**
 * What the control process and the network process say to each other over the IPC channel. Validated at both ends: the
 * network process faces the network, and what comes out of it is not trusted further than these few shapes.
 */
import * as z from 'zod';
import { boardShown } from '../model/board-shown.js';
import { CHANNELS } from '../model/sample.js';
import { networkSettings } from './settings.js';
import {
  aboutPayload,
  benchPayload,
  alarmPayload,
  eventPayload,
  isId,
  LONGEST_COMMAND_BYTES,
  procedurePayload,
  promptPayload,
  recordHeadPayload,
  replyPayload,
  samplePayload,
  statePayload,
} from './topics.js';

const port = z.int().min(0).max(65535).nullable();

export const hello = z.object({
  kind: z.literal('hello'),
  reactor: z.string().refine(isId),
  bootId: z.string(),
  /** Port of the page on loopback; 0: any free one; null: no page. */
  httpPort: port,
  /** Port of the broker on loopback; 0: any free one; null: no broker port. */
  mqttPort: port,
  /** Doors, users and outside brokers beyond loopback. */
  network: networkSettings,
  /** Where the record lies, to be read; null or absent: nothing is recorded. */
  record: z.object({ dataDir: z.string(), spareDir: z.string() }).nullable().optional(),
  /** What is driven, as it is shown; null or absent: not said. */
  board: boardShown.nullable().optional(),
});
export type Hello = z.infer<typeof hello>;

const n = z.int().positive();
const idleValues = z.record(z.enum(CHANNELS), z.number().nullable());

/** `n` counts the messages since this network process began; its acknowledgement frees the place in the window. */
export const told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), n, payload: statePayload }),
  z.object({ kind: z.literal('sample'), n, payload: samplePayload }),
  z.object({ kind: z.literal('alarm'), n, payload: alarmPayload }),
  /** `recorded`: it was given to the record of its run too. */
  z.object({ kind: z.literal('event'), n, payload: eventPayload, recorded: z.boolean().optional() }),
  z.object({ kind: z.literal('prompt'), n, payload: promptPayload }),
  z.object({ kind: z.literal('procedure'), n, payload: procedurePayload }),
  z.object({ kind: z.literal('head'), n, payload: recordHeadPayload }),
  z.object({ kind: z.literal('about'), n, payload: aboutPayload }),
  z.object({ kind: z.literal('bench'), n, payload: benchPayload }),
  /** Of the channels while nothing runs; null is taken back. */
  z.object({ kind: z.literal('values'), n, payload: idleValues }),
]);
export type Told = z.infer<typeof told>;

type Unnumbered<M> = M extends { readonly n: number } ? Omit<M, 'n'> : never;
/** A message that has no place in the window yet. */
export type News = Unnumbered<Told>;

/** An answer to somebody who asked over the broker `via`; it takes no place in the window, and nobody holds it. */
export const reply = z.object({
  kind: z.literal('reply'),
  via: z.string().max(64),
  actor: z.string().refine(isId),
  payload: replyPayload,
});
export type Reply = z.infer<typeof reply>;

export const toNetwork = z.union([hello, told, reply]);

export const command = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('stop'),
    actor: z.string().refine(isId),
    id: z.string().max(64),
    /** Broker over which it came. */
    via: z.string().refine(isId).optional(),
  }),
]);
/** Asked by somebody on the network. `actor` is who the broker says it is; `id` names this asking in the journal. */
export type Command = z.infer<typeof command>;

export const toControl = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), httpPort: port, mqttPort: port }),
  z.object({ kind: z.literal('failed'), reason: z.string().max(2000) }),
  /** All messages up to `n` are out. */
  z.object({ kind: z.literal('ack'), n }),
  z.object({ kind: z.literal('command'), command }),
  /** Everything but a bare stop: whether it is carried out is judged by the control process. */
  z.object({
    kind: z.literal('asked'),
    via: z.string().refine(isId),
    actor: z.string().refine(isId),
    retained: z.boolean(),
    text: z.string().max(LONGEST_COMMAND_BYTES),
  }),
  /** So many were turned away at the door; each of them would be a message too many. */
  z.object({
    kind: z.literal('turned-away'),
    via: z.string().refine(isId),
    actor: z.string().refine(isId),
    reason: z.string().max(300),
    count: z.int().positive(),
  }),
  z.object({ kind: z.literal('notice'), text: z.string().max(2000) }),
  /** Doors beyond loopback through which somebody without a name got in just now. */
  z.object({ kind: z.literal('doors'), open: z.array(z.string().max(500)).max(100) }),
]);
export type ToControl = z.infer<typeof toControl>;
/** What somebody on the network asked, or was not let through to ask. */
export type AtTheDoor = Extract<ToControl, { kind: 'asked' | 'turned-away' }>;
