import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breakoutAddresses } from '../../src/bench-breakout.js';
import { whyAbsent } from '../../src/bus/line-names.js';
import { parseBoard, readBoardText } from '../../src/model/board.js';
import { formatProblem } from '../../src/model/problem.js';

function textOf(name: string): string {
  return readFileSync(new URL(`../../boards/${name}.yaml`, import.meta.url), 'utf8');
}

const real = parseBoard(textOf('breakout'), 'breakout.yaml');
const simulated = parseBoard(textOf('breakout-sim'), 'breakout-sim.yaml');

describe('the breakout bench as a board file', () => {
  it('is the same bench on hardware and simulated, but for bus, names and pins', () => {
    expect(simulated.chips).toEqual(real.chips);
    expect(simulated.limits).toEqual(real.limits);
    expect([simulated.control_Hz, simulated.bus.rate_Hz]).toEqual([real.control_Hz, real.bus.rate_Hz]);
    expect([real.simulated, real.bus.kind, simulated.simulated, simulated.bus.kind]).toEqual([
      false,
      'i2c',
      true,
      'simulated',
    ]);
    const pins = ({ lines }: typeof real) =>
      Object.entries(lines).map(([name, line]) => [name, 'absent' in line ? null : [line.offset, line.active]]);
    expect(pins(simulated)).toEqual(pins(real));
  });

  it('has one chip an address, but for the bridge, which hangs on the PCA9685', () => {
    const { coolerSource, ...chips } = real.chips;
    const addresses = [...Object.values(chips).map(({ address }) => address), ...breakoutAddresses(real)];
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(coolerSource).toMatchObject({ driver: 'drv8871', address: chips.outputs.address });
    const { pump, hotSideFan, canopyFan } = chips.outputs;
    expect([pump, hotSideFan, canopyFan]).not.toContain(coolerSource.driver === 'drv8871' && coolerSource.channel);
  });

  it('has the lines that stand for a microcontroller, each on an offset of its own', () => {
    const offsets = Object.values(real.lines).flatMap((line) => ('absent' in line ? [] : [line.offset]));
    expect(new Set(offsets).size).toBe(offsets.length);
    for (const line of ['watchdog-pulse', 'cell-relay', 'polarity-forward', 'polarity-reverse'] as const)
      expect(whyAbsent(real, line)).toBeUndefined();
    const sim = parseBoard(textOf('bench-sim'), 'bench-sim.yaml');
    expect(whyAbsent(sim, 'watchdog-pulse')).toContain('needs no such line');
    expect(breakoutAddresses(sim)).toEqual([]);
  });

  it('polls at multiples of its control period, and its stage reaches its range', () => {
    for (const { period_s } of Object.values(real.chips)) expect((period_s * real.control_Hz) % 1).toBeCloseTo(0, 9);
    const { galvanostat } = real.chips;
    if (galvanostat.driver !== 'breakout' || galvanostat.converter.driver !== 'ad5693r')
      throw new Error('another board');
    const { converter, stage, ammeter, ranges_mA } = galvanostat;
    expect(converter.reference_V * converter.gain * stage.scale_A_V * 1000).toBeCloseTo(Math.max(...ranges_mA), 9);
    expect((0.16384 / ammeter.shunt_ohm) * 1000).toBeGreaterThan(1.1 * Math.max(...ranges_mA));
  });

  it('is refused with a converter of 12 bits over more than 25.6 mA, and with a galvanostat nobody knows', () => {
    const problemsOf = (text: string): string[] => {
      const outcome = readBoardText(text, 'board.yaml');
      return outcome.ok ? [] : outcome.problems.map(formatProblem);
    };
    const coarse = textOf('breakout').replace(/converter: \{[^}]*\}/, 'converter: { driver: mcp4725, supply_V: 3.3 }');
    expect(problemsOf(coarse)).toEqual([
      expect.stringContaining('chips.galvanostat.converter.driver: 12 bits are too coarse for this range'),
    ]);
    expect(problemsOf(coarse.replace('ranges_mA: [256]', 'ranges_mA: [25.6]'))).toEqual([]);
    expect(problemsOf(textOf('breakout').replace('driver: breakout', 'driver: howland'))).toEqual([
      expect.stringContaining('chips.galvanostat'),
    ]);
  });
});
