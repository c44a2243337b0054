/**
 * What is left of a record after a power cut, a kill and a disk that fails. Each cut is a writing process killed at a random
 * instant, of which only what the disk had for sure is opened (shim.c), in every second one with sectors of what it had
 * not. The same with `synchronous=NORMAL` is the control: the model is worth nothing unless that loses samples.
 *
 * npx tsx test/power-cut/power-cut.ts [--cuts 60] [--kills 200] [--edits 500] [--seed 1]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { History } from '../../src/record/history.js';
import { databaseFile } from '../../src/record/place.js';
import { damageOf } from '../../src/record/soundness.js';
import { verifyRecord } from '../../src/record/verify.js';
import { clock, type Figures, inLanes, MachineWitness, Rig } from '../rig/rig.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { tamperTrials } from '../record/tamper.js';
import { recordThreeRuns } from '../record/three-runs.js';
import { randomOf } from '../support/random.js';
import { buildShim, FailingDisk, type Faults } from './disk.js';

const FULL = '../record/writing-process.ts';
const NORMAL = 'writer-with-normal.ts';
const BEAT = 'writer-with-beat.ts';
/** Longest wait of a cut after the first acknowledgement, ms. */
const LONGEST_MS = 400;
/** A beat of 20 ms may be this late beside a disk that stalls (acceptance A24), ms. */
const JITTER_LIMIT_MS = 20;

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '60' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    edits: { type: 'string', default: '500' },
    lanes: { type: 'string', default: '2' },
  },
});
const rig = new Rig('power-cut');
const workshop = mkdtempSync(join(tmpdir(), 'galvanode-shim-'));
const shim = buildShim(workshop);

interface Cut {
  readonly acknowledged: number;
  readonly lost: number;
  readonly torn: number;
  readonly syncs: number;
  /** What is wrong with the file beside lost rows; null when nothing is. */
  readonly damage: string | null;
}

/** One writing process, killed at a random instant; `durable` says which of its two folders is opened. */
async function cut(script: string, seed: number, what: 'durable' | 'live'): Promise<Cut> {
  const random = randomOf(seed);
  const disk = new FailingDisk(shim);
  try {
    const first = new Promise<void>((resolve) => disk.start(script, [disk.live], {}, () => resolve()));
    await first;
    await clock.sleep(LONGEST_MS * random());
    await disk.kill();
    const torn =
      what === 'durable' && seed % 2 === 1
        ? disk.tear(['galvanode.sqlite', 'galvanode.sqlite-wal'], () => random() < 0.5)
        : 0;
    const dataDir = what === 'durable' ? disk.remains() : disk.live;
    const { acknowledged, counts } = disk;
    return { acknowledged, torn, syncs: counts.syncs, ...judged(dataDir, acknowledged) };
  } finally {
    rmSync(disk.folder, { recursive: true, force: true });
  }
}

/** Acknowledged samples that are not there, and whether the file is whole and its chain with it. */
function judged(dataDir: string, acknowledged: number): { readonly lost: number; readonly damage: string | null } {
  const damage = damageOf(databaseFile(dataDir));
  if (damage !== null) return { lost: acknowledged, damage };
  const history = History.open(dataDir);
  const run = history?.runs()[0]?.run;
  const kept = new Set<number>();
  if (history !== undefined && run !== undefined) {
    for (const { seq } of history.samples(run)) kept.add(Number(seq));
  }
  history?.close();
  const lost = Array.from({ length: acknowledged }, (_, place) => place + 1).filter((seq) => !kept.has(seq)).length;
  if (run === undefined) return { lost, damage: 'the run is not there' };
  const proof = verifyRecord({ dataDir, spareDir: join(dataDir, 'spare') }).runs[0];
  return { lost, damage: proof?.verdict === 'tampered' ? proof.findings.join('; ') : null };
}

interface Series {
  readonly ran: number;
  readonly lossy: number;
  readonly lost: number;
  readonly acknowledged: number;
  readonly torn: number;
  readonly damaged: number;
  readonly syncs: number;
}

async function series(script: string, count: number, what: 'durable' | 'live'): Promise<Series> {
  const seeds = Array.from({ length: count }, (_, place) => Number(values.seed) * 100_000 + place);
  const cuts = await inLanes(seeds, Number(values.lanes), (seed) => cut(script, seed, what));
  const sum = (of: (one: Cut) => number): number => cuts.reduce((total, one) => total + of(one), 0);
  for (const { damage } of cuts) if (damage !== null && script === FULL) rig.note(`damage: ${damage}`);
  return {
    ran: cuts.length,
    lossy: cuts.filter(({ lost }) => lost > 0).length,
    lost: sum(({ lost }) => lost),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    torn: sum(({ torn }) => torn),
    damaged: cuts.filter(({ damage }) => damage !== null).length,
    syncs: sum(({ syncs }) => syncs),
  };
}

function seriesText({ ran, lossy, lost, acknowledged, torn, damaged, syncs }: Series): string {
  return `${ran} processes, ${acknowledged} acknowledged samples, ${lost} lost in ${lossy}; ${damaged} files damaged, ${torn} sectors torn, ${syncs} syncs seen`;
}

