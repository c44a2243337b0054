/** Questions at the terminal: how one is shown, what is done with what is typed, and what nobody there cannot answer. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { BehaviorSubject } from 'rxjs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Lines } from '../../src/cli/lines.js';
import { attendOperator } from '../../src/cli/operator.js';
import { photoHash, questionLines, unattendedRefusal } from '../../src/cli/questions.js';
import { Screen } from '../../src/cli/screen.js';
import { standIn } from '../../src/preview/stand-in.js';
import { type AnswerForm, readAnswer } from '../../src/model/answer.js';
import type { PlanStep } from '../../src/model/plan.js';
import { RealClock } from '../../src/model/real-clock.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { idle } from '../../src/procedure/machine.js';
import type { Prompt } from '../../src/procedure/types.js';
import type { Run } from '../../src/reactor.js';
import { ASK, ELECTROLYSE, FINISH, PURGE } from '../support/plan.js';

const folder = mkdtempSync(join(tmpdir(), 'galvanode-photo-'));
const photo = join(folder, 'cell.jpg');
writeFileSync(photo, 'a picture');
const HASH = createHash('sha256').update('a picture').digest('hex');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MASS: Prompt = { id: 'prompt', text: 'Weigh it.', key: 'mass', answer: { kind: 'number', quantity: 'mass' } };
const LAST = { ...FINISH, holdTemperature: false };

describe('a question', () => {
  it.each<[Prompt, string]>([
    [{ id: 'p', text: 'Ready?' }, '[Enter to continue]'],
    [MASS, '[number: for example 105 mg]'],
    [
      { ...MASS, answer: { kind: 'choice', choices: ['clear', 'cloudy'], fallback: 'clear' } },
      '[choice: 1: clear, 2: cloudy; Enter for clear]',
    ],
    [{ ...MASS, answer: { kind: 'photo' } }, '[photo: the path of a photo on this computer]'],
  ])('is shown with what would be an answer: %j', (prompt, wanted) => {
    expect(questionLines(prompt, 80).join('\n')).toContain(wanted);
  });
});

describe('nobody there', () => {
  const refusal = (...steps: readonly PlanStep[]): string | null => unattendedRefusal({ steps: [...steps, LAST] });
  const asking = { ...ASK, key: 'x', answer: { kind: 'text' } } as const;

  it('can confirm, and give what the recipe gives as default', () => {
    expect(refusal(ASK, PURGE, ELECTROLYSE)).toBeNull();
    expect(refusal({ ...asking, answer: { kind: 'text', fallback: 'none seen' } })).toBeNull();
    expect(refusal({ ...asking, answer: { kind: 'text', fallback: null } })).toBeNull();
  });

  it('cannot answer, wherever the question stands, nor resume a hold', () => {
    expect(refusal(asking)).toContain('prompt asks for a text, which nobody would give');
    expect(refusal({ id: 'parallel', title: '', kind: 'parallel', tracks: [[PURGE], [asking]] })).toContain(
      'prompt asks',
    );
    const samples = [{ id: 's-1', text: '', answer: { kind: 'text' }, at_C: 1, at_s: null, wait: false }] as const;
    expect(refusal({ ...ELECTROLYSE, samples })).toContain('s-1 asks for a text');
    expect(refusal({ id: 'hold', title: '', kind: 'hold', text: '' })).toContain('hold waits for somebody');
  });
});

describe('a photo', () => {
  it('is known by the hash of its file', async () => {
    expect(await photoHash(photo)).toEqual({ sha256: HASH });
  });

  it('is a file with something in it', async () => {
    const empty = join(folder, 'empty.jpg');
    writeFileSync(empty, '');
    expect(await photoHash(empty)).toMatchObject({ wrong: expect.stringContaining('has 0 bytes') });
    expect(await photoHash(folder)).toMatchObject({ wrong: expect.stringContaining('is not a file') });
    expect(await photoHash(join(folder, 'none.jpg'))).toMatchObject({
      wrong: expect.stringContaining('cannot be read'),
    });
  });
});

describe('the terminal', () => {
  /** What the run was told, and what the screen showed, of lines typed at a question. */
  async function typed(
    prompt: Prompt,
    lines: readonly string[],
    until: (told: readonly unknown[]) => boolean,
    unanswered: readonly Prompt[] = [],
  ) {
    const told: unknown[] = [];
    const shown: string[] = [];
    const output = Object.assign(new PassThrough(), { columns: 100, isTTY: false });
    output.on('data', (bytes: Buffer) => shown.push(bytes.toString()));
    const run = {
      prompt$: new BehaviorSubject<Prompt | null>(prompt),
      state$: new BehaviorSubject({ ...idle(), prompt, unanswered }),
      answer: (...what: unknown[]) => told.push(what),
      leave: () => undefined,
    } as unknown as Run;
    const clock = new RealClock();
    const input = new PassThrough();
    const source = new Lines(createInterface({ input }));
    const release = attendOperator({
      run,
      screen: new Screen(output as unknown as NodeJS.WriteStream, clock),
      clock,
      lines: source,
      speed: null,
    });
    for (const line of lines) input.write(`${line}\n`);
    await expect.poll(() => until(told) || shown.join('').includes('not taken'), { interval: 2 }).toBe(true);
    release();
    source.close();
    return { told, shown: shown.join('') };
  }
  const once = (told: readonly unknown[]): boolean => told.length > 0;

  it('asks again after a wrong answer, with what would be right', async () => {
    const { told, shown } = await typed(MASS, ['174'], once);
    expect(told).toEqual([]);
    expect(shown).toContain('not taken: "174" has no unit (would be right: for example 105 mg)');
  });

  it('hands a right answer on as it was typed, and Enter as the default', async () => {
    expect((await typed(MASS, ['174 mg'], once)).told).toEqual([['prompt', '174 mg', 'operator']]);
    const kept: Prompt = { ...MASS, answer: { kind: 'number', quantity: 'mass', fallback: '105 mg' } };
    expect((await typed(kept, [''], once)).told).toEqual([['prompt', '105 mg', 'operator']]);
    expect((await typed({ id: 'p', text: 'Ready?' }, [''], once)).told).toEqual([['p', 'continued', 'operator']]);
  });

  it('takes Enter for not given where the recipe lets it be left out, a photo too', async () => {
    const left: Prompt = { ...MASS, answer: { kind: 'number', quantity: 'mass', fallback: null } };
    expect(questionLines(left, 80).join('\n')).toContain('[number: for example 105 mg; Enter for not given]');
    expect((await typed(left, [''], once)).told).toEqual([['prompt', 'not given', 'operator']]);
    const unseen: Prompt = { ...MASS, answer: { kind: 'photo', fallback: null } };
    expect((await typed(unseen, [''], once)).told).toEqual([['prompt', 'not given', 'operator']]);
  });

  it('answers a chosen one of several questions, by its number or its name', async () => {
    const second: Prompt = { ...MASS, id: 's-2', key: 'mass-2' };
    expect((await typed(MASS, ['answer 2 9 mg'], once, [second])).told).toEqual([['s-2', '9 mg', 'operator']]);
    expect((await typed(MASS, ['answer mass-2 9 mg'], once, [second])).told).toEqual([['s-2', '9 mg', 'operator']]);
    expect((await typed(MASS, ['8 mg'], once, [second])).told).toEqual([['prompt', '8 mg', 'operator']]);
    const { told, shown } = await typed(MASS, ['questions', 'answer 3 9 mg'], once, [second]);
    expect(told).toEqual([]);
    expect(shown).toContain('1 mass: Weigh it.');
    expect(shown).toContain('2 mass-2: Weigh it.');
  });

  it('reads a photo, and asks again when there is none', async () => {
    const wanted: Prompt = { ...MASS, answer: { kind: 'photo' } };
    expect((await typed(wanted, [photo], once)).told).toEqual([['prompt', photo, 'operator', HASH]]);
    const { told, shown } = await typed(wanted, [join(folder, 'none.jpg')], once);
    expect(told).toEqual([]);
    expect(shown).toContain('cannot be read');
  });
});

