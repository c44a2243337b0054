import { expect, it } from 'vitest';
import { meaningOf } from '../../../../src/console/page/shell/shortcuts.js';

const PAGES = [{ id: 'run' }, { id: 'plots' }];

it.each([
  ['?', { kind: 'help' }],
  ['1', { kind: 'page', id: 'run' }],
  ['2', { kind: 'page', id: 'plots' }],
  ['3', null],
  ['0', null],
  ['Enter', null],
  ['s', null],
])('%s', (key, right) => {
  expect(meaningOf(key, PAGES)).toEqual(right);
});
