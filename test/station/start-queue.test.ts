import { describe, expect, it } from 'vitest';
import { StartQueue } from '../../src/station/start-queue.js';

const job = (done: string[], name: string) => async (reply: (of: { ok: boolean; reason: null }) => void) => {
  done.push(name);
  reply({ ok: true, reason: null });
};

describe('starts on their way', () => {
  it('do not wait behind a run that was started at the terminal', async () => {
    const queue = new StartQueue();
    const done: string[] = [];
    await queue.without(async () => {
      expect(await queue.ask(job(done, 'late'))).toMatchObject({
        ok: false,
        reason: expect.stringContaining('terminal'),
      });
    });
    await queue.work();
    expect(done).toEqual([]);
    const asked = queue.ask(job(done, 'next'));
    await queue.work();
    expect(await asked).toMatchObject({ ok: true });
    expect(done).toEqual(['next']);
  });
});
