/** The list of commands: each is declared in a file of its own, loaded only when it is named. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addCommands } from '../../src/cli/commands/catalogue.js';
import { programNamed } from '../../src/cli/commands/command-line.js';
import { packagePath } from '../../src/model/entry.js';

const files = readdirSync(packagePath('src', 'cli', 'commands'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'catalogue' && name !== 'command-line');

async function declared(...words: string[]) {
  const program = programNamed('galvanode');
  await addCommands(program, words);
  return program.commands;
}

describe('the list of commands', () => {
  it('has one for each file, by its name, with words for its help', async () => {
    const commands = await declared();
    expect(commands.map((command) => command.name()).toSorted()).toEqual(files.toSorted());
    for (const command of commands) expect(command.description(), command.name()).not.toBe('');
  });

  it.each(files)('declares %s when it is named, and only then', async (name) => {
    const named = (await declared('--help', name)).filter(
      (command) => command.options.length + command.commands.length > 0,
    );
    expect(named.map((command) => command.name())).toEqual([name]);
    expect(await declared('--help')).toSatisfy((commands: typeof named) =>
      commands.every((command) => command.options.length + command.commands.length === 0),
    );
  });
});
