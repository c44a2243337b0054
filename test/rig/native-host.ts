/**
 * The process in which the real i2c-bus runs on the preloaded bus: NativeBus, or the addon alone, at the command of the
 * test over IPC. The other side is native-remote.ts.
 */
import i2c from 'i2c-bus';
import { BusFault, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { type BusCounts, NativeBus } from '../../src/bus/native-bus.js';
import { RealClock } from '../../src/model/real-clock.js';

export interface OpenOptions {
  readonly bus: number;
  readonly rate_Hz: number;
  readonly addresses: readonly number[];
  readonly slack_ms?: number;
}

export type HostRequest =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | { readonly kind: 'batch'; readonly transfers: readonly Transfer[] }
  | { readonly kind: 'counts' }
  | { readonly kind: 'close' }
  /** The addon alone: a read of one byte in each of so many turns of the event loop, the first ones before it is ready. */
  | { readonly kind: 'raw-turns'; readonly address: number; readonly turns: number }
  /** The addon alone: one access that is refused, and the same again. */
  | { readonly kind: 'raw-twice'; readonly address: number }
  /** Round trips of one transfer, ms each. */
  | { readonly kind: 'time'; readonly transfer: Transfer; readonly count: number };

/** A reply as it goes over IPC. */
export type SentReply =
  | { readonly bytes: Uint8Array }
  | { readonly reason: BusFault['reason']; readonly address: number; readonly words: string };

export type HostAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'replies'; readonly replies: readonly SentReply[] }
  | { readonly kind: 'counts'; readonly counts: BusCounts }
  | { readonly kind: 'outcomes'; readonly outcomes: readonly string[] }
  | { readonly kind: 'times'; readonly times_ms: readonly number[] }
  | { readonly kind: 'fault'; readonly fault: SentReply };

const clock = new RealClock();
let bus: NativeBus | undefined;

function opened(): NativeBus {
  if (bus === undefined) throw new Error('the bus is not open');
  return bus;
}

const sent = (reply: Reply): SentReply =>
  reply instanceof BusFault
    ? { reason: reply.reason, address: reply.address, words: reply.message }
    : { bytes: Uint8Array.from(reply) };

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => String(value),
    (error: unknown) => `errno ${String((error as NodeJS.ErrnoException).errno)}`,
  );

async function rawTurns(address: number, turns: number): Promise<string[]> {
  const raw = await i2c.openPromisified(1);
  const reads: Promise<string>[] = [];
  for (let turn = 0; turn < turns; turn++) {
    reads.push(outcome(raw.readByte(address, turn & 0xff)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const outcomes = await Promise.all(reads);
  await raw.close();
  return outcomes;
}

async function rawTwice(address: number): Promise<string[]> {
  const raw = await i2c.openPromisified(1);
  const outcomes = [await outcome(raw.writeByte(address, 1, 2)), await outcome(raw.writeByte(address, 1, 2))];
  await raw.close();
  return outcomes;
}

async function times_ms(transfer: Transfer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = clock.now();
    await opened().transfer(transfer);
    times.push(clock.now() - begin);
  }
  return times;
}

async function answer(request: HostRequest): Promise<HostAnswer> {
  switch (request.kind) {
    case 'open':
      bus = await NativeBus.open({ ...request.options, clock });
      return { kind: 'done' };
    case 'batch':
      return { kind: 'replies', replies: (await opened().batch(request.transfers)).map(sent) };
    case 'counts':
      return { kind: 'counts', counts: opened().counts };
    case 'close':
      await opened().close();
      return { kind: 'done' };
    case 'raw-turns':
      return { kind: 'outcomes', outcomes: await rawTurns(request.address, request.turns) };
    case 'raw-twice':
      return { kind: 'outcomes', outcomes: await rawTwice(request.address) };
    case 'time':
      return { kind: 'times', times_ms: await times_ms(request.transfer, request.count) };
  }
}

process.on('message', (message) => {
  const { id, request } = message as { id: number; request: HostRequest };
  const reply = (answer: HostAnswer): void => void process.send?.({ id, answer });
  answer(request).then(reply, (error: unknown) => {
    if (!(error instanceof BusFault)) throw error;
    reply({ kind: 'fault', fault: sent(error) });
  });
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
