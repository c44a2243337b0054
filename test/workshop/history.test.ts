import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Route } from '../../src/console/api/exchange.js';
import { eventsAnswer, notesAnswer, runDetail, runsAnswer, verifyAnswer } from '../../src/console/api/runs.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { databaseFile } from '../../src/record/place.js';
import { openDatabase } from '../../src/record/sqlite.js';
import { historyRoutes } from '../../src/workshop/history.js';
import { recordRun } from '../export/recorded.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, headerOf, START_MS } from '../record/samples.js';
import { recordThreeRuns } from '../record/three-runs.js';
import { ask, jsonOf, type Question } from './asking.js';

let data = '';
let routes: Route[] = [];
beforeEach(() => {
  data = freshDirectory();
  routes = historyRoutes({ dataDir: data, spareDir: join(data, 'spare') }, new VirtualClock());
});

async function list(query: Question['query'] = {}) {
  return runsAnswer.parse(jsonOf(await ask(routes, '/api/runs', { query })));
}
const titles = async (query: Question['query']) => (await list(query)).runs.map(({ title }) => title);

function recordTitled(title: string, day: number, more: Parameters<typeof recordRun>[1] = {}): string {
  const { recipe } = headerOf();
  return recordRun(data, {
    ...more,
    header: { startedUtc_ms: START_MS + day * 86_400_000, recipe: { ...recipe, title } },
  });
}

describe('the list', () => {
  it('is empty where nothing was recorded', async () => {
    expect(await list()).toEqual({ runs: [], next: null, count: 0 });
  });

  it('has the newest first, each with its figures and a small trace', async () => {
    recordThreeRuns(data);
    const { runs, next, count } = await list();
    expect([runs.length, next, count]).toEqual([3, null, 3]);
    expect(runs.map(({ started }) => started)).toEqual([2, 1, 0].map((day) => START_MS + day * 86_400_000));
    expect(runs[1]).toMatchObject({ outcome: 'complete', elapsed_s: 500, charge_C: 194.4, simulated: true, notes: 0 });
    expect(runs[1]?.trace).toHaveLength(60);
    expect(runs[1]?.trace.at(0)).toBe(3.2);
    // cycle 500: 3.2 V and a millionth more each cycle, in thousandths
    expect(runs[1]?.trace.at(-1)).toBe(3.201);
  });

  it('has no trace while no current was asked for', async () => {
    recordRun(data, { sample: (second) => ({ setpoint_mA: second > 10 ? 0 : 18 }) });
    const { runs } = await list();
    expect(runs[0]?.trace.slice(0, 2)).toEqual([3.2, 3.2]);
    expect(runs[0]?.trace.at(-1)).toBeNull();
  });

  it('is searched in titles, ids, answers and notes, all words at once, whatever their case', async () => {
    const answer = { prompt: 'p', key: 'yield', value: 'crystals of B', unit: null, charge_C: 5 };
    recordTitled('Kolbe of adipic acid', 0, { events: [eventOf(5, 'answer', { data: answer })] });
    const noted = recordTitled('Anodic methoxylation', 1);
    recordTitled('Reduction of benzophenone', 2);
    await ask(routes, `/api/runs/${noted}/notes`, { method: 'POST', user: 'ada', body: { text: 'Graphite was worn' } });
    expect(await titles({ search: 'kolbe' })).toEqual(['Kolbe of adipic acid']);
    expect(await titles({ search: 'CRYSTALS adipic' })).toEqual(['Kolbe of adipic acid']);
    expect(await titles({ search: 'worn' })).toEqual(['Anodic methoxylation']);
    expect(await titles({ search: noted })).toEqual(['Anodic methoxylation']);
    expect(await titles({ search: 'worn kolbe' })).toEqual([]);
    expect(await titles({ outcome: 'aborted' })).toEqual([]);
    expect(await titles({ outcome: 'complete', search: 'reduction' })).toEqual(['Reduction of benzophenone']);
    expect(await titles({ search: '%' })).toEqual([]);
  });

  it('comes in pages', async () => {
    for (let day = 0; day < 53; day++) recordTitled(`run ${day}`, day, { seconds: 1 });
    const first = await list();
    expect([first.runs.length, first.count, first.runs[0]?.title]).toEqual([50, 53, 'run 52']);
    const second = await list({ before: first.next ?? '' });
    expect(second.runs.map(({ title }) => title)).toEqual(['run 2', 'run 1', 'run 0']);
    expect(second.next).toBeNull();
    expect((await list({ before: 'no run' })).runs).toEqual([]);
  });
});

