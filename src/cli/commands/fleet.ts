/** Declares `galvanode fleet list`, `follow` and `send`: their arguments, handed on. */
import { act, type Command, jsonOption, Option, repeated, boardOption, withOptions } from './command-line.js';

interface BrokerFlags {
  readonly mqtt: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const brokerOptions = (): Option[] => [
  new Option('--mqtt <url>', 'broker of the reactors').default('mqtt://127.0.0.1:1883'),
  new Option('--user <name>', 'who asks, as that broker knows it'),
  new Option('--password-file <file>', 'its first line is the password; only its owner may read it'),
  new Option('--ca <file>', 'certificate that the broker must be signed by'),
  new Option('--cert <file>', 'certificate of this client'),
  new Option('--key <file>', 'its private key'),
];

export function declare(fleet: Command): void {
  const list = fleet.command('list').description('lists the reactors on a broker');
  withOptions(list, ...brokerOptions(), jsonOption()).action((o: BrokerFlags & { readonly json: boolean }) =>
    act(async () => (await import('../fleet.js')).fleetListCommand(o)),
  );
  const follow = fleet.command('follow').description('prints each change of any reactor, until Ctrl-C');
  withOptions(follow, ...brokerOptions(), repeated('--to <name>', 'only this reactor')).action(
    (o: BrokerFlags & { readonly to: readonly string[] }) =>
      act(async () => (await import('../fleet.js')).fleetFollowCommand(o)),
  );
  const send = fleet
    .command('send <series>')
    .description(
      'sends the entries of a series to idle reactors with a permit, each once, and follows them to their end',
    );
  withOptions(
    send,
    ...brokerOptions(),
    boardOption(),
    repeated('--to <name>', 'only to this reactor'),
    repeated('--again <entry>', 'sends this entry anew, whatever became of it'),
    new Option('--accept <codes>', 'warnings that are meant: their codes, with blanks between'),
    new Option('--journal <file>', 'beginning of the path of what was sent (default: SERIES.dispatch)'),
  ).action(
    (
      series: string,
      o: BrokerFlags & {
        readonly board: string;
        readonly to: readonly string[];
        readonly again: readonly string[];
        readonly accept?: string;
        readonly journal?: string;
      },
    ) => act(async () => (await import('../fleet.js')).fleetSendCommand(series, o)),
  );
}
