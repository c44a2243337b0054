/**
 * A wall clock that jumps by hours and years during a run changes no sample of it. In real time the same is shown by the
 * rig of a minute in real time.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, endPrograms, JUMPING_CLOCK, launch, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording, type Recording } from '../support/recording.js';
import { resultOf, startRun, TEN_MINUTES } from '../support/runs.js';

interface Outcome {
  readonly ended: Ended;
  readonly recording: Recording;
}

const YEAR_MS = 365 * 86_400_000;
/** The record is sealed by the wall's time: how much lies between two seals is no business of the run. */
const SEAL = /seal over \d+ samples/;

async function outcomeOf(environment: Readonly<Record<string, string>>): Promise<Outcome> {
  const data = temporaryFolder();
  const run = startRun({ data, args: [...TEN_MINUTES, '--speed', '200'], environment });
  await run.prints(/Electrolyse .*: begins/);
  if (environment === JUMPING_CLOCK) run.signal('SIGUSR2');
  const ended = await run.ended;
  return { ended, recording: latestRecording(data) };
}

let steady: Outcome;
let jumping: Outcome;
beforeAll(async () => {
  [steady, jumping] = await Promise.all([outcomeOf({}), outcomeOf(JUMPING_CLOCK)]);
}, 120_000);
afterAll(async () => {
  await endPrograms();
  removeFolders();
});

describe('a wall clock that jumps by an hour and by ten years', () => {
  it('is what a process with it sees, by either way of asking', async () => {
    const script = `
      const seen = [Date.now()];
      process.kill(process.pid, 'SIGUSR2');
      const look = () => {
        seen.push(Date.now(), new Date().getTime());
        if (performance.now() < 1500) setTimeout(look, 5);
        else console.log(Math.max(...seen) - Math.min(...seen));
      };
      look();`;
    const { stdout } = await launch(process.execPath, ['-e', script], JUMPING_CLOCK).ended;
    expect(Number(stdout)).toBeGreaterThan(19 * YEAR_MS);
  });

  it('changes no sample of a run, and no event', () => {
    expect(jumping.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(resultOf(jumping.ended.stdout)).toMatchObject({ outcome: 'complete', missedTicks: 0, busFaults: 0 });
    expect(jumping.recording.samples.length).toBeGreaterThan(3000);
    expect(jumping.recording.sha256).toBe(steady.recording.sha256);
    const told = ({ recording }: Outcome): string[] =>
      recording.events.map(({ text }) => text).filter((text) => !SEAL.test(text));
    expect(told(jumping)).toEqual(told(steady));
  });
});
