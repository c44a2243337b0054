/**
 * What was asked while no run was on: a file of one JSON object a line in the data directory, only ever appended to, each
 * line with the hash of the one before it. Owns its format and that it stays small: the full file is put aside, and four of
 * them are kept. Knows no command.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EventData } from '../model/event.js';

/** Size at which a file is put aside, bytes. */
const FULL_BYTES = 1024 * 1024;
/** Files that are kept beside the present one. */
const KEPT = 4;
const NOTHING_BEFORE = '0'.repeat(64);

export function commandsFile(dataDir: string): string {
  return join(dataDir, 'commands.jsonl');
}

interface Words {
  /** UTC, ms. */
  readonly t: number;
  readonly actor: string;
  readonly text: string;
  readonly data: EventData;
}

/** SHA-256 of the hash before and of the line without its own. */
function hashOf(before: string, words: Words): string {
  return createHash('sha256')
    .update(`${before}\n${JSON.stringify(words)}`)
    .digest('hex');
}

/** The head of the chain. A last line that was torn off by a crash counts as none: the chain begins anew, to be seen. */
function headOf(file: string): string {
  if (!existsSync(file)) return NOTHING_BEFORE;
  const text = readFileSync(file, 'utf8');
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return /"hash":"([0-9a-f]{64})"\}$/.exec(last)?.[1] ?? NOTHING_BEFORE;
}

export class CommandFile {
  private head: string | undefined;

  constructor(
    private readonly file: string,
    private readonly full_bytes: number = FULL_BYTES,
  ) {}

  /** Throws the system's error when it cannot be written. */
  append(words: Words): void {
    if (this.head === undefined) {
      mkdirSync(dirname(this.file), { recursive: true });
      this.head = headOf(this.file);
      this.closeTornLine();
    }
    this.putAside();
    const { t, actor, text, data } = words;
    const hash = hashOf(this.head, { t, actor, text, data });
    const line = JSON.stringify({ t, actor, text, data, before: this.head, hash });
    appendFileSync(this.file, `${line}\n`, { mode: 0o600, flush: true });
    this.head = hash;
  }

  private closeTornLine(): void {
    if (existsSync(this.file) && !/(^|\n)$/.test(readFileSync(this.file, 'utf8'))) appendFileSync(this.file, '\n');
  }

  private putAside(): void {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < this.full_bytes) return;
    const name = (n: number): string => (n === 0 ? this.file : this.file.replace(/(\.jsonl)?$/, `.${n}.jsonl`));
    for (let n = KEPT - 1; n >= 0; n--) if (existsSync(name(n))) renameSync(name(n), name(n + 1));
  }
}
