/** `galvanode user log`: what was asked over the network while no run was on, and whether the file is as it was written. */
import type { Writable } from 'node:stream';
import { commandsFile, readCommands } from '../command/command-file.js';
import { secondOf } from '../model/date.js';
import { dataDirectory } from '../record/place.js';
import { EXIT } from './exit.js';

export interface UserLogOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
}

/** 0 as it was written; 3 not proven. What is asked in a run stands in the journal of the run. */
export function userLogCommand({ data, json, stdout, stderr }: UserLogOptions = {}): number {
  const out = stdout ?? process.stdout;
  const { lines, breaks, head } = readCommands(commandsFile(dataDirectory(data)));
  if (json === true) out.write(`${JSON.stringify({ commands: lines, breaks, head })}\n`);
  else {
    for (const { t, actor, text } of lines) out.write(`  ${secondOf(t)} UTC  ${actor.padEnd(12)}  ${text}\n`);
    out.write(lines.length === 0 ? 'nothing was asked while no run was on\n' : `  head  ${head ?? 'none'}\n`);
  }
  for (const text of breaks) (stderr ?? process.stderr).write(`${text}\n`);
  return breaks.length === 0 ? EXIT.done : EXIT.endedEarly;
}
