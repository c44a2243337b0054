import { describe, expect, it } from 'vitest';
import { Seats } from '../../../src/telemetry/brokers/seats.js';

function full() {
  const gone: string[] = [];
  const seats = new Seats({ knocking: 2, trying: 2, nameless: 2, named: 3 });
  const come = (name: string, address = 'a') => seats.come(address, () => gone.push(name));
  return { gone, come };
}

describe('seats', () => {
  it('are given to newcomers; the oldest of the largest party leaves', () => {
    const { gone, come } = full();
    for (const [name, address] of [
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'b'],
      ['4', 'b'],
    ] as const)
      come(name, address);
    expect(gone).toEqual(['2', '3']);
    come('5', 'c');
    expect(gone).toEqual(['2', '3', '1']);
  });

  it('of users are not taken by strangers, nor by those who knock', () => {
    const { gone, come } = full();
    come('anna').admitted('anna');
    for (let n = 0; n < 10; n++) come(`stranger ${n}`).admitted(null);
    for (let n = 0; n < 10; n++) come(`knocks ${n}`);
    for (let n = 0; n < 10; n++) come(`tries ${n}`).trying();
    expect(gone).toHaveLength(25);
    expect(gone).not.toContain('anna');
  });

  it('are taken from the user who has most', () => {
    const { gone, come } = full();
    come('anna').admitted('anna');
    for (let n = 0; n < 4; n++) come(`ben ${n}`).admitted('ben');
    expect(gone).toEqual(['ben 0', 'ben 1']);
  });

  it('are free when their guest is gone, and who had to leave comes in nowhere else', () => {
    const { gone, come } = full();
    come('1').left();
    const late = come('2');
    come('3');
    come('4');
    expect(gone).toEqual(['2']);
    late.admitted(null);
    come('5').admitted(null);
    come('6').admitted(null);
    expect(gone).toEqual(['2', '3']);
  });
});
