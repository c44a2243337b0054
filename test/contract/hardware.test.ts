import { describe, expect, it } from 'vitest';
import { hardwareBoard } from './hardware.js';

describe('the variable BENCH', () => {
  it('names the reference bench on a bus of this host, or none', () => {
    expect(hardwareBoard(undefined)).toBeUndefined();
    expect(hardwareBoard('')).toBeUndefined();
    expect(hardwareBoard('i2c:22')).toMatchObject({
      name: 'gs1',
      simulated: false,
      bus: { kind: 'i2c', bus: 22, rate_Hz: 100_000 },
    });
  });

  it.each(['1', 'i2c', 'i2c:', 'i2c:-1', 'i2c:256', 'i2c:1 ', 'spi:1'])('refuses %j', (name) => {
    expect(() => hardwareBoard(name)).toThrow(RangeError);
  });
});
