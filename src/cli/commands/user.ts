/** Declares `galvanode user add`, `list`, `remove`, `log` and `password`: their arguments, handed on. */
import { act, type Command, dataOption, jsonOption, Option, withOptions } from './command-line.js';

interface UserFlags {
  readonly data?: string;
  readonly users?: string;
  readonly json?: boolean;
  readonly role?: string;
  readonly generate?: boolean;
}

const usersOption = (): Option => new Option('--users <file>', 'file of the users (default: DATA/users.yaml)');
const generateOption = (): Option => new Option('--generate', 'makes up a password and prints it, once');

export function declare(user: Command): void {
  const add = user.command('add <name>').description('adds a user; the password is asked for, or one line of input');
  withOptions(
    add,
    new Option('--role <role>', 'viewer, operator or admin').makeOptionMandatory(),
    generateOption(),
    dataOption(),
    usersOption(),
  ).action((name: string, o: UserFlags) => act(async () => (await import('../user.js')).userAddCommand(name, o)));
  const list = user.command('list').description('lists users and roles');
  withOptions(list, dataOption(), usersOption(), jsonOption()).action((o: UserFlags) =>
    act(async () => (await import('../user.js')).userListCommand(o)),
  );
  const remove = user.command('remove <name>').description('takes a user out; what he still asks is refused at once');
  withOptions(remove, dataOption(), usersOption()).action((name: string, o: UserFlags) =>
    act(async () => (await import('../user.js')).userRemoveCommand(name, o)),
  );
  const log = user
    .command('log')
    .description('what the network asked while no run was on, and whether it is as it was written');
  withOptions(log, dataOption(), jsonOption()).action((o: UserFlags) =>
    act(async () => (await import('../user-log.js')).userLogCommand(o)),
  );
  const password = user.command('password <name>').description('gives a user a new password');
  withOptions(password, generateOption(), dataOption(), usersOption()).action((name: string, o: UserFlags) =>
    act(async () => (await import('../user.js')).userPasswordCommand(name, o)),
  );
}
