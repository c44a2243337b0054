/** Compiles what the rigs need in C, and says whether this machine can run them at all. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packagePath } from '../../src/model/entry.js';

/** Why the native rig cannot run here; undefined when it can. In CI it has to: there a reason is an error. */
export function nativeRigMissing(): string | undefined {
  const why = compilerMissing() ?? addonMissing();
  if (why !== undefined && inCi()) throw new Error(why);
  return why;
}

/** In CI every rig has to run. */
export function inCi(): boolean {
  const ci = process.env['CI'] ?? '';
  return ci !== '' && ci !== 'false';
}

export function compilerMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the preloaded bus is for Linux';
  try {
    execFileSync(process.env['CC'] ?? 'cc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no C compiler for the preloaded bus';
  }
}

function addonMissing(): string | undefined {
  try {
    createRequire(import.meta.url)('i2c-bus');
    return undefined;
  } catch {
    return 'i2c-bus is not installed or not compiled: npm rebuild i2c-bus';
  }
}

/** Path of the compiled library in `folder`. */
export function buildShim(folder: string): string {
  const script = packagePath('firmware-bridge', 'rig', 'shim', 'build.sh');
  return execFileSync('bash', [script, 'i2cshim', folder], { encoding: 'utf8' }).trim();
}

/** Path of the compiled emulator in `folder`; throws where libsimavr-dev or a C compiler is missing. */
export function buildSimavr(folder: string): string {
  const script = packagePath('firmware-bridge', 'rig', 'simavr', 'build.sh');
  return execFileSync('bash', [script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Why the second emulator cannot run here; undefined when it can. In CI it has to. */
export function simavrMissing(): string | undefined {
  const compiler = compilerMissing();
  const why = compiler ?? (existsSync('/usr/include/simavr/sim_avr.h') ? undefined : 'libsimavr-dev is not installed');
  if (why !== undefined && inCi()) throw new Error(why);
  return why;
}
