/** What counts as an answer to each kind of question, and what a wrong one hears. */
import { describe, expect, it } from 'vitest';
import { type AnswerForm, hintOf, readAnswer } from '../../src/model/answer.js';

const MASS: AnswerForm = { kind: 'number', quantity: 'mass' };
const LOOKS: AnswerForm = { kind: 'choice', choices: ['clear', 'cloudy', '3 phases'] };
const HASH = 'a'.repeat(64);

describe('an answer', () => {
  it.each<[AnswerForm, string, string | number, string | null]>([
    [{ kind: 'none' }, ' continued ', 'continued', null],
    [{ kind: 'text' }, ' slightly yellow ', 'slightly yellow', null],
    [MASS, '0.174 g', 174, 'mg'],
    [{ kind: 'number', quantity: null }, '0.35', 0.35, null],
    [LOOKS, 'Cloudy', 'cloudy', null],
    [LOOKS, '1', 'clear', null],
  ])('of %j takes %j', (form, typed, value, unit) => {
    expect(readAnswer(form, typed)).toEqual({ ok: true, answer: { value, unit } });
  });

  it.each<[AnswerForm, string, string, string]>([
    [{ kind: 'text' }, '  ', 'nothing is written', 'a few words'],
    [{ kind: 'text' }, 'x'.repeat(1001), 'is too long', 'at most 1000 characters'],
    [MASS, '174', '"174" has no unit', '174 mg'],
    [MASS, '174 mL', '"174 mL": "mL" is a unit of volume, not of mass (here: kg, g, mg)', '105 mg'],
    [{ kind: 'number', quantity: null }, '1e3', '"1e3" is not a number', 'for example 0.35'],
    [{ kind: 'number', quantity: null }, '9'.repeat(400), 'is out of all proportion', 'for example 0.35'],
    [{ kind: 'text' }, 'a\u001b[2Jb', 'holds characters that cannot be printed', 'one line of text'],
    [{ kind: 'none' }, 'a\nb', 'holds characters that cannot be printed', 'one line of text'],
    [{ kind: 'text' }, 'a\ud800b', 'holds characters that cannot be printed', 'one line of text'],
    [LOOKS, '4', '"4" is not one of the choices', '1: clear, 2: cloudy, 3: 3 phases'],
    [LOOKS, '', '"" is not one of the choices', '1: clear, 2: cloudy, 3: 3 phases'],
  ])('of %j refuses %j', (form, typed, message, hint) => {
    expect(readAnswer(form, typed)).toEqual({ ok: false, message, hint });
  });

  it('that is a photo comes with the hash of its file, or not at all', () => {
    const photo: AnswerForm = { kind: 'photo' };
    expect(readAnswer(photo, 'cell.jpg', HASH)).toEqual({ ok: true, answer: { value: 'cell.jpg', unit: null } });
    for (const hash of [null, '', HASH.slice(1), 'A'.repeat(64)])
      expect(readAnswer(photo, 'cell.jpg', hash).ok).toBe(false);
    expect(readAnswer(photo, '', HASH)).toMatchObject({ ok: false, message: 'no file is named' });
  });

  it('has a hint for every kind', () => {
    const forms: AnswerForm[] = [{ kind: 'none' }, { kind: 'text' }, { kind: 'photo' }, MASS, LOOKS];
    expect(new Set(forms.map(hintOf)).size).toBe(forms.length);
  });
});
