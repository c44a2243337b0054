/**
 * What lies behind a preloaded bus when a test wants to say what happens on the wire: a server of the live bench's
 * protocol that answers each transfer as it is told, and remembers what it saw and what overlapped.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Reply, Transfer } from '../../src/bus/i2c.js';
import { decodeRequest, encodeAnswer, FrameCutter } from '../../src/bus/socket-protocol.js';

export type OnTheWire = (transfer: Transfer) => Reply | Promise<Reply>;

export class ScriptedAdapter {
  readonly seen: Transfer[] = [];
  /** Most transfers that were on the wire at one time. */
  overlap = 0;
  private underWay = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(public answer: OnTheWire) {
    this.server = createServer((socket) => this.welcome(socket));
  }

  static async listen(path: string, answer: OnTheWire): Promise<ScriptedAdapter> {
    const adapter = new ScriptedAdapter(answer);
    adapter.server.listen(path);
    await once(adapter.server, 'listening');
    return adapter;
  }

  /** Connections that are open: one for each descriptor of the bus's users. */
  get connections(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private welcome(socket: Socket): void {
    this.sockets.add(socket);
    const cutter = new FrameCutter();
    socket.on('data', (chunk) => {
      for (const frame of cutter.push(chunk)) {
        const request = decodeRequest(frame);
        if (request.kind !== 'batch') throw new Error(`a bus does not ask ${request.kind}`);
        void this.serve(socket, frame.id, request.transfers);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }

  private async serve(socket: Socket, id: number, transfers: readonly Transfer[]): Promise<void> {
    const replies: Reply[] = [];
    for (const transfer of transfers) {
      this.seen.push(transfer);
      this.underWay++;
      this.overlap = Math.max(this.overlap, this.underWay);
      replies.push(await this.answer(transfer));
      this.underWay--;
    }
    if (socket.writable) socket.write(encodeAnswer(id, { kind: 'replies', replies }));
  }
}

/** Every byte read is the address, so that an answer from another one shows. */
export const addressEcho: OnTheWire = ({ address, read }) => new Uint8Array(read ?? 0).fill(address);
