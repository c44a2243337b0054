/** Declares `galvanode faults`: its arguments, handed on. */
import { act, type Command, jsonOption, withOptions } from './command-line.js';

export function declare(command: Command): void {
  withOptions(command, jsonOption()).action((o: { readonly json: boolean }) =>
    act(async () => (await import('../faults.js')).faultsCommand(o.json)),
  );
}
