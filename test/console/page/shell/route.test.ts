import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, routeOf } from '../../../../src/console/page/shell/route.js';

describe('the address', () => {
  it.each([
    ['', { page: 'run', parts: [], query: {} }],
    ['#/', { page: 'run', parts: [], query: {} }],
    ['#/history/r-1', { page: 'history', parts: ['r-1'], query: {} }],
    ['#/plots/r-1?from=3&to=9', { page: 'plots', parts: ['r-1'], query: { from: '3', to: '9' } }],
    ['#/recipes/a%2Fb', { page: 'recipes', parts: ['a/b'], query: {} }],
    ['#/recipes/%E0%A4%A', { page: 'recipes', parts: ['%E0%A4%A'], query: {} }],
  ])('%s is read', (hash, right) => {
    expect(routeOf(hash, 'run')).toEqual(right);
  });

  it('comes back as it was written, whatever the names', () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(word, fc.array(word), fc.dictionary(word, fc.string()), (page, parts, query) => {
        expect(routeOf(hashOf(page, parts, query), 'run')).toEqual({ page, parts, query });
      }),
    );
  });
});
