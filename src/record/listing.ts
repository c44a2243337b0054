/**
 * Runs as text for a terminal: the list, and one run in full. Pure: width, colour and data in, lines out. Numbers are
 * rounded for reading; `--json` and the export have them all.
 */
import type { PartOf } from '../model/plan.js';
import { partOfText } from '../model/series.js';
import { answersOf } from './answers.js';
import { RECORD_KIND } from './chain.js';
import type { Extremes, PastEvent, RunDetail, RunSummary, StepSpan } from './history.js';
import type { RunStanding } from './run.js';
import type { RecordProof, RunProof, Verdict } from './verify.js';

export interface Page {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const NARROWEST_RECIPE = 8;
const COLOURS: Readonly<Record<RunStanding, number>> = {
  complete: 32,
  running: 36,
  stopped: 33,
  interrupted: 33,
  aborted: 31,
};

/**
 * Table of runs, as they are given. A run is named by the beginning of its id, which any command takes. Where `parts` says of
 * which entry of their series they are, the entry and its tags stand in place of the recipe.
 */
export function listRuns(
  runs: readonly RunSummary[],
  page: Page,
  parts: ReadonlyMap<string, PartOf> = new Map(),
): string {
  const names = shortNames(runs.map(({ run }) => run));
  const rows = runs.map((run, place) => [
    names[place] ?? run.run,
    localTime(run.started_utc_ms).slice(5, 16),
    entryOf(parts.get(run.run)) ?? run.recipe,
    `${run.simulated ? '~' : ' '}${run.outcome}`,
    figure(run.charge_C, 1),
    figure(run.charge_F_mol, 2),
    duration(run.elapsed_s),
  ]);
  const named = parts.size > 0 ? 'ENTRY' : 'RECIPE';
  const table = [['RUN', 'STARTED', named, ' OUTCOME', 'C', 'F/mol', 'TIME'], ...rows];
  const widths = columnWidths(table);
  const free = page.width - (widths.reduce((sum, width) => sum + width + 1, -1) - (widths[2] ?? 0));
  widths[2] = Math.min(widths[2] ?? 0, Math.max(NARROWEST_RECIPE, free));
  const lines = table.map((cells, row) => {
    const padded = cells.map((cell, column) => pad(cell, widths[column] ?? 0, column > 3));
    const standing = runs[row - 1]?.outcome;
    if (standing !== undefined) padded[3] = paint(padded[3] ?? '', COLOURS[standing], page);
    return padded.join(' ').trimEnd();
  });
  if (runs.some(({ simulated }) => simulated)) lines.push('', '~ on the simulated bench');
  return `${lines.join('\n')}\n`;
}

/** "cat-5 (anode: graphite felt)"; null of a recipe of its own. */
function entryOf(part: PartOf | undefined): string | null {
  if (part === undefined) return null;
  const tags = Object.entries(part.tags).map(([tag, value]) => `${tag}: ${value}`);
  return printable(tags.length === 0 ? part.entry : `${part.entry} (${tags.join('; ')})`);
}

export interface RunPage {
  readonly run: RunDetail;
  readonly steps: readonly StepSpan[];
  readonly extremes: Extremes | undefined;
  readonly events: readonly PastEvent[];
}

const VERDICT_COLOURS: Readonly<Record<Verdict, number>> = { proven: 32, unproven: 33, tampered: 31 };

/** What `runs verify` found, a paragraph a run. `head`: one was given. */
export function showProof({ runs, findings }: RecordProof, head: boolean, page: Page): string {
  const lines = runs.flatMap((proof) => proofLines(proof, head, page));
  const record = findings.map((finding) => paint(`TAMPERED: ${printable(finding)}`, 31, page));
  const advice = head
    ? []
    : ['', 'Without --head, a chain that was made anew as a whole would not show: see docs/operate.md.'];
  return `${[...lines, ...record, ...advice].join('\n')}\n`;
}

function proofLines(proof: RunProof, head: boolean, page: Page): string[] {
  const { run, verdict, findings, events, samples, ledger, published } = proof;
  const word = verdict === 'tampered' ? verdict.toUpperCase() : verdict;
  const after = events === 0 || published === null ? 0 : proof.head.seq - published;
  const against =
    head && published !== null ? [`  the published head is event ${published}, ${after} came after it`] : [];
  return [
    `${run}  ${paint(word, VERDICT_COLOURS[verdict], page)}`,
    `  ${events} events, ${samples} samples, ${ledger} rows of the ledger`,
    `  head ${proof.head.hash}`,
    ...against,
    ...findings.map((finding) => `  ${printable(finding)}`),
  ];
}

/** One run: what was run, what came of it, and what happened. */
export function showRun(shown: RunPage, page: Page): string {
  const { run, events } = shown;
  const alarms = events.filter(({ kind }) => kind === 'alarm' || kind === 'trip');
  // A seal every few minutes is for `runs verify`, and tells a reader nothing.
  const told = events.filter(({ kind, data }) => kind !== RECORD_KIND || !('samples_sha256' in data));
  const sections = [
    [run.run, ...(run.simulated ? [paint('SIMULATED: no current passed a real cell', 36, page)] : [])],
    facts(shown, page),
    ['Steps', ...(shown.steps.length > 0 ? stepLines(shown) : ['  none began'])],
    ...answerSections(events),
    ['Alarms', ...(alarms.length > 0 ? alarms.flatMap((event) => eventLines(event, page.width)) : ['  none'])],
    ['Events', ...(told.length > 0 ? told.flatMap((event) => eventLines(event, page.width)) : ['  none'])],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Of which series it was, with the tags of its entry. */
function seriesFacts(part: PartOf | null): [string, string][] {
  if (part === null) return [];
  const tags = Object.entries(part.tags).map(([tag, value]) => `${tag}: ${value}`);
  return [`series ${part.series}, entry ${part.entry}`, ...tags].map((row): [string, string] => ['', printable(row)]);
}

function facts({ run, extremes }: RunPage, page: Page): string[] {
  const planned = (key: string, decimals: number, unit: string): string => {
    const value = run.numbers[key];
    return typeof value === 'number' ? `, planned ${figure(value, decimals)} ${unit}` : '';
  };
  const board = run.board_charge_C === null ? '' : `, by the board ${figure(run.board_charge_C, 3)} C`;
  const reason = run.reason === null ? '' : `: ${printable(run.reason)}`;
  const firmware =
    run.firmware_version === null ? '' : `, firmware ${run.firmware_version}, serial ${run.firmware_serial ?? '?'}`;
  const lost = run.lost_samples > 0 ? `, ${run.lost_samples} LOST` : '';
  const rows: [string, string][] = [
    ['recipe', printable(`${run.title} (${run.recipe})`)],
    ...seriesFacts(partOfText(run.recipe_text)),
    ...run.overrides.map((override): [string, string] => ['', printable(`--set ${override}`)]),
    ['started', `${localTime(run.started_utc_ms)} (${new Date(run.started_utc_ms).toISOString().slice(0, 19)}Z)`],
    ['outcome', `${paint(run.outcome, COLOURS[run.outcome], page)}${reason}`],
    ...(run.resumes === null
      ? []
      : [['resumes', `${run.resumes}, ${figure(run.carried_charge_C, 3)} C carried over`] satisfies [string, string]]),
    ['duration', duration(run.elapsed_s)],
    ['charge', `${figure(run.charge_C, 3)} C${planned('charge_C', 1, 'C')}${board}`],
    ['', `${figure(run.charge_F_mol, 3)} F/mol${planned('charge_F_mol', 2, 'F/mol')}`],
    ...extremeFacts(extremes),
    ...Object.entries(run.figures ?? {}).map(([key, value]): [string, string] => ['', `${key} ${figure(value, 3)}`]),
    ['board', `${run.board}${firmware}`],
    ['reactor', run.reactor],
    ['program', `galvanode ${run.program_version}${run.seed === null ? '' : `, seed ${run.seed}`}`],
    ['record', `${run.samples} samples, ${run.record_rate_Hz} a second at rest${lost}`],
    ['', `${run.head_seq} events, head ${run.head_hash.slice(0, 16)}`],
    ['recipe file', `sha256 ${run.recipe_sha256.slice(0, 16)}`],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
}

function extremeFacts(extremes: Extremes | undefined): [string, string][] {
  if (extremes === undefined || extremes.voltage_max_V === null) return [];
  const { voltage_min_V, voltage_max_V, temperature_min_C, temperature_max_C, hydrogen_max_ppm } = extremes;
  const rows: [string, string][] = [
    ['with current', `${figure(voltage_min_V, 2)} to ${figure(voltage_max_V, 2)} V`],
    ['', `${figure(temperature_min_C, 2)} to ${figure(temperature_max_C, 2)} °C`],
  ];
  return hydrogen_max_ppm === null ? rows : [...rows, ['', `hydrogen at most ${figure(hydrogen_max_ppm, 0)} ppm`]];
}

function stepLines({ run, steps }: RunPage): string[] {
  const table = [
    ['  #', 'STEP', 'FROM', 'FOR', 'C'],
    ...steps.map(({ step, from_s, to_s, charge_C }) => [
      `  ${step + 1}`,
      printable(run.steps[step]?.title ?? '?'),
      duration(from_s),
      duration(to_s - from_s),
      figure(charge_C, 2),
    ]),
  ];
  const widths = columnWidths(table);
  widths[1] = Math.min(widths[1] ?? 0, 44);
  return table.map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0, column > 1)).join('  '));
}

/** Named answers with the charge at which each was asked for and given; no section where nothing was asked so. */
function answerSections(events: readonly PastEvent[]): string[][] {
  const rows = answersOf(events);
  if (rows.length === 0) return [];
  const table = [
    ['  NAME', 'AT', 'C ASKED', 'C ANSWERED', 'VALUE', 'UNIT'],
    ...rows.map(({ key, at_s, asked_C, charge_C, value, unit, came }) => [
      `  ${printable(key)}`,
      duration(at_s),
      figure(asked_C, 2),
      figure(charge_C, 2),
      value === null ? came : printable(String(value)),
      unit ?? '',
    ]),
  ];
  const widths = columnWidths(table);
  const aligned = (cell: string, column: number): string => pad(cell, widths[column] ?? 0, column > 0 && column < 4);
  return [['Answers', ...table.map((cells) => cells.map(aligned).join('  ').trimEnd())]];
}

/** Time, kind, actor and text; the text is broken at spaces and hangs below itself. */
function eventLines(event: PastEvent, width: number): string[] {
  const head = `  ${duration(event.elapsed_s).padStart(8)}  ${event.kind.padEnd(7)} ${event.actor.padEnd(9)} `;
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let line = head;
  for (const word of printable(event.text).split(' ')) {
    const glue = line.length > indent.length ? ' ' : '';
    if (glue !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += glue + word;
  }
  return [...lines, line];
}

/** A text from outside must not steer the terminal: control characters and bidirectional overrides show as `?`. */
function printable(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '?');
}

/** The time stamp at the front of each id, or the whole id where two share one. */
function shortNames(ids: readonly string[]): string[] {
  const stamps = ids.map((id) => id.slice(0, 15));
  return ids.map((id, place) => {
    const stamp = stamps[place] ?? id;
    return stamps.filter((other) => other === stamp).length === 1 ? stamp : id;
  });
}

function columnWidths(table: readonly (readonly string[])[]): number[] {
  return (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
}

function pad(text: string, width: number, right: boolean): string {
  const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return right ? cut.padStart(width) : cut.padEnd(width);
}

function paint(text: string, code: number, page: Page): string {
  return page.colour ? `\u001B[${code}m${text}\u001B[0m` : text;
}

function figure(value: number | null, decimals: number): string {
  return value === null ? '-' : value.toFixed(decimals);
}

/** `3:00:12`, or `0:42` under an hour. */
function duration(seconds: number | null): string {
  if (seconds === null) return '-';
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** `2026-11-22 17:15:03` in the time zone of this machine. */
function localTime(utc_ms: number): string {
  const at = new Date(utc_ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
