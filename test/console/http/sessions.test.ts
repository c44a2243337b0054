import { describe, expect, it } from 'vitest';
import { IDLE_MS, LONGEST_MS, Sessions } from '../../../src/console/http/sessions.js';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { Role } from '../../../src/telemetry/verbs.js';

function desk(users: Record<string, Role> = { anna: 'operator', boss: 'admin' }) {
  const clock = new VirtualClock();
  const marks = new Map(Object.keys(users).map((name) => [name, `${name} 1`]));
  const accounts = { roleOf: (name: string) => users[name] ?? null, markOf: (name: string) => marks.get(name) ?? null };
  return { clock, marks, sessions: new Sessions(clock, accounts) };
}

const NOBODY = { user: null, role: null };
const ANNA = { user: 'anna', role: 'operator' };

/** Works in virtual time, and lets none of it stand still. */
async function in_(clock: VirtualClock, work: (sleep: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  await clock.run(() => work((ms) => clock.sleep(ms)));
}

describe('a session', () => {
  it('is whoever signed in, by a token that nobody can guess', () => {
    const { sessions } = desk();
    const [one, two] = [sessions.begin('anna'), sessions.begin('anna')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(sessions.guest(one)).toEqual(ANNA);
    for (const forged of [null, '', 'x', `${one}x`, one?.slice(1) ?? ''])
      expect(sessions.guest(forged)).toEqual(NOBODY);
    sessions.close();
  });

  it('is not given to a user who is gone meanwhile', () => {
    const { sessions } = desk();
    expect(sessions.begin('eve')).toBeNull();
    sessions.close();
  });

  it('ends with signing out, and closes what was open in its name', () => {
    const { sessions } = desk();
    const token = sessions.begin('anna');
    let closed = 0;
    sessions.opened(token, () => (closed += 1));
    sessions.end(token);
    expect([sessions.guest(token), closed]).toEqual([NOBODY, 1]);
    sessions.close();
  });

  it('ends unused after an hour, and not while it is used', async () => {
    const { clock, sessions } = desk();
    const [used, unused] = [sessions.begin('anna'), sessions.begin('anna')];
    await in_(clock, async (sleep) => {
      for (let quarter = 0; quarter < 8; quarter += 1) {
        await sleep(IDLE_MS / 4);
        expect(sessions.guest(used)).toEqual(ANNA);
      }
      expect(sessions.guest(unused)).toEqual(NOBODY);
      sessions.close();
    });
  });

  it('counts as used while something is open, and ends all the same after its longest life', async () => {
    const { clock, sessions } = desk();
    const token = sessions.begin('anna');
    let closed = 0;
    sessions.opened(token, () => (closed += 1));
    await in_(clock, async (sleep) => {
      await sleep(LONGEST_MS - 1000);
      expect(sessions.guest(token)).toEqual(ANNA);
      await sleep(3000);
      expect([sessions.guest(token), closed]).toEqual([NOBODY, 1]);
      sessions.close();
    });
  });

  it('ends within a second with another password or role', async () => {
    const { clock, sessions, marks } = desk();
    const token = sessions.begin('anna');
    let closed = 0;
    sessions.opened(token, () => (closed += 1));
    await in_(clock, async (sleep) => {
      marks.set('anna', 'anna 2');
      await sleep(1100);
      expect([sessions.guest(token), closed]).toEqual([NOBODY, 1]);
      sessions.close();
    });
  });

  it('of one user makes room for his next, and takes none from others', () => {
    const { sessions } = desk();
    const boss = sessions.begin('boss');
    const first = sessions.begin('anna');
    const others = Array.from({ length: 8 }, () => sessions.begin('anna'));
    expect(sessions.guest(first)).toEqual(NOBODY);
    for (const token of others) expect(sessions.guest(token)).toEqual(ANNA);
    expect(sessions.guest(boss).user).toBe('boss');
    sessions.close();
  });
});
