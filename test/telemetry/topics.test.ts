import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROOT, VALUE_NAMES, isId, topicsOf, valuePayload } from '../../src/telemetry/topics.js';

describe('names', () => {
  it.each(['bench', 'a', 'r-1_x', 'x'.repeat(32)])('takes %s', (name) => {
    expect(isId(name)).toBe(true);
  });

  it.each(['', 'Bench', 'a/b', '+', '#', 'a b', '../x', 'x'.repeat(33), 'a\n', 'ä', '$SYS', '\u0000'])(
    'refuses %j, and builds no topic from it',
    (name) => {
      expect(isId(name)).toBe(false);
      expect(() => topicsOf(name)).toThrow(RangeError);
      expect(() => topicsOf('bench').alarm(name)).toThrow(RangeError);
      expect(() => topicsOf('bench').stop(name)).toThrow(RangeError);
      expect(() => topicsOf('bench').plugin(name)).toThrow(RangeError);
    },
  );

  it('keeps every topic inside the tree of its reactor, whatever the names', () => {
    const letter = fc.constantFrom('a', 'b', '9', '_', '-', '/', '+', '#', '$', '.', 'A', '\n', '\u0000');
    const text = fc.oneof(fc.string(), fc.string({ unit: letter, maxLength: 34 }));
    fc.assert(
      fc.property(text, (name) => {
        if (!isId(name)) {
          expect(() => topicsOf('bench').alarm(name)).toThrow(RangeError);
          return;
        }
        const topics = topicsOf(name);
        for (const topic of [topics.alarm(name), topics.command(name), topics.reply(name), topics.stop(name)]) {
          expect(topic.startsWith(`${ROOT}/${name}/`)).toBe(true);
          expect(topic).toMatch(/^[a-z0-9_/-]+$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('topics', () => {
  it('are those of the contract', () => {
    const topics = topicsOf('bench');
    expect([
      topics.availability,
      topics.state,
      topics.sample,
      topics.value('voltage_V'),
      topics.alarm('cell-hot'),
      topics.event,
      topics.prompt,
      topics.procedure,
      topics.command('anna'),
      topics.stop('console'),
      topics.reply('anna'),
      topics.recordHead,
    ]).toEqual([
      'galvanode/bench/availability',
      'galvanode/bench/state',
      'galvanode/bench/sample',
      'galvanode/bench/value/voltage_V',
      'galvanode/bench/alarm/cell-hot',
      'galvanode/bench/event',
      'galvanode/bench/prompt',
      'galvanode/bench/procedure',
      'galvanode/bench/command/anna',
      'galvanode/bench/command/console/stop',
      'galvanode/bench/reply/anna',
      'galvanode/bench/record/head',
    ]);
  });

  it('have no value name twice', () => {
    expect(new Set(VALUE_NAMES).size).toBe(VALUE_NAMES.length);
  });
});

describe('bare numbers', () => {
  it.each(['0', '-0.0026', '1944', '1e-7', '1.5e+21'])('%s is one', (text) => {
    expect(valuePayload.safeParse(text).success).toBe(true);
  });

  it.each(['', 'NaN', 'Infinity', '1,5', '18 mA', '{}'])('%j is none', (text) => {
    expect(valuePayload.safeParse(text).success).toBe(false);
  });
});
