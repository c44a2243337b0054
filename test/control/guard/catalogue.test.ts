import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../src/bus/protocol.gen.js';
import { CATALOGUE } from '../../../src/control/guard/catalogue.js';
import { INTERLOCKS } from '../../../src/control/guard/interlocks.js';
import { packagePath } from '../../../src/model/entry.js';

/** Rows of the catalogue of faults by their letter, as the specification counts them. */
const COUNTS = { H: 32, B: 17, M: 15, P: 12, O: 6, D: 7, N: 8, U: 6, R: 4, X: 2 };

const rows = Object.entries(COUNTS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, k) => `${letter}${k + 1}`),
);
const handlings = CATALOGUE.flatMap(({ handled }) => handled);
const interlocks = handlings.flatMap((handling) => (handling.by === 'host' ? handling.interlocks : []));
const trips = handlings.flatMap((handling) => (handling.by === 'board' ? handling.trips : []));

/** Every trip of the board is a row of its own; sweep gas is of the boards, and not of the catalogue. */
const OF_NO_ROW = ['board-fault', 'sweep-lost'];

describe('the fault catalogue', () => {
  it('has each of its 109 rows once, in their order', () => {
    expect(rows).toHaveLength(109);
    expect(CATALOGUE.map(({ row }) => row)).toEqual(rows);
  });

  it('has somebody who answers for each row, or says why nobody does', () => {
    for (const { row, handled } of CATALOGUE) expect(handled.length, row).toBeGreaterThan(0);
    for (const handling of handlings) if (handling.by === 'nobody') expect(handling.because.length).toBeGreaterThan(0);
  });

  it('names interlocks that there are, and every one of them', () => {
    const ids = INTERLOCKS.map(({ id }) => id);
    expect(interlocks.filter((id) => !ids.includes(id))).toEqual([]);
    const unnamed = ids.filter((id) => !interlocks.includes(id));
    expect(unnamed).toEqual(OF_NO_ROW.toSorted((a, b) => ids.indexOf(a) - ids.indexOf(b)));
  });

  it('names trips of the board that there are, and every one of them', () => {
    const names: string[] = FAULTS.map(({ name }) => name);
    expect(trips.filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !trips.includes(name))).toEqual([]);
  });

  it('names files that there are', () => {
    for (const handling of handlings)
      if (handling.by === 'program' || handling.by === 'wiring')
        expect(existsSync(packagePath(handling.where)), handling.where).toBe(true);
  });

  it('agrees with the rows that the interlocks name themselves', () => {
    for (const { id, catalogue } of INTERLOCKS)
      for (const row of catalogue.split(', ').filter((name) => rows.includes(name))) {
        const handled = CATALOGUE.find((one) => one.row === row)?.handled ?? [];
        const named = handled.some((handling) => handling.by === 'host' && handling.interlocks.includes(id));
        expect(named, `${row} should name ${id}`).toBe(true);
      }
  });
});
