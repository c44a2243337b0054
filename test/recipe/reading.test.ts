/** Bytes of what an operator names as a file, whatever it is. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from '../../src/recipe/reading.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galvanode-reading-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const refusal = async (file: string): Promise<string> => {
  const read = await readBytes(file);
  return read.ok ? '' : read.wrong.message;
};

describe('what is named as a recipe', () => {
  it('is read when it is a file', async () => {
    const file = join(folder, 'recipe.yaml');
    writeFileSync(file, 'recipe: 1\n');
    const read = await readBytes(file);
    expect(read.ok && Buffer.from(read.value.bytes).toString()).toBe('recipe: 1\n');
  });

  it('is refused at once when it is a pipe that nobody writes to, a folder, or not there', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await refusal(pipe)).toBe('cannot be read: it is a pipe, not a file');
    expect(await refusal(folder)).toBe('cannot be read: it is a folder, not a file');
    expect(await refusal(join(folder, 'none.yaml'))).toBe('cannot be read: there is no such file');
  });
});
