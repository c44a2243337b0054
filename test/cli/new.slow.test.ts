/** `galvanode new` and `galvanode scale` at a terminal that is played: answers asked again, nothing wrong written. */
import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ask } from '../../src/cli/asked.js';
import { newCommand, type NewArguments } from '../../src/cli/new.js';
import { scaleCommand, type ScaleArguments } from '../../src/cli/scale.js';
import { packagePath } from '../../src/model/entry.js';
import { formatProblem } from '../../src/model/problem.js';
import { planFile } from '../../src/recipe/files.js';
import { questions } from '../../src/recipe/new-answers.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-new-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function heard() {
  const said = { out: '', err: '' };
  const streams = {
    stdout: { write: (text: string) => (said.out += text) },
    stderr: { write: (text: string) => (said.err += text) },
  };
  return { said, streams };
}

/** Answers by what a question begins with, each taken once; Enter to all others. */
function answering(answers: readonly (readonly [string, string])[]): Ask {
  const left = [...answers];
  return (question) => {
    const at = left.findIndex(([begin]) => question.startsWith(begin));
    const [answer] = at < 0 ? [] : left.splice(at, 1);
    return Promise.resolve(answer?.[1] ?? '');
  };
}

const NEW: NewArguments = { output: null, from: null, answers: [], defaults: false, board: 'bench-sim' };

