/** Which run can go on, where its record went on in a second directory. */
import { describe, expect, it } from 'vitest';
import { interruptedNotice, readInterrupted, whereOf } from '../../src/cli/interrupted.js';
import { readinessFacts } from '../../src/cli/readiness.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { RealClock } from '../../src/model/real-clock.js';
import { openRecorder } from '../../src/record/recorder.js';
import { boardNamed } from '../contract/files.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, headerOf, sampleOf } from '../record/samples.js';
import { planOf } from '../support/plan.js';

/** Two directories and the run whose first record failed after its first row; it was never ended. */
async function moved(): Promise<{ data: string; data2: string; run: string }> {
  const [data, data2] = [freshDirectory(), freshDirectory()];
  const recorder = await openRecorder({ dataDir: data, spareDir: data2, clock: new RealClock() });
  const run = await recorder.begin(headerOf());
  recorder.sample(sampleOf(1));
  recorder.event(eventOf(0.05, 'step', { data: { index: 4 } }));
  await recorder.flush();
  recorder.sample(sampleOf(1, { elapsed_s: 10 })); // its number is taken: the first store fails
  await recorder.flush();
  for (let seq = 201; seq <= 300; seq++) recorder.sample(sampleOf(seq));
  await recorder.close();
  return { data, data2, run };
}

describe('a run that went on in a second record', () => {
  it('is found with its newest rows when that is given, and only its beginning when it is not', async () => {
    const { data, data2, run } = await moved();
    const whole = readInterrupted(data, undefined, data2);
    const half = readInterrupted(data, undefined);
    if (typeof whole === 'string' || typeof half === 'string') throw new Error('there is a run to resume');
    expect(whole.past.detail).toMatchObject({ run, outcome: 'interrupted' });
    expect(whole.past.rows.ledger?.elapsed_s).toBeGreaterThan(14);
    expect(half.past.rows.ledger?.elapsed_s).toBeLessThan(1);
  });

  it('is told of at the next start, with the options by which resume finds it', async () => {
    const { data, data2, run } = await moved();
    expect(interruptedNotice(data, data2)).toMatch(
      new RegExp(`note +${run} was interrupted at \\d\\.\\d C.*: galvanode resume --data ${data} --data2 ${data2}$`),
    );
    expect(whereOf(undefined, undefined)).toBe('');
  });

  it('counts for the age of the newest run, by which the clock is judged before a start', async () => {
    const [data, data2] = [freshDirectory(), freshDirectory()];
    const recorder = await openRecorder({ dataDir: data2, clock: new RealClock() });
    await recorder.begin(headerOf());
    await recorder.close();
    const facts = (spareDir: string): number | null =>
      readinessFacts(planOf(), boardNamed('bench-sim'), { dataDir: data, spareDir }, new VirtualClock()).newestRun_ms;
    expect(facts(data2)).toBe(headerOf().startedUtc_ms);
    expect(facts(freshDirectory())).toBeNull();
  });
});
