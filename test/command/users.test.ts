import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changeUsers,
  generatedPassword,
  isUserName,
  passwordRefusal,
  readUsers,
  UserBook,
  usersFile,
  type Account,
} from '../../src/command/users.js';
import type { Problem } from '../../src/model/problem.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-users-'));
  file = usersFile(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ANN: Account = {
  name: 'ann',
  role: 'operator',
  scrypt_N: 16_384,
  scrypt_r: 8,
  scrypt_p: 1,
  salt: 'AAAAAAAAAAAAAAAAAAAAAA==',
  hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
};

const write = (text: string, mode = 0o600): void => {
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
};

describe('the file of users', () => {
  it('is its owner’s alone, and is changed as a whole or not at all', () => {
    changeUsers(file, () => [ANN]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    expect(changeUsers(file, () => 'not today').ok).toBe(false);
    expect(() =>
      changeUsers(file, () => {
        throw new RangeError('of the program');
      }),
    ).toThrow('of the program');
    writeFileSync(`${file}.new`, ''); // somebody else is at it
    const refused = changeUsers(file, () => []);
    expect(refused).toMatchObject({ ok: false, problems: [{ message: 'another change of it is under way' }] });
    expect(existsSync(`${file}.new`)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(before);
    rmSync(`${file}.new`);
    expect(readdirSync(folder)).toEqual(['users.yaml']);
  });

  it('is told of with every line that is wrong, and then lets nobody in', () => {
    changeUsers(file, () => [ANN]);
    const text = readFileSync(file, 'utf8');
    write(text.replace('role: operator', 'role: king').replace('"ann"', '"console"').replace('16384', '1024'));
    const told: Problem[][] = [];
    const book = new UserBook(file, (problems) => told.push([...problems]));
    expect(book.roleOf('console')).toBeNull();
    expect(book.roleOf('ann')).toBeNull();
    expect(book.count).toBe(0);
    expect(told.map((problems) => problems.map(({ line, path }) => `${line} ${path}`))).toEqual([
      ['4 accounts.0.name', '5 accounts.0.role', '6 accounts.0.scrypt_N'],
    ]);
  });

  it.each([
    ['twice the same name', (text: string) => `${text}${text.slice(text.indexOf('  - name'))}`],
    ['an unknown key', (text: string) => `${text}    password: "x"\n`],
    ['a short hash', (text: string) => text.replace(ANN.hash, 'AAAA')],
    ['a cost that takes all memory', (text: string) => text.replace('16384', '131072').replace('_r: 8', '_r: 16')],
    ['another version', (text: string) => text.replace('users: 1', 'users: 2')],
    ['no YAML', () => '{'],
  ])('lets nobody in with %s', (_what, broken) => {
    changeUsers(file, () => [ANN]);
    write(broken(readFileSync(file, 'utf8')));
    expect(readUsers(file).ok).toBe(false);
    expect(new UserBook(file).roleOf('ann')).toBeNull();
  });

  it('lets nobody in while others on the machine may read it', () => {
    changeUsers(file, () => [ANN]);
    chmodSync(file, 0o640);
    const told: string[] = [];
    const book = new UserBook(file, (problems) => told.push(...problems.map(({ hint }) => hint)));
    expect(book.roleOf('ann')).toBeNull();
    expect(told).toEqual([`chmod 600 ${file}`]);
    chmodSync(file, 0o600);
    expect(book.roleOf('ann')).toBe('operator');
  });

  it('is believed as it is now: who is taken out is out at once', () => {
    changeUsers(file, () => [ANN]);
    const book = new UserBook(file);
    expect(book.roleOf('ann')).toBe('operator');
    changeUsers(file, () => []);
    expect(book.roleOf('ann')).toBeNull();
    rmSync(file);
    expect(book.roleOf('ann')).toBeNull();
  });
});

describe('a password', () => {
  it('is refused when it is weak, with the reason', () => {
    expect(passwordRefusal('ann', 'short')).toContain('10 characters');
    expect(passwordRefusal('ann', 'aaaaaaaaaaaa')).toContain('different');
    expect(passwordRefusal('ann', 'Ann-was-here-1')).toContain('name');
    expect(passwordRefusal('ann', 'x'.repeat(129))).toContain('128');
    expect(passwordRefusal('ann', 'kettle\u0007orange')).toContain('printed');
    expect(passwordRefusal('ann', 'kettle-orange-7')).toBeNull();
  });

  it('is made up of 24 letters of 32, all of which come', () => {
    const many = Array.from({ length: 200 }, () => generatedPassword());
    expect(new Set(many).size).toBe(200);
    expect(new Set(many.join('')).size).toBe(32);
    for (const one of many) expect(passwordRefusal('oil', one)).toBeNull();
  });
});

describe('a file of users that cannot be looked at', () => {
  it.each([
    ['links to itself', (path: string) => symlinkSync('users.yaml', path), 'circle'],
    ['is a folder', (path: string) => mkdirSync(path, { mode: 0o700 }), 'no file'],
    ['is a pipe', (path: string) => execFileSync('mkfifo', ['-m', '600', path]), 'no file'],
  ])('since it %s lets nobody in, is told of once, and throws nothing', (_what, make, said) => {
    make(file);
    const told: Problem[][] = [];
    const book = new UserBook(file, (problems) => told.push([...problems]));
    expect([book.roleOf('ann'), book.markOf('ann'), book.count]).toEqual([null, null, 0]);
    expect(told.map((problems) => problems.map(({ message }) => message).join())).toEqual([
      expect.stringContaining(said),
    ]);
  });

  it('since a part of its path is none, does the same', () => {
    writeFileSync(file, '');
    const book = new UserBook(join(file, 'users.yaml'));
    expect(book.roleOf('ann')).toBeNull();
  });

  it('holds no name under which the program itself writes', () => {
    for (const name of ['operator', 'program', 'guard', 'console']) expect(isUserName(name)).toBe(false);
  });
});
