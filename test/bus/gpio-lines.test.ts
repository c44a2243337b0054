import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostLines, openHostLines } from '../../src/bus/gpio-lines.js';
import { LineFault, type LinePorts, placesOf } from '../../src/bus/gpio-places.js';
import type { InputLine, OutputLine } from '../../src/bus/line-names.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { boardWith, input, output } from './gpio-board.js';

const board = boardWith({
  'e-stop-closed': input('chip', 5, 'low'),
  'canopy-fan-turning': input('chip', 6, 'high'),
  'arm-button': input('chip', 7, 'low'),
  'master-relay': output('chip', 20, 'low'),
  'light-red': output('chip', 21, 'high'),
});

/** Levels in memory. Inputs begin healthy; a line in `broken` fails. */
class Levels implements LinePorts {
  readonly kind = 'sysfs';
  readonly found = new Map();
  readonly high = new Map<string, boolean>([
    ['e-stop-closed', false],
    ['canopy-fan-turning', true],
    ['arm-button', true],
  ]);
  readonly broken = new Set<string>();
  closed = 0;

  read(line: InputLine): boolean {
    if (this.broken.has(line)) throw new LineFault('io', line, 'EIO');
    return this.high.get(line) ?? false;
  }
  write(line: OutputLine, high: boolean): void {
    if (this.broken.has(line)) throw new LineFault('io', line, 'EIO');
    this.high.set(line, high);
  }
  async close(): Promise<void> {
    this.closed += 1;
  }
}

function opened() {
  const faults: LineFault[] = [];
  const lines = new HostLines(board, placesOf(board), (fault) => void faults.push(fault));
  const levels = new Levels();
  lines.attach(levels);
  /** The kernel's way: the level changes, and an edge tells of it with the level as read then. */
  const bring = (line: InputLine, high: boolean): void => {
    levels.high.set(line, high);
    lines.listener.edge(line, high);
  };
  return { lines, levels, faults, bring };
}

describe('the lines of a host', () => {
  it('mean what the board file says of their levels', () => {
    const { lines, levels } = opened();
    expect([lines.get('e-stop-closed'), lines.get('canopy-fan-turning'), lines.get('arm-button')]).toEqual([
      true,
      true,
      false,
    ]);
    lines.set('master-relay', true);
    lines.set('light-red', true);
    expect([levels.high.get('master-relay'), levels.high.get('light-red')]).toEqual([false, true]);
  });

  it('remember a dip between two looks once, on the inputs that guard', () => {
    const { lines, bring } = opened();
    bring('e-stop-closed', true);
    bring('e-stop-closed', false);
    expect([lines.get('e-stop-closed'), lines.get('e-stop-closed')]).toEqual([false, true]);
    lines.listener.edge('e-stop-closed', false); // over before anybody read the level
    expect([lines.get('e-stop-closed'), lines.get('e-stop-closed')]).toEqual([false, true]);
    bring('arm-button', false);
    bring('arm-button', true);
    expect(lines.get('arm-button')).toBe(false);
  });

  it('do not take a recovery that was looked at before its edge for another dip', () => {
    const { lines, levels, bring } = opened();
    bring('e-stop-closed', true);
    expect(lines.get('e-stop-closed')).toBe(false);
    levels.high.set('e-stop-closed', false);
    expect(lines.get('e-stop-closed')).toBe(true);
    lines.listener.edge('e-stop-closed', false);
    expect(lines.get('e-stop-closed')).toBe(true);
  });

  it('are never healthy at a look after an unhealthy level since the look before', () => {
    const step = fc.oneof(fc.record({ high: fc.boolean() }), fc.constant('look' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { lines, bring } = opened();
        let unhealthySince = false;
        let high = false;
        for (const what of steps) {
          if (what === 'look') {
            expect(lines.get('e-stop-closed')).toBe(!high && !unhealthySince);
            unhealthySince = false;
          } else if (what.high !== high) {
            high = what.high;
            unhealthySince ||= high;
            bring('e-stop-closed', high);
          }
        }
      }),
    );
  });

  it('read as unhealthy while they cannot be read, and say so once', () => {
    const { lines, levels, faults } = opened();
    levels.broken.add('canopy-fan-turning');
    expect([1, 2, 3].map(() => lines.get('canopy-fan-turning'))).toEqual([false, false, false]);
    expect(faults.map(({ line }) => line)).toEqual(['canopy-fan-turning']);
    levels.broken.clear();
    expect(lines.get('canopy-fan-turning')).toBe(true);
    levels.broken.add('canopy-fan-turning');
    expect(lines.get('canopy-fan-turning')).toBe(false);
    expect(faults).toHaveLength(2);
  });

  it('throw when an output does not follow', () => {
    const { lines, levels } = opened();
    levels.broken.add('master-relay');
    expect(() => lines.set('master-relay', true)).toThrow(LineFault);
  });

  it('go to their safe levels and are given back once, also when one of them fails', async () => {
    const { lines, levels, faults } = opened();
    lines.set('master-relay', true);
    lines.set('light-red', true);
    levels.broken.add('master-relay');
    await lines.close();
    await lines.close();
    expect([levels.high.get('light-red'), levels.closed, faults.length]).toEqual([false, 1, 1]);
    expect(() => lines.get('arm-button')).toThrow('are closed');
  });

  it('take no virtual clock', async () => {
    const options = { board, clock: new VirtualClock(), onFault: () => undefined };
    await expect(openHostLines(options)).rejects.toThrow('takes no virtual clock');
  });
});
