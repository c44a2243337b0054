import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/report.js';
import { safe } from '../../src/report/html.js';
import { courseOf } from '../../src/report/course.js';
import { chromiumAt } from '../../src/cli/pdf.js';
import { readReported } from '../../src/report/read.js';
import { packagePath } from '../../src/model/entry.js';
import { History } from '../../src/record/history.js';
import { recordRun, type Recorded } from '../export/recorded.js';
import type { Row } from '../../src/record/sqlite.js';
import { freshDirectory } from '../record/directory.js';
import { eventOf, headerOf, OUTCOME } from '../record/samples.js';

let data = '';
beforeEach(() => {
  data = freshDirectory();
});

async function report(recorded: Recorded = {}): Promise<string> {
  const run = recordRun(data, recorded);
  const history = History.open(data);
  if (history === undefined) throw new Error('no record');
  try {
    return reportHtml(await readReported(history, run, { dataDir: data, spareDir: join(data, 'spare') }));
  } finally {
    history.close();
  }
}

/** Text of the page as a person reads it, tags gone, style and recipe with them. */
function textOf(html: string): string {
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '').replaceAll(/<[^>]*>/g, ' ');
  const plain = body.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
  return plain.replaceAll('&amp;', '&').replaceAll(/\s+/g, ' ');
}

/** The recipe that ships, with its reactor: the plan is made anew from them. */
function realHeader(): Recorded['header'] {
  const read = (...path: string[]): string => readFileSync(packagePath(...path), 'utf8');
  const text = read('recipes', 'general-procedure-3a.yaml');
  const reactor = { name: 'batch-10ml', text: read('boards', 'reactors', 'batch-10ml.yaml') };
  return {
    reactor,
    recipe: { name: 'general-procedure-3a', title: 'Title of 3a', text, sha256: 'cd'.repeat(32), overrides: [] },
  };
}

const FIGURES = {
  energy_J: 900,
  vent_hydrogen_umol: 800,
  faradaic_efficiency: 0.9027,
  faradaic_efficiency_uncertainty: 0.0613,
};

