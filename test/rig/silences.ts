/**
 * The ways in which a host falls silent, for the dead-man trials: killed, stopped, in a loop without an end, and with its
 * bus unplugged. Owns how each is done to a process and undone; judges nothing.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/model/entry.js';
import { type Environment, launch, type Program } from '../support/process.js';

export const SILENCES = ['killed', 'stopped', 'busy', 'unplugged'] as const;
export type Silence = (typeof SILENCES)[number];

/** A spin of 2 s takes a while to begin: the signal waits for the event loop, which may block for the last 2 ms. */
const BUSY: Environment = {
  NODE_OPTIONS: `--import ${pathToFileURL(packagePath('test', 'fixtures', 'busy-on-signal.mjs')).href}`,
};

/** What a control process needs around it, so that it can fall silent in this way. */
export interface Staged {
  /** Where the control process finds its bench. */
  readonly socket: string;
  readonly environment: Environment;
  silence(control: Program): void;
  /** Undone after three seconds; a loop ends by itself, and nothing wakes the dead. */
  wake(control: Program): void;
  end(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

export async function stage(silence: Silence, socket: string, folder: string, name: string): Promise<Staged> {
  const by = (signal: NodeJS.Signals) => (control: Program) => control.signal(signal);
  const plain = { socket, environment: {}, end: nothing };
  switch (silence) {
    case 'killed':
      return { ...plain, silence: by('SIGKILL'), wake: () => undefined };
    case 'stopped':
      return { ...plain, silence: by('SIGSTOP'), wake: by('SIGCONT') };
    case 'busy':
      return { ...plain, environment: BUSY, silence: by('SIGUSR2'), wake: () => undefined };
    case 'unplugged':
      return unplugged(socket, join(folder, `${name}.sock`));
  }
}

async function unplugged(target: string, socket: string): Promise<Staged> {
  const cable = launch(process.execPath, [packagePath('test', 'fixtures', 'cable.mjs'), socket, target]);
  await cable.prints(/^from /m);
  return {
    socket,
    environment: {},
    silence: () => cable.signal('SIGSTOP'),
    wake: () => cable.signal('SIGCONT'),
    end: async () => {
      cable.signal('SIGKILL');
      cable.signal('SIGCONT');
      await cable.ended;
    },
  };
}
