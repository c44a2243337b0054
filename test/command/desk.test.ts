import { describe, expect, it } from 'vitest';
import type { EventData } from '../../src/model/event.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { Desk } from '../../src/command/desk.js';
import type { Asked } from '../../src/command/judge.js';
import type { ReplyPayload } from '../../src/telemetry/topics.js';
import type { Role } from '../../src/telemetry/verbs.js';
import { standingIn, WrittenOrders } from './standings.js';

interface Kept {
  readonly actor: string;
  readonly text: string;
  readonly data: EventData;
}

const ROLES: Readonly<Record<string, Role>> = { ann: 'operator', bob: 'operator', vic: 'viewer' };

function deskOn(clock: VirtualClock, bootId = 'boot-1') {
  const executor = new WrittenOrders();
  const replies: ReplyPayload[] = [];
  const kept: Kept[] = [];
  const stops: string[] = [];
  const desk = new Desk({
    bootId,
    clock,
    roleOf: (user) => ROLES[user] ?? null,
    executor,
    reply: (_to, payload) => replies.push(payload),
    stop: (actor) => stops.push(actor),
    keep: (actor, text, data) => kept.push({ actor, text, data }),
  });
  const take = async (command: object, over: Partial<Asked> = {}): Promise<ReplyPayload | undefined> => {
    await desk.take({ via: 'built-in', actor: 'ann', retained: false, text: JSON.stringify(command), ...over });
    return replies.at(-1);
  };
  const nonce = async (over: Partial<Asked> = {}): Promise<string> => {
    const reply = await take({ v: 1, id: 'hello', verb: 'hello' }, over);
    return String(reply?.data?.['nonce']);
  };
  return { desk, executor, replies, kept, stops, take, nonce };
}

const hold = (id: string, nonce: string, bootId = 'boot-1') => ({ v: 1, id, bootId, nonce, verb: 'hold' });

