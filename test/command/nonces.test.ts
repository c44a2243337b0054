import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NONCE_MS, Nonces } from '../../src/command/nonces.js';

describe('a nonce', () => {
  it('is good once, for ten seconds, in the hand that it was given to', () => {
    const nonces = new Nonces();
    const nonce = nonces.issue('built-in/ann', 1000);
    expect(nonces.look('built-in/ann', nonce, 1000)).toBe('good');
    expect(nonces.look('built-in/ann', nonce, 1000 + NONCE_MS - 1)).toBe('good');
    expect(nonces.look('built-in/ann', nonce, 1000 + NONCE_MS)).toBe('expired');
    expect(nonces.look('built-in/bob', nonce, 1000)).toBe('unknown');
    expect(nonces.look('plant/ann', nonce, 1000)).toBe('unknown');
    nonces.spend('built-in/ann', nonce);
    expect(nonces.look('built-in/ann', nonce, 1000)).toBe('used');
  });

  it('is good for nothing when the clock gives no number, or went back', () => {
    const nonces = new Nonces();
    const nonce = nonces.issue('built-in/ann', 1000);
    expect(nonces.look('built-in/ann', nonce, NaN)).toBe('expired');
    expect(nonces.look('built-in/ann', nonce, 999)).toBe('expired');
  });

  it('cannot be guessed: 144 random bits', () => {
    const nonces = new Nonces();
    const many = Array.from({ length: 1000 }, () => nonces.issue('built-in/ann', 0));
    expect(new Set(many).size).toBe(1000);
    for (const nonce of many) expect(nonce).toMatch(/^[A-Za-z0-9_-]{24}$/);
  });

  it('is forgotten when its actor asks for ever, and never costs another actor his', () => {
    const nonces = new Nonces();
    const bobs = nonces.issue('built-in/bob', 0);
    const first = nonces.issue('built-in/ann', 0);
    for (let n = 0; n < 16; n++) nonces.issue('built-in/ann', 0);
    expect(nonces.look('built-in/ann', first, 0)).toBe('unknown');
    expect(nonces.look('built-in/bob', bobs, 0)).toBe('good');
  });

  it('is accepted at most once, whatever is asked in whatever order', () => {
    const step = fc.record({
      who: fc.constantFrom('a', 'b', 'c'),
      hand: fc.constantFrom('a', 'b', 'c'),
      pick: fc.nat(40),
      wait_ms: fc.nat(4000),
      issue: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const nonces = new Nonces();
        const given: { nonce: string; to: string; at_ms: number; taken: boolean }[] = [];
        let now_ms = 0;
        for (const { who, hand, pick, wait_ms, issue } of steps) {
          now_ms += wait_ms;
          if (issue) given.push({ nonce: nonces.issue(who, now_ms), to: who, at_ms: now_ms, taken: false });
          const one = given[pick % Math.max(1, given.length)];
          if (one === undefined || nonces.look(hand, one.nonce, now_ms) !== 'good') continue;
          expect(one).toMatchObject({ to: hand, taken: false });
          expect(now_ms - one.at_ms).toBeLessThan(NONCE_MS);
          nonces.spend(hand, one.nonce);
          one.taken = true;
        }
      }),
      { numRuns: 200 },
    );
  });
});
