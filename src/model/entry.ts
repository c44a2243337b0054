/**
 * Where the files of the program and of the package lie, whether it runs compiled (dist/*.js) or from source
 * (src/*.ts under a loader). Both trees have the same depth below the package root.
 */
import { fileURLToPath } from 'node:url';

/** Absolute path of something in the package: `packagePath('boards', 'bench-sim.yaml')`. */
export function packagePath(...parts: readonly string[]): string {
  return fileURLToPath(new URL(`../../${parts.join('/')}`, import.meta.url));
}

export interface EntryPoint {
  readonly path: string;
  /** Arguments for Node itself: a loader when the program runs from source. */
  readonly execArgv: readonly string[];
}

/** A module of this program to run in a worker or a process of its own: `entryPoint('record/writer')`. */
export function entryPoint(module: string): EntryPoint {
  const fromSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(`../${module}.${fromSource ? 'ts' : 'js'}`, import.meta.url));
  return { path, execArgv: fromSource ? ['--import', sourceLoader()] : [] };
}

/** Works in processes and in worker threads, where a plain `--import tsx` does nothing. */
function sourceLoader(): string {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return `data:text/javascript,import { register } from ${loader}; register();`;
}
