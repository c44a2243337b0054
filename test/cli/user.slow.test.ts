import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  userAddCommand,
  userListCommand,
  userPasswordCommand,
  userRemoveCommand,
  type UserOptions,
} from '../../src/cli/user.js';
import { UserBook } from '../../src/command/users.js';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'galvanode-user-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function told(typed = '', more: Partial<UserOptions> = {}) {
  const stdout = new Text();
  const stderr = new Text();
  const input = new PassThrough();
  input.end(typed);
  return { stdout, stderr, options: { data, stdout, stderr, input, ...more } satisfies UserOptions };
}

describe('galvanode user', () => {
  it('adds with one line of input, lists, gives a new password that is printed once, and removes', async () => {
    const book = new UserBook(join(data, 'users.yaml'));
    expect(await userAddCommand('ann', told('kettle-orange-7\n', { role: 'operator' }).options)).toBe(0);
    expect(await book.verify('ann', 'kettle-orange-7')).toBe('operator');
    const list = told();
    expect(userListCommand({ ...list.options, json: true })).toBe(0);
    expect(JSON.parse(list.stdout.text)).toEqual({ users: [{ name: 'ann', role: 'operator' }] });
    const renewed = told('', { generate: true });
    expect(await userPasswordCommand('ann', renewed.options)).toBe(0);
    const made = /^password: ([a-z1-9]{24})$/m.exec(renewed.stdout.text)?.[1] ?? '';
    expect(await book.verify('ann', made)).toBe('operator');
    expect(await book.verify('ann', 'kettle-orange-7')).toBeNull();
    expect(readFileSync(join(data, 'users.yaml'), 'utf8')).not.toContain(made);
    expect(userRemoveCommand('ann', told().options)).toBe(0);
    expect(book.roleOf('ann')).toBeNull();
  });

  it.each([
    ['Ann', 'kettle-orange-7\n', 'operator', 'no name of a user'],
    ['ann', 'kettle-orange-7\n', 'king', 'no role'],
    ['ann', 'short\n', 'viewer', '10 characters'],
    ['ann', '', 'viewer', 'no password was given'],
    ['console', 'kettle-orange-7\n', 'viewer', 'console'],
  ])('refuses %s with %j as %s', async (name, typed, role, why) => {
    const { options, stderr } = told(typed, { role });
    expect(await userAddCommand(name, options)).toBe(2);
    expect(stderr.text).toContain(why);
    expect(stderr.text).not.toContain('kettle');
    const after = told();
    expect(userListCommand(after.options)).toBe(0);
    expect(after.stdout.text).toContain('no users');
  });

  it('refuses to change or remove who is not there', async () => {
    const { options, stderr } = told('kettle-orange-7\n');
    expect(await userPasswordCommand('bob', options)).toBe(2);
    expect(userRemoveCommand('bob', options)).toBe(2);
    expect(stderr.text.match(/there is no user "bob"/g)).toHaveLength(2);
  });
});
