import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channels } from '../../src/control/channels.js';
import { CHANNELS } from '../../src/model/sample.js';

/** A thermometer read once a second, its last value 0.5 °C at 10 s. */
function thermometer(): Channels {
  const channels = new Channels();
  channels.expect('temperature_C', 1);
  channels.accept('temperature_C', 0.5, 10_000);
  return channels;
}

describe('channels', () => {
  it('are absent until they are expected, and stale until they answer', () => {
    const channels = new Channels();
    expect(channels.quality('temperature_C', 0)).toBe('absent');
    expect(channels.value('temperature_C', 0)).toBeNull();
    channels.expect('temperature_C', 1);
    expect(channels.quality('temperature_C', 0)).toBe('stale');
    expect(channels.value('temperature_C', 0)).toBeNull();
  });

  it('are good for three of their periods, then stale, and a stale value is none', () => {
    const channels = thermometer();
    expect(channels.value('temperature_C', 13_000)).toBe(0.5);
    expect(channels.quality('temperature_C', 13_000)).toBe('good');
    expect(channels.value('temperature_C', 13_001)).toBeNull();
    expect(channels.quality('temperature_C', 13_001)).toBe('stale');
  });

  it('outlast a single bad answer, but a chip that keeps giving them is invalid', () => {
    const channels = thermometer();
    channels.refuse('temperature_C', { kind: 'crc', detail: 'wrong checksum' });
    expect(channels.value('temperature_C', 12_000)).toBe(0.5);
    expect(channels.quality('temperature_C', 12_000)).toBe('good');
    expect(channels.quality('temperature_C', 13_001)).toBe('invalid');
    expect(channels.fault('temperature_C')?.detail).toBe('wrong checksum');
  });

  it('forget their value at once when the chip is at the end of its range', () => {
    const channels = thermometer();
    channels.refuse('temperature_C', { kind: 'range', detail: 'over range' });
    expect(channels.value('temperature_C', 10_001)).toBeNull();
    expect(channels.quality('temperature_C', 10_001)).toBe('over-range');
  });

  it('say that a chip is warming up', () => {
    const channels = new Channels();
    channels.expect('hydrogen_ppm', 1);
    channels.refuse('hydrogen_ppm', { kind: 'warming-up', detail: '280 s left' });
    expect(channels.quality('hydrogen_ppm', 0)).toBe('warming-up');
    expect(channels.value('hydrogen_ppm', 0)).toBeNull();
  });

  it('recover with the next good answer', () => {
    const channels = thermometer();
    channels.refuse('temperature_C', { kind: 'bus', detail: 'no answer' });
    channels.accept('temperature_C', 0.7, 20_000);
    expect(channels.quality('temperature_C', 20_000)).toBe('good');
    expect(channels.value('temperature_C', 20_000)).toBe(0.7);
    expect(channels.fault('temperature_C')).toBeNull();
  });

  it.each([NaN, Infinity, -Infinity])('never let %s in', (value) => {
    const channels = thermometer();
    channels.accept('temperature_C', value, 11_000);
    expect(channels.value('temperature_C', 11_000)).not.toBe(value);
    expect(channels.quality('temperature_C', 13_001)).toBe('invalid');
  });

  it('never give a value that is not finite, whatever comes in', () => {
    const anything = fc.array(fc.tuple(fc.double(), fc.nat(1000)), { maxLength: 30 });
    fc.assert(
      fc.property(anything, (readings) => {
        const channels = new Channels();
        channels.expect('voltage_V', 0.05);
        let now_ms = 0;
        for (const [value, since_ms] of readings) {
          now_ms += since_ms;
          channels.accept('voltage_V', value, now_ms);
          const seen = channels.value('voltage_V', now_ms);
          expect(seen === null || Number.isFinite(seen)).toBe(true);
          expect(seen === null).toBe(channels.quality('voltage_V', now_ms) !== 'good');
        }
      }),
    );
  });

  it('that nobody expected take no reading', () => {
    const channels = new Channels();
    expect(() => channels.accept('flow_mL_min', 25, 0)).toThrow(RangeError);
    expect(() => channels.refuse('flow_mL_min', { kind: 'bus', detail: 'no answer' })).toThrow(RangeError);
  });

  it('give the quality of every channel there is', () => {
    const qualities = thermometer().qualities(10_000);
    expect(Object.keys(qualities)).toEqual([...CHANNELS]);
    expect(qualities.temperature_C).toBe('good');
    expect(qualities.flow_mL_min).toBe('absent');
  });
});
