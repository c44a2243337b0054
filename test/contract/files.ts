/** Boards and reactors of the repository, for tests that need a whole bench. */
import { readFileSync } from 'node:fs';
import { type Board, parseBoard } from '../../src/model/board.js';
import { packagePath } from '../../src/model/entry.js';
import { parseReactor, type Reactor } from '../../src/model/reactor.js';

export function boardNamed(name: string): Board {
  return parseBoard(readFileSync(packagePath('boards', `${name}.yaml`), 'utf8'), `${name}.yaml`);
}

export function reactorNamed(name: string): Reactor {
  return parseReactor(readFileSync(packagePath('boards', 'reactors', `${name}.yaml`), 'utf8'), `${name}.yaml`);
}
