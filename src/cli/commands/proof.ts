/** Declares `galvanode proof list` and `proof record`: their arguments, handed on. */
import { act, type Command, dataOption, jsonOption, Option, withOptions } from './command-line.js';

interface ProofFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly note?: string;
}

export function declare(proof: Command): void {
  const list = proof.command('list').description('lists every proof test, when it was last done, and what is due');
  withOptions(list, dataOption(), jsonOption()).action((o: ProofFlags) =>
    act(async () => (await import('../proof.js')).proofListCommand(o)),
  );
  const record = proof
    .command('record <test>')
    .description('records that a proof test was done today: hydrogen-bump, e-stop or thermal-cutout');
  withOptions(
    record,
    dataOption(),
    new Option('--by <name>', 'who has done it (default: $USER)'),
    new Option('--note <text>', 'what was seen'),
  ).action((test: string, o: ProofFlags) => act(async () => (await import('../proof.js')).proofRecordCommand(test, o)));
}
