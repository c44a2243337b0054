/** Ctrl-C, its kin, and the end of a terminal in a sped-up run, while the full current flows. */
import { afterAll, describe, expect, it } from 'vitest';
import { currentFlows } from '../support/mqtt.js';
import { endPrograms, removeFolders, temporaryFolder } from '../support/process.js';
import { latestRecording } from '../support/recording.js';
import { resultOf, startRun, TEN_MINUTES } from '../support/runs.js';

afterAll(async () => {
  await endPrograms();
  removeFolders();
});

describe('a signal in a run', () => {
  async function flowing(speed: number) {
    const data = temporaryFolder();
    const run = startRun({ data, network: 'any', args: [...TEN_MINUTES, '--speed', String(speed)] });
    await currentFlows(run, 170);
    return { run, data };
  }

  it.concurrent.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ramps the current down, measures it off and ends as stopped',
    async (signal) => {
      const { run, data } = await flowing(20);
      run.signal(signal);
      const ended = await run.ended;
      expect(ended).toMatchObject({ code: 3, signal: null, stderr: '' });
      expect(ended.stdout).toContain(`${signal}: stopping; the current ramps down`);
      expect(resultOf(ended.stdout)).toMatchObject({
        outcome: 'stopped',
        missedTicks: 0,
        truth: { current_mA: 0, relayClosed: false },
      });
      const { run: kept, events, samples } = latestRecording(data);
      expect(kept).toMatchObject({ outcome: 'stopped', reason: `stopped by ${signal}` });
      expect(events.some(({ text }) => /^measured off: -?0\.\d+ mA/.test(text))).toBe(true);
      const down = samples.slice(samples.findLastIndex(({ setpoint_mA }) => setpoint_mA === 180));
      const between = down.filter(({ setpoint_mA }) => setpoint_mA > 0 && setpoint_mA < 180);
      expect(between.length).toBeGreaterThan(5);
      expect(Math.abs(samples.at(-1)?.current_mA ?? NaN)).toBeLessThan(0.2);
    },
  );

  it.concurrent('a second one turns the current off at once', async () => {
    const { run, data } = await flowing(1);
    run.signal('SIGINT');
    await run.prints(/SIGINT: stopping/);
    run.signal('SIGINT');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 3, stderr: '' });
    expect(resultOf(ended.stdout)).toMatchObject({ outcome: 'aborted', truth: { current_mA: 0, relayClosed: false } });
    const { run: kept, samples } = latestRecording(data);
    expect(kept).toMatchObject({ outcome: 'aborted', reason: 'off at once by SIGINT' });
    const first_off = samples.findIndex(({ seq, setpoint_mA }) => seq > 40 && setpoint_mA === 0);
    expect(samples[first_off - 1]?.setpoint_mA).toBeGreaterThan(90);
  });

  it.concurrent('SIGHUP, the end of a terminal, stops nothing: the run goes on, and its journal says so', async () => {
    const { run, data } = await flowing(20);
    run.signal('SIGHUP');
    await run.prints(/the terminal is gone \(SIGHUP\): the run goes on with nobody at its terminal/);
    run.signal('SIGHUP');
    await currentFlows(run, 170); // page and broker are still there
    run.signal('SIGINT');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 3, signal: null, stderr: '' });
    const { run: kept, events } = latestRecording(data);
    expect(kept).toMatchObject({ outcome: 'stopped', reason: 'stopped by SIGINT' });
    expect(events.filter(({ text }) => text.startsWith('the terminal is gone'))).toHaveLength(2);
  });
});
