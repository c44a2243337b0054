/**
 * The process of a live bench when a client starts one for itself: arguments in, served until nobody is left. Errors go
 * to stderr with exit code 1. `galvanode twin serve` is the same for people.
 */
import { parseArgs } from 'node:util';
import { serveTwin } from './serve.js';

const { values } = parseArgs({
  options: {
    socket: { type: 'string' },
    board: { type: 'string' },
    reactor: { type: 'string' },
    seed: { type: 'string' },
    journal: { type: 'string' },
    linger: { type: 'string' },
  },
});

function required(name: 'socket' | 'board' | 'reactor'): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

try {
  const options = {
    socket: required('socket'),
    board: required('board'),
    reactor: required('reactor'),
    seed: Number(values.seed ?? 1),
    linger_s: Number(values.linger ?? 10),
  };
  await serveTwin(values.journal === undefined ? options : { ...options, journal: values.journal }, () => undefined);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
