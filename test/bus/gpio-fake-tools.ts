/**
 * The gpiod tools of both versions for tests, as shell scripts over the files of a folder. Owns the two dialects as the
 * real tools take them; knows no code of ours.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Tools that act on files: `level-N` of the folder is line N; `held-N` holds the process of the `gpioset` that has it,
 * and without one the line goes to `pull-N`. Each refuses the arguments of the other version.
 */
const TOOLS = {
  gpiodetect: `if [ "$1" = --version ]; then echo "gpiodetect (libgpiod) v$VERSION"; else cat "$HERE/chips"; fi`,
  gpioset: `
    case "$VERSION" in
      1.*) [ "$1" = --mode=signal ] && [ "$2" = gpiochip0 ] && shift 2 || exit 9 ;;
      *) [ "$1" = --chip ] && [ "$2" = gpiochip0 ] && shift 2 || exit 9 ;;
    esac
    line=\${1%%=*}
    if [ -e "$HERE/busy-$line" ]; then echo "gpioset: Device or resource busy" >&2; exit 1; fi
    echo "set $1" >> "$HERE/journal"
    echo $$ > "$HERE/held-$line"
    printf %s "\${1##*=}" > "$HERE/level-$line"
    exec sleep 60`,
  gpioget: `
    case "$VERSION" in
      1.*) [ "$1" = gpiochip0 ] && shift 1 || exit 9 ;;
      *) [ "$1" = --numeric ] && [ "$2" = --chip ] && [ "$3" = gpiochip0 ] && shift 3 || exit 9 ;;
    esac
    if [ -e "$HERE/broken" ]; then echo "gpioget: error reading GPIO values" >&2; exit 1; fi
    out=; for line; do out="$out $(cat "$HERE/level-$line")"; done
    echo $out`,
};

/** Puts the tools of this version into the folder, which goes into PATH. */
export function writeTools(folder: string, version: string): void {
  for (const [name, script] of Object.entries(TOOLS)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nHERE="${folder}" VERSION=${version}\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}

/** Whether a process still runs; one that has ended and that nobody has waited for does not. */
export function lives(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z]/.test(stdout.trim());
}
