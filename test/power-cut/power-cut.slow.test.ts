import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { History } from '../../src/record/history.js';
import { databaseFile } from '../../src/record/place.js';
import { damageOf } from '../../src/record/soundness.js';
import { compilerMissing, inCi } from '../rig/compiled.js';
import { buildShim, FailingDisk } from './disk.js';

const missing = compilerMissing();
const folder = mkdtempSync(join(tmpdir(), 'galvanode-shim-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Samples that are left after the process was killed at its 30th acknowledgement and the power with it. */
async function cut(shim: string, script: string): Promise<{ acknowledged: number; kept: number; syncs: number }> {
  const disk = new FailingDisk(shim);
  try {
    await new Promise<void>((resolve) => {
      let heard = 0;
      disk.start(script, [disk.live], {}, () => void (++heard === 30 && resolve()));
    });
    await disk.kill();
    const dataDir = disk.remains();
    if (damageOf(databaseFile(dataDir)) !== null)
      return { acknowledged: disk.acknowledged, kept: 0, syncs: disk.counts.syncs };
    const history = History.open(dataDir);
    const run = history?.runs()[0]?.run;
    const kept = history === undefined || run === undefined ? 0 : [...history.samples(run)].length;
    history?.close();
    return { acknowledged: disk.acknowledged, kept, syncs: disk.counts.syncs };
  } finally {
    rmSync(disk.folder, { recursive: true, force: true });
  }
}

interface Said {
  readonly cycles: number;
  readonly lost: number;
  readonly ended: string;
  readonly holds: readonly string[];
  readonly warnings: readonly string[];
}

/** Some seconds of a run in real time on a disk that fails from its ninth sync on. */
async function fail(shim: string, fault: 'EIO_AT'): Promise<Said & { kept: number; faults: number }> {
  const disk = new FailingDisk(shim);
  try {
    const [dataDir, spareDir] = [join(disk.live, 'first'), join(disk.live, 'second')];
    disk.start('writer-with-beat.ts', [dataDir, spareDir, '4'], { FAULTS: dataDir, [fault]: 9 });
    const said = JSON.parse((await disk.end()).at(-1) ?? '{}') as Said;
    const history = History.open(dataDir, spareDir);
    const kept = [...(history?.samples(history.runs()[0]?.run ?? '') ?? [])].length;
    history?.close();
    return { ...said, kept, faults: disk.counts.faults };
  } finally {
    rmSync(disk.folder, { recursive: true, force: true });
  }
}

describe.skipIf(missing !== undefined && !inCi())(
  `a disk that loses its power or fails${missing ? ` (${missing})` : ''}`,
  { timeout: 60_000 },
  () => {
    const shim = missing === undefined ? buildShim(folder) : '';

    it('has every sample that was acknowledged; with NORMAL, the control, it has not', async () => {
      const full = await cut(shim, '../record/writing-process.ts');
      expect(full.syncs).toBeGreaterThanOrEqual(30);
      expect(full.acknowledged).toBeGreaterThanOrEqual(300);
      expect(full.kept).toBeGreaterThanOrEqual(full.acknowledged);
      const normal = await cut(shim, 'writer-with-normal.ts');
      expect(normal.kept).toBeLessThan(normal.acknowledged);
    });

    it('holds the run and goes on in the second store when a sync fails', async () => {
      const { cycles, kept, lost, ended, faults, holds, warnings } = await fail(shim, 'EIO_AT');
      expect(faults).toBeGreaterThan(0);
      expect({ kept, lost, ended }).toEqual({ kept: cycles, lost: 0, ended: 'whole' });
      expect(holds).toEqual([expect.stringMatching(/the disk failed/)]);
      expect(warnings.join()).toMatch(/second record is in use/);
    });
  },
);
