/** What the documents repeat of the program is what the program has: tables, excerpts, versions, links, files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BusFaultReason } from '../../src/bus/i2c.js';
import { PROTOCOL_HASH } from '../../src/bus/protocol.gen.js';
import { programVersion } from '../../src/cli/header.js';
import { EXIT } from '../../src/cli/exit.js';
import { packagePath } from '../../src/model/entry.js';
import { stepKinds } from '../../src/model/recipe.js';
import { SCHEMA_VERSION } from '../../src/record/schema.js';
import { PAYLOAD_VERSION } from '../../src/telemetry/topics.js';
import { anchors, blocks, codeSpans, documents, links, readDocument } from './documents.js';
import { TABLES, withTable } from './tables.js';

const DOCUMENTS = documents();
/** A record, so that the compiler asks for a new reason here. */
const BUS_FAULTS: Readonly<Record<BusFaultReason, true>> = {
  nack: true,
  timeout: true,
  crc: true,
  busy: true,
  gone: true,
  protocol: true,
};

describe('tables', () => {
  it.each(TABLES)('$name in $document is what the program has', ({ name, document, render }) => {
    const { text } = readDocument(document);
    expect(text).toBe(withTable(text, name, render()));
  });

  it('need their marks', () => {
    expect(() => withTable('no marks', 'units', '')).toThrow(/no marks/);
  });
});

describe('excerpts', () => {
  const excerpts = DOCUMENTS.flatMap((document) =>
    blocks(document).flatMap(({ before, lines, line }) => {
      const file = /^<!-- excerpt (\S+) -->$/.exec(before)?.[1];
      return file === undefined ? [] : [{ place: `${document.path}:${line}`, file, lines }];
    }),
  );

  it.each(excerpts)('at $place stands so in $file', ({ file, lines }) => {
    expect(readFileSync(packagePath(file), 'utf8')).toContain(`${lines.join('\n')}\n`);
  });

  it('are taken from both recipes', () => {
    expect(new Set(excerpts.map(({ file }) => file))).toEqual(
      new Set(['recipes/general-procedure-3a.yaml', 'recipes/scale-up-5mmol-3a.yaml']),
    );
  });

  it('leave no block of YAML that is not one', () => {
    const yaml = DOCUMENTS.flatMap(blocks).filter(({ language }) => language === 'yaml');
    expect(yaml).toHaveLength(excerpts.length);
  });
});

describe('contracts', () => {
  it('stand in the changelog with their versions', () => {
    const { text } = readDocument('CHANGELOG.md');
    expect(text).toContain(`## [${programVersion()}]`);
    for (const row of [
      '| recipe file | `recipe: 1` |',
      `| record | schema ${SCHEMA_VERSION} |`,
      `| MQTT payloads | \`v: ${PAYLOAD_VERSION}\` |`,
      `| board protocol | hash \`0x${PROTOCOL_HASH.toString(16).padStart(8, '0')}\` |`,
    ]) {
      expect(text).toContain(row);
    }
  });

  it('of the exit codes are told in docs/operate.md', () => {
    const { text } = readDocument('docs/operate.md');
    for (const code of Object.values(EXIT)) expect(text).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'));
  });

  it('of the benches are told in docs/hardware.md, each in a row', () => {
    const { text } = readDocument('docs/hardware.md');
    const boards = readdirSync(packagePath('boards')).filter((name) => name.endsWith('.yaml'));
    expect(boards.length).toBeGreaterThanOrEqual(5);
    for (const name of boards) expect(text).toMatch(new RegExp(`^\\| \`${name.replace(/\.yaml$/, '')}\` \\| `, 'm'));
  });

  it('of what can be wrong with a bus are told in docs/hardware.md', () => {
    const { text } = readDocument('docs/hardware.md');
    for (const reason of Object.keys(BUS_FAULTS)) expect(text).toMatch(new RegExp(`^\\| \`${reason}\` \\| `, 'm'));
  });

  it('of the steps are told in docs/recipes.md, each in a row', () => {
    const { text } = readDocument('docs/recipes.md');
    for (const kind of stepKinds) expect(text).toMatch(new RegExp(`^\\| \`${kind}\` \\| `, 'm'));
  });
});

describe('places', () => {
  it('that are linked to are there, with their headings', () => {
    const broken = DOCUMENTS.flatMap((document) =>
      links(document)
        .filter(({ file, heading }) => {
          if (!existsSync(packagePath(file))) return true;
          return heading !== '' && !anchors(readDocument(file)).includes(heading);
        })
        .map(({ file, heading }) => `${document.path} -> ${file}#${heading}`),
    );
    expect(broken).toEqual([]);
  });

  it('in the tree that are named in the text are there', () => {
    const paths = DOCUMENTS.flatMap((document) =>
      codeSpans(document)
        .filter((span) => /^(?:src|test|boards|recipes|firmware-bridge|docs)\/[\w./-]*$/.test(span))
        .map((span) => ({ document: document.path, span })),
    );
    expect(paths.filter(({ span }) => !existsSync(packagePath(span)))).toEqual([]);
    expect(paths.length).toBeGreaterThan(40);
  });

  it('of the README fit one screen', () => {
    expect(readDocument('README.md').text.split('\n').length).toBeLessThanOrEqual(75);
  });
});
