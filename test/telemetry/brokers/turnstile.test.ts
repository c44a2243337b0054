import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import { Turnstile } from '../../../src/telemetry/brokers/turnstile.js';

const right = (): Promise<string> => Promise.resolve('operator');
const wrong = (): Promise<null> => Promise.resolve(null);

describe('turnstile', () => {
  it('lets a right password through at once, and a wrong one wait longer each time, up to 30 s', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const turnstile = new Turnstile(clock);
      expect(await turnstile.pass('a', 'ann', right)).toEqual({ kind: 'passed', value: 'operator' });
      const waits: number[] = [];
      for (let i = 0; i < 7; i++) {
        const began = clock.now();
        expect(await turnstile.pass('a', 'ann', wrong)).toEqual({ kind: 'wrong' });
        waits.push((clock.now() - began) / 1000);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
      await turnstile.pass('a', 'ann', right);
      const began = clock.now();
      await turnstile.pass('a', 'ann', wrong);
      expect(clock.now() - began).toBe(1000);
    });
  });

  it('tries one password at a time, one for each name at an address, and few that wait', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const turnstile = new Turnstile(clock);
      let [atOnce, most, trials] = [0, 0, 0];
      const slow = async (): Promise<string> => {
        trials += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await clock.sleep(250);
        atOnce -= 1;
        return 'viewer';
      };
      const passages = await Promise.all(
        Array.from({ length: 1000 }, (_, i) => turnstile.pass(`address ${i % 100}`, 'ann', slow)),
      );
      expect(most).toBe(1);
      expect(trials).toBe(17);
      expect(passages.filter(({ kind }) => kind === 'busy')).toHaveLength(983);
      expect(clock.now()).toBe(17 * 250);
    });
  });

  it('takes a trial that throws for a wrong password', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const passage = await new Turnstile(clock).pass('a', 'ann', () => Promise.reject(new Error('no file')));
      expect(passage).toEqual({ kind: 'wrong' });
    });
  });

  it('locks out nobody else at the address of one who tries old passwords, and gives no address the whole queue', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const turnstile = new Turnstile(clock);
      const old = turnstile.pass('a', 'ann', wrong);
      await clock.sleep(10); // ann waits for her answer now
      expect(await turnstile.pass('a', 'ann', right)).toEqual({ kind: 'busy' });
      expect(await turnstile.pass('a', 'ben', right)).toMatchObject({ kind: 'passed' });
      expect(clock.now()).toBe(10);
      await old;
      const slow = (): Promise<string> => clock.sleep(250).then(() => 'viewer');
      const many = Array.from({ length: 20 }, (_, i) => turnstile.pass('a', `user${i}`, slow));
      expect(await turnstile.pass('b', 'ann', slow)).toMatchObject({ kind: 'passed' });
      expect((await Promise.all(many)).filter(({ kind }) => kind === 'passed')).toHaveLength(9);
    });
  });
});
