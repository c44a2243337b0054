import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { packagePath } from '../../src/model/entry.js';

/** First load over the wire, bytes. */
const BUDGET = 200_000;

const files = new Map<string, string>();

beforeAll(async () => {
  const config = { configFile: packagePath('vite.config.ts'), logLevel: 'silent', build: { write: false } } as const;
  const built = await build(config);
  for (const bundle of Array.isArray(built) ? built : [built]) {
    if (!('output' in bundle)) continue;
    for (const file of bundle.output) {
      const source = file.type === 'chunk' ? file.code : file.source;
      files.set(file.fileName, typeof source === 'string' ? source : Buffer.from(source).toString('latin1'));
    }
  }
});

const named = (pattern: RegExp): [string, string][] => [...files].filter(([name]) => pattern.test(name));

describe('built page', () => {
  it(`loads less than ${BUDGET / 1000} kB compressed`, () => {
    const sizes = named(/\.(?:js|css|html)$/).map(([, text]) => gzipSync(text).length);
    expect(sizes.length).toBeGreaterThanOrEqual(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
  });

  it('loads the MQTT client after the first paint', () => {
    const [, html] = named(/index\.html$/)[0] ?? ['', ''];
    const first = named(/\.js$/).filter(([name]) => html.includes(name));
    expect(first).toHaveLength(1);
    expect(gzipSync(first[0]?.[1] ?? '').length).toBeLessThan(60_000);
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
