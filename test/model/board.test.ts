import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { wireTime_s } from '../../src/bus/i2c.js';
import { type Board, parseBoard, readBoardText } from '../../src/model/board.js';
import { SAFETY_LINES } from '../../src/model/observation.js';
import { formatProblem, Refusal } from '../../src/model/problem.js';

function textOf(name: string): string {
  return readFileSync(new URL(`../../boards/${name}.yaml`, import.meta.url), 'utf8');
}

function problemsOf(text: string): string[] {
  const outcome = readBoardText(text, 'board.yaml');
  return outcome.ok ? [] : outcome.problems.map(formatProblem);
}

const names = ['bench-sim', 'bench-live'];

describe.each(names)('the board %s', (name) => {
  const board: Board = parseBoard(textOf(name), `${name}.yaml`);

  it('bears the name of its file and says that it is simulated', () => {
    expect(board.name).toBe(name);
    expect(board.simulated).toBe(true);
  });

  it('has one chip an address, none at the addresses that the bus keeps for itself', () => {
    const addresses = Object.values(board.chips).map((chip) => chip.address);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) {
      expect(address).toBeGreaterThanOrEqual(0x08);
      expect(address).toBeLessThanOrEqual(0x77);
    }
  });

  it('has the addresses of the reference bench', () => {
    const { chips } = board;
    expect(chips.galvanostat.address).toBe(0x2c);
    expect(chips.thermometer.address).toBe(0x48);
    expect(chips.coolerSource.address).toBe(0x4c);
    expect(chips.coolerMeter.address).toBe(0x40);
    expect([chips.housekeeping.address, chips.vent.address]).toEqual([0x49, 0x4a]);
    expect(chips.outputs.address).toBe(0x52);
    expect([chips.hydrogen.address, chips.liquidFlow.address, chips.sweepFlow.address]).toEqual([0x74, 0x08, 0x2a]);
  });

  it('has no two lines on one offset, and a line for all that the guard watches', () => {
    const used = Object.values(board.lines).flatMap((line) =>
      'absent' in line ? [] : [`${String(line.chip)}:${line.offset}`],
    );
    expect(new Set(used).size).toBe(used.length);
    for (const safety of SAFETY_LINES) expect(board.lines[safety]).toMatchObject({ direction: 'in' });
  });

  it('fits the galvanostat into a third of its control period, so that the other chips have room', () => {
    const frame = { address: board.chips.galvanostat.address, write: new Uint8Array(1), read: 32 };
    const drive = { address: board.chips.galvanostat.address, write: new Uint8Array(32) };
    const busy_s = 2 * wireTime_s(frame, board.bus.rate_Hz) + wireTime_s(drive, board.bus.rate_Hz);
    expect(busy_s * board.control_Hz).toBeLessThan(1 / 3);
  });

  it('polls at multiples of the control period and leaves the dead-man several cycles', () => {
    for (const { period_s } of Object.values(board.chips)) expect((period_s * board.control_Hz) % 1).toBeCloseTo(0, 9);
    expect(board.chips.galvanostat.deadMan_s * board.control_Hz).toBeGreaterThanOrEqual(3);
  });

  it('reads the current of the cooler at the resolution of its shunt', () => {
    const { currentLsb_A, shunt_ohm } = board.chips.coolerMeter;
    expect(currentLsb_A * shunt_ohm).toBeCloseTo(312.5e-9, 15);
    expect(0.16384 / shunt_ohm).toBeGreaterThan(board.chips.coolerSource.currentMax_A);
  });
});

describe('a board file', () => {
  it('is the same bench live and in lock-step', () => {
    const { name: _name, title: _title, bus: _bus, ...sim } = parseBoard(textOf('bench-sim'), 'bench-sim.yaml');
    const { name: _liveName, title: _liveTitle, bus, ...live } = parseBoard(textOf('bench-live'), 'bench-live.yaml');
    expect(live).toEqual(sim);
    expect(bus.kind).toBe('socket');
  });

  it('is refused with every place and what would be right', () => {
    const text = textOf('bench-sim')
      .replace('"0x2C"', '0x2C')
      .replace('"0x48"', '"0x80"')
      .replace('deadMan_s: 0.15', 'deadMan_s: 1')
      .replace('kind: simulated', 'kind: spi')
      .replace('beta_K: 3435', 'beta: 3435')
      .replace('absent: the simulated bench makes no sound', 'absent: 3');
    const problems = problemsOf(text);
    const line = (part: string): number => text.split('\n').findIndex((row) => row.includes(part)) + 1;
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^board.yaml:${line('kind: spi')}:14: bus.kind: is not a bus`)),
      expect.stringContaining(
        `board.yaml:${line('0x2C')}:14: chips.galvanostat.address: "0x2C" is not a plain decimal number (would be right: "0x08" to "0x77", in quotes)`,
      ),
      expect.stringContaining(
        `board.yaml:${line('deadMan_s: 1')}:16: chips.galvanostat.deadMan_s: is too large (would be right: at most 0.25)`,
      ),
      expect.stringContaining(
        `board.yaml:${line('"0x80"')}:14: chips.thermometer.address: is not a seven-bit I2C address`,
      ),
      expect.stringContaining(`board.yaml:${line('beta: 3435')}:5: chips.housekeeping.hotSide.beta_K: is missing`),
      expect.stringContaining('chips.housekeeping.hotSide.beta: this key is not known here'),
      expect.stringContaining(`board.yaml:${line('absent: 3')}:26: lines.buzzer: is neither a line nor the reason`),
    ]);
  });

  it('throws a refusal with all of them for callers that need a board', () => {
    expect(() => parseBoard('board: 2\n', 'x.yaml')).toThrow(Refusal);
  });
});
