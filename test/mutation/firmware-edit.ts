/** Mutants of one source from a list of edits: what is wrong then, the text, what stands there instead. */
import type { FaultName } from '../../src/bus/protocol.gen.js';
import type { Mutant } from './firmware-mutant.js';

export type Edit = readonly [name: string, find: string, replace: string, fault?: FaultName];

export const edits = (file: string, list: readonly Edit[]): Mutant[] =>
  list.map(([name, find, replace, fault]) => ({
    name,
    file,
    find,
    replace,
    ...(fault === undefined ? {} : { fault }),
  }));
