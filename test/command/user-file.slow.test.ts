import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserFileOf } from '../../src/command/user-file.js';
import { UserBook } from '../../src/command/users.js';

const WORD = 'correct horse 9';
let folder: string;
let file: UserFileOf;
let book: UserBook;
const told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-users-'));
  file = new UserFileOf(join(folder, 'users.yaml'), (text) => told.push(text));
  book = new UserBook(join(folder, 'users.yaml'));
  told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the users behind the page', () => {
  it('are added, changed and taken away, and each change is told with who made it', async () => {
    expect(await file.add({ name: 'boss', role: 'admin' }, WORD, 'anna')).toEqual({ ok: true });
    expect(await file.add({ name: 'vera', role: 'viewer' }, WORD, 'boss')).toEqual({ ok: true });
    expect(await book.verify('vera', WORD)).toBe('viewer');
    expect(await file.change('vera', { role: 'operator', password: 'another word 7' }, 'boss')).toEqual({ ok: true });
    expect([await book.verify('vera', WORD), await book.verify('vera', 'another word 7')]).toEqual([null, 'operator']);
    expect(await file.remove('vera', 'boss')).toEqual({ ok: true });
    expect(file.list()).toEqual([{ name: 'boss', role: 'admin' }]);
    expect(told).toEqual([
      'anna added user boss as admin',
      'boss added user vera as viewer',
      'boss gave user vera role operator and a new password',
      'boss took user vera away',
    ]);
    expect(readFileSync(join(folder, 'users.yaml'), 'utf8')).not.toContain(WORD);
  });

  it('keep an admin, whoever asks', async () => {
    await file.add({ name: 'boss', role: 'admin' }, WORD, 'x');
    for (const changed of [await file.remove('boss', 'x'), await file.change('boss', { role: 'viewer' }, 'x')])
      expect(changed).toMatchObject({ ok: false, problems: [{ message: 'the last admin stays one' }] });
    expect(file.list()).toEqual([{ name: 'boss', role: 'admin' }]);
  });

  it.each([
    ['console', WORD],
    ['../x', WORD],
    ['', WORD],
    ['eve', 'short'],
    ['eve', 'eve eve eve eve'],
  ])('are no %s with %s', async (name, password) => {
    expect(await file.add({ name, role: 'viewer' }, password, 'x')).toMatchObject({ ok: false });
    expect(file.list()).toEqual([]);
  });
});