async function cutsAndKills(): Promise<Figures> {
  const [cuts, kills] = [Number(values.cuts), Number(values.kills)];
  const full = await series(FULL, cuts, 'durable');
  rig.check('the model sees the syncs of the record', full.syncs > full.ran, `${full.syncs} syncs`);
  rig.check(`${cuts} power cuts with FULL lose nothing`, full.lost === 0 && full.damaged === 0, seriesText(full));
  const normal = await series(NORMAL, cuts, 'durable');
  rig.check('the control with NORMAL loses samples', normal.lossy > 0, seriesText(normal));
  const killed = await series(FULL, kills, 'live');
  rig.check(`${kills} kills lose nothing`, killed.lost === 0 && killed.damaged === 0, seriesText(killed));
  return { cuts_full: full, cuts_normal: normal, kills: killed };
}

interface BeatReport {
  readonly cycles: number;
  readonly lost: number;
  readonly ended: string;
  readonly latest_ms: number;
  readonly mostWaiting: number;
  readonly holds: readonly string[];
  readonly warnings: readonly string[];
  readonly kept: number;
  readonly verdicts: readonly string[];
  readonly faults: number;
}

/** A run of so many seconds in real time on a disk with faults, and what was kept of it. */
async function beside(
  faults: Faults,
  seconds: number,
  act?: (disk: FailingDisk) => Promise<void>,
): Promise<BeatReport> {
  const disk = new FailingDisk(shim);
  try {
    const [dataDir, spareDir] = [join(disk.live, 'first'), join(disk.live, 'second')];
    disk.start(BEAT, [dataDir, spareDir, String(seconds)], { FAULTS: dataDir, ...faults });
    await act?.(disk);
    const said: unknown = JSON.parse((await disk.end()).at(-1) ?? '{}');
    const history = History.open(dataDir, spareDir);
    const run = history?.runs()[0]?.run ?? '';
    const kept = [...(history?.samples(run) ?? [])].length;
    history?.close();
    const verdicts = verifyRecord({ dataDir, spareDir }).runs.map(({ verdict }) => verdict);
    return { ...(said as BeatReport), kept, verdicts, faults: disk.counts.faults };
  } finally {
    rmSync(disk.folder, { recursive: true, force: true });
  }
}

function whole({ cycles, lost, kept, ended, faults }: BeatReport): boolean {
  return lost === 0 && kept === cycles && ended === 'whole' && faults > 0;
}

function beatText({ kept, cycles, latest_ms, holds, warnings, faults }: BeatReport): string {
  return `${kept} of ${cycles} kept, beat at most ${latest_ms.toFixed(1)} ms late, fired ${faults} times, held for ${holds.length}, warned for ${warnings.length}`;
}

async function failingDisks(): Promise<Figures> {
  const quiet = await beside({ STALL_AT: 20, STALL_COUNT: 1, STALL_MS: 1 }, 5);
  rig.note(`nothing but a sync of 1 ms: ${beatText(quiet)}`);
  const machine = new MachineWitness();
  const stall = await beside({ STALL_AT: 12, STALL_COUNT: 3, STALL_MS: 5000 }, 25);
  machine.end();
  rig.check('syncs of 5 s lose nothing', whole(stall), beatText(stall));
  rig.check('syncs of 5 s do not hold the run', stall.holds.length === 0, stall.holds.join(' | '));
  rig.check(
    `syncs of 5 s leave the beat within ${JITTER_LIMIT_MS} ms of what the machine does to any process`,
    stall.latest_ms <= JITTER_LIMIT_MS + machine.latest_ms,
    `${stall.latest_ms.toFixed(1)} ms; the machine ${machine.latest_ms.toFixed(1)} ms; without a stall ${quiet.latest_ms.toFixed(1)} ms`,
  );
  const eio = await beside({ EIO_AT: 14 }, 10);
  rig.check(
    'a sync that fails: held, and all is kept in the second store',
    whole(eio) && eio.holds.length > 0,
    beatText(eio),
  );
  const rofs = await beside({ EROFS_AT: 14 }, 10);
  rig.check('a disk gone read-only: the same', whole(rofs) && rofs.holds.length > 0, beatText(rofs));
  const full = await beside({ FULL_AT: 14 }, 10, async (disk) => {
    await clock.sleep(7000);
    disk.makeRoom();
  });
  rig.check(
    'a full disk, then room again: rows wait, all is kept',
    whole(full) && full.holds.length === 0,
    beatText(full),
  );
  const fullToTheEnd = await beside({ FULL_AT: 14 }, 8);
  rig.check('a full disk to the end: the second store has the rest', whole(fullToTheEnd), beatText(fullToTheEnd));
  return { machine_ms: machine.latest_ms, stall, eio, rofs, full, fullToTheEnd };
}

/** Random changes of a stored record, each looked for with `runs verify`'s own code (acceptance A23). */
function changes(): Figures {
  const dataDir = mkdtempSync(join(workshop, 'record-'));
  recordThreeRuns(dataDir);
  const db = openDatabase(databaseFile(dataDir), 'write');
  const { changed, missed } = tamperTrials(db, Number(values.edits), randomOf(Number(values.seed)));
  db.close();
  rig.check(`${changed} changes of a record are all found`, missed.length === 0, missed.slice(0, 3).join(' | '));
  return { changes: { ran: changed, missed: missed.length } };
}

await rig.run(async () => {
  try {
    return { ...changes(), ...(await cutsAndKills()), ...(await failingDisks()) };
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
});