describe('the numbers', () => {
  it('are those of the record', async () => {
    const text = textOf(await report({ outcome: { ...OUTCOME, figures: FIGURES } }));
    expect(text).toContain('194.40 C planned 194.40 C');
    expect(text).toContain('194.400 C net, 194.410 C of both directions');
    expect(text).toContain('194.390 C net');
    expect(text).toContain('host less board 0.0100 C (+0.005 %)');
    expect(text).toContain('90.3 ± 6.1 % (k = 2)');
    expect(text).toContain('800.0 µmol');
    // 194.4 C over 2 F
    expect(text).toContain('ceiling Q/2F 1007.4 µmol');
    // 900 J are 0.25 Wh, over half a millimole (194.4 C at 4.03 F/mol) and over 800 µmol
    expect(text).toContain('900.0 J, 0.2500 Wh');
    expect(text).toContain('per limiting reagent 0.5000 kWh/mol');
    expect(text).toContain('per hydrogen found 0.3125 kWh/mol');
    expect(text).toContain('It is no measure of product.');
  });

  it('tell no energy of hydrogen that was too little to tell an efficiency, and no more than all that passed', async () => {
    const figures = { energy_J: 0.2, vent_hydrogen_umol: 0.0001 };
    const text = textOf(await report({ header: realHeader() ?? {}, outcome: { ...OUTCOME, charge_C: 0.07, figures } }));
    expect(text).toContain('per hydrogen found not known');
    expect(text).toContain('charge that product can take 100.0 % of what passed at most');
  });

  it('have the energy of the kept samples where a run has no end', async () => {
    const sample = (): object => ({ current_mA: 10, voltage_V: 4 });
    const text = textOf(await report({ seconds: 101, sample, outcome: null }));
    expect(text).toContain('into the cell 4.0 J');
    expect(text).toContain('Summed over the kept samples');
    expect(text).toContain('INCOMPLETE: the run is interrupted');
  });

  it('give kWh/kg where product was weighed', async () => {
    const weighed = { prompt: 'p', key: 'isolated', value: 100, unit: 'mg', charge_C: 5 };
    const solvent = { prompt: 'q', key: 'solvent', value: 100, unit: 'mg', charge_C: 5 };
    const events = [eventOf(5, 'answer', { data: weighed }), eventOf(6, 'answer', { data: solvent })];
    const text = textOf(await report({ events, outcome: { ...OUTCOME, figures: FIGURES } }));
    expect(text.match(/kWh\/kg/g)).toHaveLength(1);
    expect(text).toContain('per product (isolated) 2.50 kWh/kg');
  });

  it('have weighing table, source and planned times from the recipe as it was', async () => {
    const text = textOf(await report({ header: realHeader() ?? {} }));
    expect(text).toContain('N-allyl benzophenone imine substrate 332.0 mg 1.5 mmol 3');
    expect(text).toContain('Source: Zhang');
    expect(text).not.toContain('cannot read the recipe');
    expect(textOf(await report())).toContain('This program cannot read the recipe of that time');
  });

  it('tell the runs before and after, what was carried over, and what the record is', async () => {
    const resumes = { run: 'the-run-before', step: 1, passed_C: 30, charge_C: 44.5, absolute_C: 44.5 };
    const text = textOf(await report({ header: { resumes }, outcome: { ...OUTCOME, figures: FIGURES } }));
    // (194.4 − 44.5) C over 2 F
    expect(text).toContain('ceiling Q/2F 776.8 µmol');
    expect(text.match(/this run alone/g)).toHaveLength(2);
    expect(text).toContain('goes on from the-run-before, with 44.500 C carried over');
    expect(text).toMatch(/checked proven/);
  });

  it('say when the record is not as it was written', async () => {
    recordRun(data);
    const { openDatabase } = await import('../../src/record/sqlite.js');
    const { databaseFile } = await import('../../src/record/place.js');
    const db = openDatabase(databaseFile(data), 'write');
    db.exec('UPDATE samples SET current_mA = 17 WHERE seq = 7');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const history = History.open(data);
    const [run] = history?.runs() ?? [];
    if (history === undefined || run === undefined) throw new Error('no record');
    const read = await readReported(history, run.run, { dataDir: data, spareDir: join(data, 'spare') });
    history.close();
    expect(textOf(reportHtml(read))).toContain('TAMPERED: the record is not as it was written.');
  });
});

describe('alarms', () => {
  it('stand in a table with their state, and as marks in every plot; those that another speaks for have no mark', async () => {
    const raised = { id: 'sweep', state: 'active', reaction: 'hold', safeState: 'S1', firstOut: true };
    const events = [
      eventOf(5, 'alarm', { actor: 'guard', text: 'no sweep', data: { ...raised, group: null } }),
      eventOf(6, 'alarm', { actor: 'guard', text: 'no flow', data: { ...raised, id: 'flow', group: 'sweep' } }),
    ];
    const html = await report({ events });
    expect(textOf(html)).toContain('0:00:05 S1 sweep active, first-out no sweep');
    expect(textOf(html)).toContain('no flow (with sweep)');
    const plots = html.match(/<svg[^>]*aria-label="(?!steps)/g)?.length ?? 0;
    expect(plots).toBeGreaterThan(4);
    expect(html.match(/class="alarm"/g)).toHaveLength(plots);
    expect(textOf(await report())).toContain('Alarms None was raised.');
  });
});

const BASES = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'><body onload=alert(1)>",
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</pre><iframe src=javascript:alert(1)>',
  '</svg><foreignObject><script>1</script>',
  '<a href="javascript:alert(1)">x</a>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<!--><script>alert(1)</script>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '` onclick=alert(1) `',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)',
  '\u0000<script>alert(1)</script>',
  '<scr\u0000ipt>alert(1)</scr\u0000ipt>',
  '\uFF1Cscript\uFF1Ealert(1)',
  '<meta http-equiv="refresh" content="0;url=//x.example">',
  '<base href="//x.example/">',
  '<link rel=stylesheet href=//x.example>',
  '<object data=//x.example>',
  '}</style><style>*{background:url(//x.example)}',
];
/** As they are, and where an attribute or a tag would be open. */
const CORPUS = BASES.flatMap((text) => [text, `x" y='z' >${text}`]);

