import { describe, expect, it } from 'vitest';
import { Shutdown, type OffSeen } from '../../src/control/shutdown.js';

const CYCLE_S = 0.05;
const FLOWING = { current_mA: 80, outputOn: true };
const GONE = { current_mA: 0.05, outputOn: false };

/** Verdicts of the cycles after an off that was commanded at 10 s: `see` says what is measured, s after it. */
function verdicts(see: (after_s: number) => Omit<OffSeen, 'now_s'>, cycles = 60): string[] {
  const shutdown = new Shutdown();
  shutdown.begin('over-voltage', 10);
  const said: string[] = [];
  for (let k = 1; k <= cycles; k++) {
    const verdict = shutdown.judge({ now_s: 10 + k * CYCLE_S, ...see(k * CYCLE_S) });
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

  it('opens the master relay once when the current still flows after 200 ms, and is off when it has gone', () => {
    expect(verdicts((after_s) => (after_s < 0.4 ? FLOWING : GONE))).toEqual(['0.25 open-relay', '0.40 off']);
  });

  it('gives up a second after the relay: then a person must act', () => {
    expect(verdicts(() => FLOWING)).toEqual(['0.25 open-relay', '1.30 unconfirmed']);
  });

  it.each([
    ['no current is measured', { current_mA: null, outputOn: false }],
    ['the current is no number', { current_mA: NaN, outputOn: false }],
    ['the output is not known', { current_mA: 0, outputOn: null }],
    ['the output is still on', { current_mA: 0, outputOn: true }],
    ['a reversed current flows', { current_mA: -0.21, outputOn: false }],
    ['just over the limit flows', { current_mA: 0.21, outputOn: false }],
  ])('is not off while %s', (_, seen) => {
    expect(verdicts(() => seen)).toEqual(['0.25 open-relay', '1.30 unconfirmed']);
  });

  it.each([0.2, -0.2])('takes %s mA for off', (current_mA) => {
    expect(verdicts(() => ({ current_mA, outputOn: false }))).toEqual(['0.05 off']);
  });

  it('keeps its first reason and its first instant', () => {
    const shutdown = new Shutdown();
    shutdown.begin('over-voltage', 10);
    shutdown.begin('operator', 10.15);
    expect(shutdown.reason).toBe('over-voltage');
    expect(shutdown.judge({ now_s: 10.21, ...FLOWING })).toBe('open-relay');
  });

  it('says nothing when no off is in progress', () => {
    const shutdown = new Shutdown();
    expect(shutdown.inProgress).toBe(false);
    expect(shutdown.judge({ now_s: 5, ...FLOWING })).toBe('waiting');
    shutdown.begin('hold', 6);
    expect(shutdown.inProgress).toBe(true);
    shutdown.judge({ now_s: 6.05, ...GONE });
    expect(shutdown.inProgress).toBe(false);
    expect(shutdown.judge({ now_s: 60, ...FLOWING })).toBe('waiting');
  });

  it('can be used again after an off, with a time of its own', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    shutdown.judge({ now_s: 6.05, ...GONE });
    shutdown.begin('stop', 100);
    expect(shutdown.reason).toBe('stop');
    expect(shutdown.judge({ now_s: 100.1, ...FLOWING })).toBe('waiting');
    expect(shutdown.judge({ now_s: 100.25, ...FLOWING })).toBe('open-relay');
  });

  it('opens the relay when time itself is no number', () => {
    const shutdown = new Shutdown();
    shutdown.begin('hold', 6);
    expect(shutdown.judge({ now_s: NaN, ...FLOWING })).toBe('open-relay');
  });
});
