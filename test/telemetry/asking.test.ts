import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { Asking, type Question } from '../../src/telemetry/asking.js';

const NONCE = {
  nonce: 'n-1',
  good_for_s: 10,
  bootId: 'b-1',
  state: 'idle',
  user: 'anna',
  role: 'operator',
  permit: true,
  permit_until_s: null,
  verbs: '',
};

interface Sent {
  readonly topic: string;
  readonly said: Record<string, unknown>;
}

function desk(reply: (sent: Sent) => object | null, reachable = () => true) {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  let ids = 0;
  const asking: Asking = new Asking({
    clock,
    id: () => `id-${++ids}`,
    send: (topic, payload) => {
      const one = { topic, said: JSON.parse(payload) as Record<string, unknown> };
      if (!reachable()) return false;
      sent.push(one);
      const answer = reply(one);
      if (answer !== null)
        clock.after(1, () =>
          asking.heard('bench', JSON.stringify({ v: 1, id: one.said['id'], reason: null, ...answer })),
        );
      return true;
    },
  });
  return { asking, sent, clock };
}

const QUESTION: Question = { reactor: 'bench', actor: 'anna', verb: 'hold', args: {} };
const obliging = ({ said }: Sent): object => (said['verb'] === 'hello' ? { ok: true, data: NONCE } : { ok: true });

describe('asking', () => {
  it('says hello first, and sends the nonce with the command', async () => {
    const { asking, sent, clock } = desk(obliging);
    const answer = await clock.run(() => asking.ask(QUESTION));
    expect(answer).toMatchObject({ kind: 'replied', reply: { ok: true } });
    expect(sent.map(({ topic, said }) => [topic, said['verb'], said['nonce'], said['bootId']])).toEqual([
      ['galvanode/bench/command/anna', 'hello', undefined, undefined],
      ['galvanode/bench/command/anna', 'hold', 'n-1', 'b-1'],
    ]);
  });

  it.each([
    ['nobody answers', () => null, { kind: 'unsent', reason: 'does not answer' }],
    ['hello is refused', () => ({ ok: false, reason: 'no user' }), { kind: 'unsent', reason: 'no user' }],
    ['hello gives no nonce', () => ({ ok: true, data: {} }), { kind: 'unsent', reason: 'gives no nonce' }],
    ['the command is not answered', (s: Sent) => (s.said['verb'] === 'hello' ? obliging(s) : null), { kind: 'silent' }],
  ])('tells when %s', async (_when, reply, right) => {
    const { asking, clock } = desk(reply);
    expect(await clock.run(() => asking.ask(QUESTION))).toEqual(right);
  });

  it('tells when nothing can be sent, at once', async () => {
    const { asking, clock } = desk(obliging, () => false);
    expect(await clock.run(() => asking.ask(QUESTION))).toEqual({ kind: 'unsent', reason: 'cannot be reached' });
    expect(clock.now()).toBe(0);
  });

  it('waits longer for a start than for a hold', async () => {
    const silent = (s: Sent): object | null => (s.said['verb'] === 'hello' ? obliging(s) : null);
    const [hold, start] = [desk(silent), desk(silent)];
    await hold.clock.run(() => hold.asking.ask(QUESTION));
    await start.clock.run(() => start.asking.ask({ ...QUESTION, verb: 'start' }));
    expect(hold.clock.now()).toBeLessThan(25_000);
    expect(start.clock.now()).toBeGreaterThan(60_000);
  });

  it('takes no answer of another reactor, nor to another question, nor what is no reply', async () => {
    const { asking, clock } = desk(() => null);
    const answer = clock.run(async () => {
      clock.after(5, () => {
        asking.heard('other', JSON.stringify({ v: 1, id: 'id-1', ok: true, reason: null, data: NONCE }));
        asking.heard('bench', JSON.stringify({ v: 1, id: 'id-9', ok: true, reason: null, data: NONCE }));
        asking.heard('bench', '{');
        asking.heard('bench', 'null');
      });
      return asking.ask(QUESTION);
    });
    expect(await answer).toEqual({ kind: 'unsent', reason: 'does not answer' });
  });
});