describe('new', () => {
  it.each(['batch-10ml', 'flow-12cm2', 'batch-scale-out-27cm2'])(
    'passes the checker with the defaults on %s',
    async (reactor) => {
      const output = join(folder, 'fresh.yaml');
      const { said, streams } = heard();
      const args = { ...NEW, output, answers: [`reactor=${reactor}`], defaults: true };
      expect(await newCommand(args, streams), said.err).toBe(0);
      const plan = await planFile(output, { board: 'bench-sim' });
      expect(plan.ok ? plan.value.recipe : plan.problems.map(formatProblem)).toBe('fresh');
    },
  );

  it('asks again for what is no answer, and takes units as they are checked', async () => {
    const { said, streams } = heard();
    const ask = answering([
      ['Name', 'No Name'],
      ['Name', 'second'],
      ['Current', '18 mV'],
      ['Current', '5 mA/cm2'],
    ]);
    expect(await newCommand(NEW, streams, ask)).toBe(0);
    expect(said.err).toContain('"No Name" is not one');
    expect(said.err).toContain('"mV" is a unit of voltage');
    expect(said.out).toContain('name: second');
    expect(said.out).toContain('current: 13.5 mA, time: 4 h');
  });

  it('tells why the checker refuses, and begins again from the last answers', async () => {
    const { said, streams } = heard();
    const ask = answering([
      ['Name', 'again'],
      ['Current', '19.9 mA'],
      ['Temperature', '-40 degC'],
      ['Temperature', '0 degC'],
    ]);
    expect(await newCommand(NEW, streams, ask)).toBe(0);
    expect(said.err).toContain('Refused. The questions again');
    expect(said.err).toContain('cool.to');
    expect(said.out).toContain('name: again');
    expect(said.out).toContain('current: 19.9 mA');
  });

  it('marks what nobody was asked for as derived, and nothing else', async () => {
    const { said, streams } = heard();
    expect(
      await newCommand({ ...NEW, defaults: true, answers: ['reactor=flow-12cm2', 'current=6 mA/cm2'] }, streams),
    ).toBe(0);
    const marked = [...said.out.matchAll(/^ {2}([a-z_.]+): \{ derived: true, from: .+ \}$/gm)].map(
      ([, field]) => field,
    );
    expect(marked).toEqual([
      'cell.cathode.area',
      'cell.anode.area',
      'cell.gap',
      'cell.volume',
      'limits.voltage',
      'purge.sweep',
      'purge.for',
      'flow.rate',
      'flow.settle',
      'flow.tolerance',
      'cool.at_most',
      'electrolyse.current',
      'electrolyse.time',
      'finish.sweep_for',
    ]);
  });

  it('says what the reactor gives, and asks of a pumped one whether the liquid comes back', async () => {
    const { said, streams } = heard();
    const ask = answering([
      ['Reactor', 'flow-12cm2'],
      ['recirculating or single-pass [recirculating]', 'batch'],
    ]);
    expect(await newCommand(NEW, streams, ask), said.err).toBe(0);
    expect(said.err).toContain('gives electrodes of 12 cm2, 0.5 mm apart; 100 mL, pumped at 25 mL/min; at most 90 mA');
    expect(said.err).toContain('"batch" is no mode of a pumped cell (would be right: recirculating or single-pass)');
    expect(said.out).toContain('mode: recirculating');
  });

  it('of a cell for one pass has the flow of its current, once it is cold', async () => {
    const { said, streams } = heard();
    const args = { ...NEW, answers: ['reactor=single-pass-12cm2', 'current=6 mA'], defaults: true };
    expect(await newCommand(args, streams), said.err).toBe(0);
    expect(said.out).toMatch(/mode: single-pass[^]*- cool: .*\n {2}- flow: \{ rate: 0\.0463 mL\/min/);
  });

  it('ends at once, with nothing written, where the operator ends it', async () => {
    const output = join(folder, 'fresh.yaml');
    const { said, streams } = heard();
    const asked: string[] = [];
    const ask: Ask = (question) => {
      asked.push(question);
      return Promise.resolve(asked.length < 3 ? '' : null);
    };
    expect(await newCommand({ ...NEW, output }, streams, ask)).toBe(3);
    expect(asked).toHaveLength(3);
    expect(said.err).toContain('Ended by the operator; nothing was written.');
    expect(existsSync(output)).toBe(false);
  });

  it('writes over nothing', async () => {
    const output = join(folder, 'fresh.yaml');
    const args = { ...NEW, output, defaults: true };
    expect(await newCommand(args, heard().streams)).toBe(0);
    const before = readFileSync(output, 'utf8');
    const { said, streams } = heard();
    expect(await newCommand({ ...args, answers: ['amount=0.4 mmol'] }, streams)).toBe(2);
    expect(said.err).toContain('is there already');
    expect(readFileSync(output, 'utf8')).toBe(before);
  });

  it('refuses where nobody answers, and wrong options all at once', async () => {
    const first = heard();
    expect(await newCommand(NEW, first.streams)).toBe(2);
    // Of the usual stirred cell nobody has to be asked for the mode.
    for (const { key } of questions.filter(({ isClear }) => isClear === undefined))
      expect(first.said.err).toContain(key);
    const second = heard();
    const answers = ['current=18 mV', 'colour=blue', 'reactor=nowhere'];
    expect(await newCommand({ ...NEW, answers, defaults: true }, second.streams)).toBe(2);
    expect(second.said.err.trim().split('\n')).toHaveLength(3);
  });
});

const SCALE: ScaleArguments = {
  recipe: packagePath('recipes', 'general-procedure-3a.yaml'),
  to: '5 mmol',
  fixSweep: false,
  board: 'bench-sim',
  sets: [],
  output: null,
};

describe('scale', () => {
  it('writes the sweep that would do when the operator says yes, and nothing otherwise', async () => {
    const output = join(folder, 'large.yaml');
    const no = heard();
    expect(await scaleCommand({ ...SCALE, output }, no.streams, answering([]))).toBe(2);
    expect(no.said.err).toContain('--fix-sweep writes 250 mL/min for 1 min');
    expect(existsSync(output)).toBe(false);
    const yes = heard();
    expect(
      await scaleCommand({ ...SCALE, output }, yes.streams, answering([['The old sweep', 'y']])),
      yes.said.err,
    ).toBe(0);
    const plan = await planFile(output, { board: 'bench-sim' });
    expect(plan.ok ? plan.value.recipe : plan.problems.map(formatProblem)).toBe('large');
    expect(readFileSync(output, 'utf8')).toContain('purge: { sweep: 250 mL/min, for: 1 min }');
  });

  it('names what is kept and every change', async () => {
    const { said, streams } = heard();
    expect(await scaleCommand({ ...SCALE, fixSweep: true }, streams)).toBe(0);
    expect(said.out).toContain(
      'kept      charge 4.03 F/mol, current density 6.67 mA/cm2, temperature 0 degC, 1a 150 mM',
    );
    expect(said.out).toContain('18 mA -> 180 mA');
    expect(said.out).toContain('or        by time on batch-100ml-same-electrodes: passes');
  });

  it('tells all wrong options at once', async () => {
    const { said, streams } = heard();
    const args = { ...SCALE, to: '5 mmo', by: 'luck', cathodeArea: '27 cm', name: 'A b' };
    expect(await scaleCommand(args, streams)).toBe(2);
    expect(said.err.trim().split('\n')).toHaveLength(4);
  });

  it('says a usual amount where none was asked for', async () => {
    const { said, streams } = heard();
    expect(await scaleCommand({ ...SCALE, to: '0 mmol' }, streams)).toBe(2);
    expect(said.err).toContain('"0 mmol" is not above zero (would be right: 0.5 mmol)');
  });
});
