import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { packagePath } from '../../src/model/entry.js';

/** First load over the wire, bytes. */
const BUDGET = 200_000;

const files = new Map<string, string>();
/** Of each chunk those that come with it, and what it is made from. */
const chunks = new Map<string, { readonly with: readonly string[]; readonly from: string }>();

beforeAll(async () => {
  const config = { configFile: packagePath('vite.config.ts'), logLevel: 'silent', build: { write: false } } as const;
  const built = await build(config);
  for (const bundle of Array.isArray(built) ? built : [built]) {
    if (!('output' in bundle)) continue;
    for (const file of bundle.output) {
      const source = file.type === 'chunk' ? file.code : file.source;
      if (file.type === 'chunk') chunks.set(file.fileName, { with: file.imports, from: file.facadeModuleId ?? '' });
      files.set(file.fileName, typeof source === 'string' ? source : Buffer.from(source).toString('latin1'));
    }
  }
});

const named = (pattern: RegExp): [string, string][] => [...files].filter(([name]) => pattern.test(name));

describe('built page', () => {
  /** Everything before the first numbers: the shell, the page of the run and the MQTT client, with their styles. */
  function firstLoad(): Set<string> {
    const [page, html] = named(/index\.html$/)[0] ?? ['', ''];
    const wanted = [...chunks].filter(
      ([name, { from }]) => html.includes(name) || /run\/page\.tsx$|mqtt\.esm/.test(from),
    );
    const all = new Set([page, ...wanted.map(([name]) => name)]);
    for (const name of all) for (const other of chunks.get(name)?.with ?? []) all.add(other);
    for (const [name] of named(/\.css$/)) if (html.includes(name) || name.startsWith('assets/page-')) all.add(name);
    return all;
  }

  it(`loads less than ${BUDGET / 1000} kB compressed`, () => {
    const names = [...firstLoad()];
    expect(names.filter((name) => /mqtt/.test(name))).toHaveLength(1);
    expect(names.length).toBeGreaterThanOrEqual(5);
    const sizes = names.map((name) => gzipSync(files.get(name) ?? '').length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
  });

  it('loads the MQTT client, the plots and the editor after the first paint', () => {
    const [, html] = named(/index\.html$/)[0] ?? ['', ''];
    const first = named(/\.js$/).filter(([name]) => html.includes(name));
    for (const [, text] of first) expect(text).not.toMatch(/uPlot|cm-editor|connack/i);
    expect(first.reduce((sum, [, text]) => sum + gzipSync(text).length, 0)).toBeLessThan(70_000);
  });

  it('has no script and no style of its own in the HTML, and asks nobody else', () => {
    const [, html] = named(/index\.html$/)[0] ?? ['', ''];
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect(html).not.toMatch(/https?:\/\//);
    expect(named(/\.css$/)[0]?.[1]).not.toMatch(/url\(|@import/);
  });

  it('has a compressed copy beside each file', () => {
    for (const [name] of named(/\.(?:js|css|html)$/)) expect(files.has(`${name}.gz`)).toBe(true);
  });
});
