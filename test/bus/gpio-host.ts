/**
 * A program that has a board's lines open, for tests of what the real onoff and epoll do under a fake sysfs. Takes one
 * command a line on stdin and answers each with one line of JSON; `fault` lines come unasked. Knows no test.
 */
import { createInterface } from 'node:readline';
import { openHostLines, type HostLines } from '../../src/bus/gpio-lines.js';
import { LineFault } from '../../src/bus/gpio-places.js';
import type { Board } from '../../src/model/board.js';
import { RealClock } from '../../src/model/real-clock.js';

export type HostCommand =
  | { readonly do: 'open'; readonly board: Board }
  | { readonly do: 'get'; readonly line: string }
  | { readonly do: 'set'; readonly line: string; readonly asserted: boolean }
  /** How long one `get` takes, µs: the median, and the one that 1 % of them exceed. */
  | { readonly do: 'time'; readonly line: string; readonly count: number }
  | { readonly do: 'close' };

const clock = new RealClock();
let lines: HostLines | undefined;

const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

function opened(): HostLines {
  if (lines === undefined) throw new RangeError('not open');
  return lines;
}

function timed(line: string, count: number): { readonly p50_us: number; readonly p99_us: number } {
  const taken: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = process.hrtime.bigint();
    opened().get(line);
    taken.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  taken.sort((a, b) => a - b);
  return { p50_us: taken[Math.floor(count / 2)] ?? 0, p99_us: taken[Math.floor(count * 0.99)] ?? 0 };
}

async function done(command: HostCommand): Promise<unknown> {
  switch (command.do) {
    case 'open': {
      const onFault = ({ reason, line, message }: LineFault): void => say({ fault: { reason, line, message } });
      lines = await openHostLines({ board: command.board, clock, onFault });
      return { kind: lines.kind, found: Object.fromEntries(lines.found) };
    }
    case 'get':
      return opened().get(command.line);
    case 'set':
      opened().set(command.line, command.asserted);
      return null;
    case 'time':
      return timed(command.line, command.count);
    case 'close':
      await opened().close();
      return null;
  }
}

for await (const text of createInterface(process.stdin)) {
  try {
    say({ answer: await done(JSON.parse(text) as HostCommand) });
  } catch (error) {
    const reason = error instanceof LineFault ? error.reason : 'none';
    say({ refused: { reason, message: error instanceof Error ? error.message : String(error) } });
  }
}
await lines?.close();
