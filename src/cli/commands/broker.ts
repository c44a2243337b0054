/** Declares `galvanode broker check`: its argument, handed on. */
import { act, type Command, jsonOption, withOptions } from './command-line.js';

export function declare(broker: Command): void {
  const check = broker.command('check <file>').description('says what a mosquitto.conf and its ACL leave open');
  withOptions(check, jsonOption()).action((file: string, { json }: { readonly json: boolean }) =>
    act(async () => (await import('../broker.js')).brokerCheckCommand(file, json)),
  );
}