describe('one run', () => {
  it('has figures, answers, alarms, steps and the recipe', async () => {
    const answer = { prompt: 'p', key: 'yield', value: 81.5, unit: '%', charge_C: 5 };
    const events = [
      eventOf(5, 'answer', { data: answer, actor: 'ada' }),
      eventOf(7, 'alarm', { text: 'hydrogen is high' }),
      eventOf(8),
    ];
    const run = recordRun(data, { events });
    const detail = runDetail.parse(jsonOf(await ask(routes, `/api/runs/${run}`)));
    expect(detail).toMatchObject({
      outcome: 'complete',
      reason: 'charge reached',
      board_charge_C: 194.39,
      samples: 20,
    });
    expect(detail.answers).toEqual([{ key: 'yield', at_s: 5, charge_C: 5, value: 81.5, unit: '%', came: 'given' }]);
    expect(detail.alarms.map(({ text }) => text)).toEqual(['hydrogen is high']);
    expect(detail.steps).toEqual([
      { title: 'Charge the cell', from_s: null, to_s: null, charge_C: null },
      { title: 'Electrolyse', from_s: null, to_s: null, charge_C: null },
    ]);
    expect(detail.recipe_text).toBe('recipe: 1\n# a comment, "quoted"\n');
    expect(detail.figures['hydrogen_made_umol']).toBe(995.2);
  });

  it.each(['', '/events', '/notes'])('that there is not is told so: %s', async (rest) => {
    expect(await ask(routes, `/api/runs/20990101${rest}`)).toMatchObject({ status: 404 });
    recordRun(data);
    const answer = await ask(routes, `/api/runs/${encodeURIComponent('../../etc/passwd')}${rest}`);
    expect(answer).toEqual({ status: 404, problems: [{ message: 'there is no run "../../etc/passwd"' }] });
  });

  it('without an end is interrupted, and its events come a page at a time, without the seals', async () => {
    const events = Array.from({ length: 620 }, (_, place) => eventOf(place));
    const run = recordRun(data, { events, outcome: null });
    expect(runDetail.parse(jsonOf(await ask(routes, `/api/runs/${run}`))).outcome).toBe('interrupted');
    const first = eventsAnswer.parse(jsonOf(await ask(routes, `/api/runs/${run}/events`)));
    const after = String(first.events.at(-1)?.seq);
    const second = eventsAnswer.parse(jsonOf(await ask(routes, `/api/runs/${run}/events`, { query: { after } })));
    expect([first.events.length, first.more, second.more]).toEqual([500, true, false]);
    const all = [...first.events, ...second.events];
    expect(new Set(all.map(({ seq }) => seq)).size).toBe(all.length);
    expect(all.filter(({ kind }) => kind === 'note')).toHaveLength(620);
    expect(all.filter(({ kind }) => kind === 'record')).toEqual([]);
  });
});

describe('the proof', () => {
  const verify = async (run: string) =>
    verifyAnswer.parse(jsonOf(await ask(routes, `/api/runs/${run}/verify`, { method: 'POST' })));

  it('says that a record is as it was written, and what is in it', async () => {
    const run = recordRun(data);
    expect(await verify(run)).toMatchObject({ verdict: 'proven', findings: [], samples: 20, ledger: 20 });
  });

  it('says what is not, a sentence each', async () => {
    const run = recordRun(data);
    const db = openDatabase(databaseFile(data), 'write');
    db.exec('UPDATE samples SET voltage_V = 1 WHERE seq = 7');
    db.close();
    const proof = await verify(run);
    expect(proof.verdict).toBe('tampered');
    expect(proof.findings.join()).toMatch(/sample/);
  });
});

describe('notes', () => {
  const file = (): string => join(data, 'notes.jsonl');
  const said = async (run: string, body: unknown) =>
    ask(routes, `/api/runs/${run}/notes`, { method: 'POST', user: 'ada', role: 'operator', body });
  const notes = async (run: string) => notesAnswer.parse(jsonOf(await ask(routes, `/api/runs/${run}/notes`)));

  it('are kept beside the record with who and when, each of its run, and nobody else reads the file', async () => {
    const [one, other] = [recordTitled('one', 0), recordTitled('other', 1)];
    await said(one, { text: '  first\nof two lines ' });
    await said(other, { text: '<b>x</b>' });
    await said(one, { text: 'second' });
    expect((await notes(one)).notes).toEqual([
      { t: expect.any(Number), user: 'ada', text: 'first\nof two lines' },
      { t: expect.any(Number), user: 'ada', text: 'second' },
    ]);
    expect((await notes(other)).notes.map(({ text }) => text)).toEqual(['<b>x</b>']);
    expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(3);
    expect((statSync(file()).mode & 0o777).toString(8)).toBe('600');
  });

  it('that are none are refused', async () => {
    const run = recordRun(data);
    for (const body of [
      null,
      {},
      { text: '' },
      { text: ' \n ' },
      { text: 'x'.repeat(4001) },
      { text: 'x', user: 'eve' },
    ])
      expect(await said(run, body)).toMatchObject({ status: 400 });
    expect((await notes(run)).notes).toEqual([]);
  });

  it('outlive a line that a power cut tore, which is told', async () => {
    const run = recordRun(data);
    await said(run, { text: 'before' });
    appendFileSync(file(), '{"run":"2026');
    await said(run, { text: 'after' });
    const kept = await notes(run);
    expect(kept.notes.map(({ text }) => text)).toEqual(['before', 'after']);
    expect(kept.damage).toEqual(['notes.jsonl:2: this line is no note and is left out']);
  });
});
