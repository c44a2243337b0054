import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { userLogCommand } from '../../src/cli/user-log.js';
import { CommandFile, commandsFile } from '../../src/command/command-file.js';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'galvanode-log-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function log(json = false) {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = userLogCommand({ data, json, stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

it('shows who asked what and when, the head, and where the chain does not hold', () => {
  expect(log()).toEqual({ code: 0, out: 'nothing was asked while no run was on\n', err: '' });
  const file = new CommandFile(commandsFile(data));
  const t = Date.UTC(2026, 10, 22, 16, 15, 3);
  file.append({ t, actor: 'ann', text: 'start refused (c1 over plant): no permit', data: { ok: false } });
  file.append({ t, actor: 'bob', text: 'clear taken (c2 over plant)', data: { ok: true } });
  const whole = log();
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(whole.out).toMatch(
    /^ {2}2026-11-22 16:15:03 UTC {2}ann +start refused .*\n.*bob.*\n {2}head {2}[0-9a-f]{64}\n$/,
  );
  expect(JSON.parse(log(true).out)).toMatchObject({ commands: [{ actor: 'ann' }, { actor: 'bob' }], breaks: [] });
  writeFileSync(commandsFile(data), readFileSync(commandsFile(data), 'utf8').replace('"bob"', '"ann"'));
  expect(log()).toMatchObject({ code: 3, err: expect.stringMatching(/:2: this line is not as it was written\n$/) });
});