describe('simulated time', () => {
  it('goes at the pace of a person while the run waits for an answer, and not for a sample that it does not wait for', () => {
    const clock = new VirtualClock();
    const speeds: (number | undefined)[] = [];
    vi.spyOn(clock, 'setSpeed').mockImplementation((speed) => void speeds.push(speed));
    const prompt$ = new BehaviorSubject<Prompt | null>(null);
    const run = { prompt$, state$: new BehaviorSubject(idle()), leave: () => undefined } as unknown as Run;
    const output = Object.assign(new PassThrough(), { columns: 100, isTTY: false }).resume();
    const lines = new Lines(createInterface({ input: new PassThrough() }));
    const screen = new Screen(output as unknown as NodeJS.WriteStream, clock);
    const release = attendOperator({ run, screen, clock, lines, speed: 60 });
    for (const prompt of [MASS, null, { ...MASS, asked_C: 4 }, { ...MASS, asked_C: 4, waits: true as const }])
      prompt$.next(prompt);
    release();
    lines.close();
    expect(speeds).toEqual([60, 1, 60, 60, 1]);
  });
});

describe('a preview', () => {
  it('gives every question an answer of its kind, and resumes a hold that the recipe asks for and no other', () => {
    const told: unknown[] = [];
    const asked = new BehaviorSubject<Prompt | null>(null);
    const state = new BehaviorSubject(idle());
    standIn(
      {
        prompt$: asked,
        state$: state,
        answer: (...what: unknown[]) => told.push(what),
        resume: (actor: string) => told.push(actor),
      },
      { steps: [{ id: 'hold', title: '', kind: 'hold', text: '' }, PURGE] },
    );
    const forms: AnswerForm[] = [
      { kind: 'text' },
      { kind: 'number', quantity: 'mass' },
      { kind: 'number', quantity: null },
      { kind: 'choice', choices: ['clear', 'cloudy'] },
      { kind: 'photo' },
    ];
    for (const answer of forms) {
      asked.next({ id: 'q', text: '', answer });
      const [, typed, , hash = null] = told.pop() as [string, string, string, string?];
      expect(readAnswer(answer, typed, hash).ok).toBe(true);
    }
    asked.next({ id: 'q', text: '' });
    asked.next({ id: 'q', text: '', answer: { kind: 'text', fallback: 'none' } });
    state.next({ ...idle(), run: 'held', step: 1 });
    expect(told).toEqual([]);
    state.next({ ...idle(), run: 'held', step: 0 });
    expect(told).toEqual(['program']);
  });
});
