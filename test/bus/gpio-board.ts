/**
 * Boards for the tests of lines: the reference bench's file with other lines. Owns the short notation; knows no backend.
 */
import type { Board, BoardLine } from '../../src/model/board.js';
import { boardNamed } from '../contract/files.js';

/** bench-sim with these lines and no others. */
export function boardWith(lines: Partial<Board['lines']>): Board {
  const board = boardNamed('bench-sim');
  const absent: BoardLine = { absent: 'not in this test' };
  const all = { ...board.lines };
  for (const name of Object.keys(all) as (keyof Board['lines'])[]) all[name] = lines[name] ?? absent;
  return { ...board, name: 'test-board', lines: all };
}

export function input(chip: string | string[], offset: number, active: 'high' | 'low' = 'low'): BoardLine {
  return { chip, offset, direction: 'in', active };
}

export function output(chip: string | string[], offset: number, active: 'high' | 'low' = 'high'): BoardLine {
  return { chip, offset, direction: 'out', active };
}
