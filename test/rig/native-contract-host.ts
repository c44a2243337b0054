/**
 * The process in which an emulated board's transfers go through the real i2c-bus: NativeBus and the addon on the
 * preloaded bus, and the socket behind that bus. Takes transfers from one pipe, has NativeBus make them, and hands what
 * then arrives behind /dev/i2c-1 to the process that has the board. Knows no board and no frame of it; the other side is
 * native-contract-board.ts.
 *
 *     native-contract-host.ts <socket>    3<what comes  4>what goes: frames of src/bus/socket-protocol.ts
 *
 * What comes is a batch to be made, or the replies of the board; what goes is the replies of NativeBus, or a batch that
 * waits for the board. The first frame that goes says that the bus is open.
 */
import { writeSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { NativeBus } from '../../src/bus/native-bus.js';
import { DEVICE } from '../../src/bus/protocol.gen.js';
import {
  type Answer,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type Frame,
  FrameCutter,
  type Request,
} from '../../src/bus/socket-protocol.js';
import { RealClock } from '../../src/model/real-clock.js';

/** An emulated board takes its time for a transfer; its contract is not about that time. */
const SLACK_MS = 30_000;
const BATCH = 0x02;

/** Who waits for the board: the answer goes back on its connection under its own number. */
type Asker = (answer: Answer) => void;

const askers = new Map<number, Asker>();
let lastAsked = 0;

const tell = (bytes: Uint8Array): void => void writeSync(4, bytes);

function batchOf(request: Request): Request & { readonly kind: 'batch' } {
  if (request.kind === 'batch') return request;
  throw new Error(`a ${request.kind} is no transfer`);
}

function forward(frame: Frame, asker: Asker): void {
  const request = batchOf(decodeRequest(frame));
  askers.set(++lastAsked, asker);
  tell(encodeRequest(lastAsked, request));
}

const server = createServer((connection) => {
  const cutter = new FrameCutter();
  connection.on('data', (chunk) => {
    for (const frame of cutter.push(chunk)) {
      forward(frame, (answer) => connection.write(encodeAnswer(frame.id, answer)));
    }
  });
});
await new Promise<void>((resolve) => server.listen(process.argv[2], resolve));
const clock = new RealClock();
const bus = await NativeBus.open({
  bus: 1,
  rate_Hz: 100_000,
  clock,
  addresses: [DEVICE.address],
  slack_ms: SLACK_MS,
});

async function take(frame: Frame): Promise<void> {
  if (frame.kind === BATCH) {
    const replies = await bus.batch(batchOf(decodeRequest(frame)).transfers);
    tell(encodeAnswer(frame.id, { kind: 'replies', replies }));
    return;
  }
  const asker = askers.get(frame.id);
  if (asker === undefined) throw new Error(`nobody asked for ${frame.id}`);
  askers.delete(frame.id);
  asker(decodeAnswer(frame));
}

const cutter = new FrameCutter();
const pipe = new Socket({ fd: 3, readable: true, writable: false });
pipe.on('data', (chunk) => {
  for (const frame of cutter.push(chunk)) void take(frame);
});
pipe.once('end', () => process.exit(0));
tell(encodeAnswer(0, { kind: 'done' }));
