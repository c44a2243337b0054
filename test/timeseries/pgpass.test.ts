import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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
    expect(passwordFrom(URL, '/nowhere/pgpass')).toEqual({ password: null, refused: null });
  });

  it.each([
    [0o600, { password: 'secret', refused: null }],
    [0o640, { password: null, refused: expect.stringMatching(/others may read it \(would be right: chmod 600\)$/) }],
  ])('of mode %o gives %j', (mode, found) => {
    const folder = mkdtempSync(join(tmpdir(), 'pgpass-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'pgpass');
    writeFileSync(file, '*:*:*:ann:secret\n');
    chmodSync(file, mode);
    expect(passwordFrom(URL, file)).toEqual(found);
  });

  it('says that a file which cannot be read is not used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pgpass-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o700); // a folder in the place of the file
    expect(passwordFrom(URL, folder)).toMatchObject({ password: null, refused: expect.stringContaining('EISDIR') });
  });
});
