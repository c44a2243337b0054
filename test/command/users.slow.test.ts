import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, changeUsers, readUsers, UserBook, usersFile } from '../../src/command/users.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-users-'));
  file = usersFile(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the file of users', () => {
  it('lets a user in with his password and no other, and nobody who is not in it', async () => {
    const password = 'kettle-orange-7';
    expect(changeUsers(file, () => []).ok).toBe(true);
    const ann = await accountOf('ann', 'operator', password);
    expect(changeUsers(file, (all) => [...all, ann]).ok).toBe(true);
    expect(readUsers(file)).toEqual({ ok: true, value: [ann] });
    const book = new UserBook(file);
    expect(await book.verify('ann', password)).toBe('operator');
    expect(await book.verify('ann', `${password} `)).toBeNull();
    expect(await book.verify('ann', '')).toBeNull();
    expect(await book.verify('bob', password)).toBeNull();
    expect(readFileSync(file, 'utf8')).not.toContain(password);
    expect(ann).toMatchObject({ scrypt_N: 32_768, scrypt_r: 8, scrypt_p: 3 });
  });
});