describe('the desk', () => {
  it('greets, does what is asked with the nonce that it gave, and answers', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, nonce, executor, kept } = deskOn(clock);
      const reply = await take(hold('c1', await nonce()));
      expect(reply).toMatchObject({ v: 1, id: 'c1', ok: true, reason: null, bootId: 'boot-1' });
      expect(executor.orders).toEqual([{ verb: 'hold', args: {} }]);
      expect(kept).toEqual([
        {
          actor: 'ann',
          text: 'hold taken (c1 over built-in)',
          data: { verb: 'hold', ok: true, id: 'c1', via: 'built-in' },
        },
      ]);
    });
  });

  it('does none of 1,000 recorded commands again, neither now nor after a start of the program', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const first = deskOn(clock);
      const recorded: object[] = [];
      for (let n = 0; n < 1000; n++) {
        const command = hold(`c${n}`, await first.nonce());
        recorded.push(command);
        await first.take(command);
      }
      expect(first.executor.orders).toHaveLength(1000);
      for (const command of recorded) expect(await first.take(command)).toMatchObject({ ok: false });
      for (const command of recorded) await first.take(command, { actor: 'bob' });
      await clock.sleep(3_600_000);
      for (const command of recorded) await first.take(command);
      expect(first.executor.orders).toHaveLength(1000);
      const second = deskOn(clock, 'boot-2');
      for (const command of recorded) expect(await second.take(command)).toMatchObject({ ok: false });
      expect(second.executor.orders).toEqual([]);
    });
  });

  it('starts nothing of 100 starts that waited an hour for it', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, nonce, executor } = deskOn(clock);
      executor.standingNow = standingIn('idle', true);
      const queued: object[] = [];
      for (let n = 0; n < 100; n++)
        queued.push({ ...hold(`s${n}`, await nonce()), verb: 'start', args: { recipe: 'general-procedure-3a' } });
      await clock.sleep(3_600_000);
      for (const start of queued) expect(await take(start)).toMatchObject({ ok: false });
      expect(executor.orders).toEqual([]);
    });
  });

  it('takes no nonce from another hand, and no id twice', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, nonce, executor } = deskOn(clock);
      const bobs = await nonce({ actor: 'bob' });
      const elsewhere = await nonce({ via: 'plant' });
      expect(await take(hold('c1', bobs))).toMatchObject({ ok: false, reason: expect.stringContaining('not given') });
      expect(await take(hold('c2', elsewhere))).toMatchObject({ ok: false });
      expect(await take(hold('c3', await nonce()))).toMatchObject({ ok: true });
      expect(await take(hold('c3', await nonce()))).toMatchObject({ ok: false, reason: expect.stringContaining('id') });
      expect(executor.orders).toHaveLength(1);
    });
  });

  it('answers nobody for a retained command, and does nothing', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, nonce, executor, replies, kept, stops } = deskOn(clock);
      const text = JSON.stringify(hold('c1', await nonce()));
      const before = replies.length;
      await take({}, { text, retained: true });
      await take({ verb: 'stop' }, { retained: true });
      expect(replies).toHaveLength(before);
      expect(executor.orders).toEqual([]);
      expect(stops).toEqual([]);
      expect(kept.map(({ data }) => data['why'])).toEqual(['retained', 'retained']);
    });
  });

  it('takes a stop without nonce, from a user who may do nothing else', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, stops, kept } = deskOn(clock);
      expect(await take({ verb: 'stop', id: 'now' }, { actor: 'vic' })).toMatchObject({ id: 'now', ok: true });
      expect(await take({ verb: 'stop' }, { actor: 'stranger' })).toMatchObject({ ok: true });
      expect(stops).toEqual(['vic', 'stranger']);
      expect(kept.map(({ actor }) => actor)).toEqual(['vic', 'stranger']);
    });
  });

  it('writes down a flood of stops in few words, and takes each of them', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { desk, kept, take, stops } = deskOn(clock);
      for (let n = 0; n < 300; n++) {
        desk.stopped('console', `stop-${n}`, 'built-in');
        await clock.sleep(100);
      }
      await take({ verb: 'stop' });
      expect(stops).toEqual(['ann']);
      await clock.sleep(60_000);
      expect(kept).toHaveLength(11);
      expect(kept.at(-1)).toMatchObject({ text: '291 more stops within a minute', data: { stops: 291 } });
      desk.stopped('ben', 'stop-300', 'built-in');
      expect(kept.at(-1)).toMatchObject({ actor: 'ben' });
      desk.close();
    });
  });

  it('writes down a flood in few words, with its number, and never a nonce', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { desk, take, nonce, kept, executor } = deskOn(clock);
      const secrets: string[] = [];
      for (let n = 0; n < 500; n++) {
        const canary = await nonce();
        secrets.push(canary);
        await take({ ...hold(`c${n}`, canary), verb: n % 2 === 0 ? 'clear' : 'fill' });
      }
      desk.turnedAway({ actor: 'ann', via: 'built-in', reason: 'too many commands at once', more: 99 });
      expect(kept).toHaveLength(20);
      await take(hold('done', await nonce()));
      expect(kept.at(-1)).toMatchObject({ data: { ok: true, verb: 'hold' } });
      await clock.sleep(60_000);
      expect(kept.at(-1)).toEqual({
        actor: 'program',
        text: '580 more were refused within a minute',
        data: { verb: null, ok: false, count: 580 },
      });
      expect(executor.orders).toHaveLength(1);
      const written = JSON.stringify(kept);
      for (const canary of secrets) expect(written).not.toContain(canary);
      desk.close();
    });
  });

  it('writes down only how often was read, and keeps the room for what is refused', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { desk, take, nonce, kept } = deskOn(clock);
      for (let n = 0; n < 55; n++) await take({ ...hold(`r${n}`, await nonce()), verb: 'status' });
      expect(kept).toEqual([]);
      await take({ ...hold('c1', 'wrong') });
      expect(kept).toMatchObject([{ data: { ok: false, id: 'c1' } }]);
      await clock.sleep(60_000);
      expect(kept.slice(1)).toEqual([
        {
          actor: 'program',
          text: '55 times read over the network within a minute',
          data: { verb: null, ok: true, reads: 55 },
        },
      ]);
      desk.close();
    });
  });

  it('names the broker over which a stop came', () => {
    const { desk, kept } = deskOn(new VirtualClock());
    desk.stopped('ann', 'stop-1', 'plant');
    expect(kept).toMatchObject([{ text: 'stop taken (stop-1 over plant)', data: { via: 'plant' } }]);
  });

  it('shows no control character of what came over the network', () => {
    const clock = new VirtualClock();
    return clock.run(async () => {
      const { take, kept, nonce } = deskOn(clock);
      await take({ ...hold('c\u001b[2J', await nonce()), args: { '\u001b]0;x\u0007': 1 } });
      expect(JSON.stringify(kept)).not.toContain('\\u00');
      expect(kept).toHaveLength(1);
    });
  });
});
