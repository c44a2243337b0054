/** A disk that is full when a run begins: the command refuses, nothing is driven, and the record holds no half of a run. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { History } from '../../src/record/history.js';
import { compilerMissing, inCi } from '../rig/compiled.js';
import { type Ended, endPrograms } from '../support/process.js';
import { startRun } from '../support/runs.js';
import { buildShim } from './disk.js';

const missing = compilerMissing();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'galvanode-full-')));
afterAll(async () => {
  await endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

/** The opening of the record takes some syncs of its own before that of the beginning. */
const MOST_SYNCS = 12;

/** A run whose disk is full after so many syncs. */
function runOn(shim: string, full_at: number): { data: string; ended: Promise<Ended> } {
  const data = join(folder, `live-${full_at}`);
  const durable = join(folder, `durable-${full_at}`);
  mkdirSync(data);
  mkdirSync(durable);
  const environment = {
    LD_PRELOAD: shim,
    POWERCUT_LIVE: data,
    POWERCUT_DURABLE: durable,
    POWERCUT_ROOM: join(folder, 'no-room'),
    POWERCUT_FULL_AT: String(full_at),
  };
  return { data, ended: startRun({ data, environment, args: ['--speed', 'max'] }).ended };
}

describe.skipIf(missing !== undefined && !inCi())(
  `a disk that is full when a run begins${missing ? ` (${missing})` : ''}`,
  { timeout: 60_000 },
  () => {
    const shim = missing === undefined ? buildShim(folder) : '';

    it('refuses with 2 and "no start"; nothing was begun', async () => {
      for (let syncs = 1; syncs <= MOST_SYNCS; syncs++) {
        const { data, ended } = runOn(shim, syncs);
        const { code, stderr, stdout } = await ended;
        expect({ syncs, code }).toEqual({ syncs, code: 2 });
        expect(stdout).not.toContain('armed');
        if (!stderr.startsWith('galvanode: no start: ')) {
          expect(stderr).toMatch(/^galvanode: no record: .*(no space is left|the disk failed)/);
          continue;
        }
        expect(stderr).toMatch(/no space is left/);
        const history = History.open(data);
        expect(history?.runs()).toEqual([]);
        history?.close();
        return;
      }
      throw new Error(`the beginning of a run was not met within ${MOST_SYNCS} syncs`);
    });
  },
);
