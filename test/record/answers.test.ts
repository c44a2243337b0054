/** What was asked under a name and what came of it, and how `runs show` tells it. */
import { describe, expect, it } from 'vitest';
import { answersOf } from '../../src/record/answers.js';
import type { PastEvent } from '../../src/record/history.js';
import type { EventData, EventKind } from '../../src/model/event.js';

const event = (kind: EventKind, actor: string, elapsed_s: number, data: EventData): PastEvent => ({
  seq: 1,
  t: 0,
  elapsed_s,
  kind,
  actor,
  text: '',
  data,
  prev_hash: '',
  hash: '',
});
const given = { prompt: 's-1', key: 'gc-1', value: 12, unit: '%', charge_C: 5, asked_C: 4 };
const missed = { actor: 'procedure', charge_C: null, value: null, unit: null };

describe('answers', () => {
  it('are told with the charge at which they were asked for and given, and so is what is missing', () => {
    const events = [
      event('prompt', 'procedure', 1, { prompt: 's-1', key: 'gc-1', asked_C: 4 }),
      event('answer', 'operator', 9, { prompt: 'prompt' }),
      event('answer', 'operator', 10, given),
      event('answer', 'program', 11, { ...given, key: 'gc-2', value: null, unit: null }),
      event('note', 'procedure', 12, { prompt: 's-3', key: 'gc-3', asked_C: 6, missed: 'not answered' }),
      event('note', 'procedure', 13, { prompt: 's-4', key: 'gc-4', missed: 'never due' }),
      event('note', 'procedure', 14, { prompt: 's-5', key: 'gc-5', asked_C: 7 }),
    ];
    expect(answersOf(events)).toEqual([
      { key: 'gc-1', at_s: 10, asked_C: 4, charge_C: 5, value: 12, unit: '%', actor: 'operator', came: 'given' },
      { key: 'gc-2', at_s: 11, asked_C: 4, charge_C: 5, value: null, unit: null, actor: 'program', came: 'not given' },
      { ...missed, key: 'gc-3', at_s: 12, asked_C: 6, came: 'not answered' },
      { ...missed, key: 'gc-4', at_s: 13, asked_C: null, came: 'never due' },
    ]);
  });

  it('of 0 are answers', () => {
    expect(answersOf([event('answer', 'operator', 1, { ...given, value: 0 })])).toMatchObject([
      { value: 0, came: 'given' },
    ]);
  });
});
