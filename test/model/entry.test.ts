import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryPoint, packagePath } from '../../src/model/entry.js';

describe('files of the package', () => {
  it('are found from its root', () => {
    const path = packagePath('package.json');
    expect(isAbsolute(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('"name": "galvanode"');
    expect(existsSync(packagePath('boards', 'bench-sim.yaml'))).toBe(true);
  });
});

describe('entry points', () => {
  it('run from source under a loader', () => {
    const { path, execArgv } = entryPoint('record/writer');
    expect(path.endsWith('/src/record/writer.ts')).toBe(true);
    expect(existsSync(path)).toBe(true);
    expect(execArgv[0]).toBe('--import');
    expect(execArgv[1]).toContain('tsx');
  });
});
