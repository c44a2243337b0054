import { describe, expect, it } from 'vitest';
import { passwordFrom, passwordIn } from '../../src/timeseries/pgpass.js';

const URL = 'postgres://ann@db.lab:5433/runs';

describe('the password file of PostgreSQL', () => {
  it.each([
    ['db.lab:5433:runs:ann:secret', 'secret'],
    ['*:*:*:ann:any', 'any'],
    ['# a note\n\nother:*:*:*:no\n*:5433:*:*:yes', 'yes'],
    [String.raw`*:*:*:ann:a\:b\\c`, String.raw`a:b\c`],
    ['db.lab:5432:runs:ann:port', null],
    ['db.lab:5433:runs:bob:user', null],
    ['', null],
  ])('%j gives %j', (text, password) => {
    expect(passwordIn(text, URL)).toBe(password);
  });

  it('has the port of PostgreSQL where the URL has none', () => {
    expect(passwordIn('h:5432:d:u:p', 'postgres://u@h/d')).toBe('p');
  });

  it('gives nothing where it is not', () => {
    expect(passwordFrom(URL, '/nowhere/pgpass')).toBeNull();
  });
});
