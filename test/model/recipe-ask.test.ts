/** What a recipe's question takes for an answer where nobody is asked. */
import { describe, expect, it } from 'vitest';
import { fallbackOf, readAnswer } from '../../src/model/answer.js';
import { question } from '../../src/model/recipe-ask.js';

const formOf = (answer: object) => {
  const read = question.safeParse({ ask: 'Mass?', answer });
  if (!read.success || read.data.answer === undefined) throw new Error('the question is refused');
  return read.data.answer;
};

describe('a default', () => {
  it.each<[string, object]>([
    ['number', { kind: 'number', unit: 'mass' }],
    ['text', { kind: 'text' }],
    ['photo', { kind: 'photo' }],
    ['choice', { kind: 'choice', choices: ['clear', 'cloudy'] }],
  ])('of none leaves a %s out: nothing is kept as measured', (_, answer) => {
    const form = formOf({ ...answer, default: 'none' });
    expect(fallbackOf(form)).toBe('not given');
    expect(readAnswer(form, 'Not given ')).toEqual({ ok: true, answer: { value: null, unit: null } });
  });

  it('of none is the choice that is called so, and of a confirmation a note', () => {
    expect(fallbackOf(formOf({ kind: 'choice', choices: ['none', 'some'], default: 'none' }))).toBe('none');
    expect(fallbackOf(formOf({ kind: 'none', default: 'none' }))).toBe('none');
  });

  it('that is an answer stays one', () => {
    expect(fallbackOf(formOf({ kind: 'choice', choices: ['keep', 'drop'], default: 'keep' }))).toBe('keep');
    expect(fallbackOf(formOf({ kind: 'number', unit: 'mass' }))).toBeUndefined();
  });
});
