/**
 * `npm run campaign`: thousands of runs on the simulated bench with seeded faults, judged on the plant's truth. Reads the
 * arguments, hands out the work and prints what came of it; exit code 1 when anything was unsafe, silent or a nuisance.
 */
import { parseArgs } from 'node:util';
import { EXCLUSIONS } from './exclusions.js';
import { matrix } from './matrix.js';
import { nuisance } from './nuisance.js';
import type { Part } from './part.js';
import { replay } from './replay.js';
import { sabotage } from './sabotage-campaign.js';
import { campaign } from './seeds.js';

const USAGE = `npm run campaign -- [--seeds N] [--first-seed S]   N random cases from seed S on (500 from 1)
npm run campaign -- --seed S            one seed again, with its journal
npm run campaign -- --matrix            every single fault in every state
npm run campaign -- --nuisance HOURS    routine with 1 % bus errors
npm run campaign -- --sabotage          whether the campaign notices broken programs
All take --json (figures as one line of JSON) and --processes N (2).
`;

function count(text: string | undefined, usual: number, name: string): number {
  const value = text === undefined ? usual : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`--${name} takes a whole number, not "${text}"`);
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    'first-seed': { type: 'string' },
    seed: { type: 'string' },
    processes: { type: 'string' },
    nuisance: { type: 'string' },
    matrix: { type: 'boolean', default: false },
    sabotage: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
};

async function part(): Promise<Part> {
  const processes = count(values.processes, 2, 'processes');
  const first = count(values['first-seed'], 1, 'first-seed');
  if (values.seed !== undefined) return replay(count(values.seed, 1, 'seed'), say);
  if (values.matrix) return matrix({ processes, first, say });
  if (values.nuisance !== undefined)
    return nuisance({ processes, first, say, hours: count(values.nuisance, 100, 'nuisance') });
  if (values.sabotage) return sabotage({ processes, first, say, seeds: count(values.seeds, 400, 'seeds') });
  for (const reason of new Set(EXCLUSIONS.map(({ reason }) => reason))) say(`not asked together: ${reason}`);
  return campaign({ processes, first, say, seeds: count(values.seeds, 500, 'seeds') });
}

if (values.help) process.stdout.write(USAGE);
else {
  const { ok, figures } = await part();
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = ok ? 0 : 1;
}
