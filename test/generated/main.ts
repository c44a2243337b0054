/**
 * `npm run generated`: recipes made from seeds near the limits of the checker, refused or run whole on the simulated bench.
 * A recipe that is accepted and trips shows a rule that is missing. Exit code 1 when any does.
 */
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { handOut } from '../support/workers.js';
import { generated } from './recipe.js';
import { figuresOf, failureLines, type Outcome } from './figures.js';

const USAGE = `npm run generated -- [--count N] [--seed S]   N recipes that are accepted, of seeds S on (1000 from 1)
npm run generated -- --text S.A              the recipe of seed S, attempt A
Takes --json (figures as one line of JSON) and --processes N (2).
`;
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const TOLD_EVERY = 100;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    text: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`--${name} takes a whole number, not "${text}"`);
}

const say = (line: string): void => {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
};

async function campaign(count: number, first: number): Promise<boolean> {
  const began_ms = performance.now();
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  let done = 0;
  const outcomes = await handOut<Outcome>(WORKER, seeds, {
    processes: whole(values.processes, 'processes'),
    onDone: (outcome) => {
      if (++done % TOLD_EVERY === 0) say(`${done} of ${count} seeds`);
      for (const line of failureLines(outcome)) say(line);
    },
  });
  const wall_s = Math.round((performance.now() - began_ms) / 1000);
  const figures = { ...figuresOf(outcomes), wall_s };
  for (const [rule, times] of Object.entries(figures.refusedBy)) say(`refused ${times} times by ${rule}`);
  say(
    `${figures.ran} recipes ran, ${figures.passed} passed, ${figures.tripped} tripped; ${figures.refused} were refused by ${Object.keys(figures.refusedBy).length} rules; ${figures.simulated_h.toFixed(1)} h simulated in ${wall_s} s`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.failed === 0;
}

if (values.help) process.stdout.write(USAGE);
else if (values.text !== undefined) {
  const [seed = '', attempt = '0'] = values.text.split('.');
  process.stdout.write(generated(whole(seed, 'text'), whole(attempt, 'text')).text);
} else if (!(await campaign(whole(values.count, 'count'), whole(values.seed, 'seed')))) process.exitCode = 1;
