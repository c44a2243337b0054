/** What the page of the recipes makes of texts: names, differences, what is kept unsaved, the desk with its checks. */
import * as fc from 'fast-check';
import type * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import type { RecipeRow, RecipeText, Verdict } from '../../../src/console/api/recipes.js';
import { HttpRefused, type Http } from '../../../src/console/page/link/http.js';
import { recipeDesk } from '../../../src/console/page/recipes/desk.js';
import { diffOf, hunksOf } from '../../../src/console/page/recipes/diff.js';
import { foundRows } from '../../../src/console/page/recipes/found.js';
import { freeName, nameWrong, renamed } from '../../../src/console/page/recipes/naming.js';
import { keepUnsaved, unsavedOf, type Drawer } from '../../../src/console/page/recipes/unsaved.js';
import { verdictWords } from '../../../src/console/page/recipes/verdict.js';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', 'd: 1'), { maxLength: 12 }).map((all) => all.join('\n'));

describe('differences', () => {
  it('hold both texts: what is gone with what stays is the old one, what is new with it the new one', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffOf(before, after);
        const side = (left: 'gone' | 'new') =>
          diff
            .filter(({ kind }) => kind !== left)
            .map(({ text }) => text)
            .join('\n');
        expect(side('new')).toBe(before);
        expect(side('gone')).toBe(after);
        const places = diff.flatMap(({ old }) => old ?? []);
        expect(places).toEqual(places.map((_, index) => index + 1));
      }),
    );
  });

  it('are as few as can be', () => {
    const kinds = diffOf('a\nb\nc\nd', 'a\nx\nc\nd\ne').map(({ kind, text }) => `${kind} ${text}`);
    expect(kinds).toEqual(['same a', 'gone b', 'new x', 'same c', 'same d', 'new e']);
  });

  it('are shown with two lines around, and what is left out is counted', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    const hunks = hunksOf(diffOf(before, before.replace('line 9', 'other')));
    expect(hunks).toHaveLength(1);
    expect(hunks[0]?.skipped).toBe(7);
    expect(hunks[0]?.lines).toHaveLength(6);
    expect(hunksOf(diffOf(before, before))).toEqual([]);
  });
});

describe('names', () => {
  it('the name in the text goes with the one that it is saved under, and nothing else does', () => {
    expect(renamed('recipe: 1\nname: a # x\ntitle: name: b\n  name: c\n', 'folder/mine')).toBe(
      'recipe: 1\nname: mine\ntitle: name: b\n  name: c\n',
    );
    expect(renamed('recipe: 1\nname: a', 'x$&y')).toBe('recipe: 1\nname: x$&y');
  });

  it('a name that ships gets one beside it', () => {
    expect(freeName('a', new Set(['b']))).toBe('a');
    expect(freeName('s/a', new Set(['s/a']))).toBe('s/a-own');
    expect(freeName('a', new Set(['a', 'a-own', 'a-own-2']))).toBe('a-own-3');
    expect(freeName('a-own', new Set(['a-own']))).toBe('a-own-2');
  });

  it('are judged before they are sent', () => {
    expect(nameWrong('series/mine-2')).toBeNull();
    for (const name of ['', 'Mine', '../x', 'a//b', '/a', 'a b', 'a@2']) expect(nameWrong(name)).not.toBeNull();
  });
});

const passes: Verdict = { state: 'passes', problems: 0, warnings: 0, charge_C: 1, charge_F_mol: 1, duration_s: 1 };
const row = (name: string, title: string): RecipeRow => ({
  name,
  kind: 'recipe',
  title,
  what: 'a paper',
  ships: true,
  versions: [],
  verdict: passes,
  entries: [{ id: 'tempo', title: 'with TEMPO', verdict: passes }],
});

it('searches names, titles, sources and entries, each word by itself', () => {
  const rows = [row('a-b', 'Amine'), row('c', 'Alcohol')];
  expect(foundRows(rows, 'amine').map(({ name }) => name)).toEqual(['a-b']);
  expect(foundRows(rows, '  paper C ').map(({ name }) => name)).toEqual(['c']);
  expect(foundRows(rows, 'tempo')).toHaveLength(2);
  expect(foundRows(rows, 'nothing')).toEqual([]);
});

it('says a verdict in words', () => {
  expect(verdictWords(passes)).toBe('passes');
  expect(verdictWords({ ...passes, state: 'asks', warnings: 1 })).toBe('asks: 1 warning');
  expect(verdictWords({ ...passes, state: 'refused', problems: 3 })).toBe('refused: 3 problems');
});

function drawer(full = false): Drawer & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => {
      if (full) throw new Error('QuotaExceededError');
      held.set(key, value);
    },
    removeItem: (key) => void held.delete(key),
  };
}

