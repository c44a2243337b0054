/**
 * What the control process and the network process say to each other over the IPC channel. Validated at both ends: the
 * network process faces the network, and what comes out of it is not trusted further than these few shapes.
 */
import * as z from 'zod';
import {
  alarmPayload,
  eventPayload,
  isId,
  procedurePayload,
  promptPayload,
  recordHeadPayload,
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
  /** URL of an outside broker to publish to as well, or null. */
  uplink: z.string().nullable(),
});
export type Hello = z.infer<typeof hello>;

const n = z.int().positive();

/** `n` counts the messages since this network process began; its acknowledgement frees the place in the window. */
export const told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), n, payload: statePayload }),
  z.object({ kind: z.literal('sample'), n, payload: samplePayload }),
  z.object({ kind: z.literal('alarm'), n, payload: alarmPayload }),
  z.object({ kind: z.literal('event'), n, payload: eventPayload }),
  z.object({ kind: z.literal('prompt'), n, payload: promptPayload }),
  z.object({ kind: z.literal('procedure'), n, payload: procedurePayload }),
  z.object({ kind: z.literal('head'), n, payload: recordHeadPayload }),
]);
export type Told = z.infer<typeof told>;

type Unnumbered<M> = M extends { readonly n: number } ? Omit<M, 'n'> : never;
/** A message that has no place in the window yet. */
export type News = Unnumbered<Told>;

export const toNetwork = z.union([hello, told]);

export const command = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('stop'), actor: z.string().refine(isId), id: z.string().max(64) }),
]);
/** Asked by somebody on the network. `actor` is who the broker says it is; `id` names this asking in the journal. */
export type Command = z.infer<typeof command>;

export const toControl = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), httpPort: port, mqttPort: port }),
  z.object({ kind: z.literal('failed'), reason: z.string().max(2000) }),
  /** All messages up to `n` are out. */
  z.object({ kind: z.literal('ack'), n }),
  z.object({ kind: z.literal('command'), command }),
  z.object({ kind: z.literal('notice'), text: z.string().max(2000) }),
]);
export type ToControl = z.infer<typeof toControl>;
