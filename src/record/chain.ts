/**
 * The hash chain of a run's events: each hash covers the event and the hash before it, and the first covers what the run
 * was started with. An edit, a gap or a new order anywhere changes every later hash; a cut at the end shows against a
 * head that was published. Pure.
 */
import { createHash } from 'node:crypto';
import type { EventKind, RunEvent } from '../model/event.js';
import type { RunHeader } from './run.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with sorted keys and no spaces, so that equal values have equal text. Numbers are JavaScript's shortest that read
 * back the same; one that is not finite is null.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}

/** The text as SQLite gives it back: half a surrogate pair and NUL become U+FFFD. Hashed and stored alike. */
export function storable(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD');
}

/** What the record says of itself, seals and marks, stands in the chain under a kind that no run uses. */
export const RECORD_KIND = 'record';

export type ChainedEvent = Omit<RunEvent, 'kind'> & { readonly kind: EventKind | typeof RECORD_KIND };

/** An event as the table holds it. */
export interface KeptEvent {
  readonly run: string;
  /** From 1. */
  readonly seq: number;
  /** Whole ms. */
  readonly t: number | null;
  readonly elapsed_s: number | null;
  readonly kind: string;
  readonly actor: string;
  readonly text: string;
  /** Canonical JSON. */
  readonly data: string;
}

/** The event with what cannot be stored taken out: then it reads back as it was hashed. */
export function keptEvent(run: string, seq: number, event: ChainedEvent): KeptEvent {
  return {
    run,
    seq,
    t: finite(Math.round(event.t)),
    elapsed_s: finite(event.elapsed_s),
    kind: event.kind,
    actor: storable(event.actor),
    text: storable(event.text),
    data: storable(canonicalJson(event.data)),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** sha256(previous hash in hexadecimal, canonical JSON of the event), hexadecimal. */
export function eventHash(previous: string, event: KeptEvent): string {
  const { run, seq, t, elapsed_s, kind, actor, text, data } = event;
  return sha256(previous + canonicalJson({ run, seq, t, elapsed_s, kind, actor, text, data }));
}

/** A header as the columns of table `runs` that do not change after the start. */
export type KeptHeader = Readonly<Record<string, string | number | null>>;

export function keptHeader(id: string, header: RunHeader): KeptHeader {
  return {
    id,
    started_utc_ms: Math.round(header.startedUtc_ms),
    recipe: storable(header.recipe.name),
    recipe_title: storable(header.recipe.title),
    recipe_text: storable(header.recipe.text),
    recipe_sha256: storable(header.recipe.sha256),
    overrides: storable(canonicalJson(header.recipe.overrides)),
    board: storable(header.board.name),
    board_text: storable(header.board.text),
    reactor: storable(header.reactor.name),
    reactor_text: storable(header.reactor.text),
    calibration: storable(canonicalJson(header.calibration)),
    program_version: storable(header.programVersion),
    firmware_version: header.firmware === null ? null : storable(header.firmware.version),
    firmware_serial: header.firmware === null ? null : storable(header.firmware.serial),
    simulated: header.simulated ? 1 : 0,
    seed: header.seed,
    record_rate_Hz: header.recordRate_Hz,
    steps: storable(canonicalJson(header.steps)),
    numbers: storable(canonicalJson({ ...header.numbers })),
    run_tag: header.runTag,
    board_boot_count: header.firmware?.bootCount ?? null,
    resumes: header.resumes === null ? null : storable(header.resumes.run),
    resumed_step: header.resumes?.step ?? null,
    resumed_passed_C: header.resumes?.passed_C ?? null,
    carried_charge_C: header.resumes?.charge_C ?? null,
    carried_absolute_C: header.resumes?.absolute_C ?? null,
  };
}

/** Columns that came after schema 1: one without a value is no part of the hash, so that older runs keep theirs. */
const LATER_COLUMNS: ReadonlySet<string> = new Set([
  'run_tag',
  'board_boot_count',
  'resumes',
  'resumed_step',
  'resumed_passed_C',
  'carried_charge_C',
  'carried_absolute_C',
]);

/** Where the chain begins: sha256 of the canonical JSON of the header's columns. */
export function headerHash(header: KeptHeader): string {
  const hashed = Object.entries(header).filter(([name, value]) => value !== null || !LATER_COLUMNS.has(name));
  return sha256(canonicalJson(Object.fromEntries(hashed)));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