describe('what is not saved yet', () => {
  it('is kept, found and forgotten', () => {
    const own = drawer();
    const draft = { text: 'recipe: 1', base: 2, from: 'a@2' };
    expect(keepUnsaved(own, 'a', draft)).toBe(true);
    expect(unsavedOf(own, 'a')).toEqual(draft);
    expect(unsavedOf(own, 'b')).toBeNull();
    keepUnsaved(own, 'a', null);
    expect(own.held.size).toBe(0);
  });

  it('of another version of this page is thrown away, and a full browser is told', () => {
    const own = drawer();
    own.held.set('galvanode-recipe:a', '{"text":1}');
    expect(unsavedOf(own, 'a')).toBeNull();
    expect(own.held.size).toBe(0);
    expect(keepUnsaved(drawer(true), 'a', { text: '', base: 0, from: null })).toBe(false);
  });
});

describe('the desk', () => {
  const TEXT: RecipeText = {
    name: 'a',
    kind: 'recipe',
    ships: false,
    version: 3,
    newest: 3,
    versions: [],
    text: 'recipe: 1\n',
    altered: false,
  };

  /** A server whose answers wait until they are given. */
  function server() {
    const asked: { readonly text: string; readonly answer: (problems: number) => void }[] = [];
    let down = false;
    const http: Http = {
      get: async <S extends z.ZodType>(_path: string, schema: S) => {
        if (down) throw new HttpRefused(0, [{ message: 'The reactor cannot be reached.' }]);
        return schema.parse(TEXT);
      },
      send: <S extends z.ZodType>(_method: string, _path: string, body: unknown, schema: S) =>
        new Promise<z.infer<S>>((resolve, reject) => {
          if (down) return reject(new HttpRefused(0, [{ message: 'The reactor cannot be reached.' }]));
          const { text } = body as { text: string };
          const answer = (problems: number): void =>
            resolve(
              schema.parse({
                problems: Array.from({ length: problems }, () => ({ message: text })),
                series: null,
                plans: [],
              }),
            );
          asked.push({ text, answer });
        }),
    };
    return { http, asked, fail: () => (down = true) };
  }
  const turn = (clock: VirtualClock, s = 1): Promise<void> => clock.run(() => clock.sleep(s * 1000));

  it('checks what was taken, and once for all that is typed in a row', async () => {
    const clock = new VirtualClock();
    const { http, asked } = server();
    const desk = recipeDesk('a', null, { http, clock, drawer: drawer() });
    await turn(clock);
    expect(desk.text.value).toBe('recipe: 1\n');
    expect(desk.changed.value).toBe(false);
    expect(desk.base.value).toBe(3);
    for (const text of ['x', 'xy', 'xyz']) desk.write(text);
    await turn(clock);
    expect(asked.map(({ text }) => text)).toEqual(['recipe: 1\n', 'xyz']);
    asked[1]?.answer(1);
    asked[0]?.answer(0); // late, and of another text
    await turn(clock);
    expect(desk.checked.value?.problems).toEqual([{ message: 'xyz' }]);
    expect(desk.checking.value).toBe(false);
    desk.close();
  });

  it('keeps what is written in the tab, and takes it up again with the version that it came from', async () => {
    const clock = new VirtualClock();
    const own = drawer();
    const { http } = server();
    const first = recipeDesk('a', null, { http, clock, drawer: own });
    await turn(clock);
    first.write('mine');
    first.close();
    const again = recipeDesk('a', null, { http, clock, drawer: own });
    await turn(clock);
    expect(again.text.value).toBe('mine');
    expect(again.restored.value).toBe(true);
    expect(again.from.value).toBe('a@3');
    again.revert();
    expect(again.text.value).toBe('recipe: 1\n');
    expect(own.held.size).toBe(0);
    again.close();
  });

  it('a lost connection takes nothing away', async () => {
    const clock = new VirtualClock();
    const own = drawer();
    const { http, fail } = server();
    const desk = recipeDesk('a', null, { http, clock, drawer: own });
    await turn(clock);
    fail();
    desk.write('mine');
    await turn(clock);
    expect(desk.refused.value[0]?.message).toContain('cannot be reached');
    expect(desk.text.value).toBe('mine');
    expect(await desk.complete('mine', 1, 1)).toBeNull();
    desk.close();
    const again = recipeDesk('a', null, { http, clock, drawer: own });
    await turn(clock);
    expect(again.text.value).toBe('mine');
    again.close();
  });

  it('says what it cannot fetch', async () => {
    const clock = new VirtualClock();
    const { http, fail } = server();
    fail();
    const desk = recipeDesk('a', null, { http, clock, drawer: drawer() });
    await turn(clock);
    expect(desk.text.value).toBeNull();
    expect(desk.refused.value).toHaveLength(1);
    desk.close();
  });
});
