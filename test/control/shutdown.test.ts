import { describe, expect, it } from 'vitest';
import { Shutdown, type OffSeen } from '../../src/control/shutdown.js';

const CYCLE_S = 0.05;
const FLOWING = { current_mA: 80, outputOn: true };
const GONE = { current_mA: 0.05, outputOn: false };
const fresh = (seen: Omit<OffSeen, 'now_s' | 'age_s'>) => ({ age_s: 0, ...seen });

/** Verdicts of the cycles after an off that was commanded at 10 s: `see` says what is measured, s after it. */
function verdicts(see: (after_s: number) => Omit<OffSeen, 'now_s' | 'age_s'>, cycles = 60): string[] {
  const shutdown = new Shutdown();
  shutdown.begin('over-voltage', 10);
  const said: string[] = [];
  for (let k = 1; k <= cycles; k++) {
    const verdict = shutdown.judge({ now_s: 10 + k * CYCLE_S, age_s: 0, ...see(k * CYCLE_S) });
    if (verdict !== 'waiting') said.push(`${(k * CYCLE_S).toFixed(2)} ${verdict}`);
    if (!shutdown.inProgress) break;
  }
  return said;
}

describe('shutdown', () => {
  it('is off when the current is measured as gone and the output says so', () => {
    expect(verdicts(() => GONE)).toEqual(['0.05 off']);
    expect(verdicts((after_s) => (after_s < 0.15 ? FLOWING : GONE))).toEqual(['0.15 off']);
  });

  it('opens the master relay once when the current still flows in the first cycle after 180 ms, and is off when it has gone', () => {
    expect(verdicts((after_s) => (after_s < 0.4 ? FLOWING : GONE))).toEqual(['0.20 open-relay', '0.40 off']);
  });

  it('gives up a second after the relay: then a person must act', () => {
    expect(verdicts(() => FLOWING)).toEqual(['0.20 open-relay', '1.25 unconfirmed']);
  });

  it.each([
    ['no current is measured', { current_mA: null, outputOn: false }],
    ['the current is no number', { current_mA: NaN, outputOn: false }],
    ['the output is not known', { current_mA: 0, outputOn: null }],
    ['the output is still on', { current_mA: 0, outputOn: true }],
    ['a reversed current flows', { current_mA: -0.21, outputOn: false }],
    ['just over the limit flows', { current_mA: 0.21, outputOn: false }],
  ])('is not off while %s', (_, seen) => {
    expect(verdicts(() => seen)).toEqual(['0.20 open-relay', '1.25 unconfirmed']);
  });

  it.each([0.2, -0.2])('takes %s mA for off', (current_mA) => {
    expect(verdicts(() => ({ current_mA, outputOn: false }))).toEqual(['0.05 off']);
  });

  it('keeps its first reason and its first instant', () => {
    const shutdown = new Shutdown();
    shutdown.begin('over-voltage', 10);
    shutdown.begin('operator', 10.15);
    expect(shutdown.reason).toBe('over-voltage');
    expect(shutdown.judge({ now_s: 10.19, ...fresh(FLOWING) })).toBe('open-relay');
  });

  it('says nothing when no off is in progress', () => {
    const shutdown = new Shutdown();
    expect(shutdown.inProgress).toBe(false);
    expect(shutdown.judge({ now_s: 5, ...fresh(FLOWING) })).toBe('waiting');
    shutdown.begin('hold', 6);
    expect(shutdown.inProgress).toBe(true);
    shutdown.judge({ now_s: 6.05, ...fresh(GONE) });
    expect(shutdown.inProgress).toBe(false);
    expect(shutdown.judge({ now_s: 60, ...fresh(FLOWING) })).toBe('waiting');
  });

  it('can be used again after an off, with a time of its own', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    shutdown.judge({ now_s: 6.05, ...fresh(GONE) });
    shutdown.begin('stop', 100);
    expect(shutdown.reason).toBe('stop');
    expect(shutdown.judge({ now_s: 100.1, ...fresh(FLOWING) })).toBe('waiting');
    expect(shutdown.judge({ now_s: 100.2, ...fresh(FLOWING) })).toBe('open-relay');
  });

  it('opens the relay when time itself is no number', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    expect(shutdown.judge({ now_s: NaN, ...fresh(FLOWING) })).toBe('open-relay');
  });

  it('believes no sample that is older than the command', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    expect(shutdown.judge({ now_s: 6, age_s: 0, ...GONE })).toBe('waiting');
    expect(shutdown.judge({ now_s: 6.05, age_s: 0.051, ...GONE })).toBe('waiting');
    expect(shutdown.judge({ now_s: 6.05, age_s: NaN, ...GONE })).toBe('waiting');
    expect(shutdown.judge({ now_s: 6.1, age_s: 0.049, ...GONE })).toBe('off');
  });

  it('opens the relay between two cycles when its time is up, and says so in the next even when the current has gone', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    expect(shutdown.expire(6.18)).toBe(true);
    expect(shutdown.expire(6.19)).toBe(false);
    expect(shutdown.judge({ now_s: 6.2, ...fresh(GONE) })).toBe('open-relay');
    expect(shutdown.judge({ now_s: 6.25, ...fresh(GONE) })).toBe('off');
  });

  it('opens nothing when its time is up after off was measured, or before one was asked for', () => {
    const shutdown = new Shutdown();
    expect(shutdown.expire(1)).toBe(false);
    shutdown.begin('hold', 6);
    shutdown.judge({ now_s: 6.05, ...fresh(GONE) });
    expect(shutdown.expire(6.18)).toBe(false);
  });
});
