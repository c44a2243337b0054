import { describe, expect, it } from 'vitest';
import { Sen0473, sen0473Check } from '../../../src/twin/chips/sen0473.js';
import { silent } from '../../device/chip-bus.js';

function bench(hydrogen_ppm: number, poweredFor_s = 3600) {
  const chip = new Sen0473({
    address: 0x74,
    hydrogen_ppm: () => hydrogen_ppm,
    noise: silent,
    poweredFor_s,
    ambient_C: () => 25,
  });
  const ask = (command: number, now_s: number) => {
    const frame = Uint8Array.of(0xff, 0x01, command, 0, 0, 0, 0, 0, 0);
    frame[8] = sen0473Check(frame);
    return chip.write(Uint8Array.of(0, ...frame), now_s);
  };
  const answer = (now_s: number) => {
    chip.write(Uint8Array.of(0), now_s);
    return [...(chip.read(9, now_s) ?? [])];
  };
  return { chip, ask, answer };
}

describe('SEN0473', () => {
  it('answers a concentration after 10 ms, in ppm, hydrogen, with a check byte', () => {
    const { ask, answer } = bench(400);
    ask(0x86, 0);
    expect(answer(0.005)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(answer(0.011)).toEqual([
      0xff,
      0x86,
      0x01,
      0x90,
      0x06,
      0,
      0,
      0,
      0x100 - ((0x86 + 0x01 + 0x90 + 0x06) & 0xff),
    ]);
  });

  it('gives concentration and thermistor for 88h, thermistor for 87h, done for 78h', () => {
    const { ask, answer } = bench(10);
    ask(0x88, 0);
    expect(answer(1).slice(1, 8)).toEqual([0x88, 0, 10, 6, 0, 0x02, 0x00]); // 512 of 1024 at 25 °C
    ask(0x87, 1);
    expect(answer(2).slice(1, 4)).toEqual([0x87, 0x02, 0x00]);
    ask(0x78, 2);
    expect(answer(3).slice(1, 3)).toEqual([0x78, 1]);
  });

  it('keeps its last answer for ever, and drops a request that does not check or is unknown', () => {
    const { chip, ask, answer } = bench(10);
    ask(0x86, 0);
    const first = answer(1);
    expect(chip.write(Uint8Array.of(0, 0xff, 0x01, 0x88, 0, 0, 0, 0, 0, 0), 2)).toBe(true);
    expect(answer(9)).toEqual(first);
    ask(0x55, 9);
    expect(answer(10)).toEqual(first);
  });

  it('saturates at full scale and does not go below zero', () => {
    for (const [ppm, high, low] of [
      [5000, 0x03, 0xe8],
      [-20, 0, 0],
    ] as const) {
      const { ask, answer } = bench(ppm);
      ask(0x86, 0);
      expect(answer(1).slice(2, 4)).toEqual([high, low]);
    }
  });

  it('reads high when cold, settles in five minutes, and is cold again after a power cycle', () => {
    const { chip, ask, answer } = bench(0, 0);
    const ppm = (now_s: number) => {
      ask(0x86, now_s);
      return answer(now_s + 0.02)[3];
    };
    expect(ppm(0)).toBe(80);
    expect(ppm(60)).toBe(29);
    expect(ppm(310)).toBe(0);
    chip.reset();
    expect(answer(400)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(ppm(400)).toBe(80);
  });

  it('does not acknowledge another register', () => {
    const { chip } = bench(0);
    expect(chip.write(Uint8Array.of(1), 0)).toBe(false);
  });
});