describe('hostile text', () => {
  /** Where a text of a person or of the network comes to the page. */
  const withText = (text: string): Recorded => ({
    header: {
      recipe: { ...headerOf().recipe, title: text, text, overrides: [text] },
      board: { name: text, text },
      reactor: { name: text, text },
      firmware: { version: text, serial: text, bootCount: 1 },
      calibration: { [text]: text },
      steps: [
        { id: 'prompt', kind: 'prompt', title: text },
        { id: 'electrolyse', kind: 'electrolyse', title: text },
      ],
    },
    events: [
      eventOf(4, 'command', { actor: text, text }),
      eventOf(5, 'alarm', { actor: text, text, data: { id: text, state: 'active', safeState: text, group: null } }),
      eventOf(6, 'answer', {
        actor: text,
        text,
        data: { prompt: 'p', key: text, value: text, unit: text, charge_C: 1 },
      }),
    ],
    outcome: { ...OUTCOME, reason: text },
  });
  /** Every tag, the text that it may carry (none of its attributes does but the label of a plot) left in. */
  const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
  let plain: string[] = [];

  it('has 50 payloads', () => {
    expect(new Set(CORPUS).size).toBe(50);
  });

  it.each(CORPUS)('makes no tag and no attribute: %j', async (payload) => {
    if (plain.length === 0) plain = tags(await report(withText('word')));
    data = freshDirectory();
    const html = await report(withText(payload));
    expect(tags(html)).toEqual(plain);
    expect(html).not.toMatch(/[^\P{Cc}\n\t]|[\u202A-\u202E]/u);
  });

  it('is still there to be read', async () => {
    expect(textOf(await report(withText('a <b> & "c" \u202E d')))).toContain('a <b> & "c" ? d');
    expect(safe('\t\n')).toBe('\t\n');
  });
});

describe('the page', () => {
  it('asks nobody for anything and runs nothing', async () => {
    const html = await report({ header: realHeader() ?? {} });
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    const markup = html.replace(/<pre>[\s\S]*?<\/pre>/g, '');
    expect(markup).not.toMatch(/<script|\bsrc=|\bhref=|url\(|@import|\son\w+=|https?:/);
    expect(markup).toContain('SIMULATED: no current passed a real cell.');
    expect(html.length).toBeLessThan(300_000);
  });

  it('says nothing of a simulation of a run on hardware', async () => {
    expect(await report({ header: { simulated: false, seed: null } })).not.toContain('SIMULATED');
  });

  it('is made of a run without a sample', async () => {
    expect(textOf(await report({ seconds: 0, outcome: null }))).toContain('No sample was kept.');
  });
});

describe('the course', () => {
  const row = (elapsed_s: number, voltage_V: number | null, setpoint_mA = 10): Row => ({
    elapsed_s,
    voltage_V,
    setpoint_mA,
    current_mA: 10,
  });

  it('has mean and range of each interval, whatever the length', () => {
    const rows = Array.from({ length: 140_000 }, (_, place) => ({ ...row(place, place % 2), seq: place }));
    const course = courseOf(rows, 140_000);
    expect(course.of.voltage_V).toHaveLength(700);
    expect(course.of.voltage_V[3]).toEqual({ t_s: 700, mean: 0.5, low: 0, high: 1 });
    expect(course.of.flow_mL_min).toEqual([]);
  });

  it('adds up no energy over a gap, at rest, or where nothing was measured', () => {
    expect(courseOf([row(0, 4), row(1, 4), row(100, 4), row(101, 4)], 101).energy_J).toBeCloseTo(0.08, 12);
    expect(courseOf([row(0, 4), row(1, 4, 0), row(2, 4)], 2).energy_J).toBe(0);
    expect(courseOf([row(0, null), row(1, null)], 1).energy_J).toBeNull();
    expect(courseOf([row(0, 4, 0)], 1).of.voltage_V).toEqual([]);
  });
});

describe('Chromium', () => {
  it('is told in words where there is none', () => {
    expect(() => chromiumAt(undefined, data)).toThrow(/there is no Chromium here.*--chromium PATH/);
    expect(() => chromiumAt(join(data, 'no'))).toThrow(/is no program/);
  });
});
