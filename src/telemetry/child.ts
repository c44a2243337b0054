/**
 * The network process as the control process sees it: a forked child behind a channel. Owns node:child_process, and
 * nothing of what is said over it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { entryPoint } from '../model/entry.js';
import type { Hello, Reply, Told } from './wire.js';

/** Heap of the network process, MB: a broker under attack dies alone and is started again. */
const HEAP_MB = 128;
/** Of it for what lives shortly, MB: with the usual 16 the process grows by tens of MB while it delivers what is late. */
const YOUNG_MB = 2;
/** How much of its last words is kept to tell why it died. */
const LAST_WORDS = 2000;

export interface ChannelEvents {
  message(raw: unknown): void;
  /** The other side is gone, once; `reason` in words. */
  ended(reason: string): void;
}

export interface NetworkChannel {
  readonly pid: number | undefined;
  /** Never blocks and never throws: what cannot be sent is lost with the process, whose end is told. */
  send(message: Hello | Told | Reply): void;
  /** Asks the process to say good-bye and to end. */
  end(): void;
  /** Ends it at once, even when it is stopped. */
  kill(): void;
}

export type StartNetwork = (events: ChannelEvents) => NetworkChannel;

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

/**
 * Tells the end once, with the error that the process printed last, if any. Not by 'close': that event does not come when
 * it was this side that disconnected (seen with Node 20).
 */
function tellEnd(child: ChildProcess, events: ChannelEvents): void {
  let lastWords = '';
  let reason: string | undefined;
  let silent = child.stderr === null;
  let told = false;
  const tell = (): void => {
    if (told || reason === undefined || !silent) return;
    told = true;
    const said = lastLine(lastWords);
    events.ended(said === '' ? reason : `${reason}: ${said}`);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  child.stderr?.once('close', () => {
    silent = true;
    tell();
  });
  child.once('exit', (code, signal) => {
    reason ??= signal ?? `exit code ${code}`;
    tell();
  });
  child.on('error', (error) => {
    reason ??= error.message;
    tell();
  });
}

export const forkNetwork: StartNetwork = (events) => {
  const { path, execArgv } = entryPoint('network');
  const child = fork(path, [], {
    execArgv: [...execArgv, `--max-old-space-size=${HEAP_MB}`, `--max-semi-space-size=${YOUNG_MB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let ending = false;
  tellEnd(child, events);
  child.on('message', (raw) => events.message(raw));
  child.on('disconnect', () => {
    if (!ending) child.kill('SIGKILL'); // it can hear nobody any more; its end is told, and starts another one
  });
  return {
    pid: child.pid,
    send(message) {
      if (!child.connected) return;
      // A failed write is the end of the process, and that is told; nothing is left to do with the error here.
      child.send(message, () => undefined);
    },
    end() {
      ending = true;
      if (child.connected) child.disconnect();
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
};
