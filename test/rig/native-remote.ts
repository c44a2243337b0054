/** NativeBus in a process of its own behind the preloaded bus, as a bus of this process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BusFault, type I2cBus, type Reply, type Transfer } from '../../src/bus/i2c.js';
import type { BusCounts } from '../../src/bus/native-bus.js';
import type { HostAnswer, HostRequest, OpenOptions, SentReply } from './native-host.js';

export interface RemoteOptions {
  /** The compiled library. */
  readonly shim: string;
  /** What lies behind /dev/i2c-1. */
  readonly socket: string;
  /** Further variables of the preloaded bus. */
  readonly variables?: Readonly<Record<string, string>>;
}

const received = (reply: SentReply): Reply =>
  'bytes' in reply
    ? Uint8Array.from(reply.bytes)
    : new BusFault(reply.reason, reply.address, reply.words.replace(/^I2C 0x[0-9a-f]+: /, ''));

export class NativeRemote implements I2cBus {
  private readonly waiting = new Map<number, (answer: HostAnswer) => void>();
  private nextId = 1;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => {
      const { id, answer } = message as { id: number; answer: HostAnswer };
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    });
  }

  static async start({ shim, socket, variables }: RemoteOptions): Promise<NativeRemote> {
    const child = fork(fileURLToPath(new URL('./native-host.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ...variables, LD_PRELOAD: shim, GALVANODE_I2C: `1=${socket}` },
      serialization: 'advanced',
    });
    await once(child, 'message');
    return new NativeRemote(child);
  }

  /** Opens the bus in the process; rejects with the BusFault that NativeBus.open rejects with. */
  async open(options: Partial<OpenOptions> = {}): Promise<void> {
    await this.ask({ kind: 'open', options: { bus: 1, rate_Hz: 100_000, addresses: [], ...options } });
  }

  async batch(transfers: readonly Transfer[]): Promise<Reply[]> {
    const answer = await this.ask({ kind: 'batch', transfers });
    return answer.kind === 'replies' ? answer.replies.map(received) : wrong(answer);
  }

  async transfer(transfer: Transfer): Promise<Uint8Array> {
    const [reply] = await this.batch([transfer]);
    if (reply instanceof Uint8Array) return reply;
    throw reply ?? new BusFault('protocol', transfer.address, 'no reply');
  }

  async counts(): Promise<BusCounts> {
    const answer = await this.ask({ kind: 'counts' });
    return answer.kind === 'counts' ? answer.counts : wrong(answer);
  }

  async raw(request: HostRequest & { readonly kind: 'raw-turns' | 'raw-twice' }): Promise<readonly string[]> {
    const answer = await this.ask(request);
    return answer.kind === 'outcomes' ? answer.outcomes : wrong(answer);
  }

  async times_ms(transfer: Transfer, count: number): Promise<readonly number[]> {
    const answer = await this.ask({ kind: 'time', transfer, count });
    return answer.kind === 'times' ? answer.times_ms : wrong(answer);
  }

  async close(): Promise<void> {
    await this.ask({ kind: 'close' });
  }

  /** Ends the process. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private async ask(request: HostRequest): Promise<HostAnswer> {
    const id = this.nextId++;
    let ended: (code: number | null) => void = () => undefined;
    const answered = new Promise<HostAnswer>((resolve, reject) => {
      ended = (code) => reject(new Error(`the native process ended with code ${code}`));
      this.waiting.set(id, resolve);
      this.child.once('exit', ended);
      this.child.send({ id, request });
    });
    const answer = await answered.finally(() => this.child.off('exit', ended));
    if (answer.kind !== 'fault') return answer;
    const fault = received(answer.fault);
    throw fault instanceof BusFault ? fault : new Error('a fault without a reason');
  }
}

function wrong(answer: HostAnswer): never {
  throw new Error(`answered by ${answer.kind}`);
}
