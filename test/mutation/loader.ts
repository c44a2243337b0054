/**
 * Loads files of the program a second time and beside the real ones, some of them with another text. Types are stripped
 * by vite; the modules live in functions, so that a thousand of them leave nothing behind.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { transformWithOxc } from 'vite';

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";$/gm;
const EXPORT = /^export (const|function|class) (\w+)/gm;

/** A module as the body of a function of `exports` and `require`. Throws for a form of import that it does not know. */
async function compile(file: string, text: string): Promise<string> {
  const { code } = await transformWithOxc(text, file, { sourcemap: false });
  const names = [...code.matchAll(EXPORT)].map(([, , name]) => name);
  const body = code
    .replace(/^export \{\};$/gm, '')
    .replace(
      IMPORT,
      (_, named: string, from: string) => `const {${named.replaceAll(' as ', ': ')}} = require("${from}");`,
    )
    .replace(EXPORT, '$1 $2');
  if (/^(import|export) /m.test(body)) throw new Error(`${file} imports or exports in a form that is not known here`);
  return `"use strict";\n${body}\n${names.map((name) => `exports.${name} = ${name};`).join('\n')}`;
}

const target = (file: string, name: string): string => resolve(dirname(file), name).replace(/\.js$/, '.ts');

export class Loader {
  private readonly compiled = new Map<string, string>();

  /** Compiles a file and all that it imports, as they are. */
  async prepare(file: string): Promise<void> {
    if (this.compiled.has(file)) return;
    const code = await compile(file, readFileSync(file, 'utf8'));
    this.compiled.set(file, code);
    for (const [, name = ''] of code.matchAll(/require\("([^"]+)"\)/g)) await this.prepare(target(file, name));
  }

  /** Loads a prepared file, with another text for one of those that it is made of. */
  async load(file: string, changed: { readonly file: string; readonly text: string } | null): Promise<object> {
    const code = changed === null ? '' : await compile(changed.file, changed.text);
    const loaded = new Map<string, object>();
    const load = (path: string): object => {
      const known = loaded.get(path);
      if (known !== undefined) return known;
      const exported = {};
      loaded.set(path, exported);
      const body = path === changed?.file ? code : this.compiled.get(path);
      if (body === undefined) throw new Error(`${path} was not prepared`);
      // oxlint-disable-next-line typescript/no-implied-eval -- the way to run a text as a module that is not kept
      new Function('exports', 'require', body)(exported, (name: string) => load(target(path, name)));
      return exported;
    };
    return load(file);
  }
}
