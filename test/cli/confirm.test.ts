/** Warnings before a start: shown, asked about once, and started over only by a plain yes. */
import { describe, expect, it } from 'vitest';
import { warningsConfirmed } from '../../src/cli/confirm.js';

async function ask(warnings: readonly string[], answer: string | null) {
  const shown: string[] = [];
  let asked = 0;
  const next = (): Promise<string | null> => {
    asked++;
    return Promise.resolve(answer);
  };
  const started = await warningsConfirmed({ warnings }, { columns: 60, line: (text) => shown.push(text), next });
  return { started, asked, shown };
}

describe('warnings before a start', () => {
  it('ask nothing when there are none', async () => {
    expect(await ask([], null)).toEqual({ started: true, asked: 0, shown: [] });
  });

  it.each(['y', 'Y', ' yes ', 'YES'])('start on "%s"', async (answer) => {
    expect(await ask(['basis.charge: 0.40 F/mol is unusual'], answer)).toMatchObject({ started: true, asked: 1 });
  });

  it.each(['', 'n', 'no', 'yo', 'start', null])('do not start on %j', async (answer) => {
    expect(await ask(['basis.charge: 0.40 F/mol is unusual'], answer)).toMatchObject({ started: false, asked: 1 });
  });

  it('are all shown in the columns of the terminal, with the question last', async () => {
    const long = 'purge.sweep: sweep is 30 mL/min; the reactor is laid out for 25 mL/min (would be right: 25 mL/min)';
    const { shown } = await ask(['waive.cooling: runs without cooling: a trial', long], 'y');
    expect(shown[1]).toBe('The recipe has 2 warnings:');
    expect(shown.join(' ').replaceAll(/\s+/g, ' ')).toContain(long);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(shown.at(-1)).toBe('  Start all the same? [y/N]');
  });
});
