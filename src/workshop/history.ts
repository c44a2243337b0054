/** Past runs for the page: list, one run, its events, its proof and notes. Owns what is searched and told of a run. */
import { refuse, type Answer, type Asked, type Route } from '../console/api/exchange.js';
import { newNote, type ListedRunRow, type NoteRow, type RunDetailRow, type RunRow } from '../console/api/runs.js';
import type { Clock } from '../model/clock.js';
import { answersOf } from '../record/answers.js';
import { RECORD_KIND } from '../record/chain.js';
import { History, type PastEvent, type RunSummary } from '../record/history.js';
import { verifyRecord } from '../record/verify.js';
import { knows, unknownRun, type Directories } from './known.js';
import { addNote, notesFile, readNotes } from './notes.js';

const PAGE = 50;
const MOST_EVENTS = 500;
/** Instants of the small trace in the list. */
const GLIMPSE = 60;

export function historyRoutes(place: Directories, clock: Clock): Route[] {
  const file = notesFile(place.dataDir);
  const opened = <T>(nothing: T, work: (history: History) => T): T => {
    const history = History.open(place.dataDir, place.spareDir);
    if (history === undefined) return nothing;
    try {
      return work(history);
    } finally {
      history.close();
    }
  };
  const of = (asked: Asked, work: (history: History, run: string) => Answer): Answer => {
    const run = asked.params['run'] ?? '';
    return opened(unknownRun(run), (history) => (knows(history, run) ? work(history, run) : unknownRun(run)));
  };
  return [
    {
      method: 'GET',
      path: '/api/runs',
      handle: ({ query }) => opened(EMPTY, (history) => listed(history, file, query)),
    },
    {
      method: 'GET',
      path: '/api/runs/:run',
      handle: (asked) => of(asked, (history, run) => ({ json: detailOf(history, run, file) })),
    },
    {
      method: 'GET',
      path: '/api/runs/:run/events',
      handle: (asked) => of(asked, (history, run) => ({ json: eventsOf(history, run, asked.query) })),
    },
    {
      method: 'POST',
      path: '/api/runs/:run/verify',
      handle: (asked) => of(asked, (_history, run) => ({ json: proofOf(place, run) })),
    },
    {
      method: 'GET',
      path: '/api/runs/:run/notes',
      handle: (asked) => of(asked, (_history, run) => ({ json: notesOf(file, run) })),
    },
    {
      method: 'POST',
      path: '/api/runs/:run/notes',
      handle: (asked) =>
        of(asked, (_history, run) => {
          const read = newNote.safeParse(asked.body);
          if (!read.success) return refuse(400, 'this is no note', 'a text of 1 to 4000 characters');
          addNote(file, run, { t: clock.wallTime_ms(), user: asked.user ?? '', text: read.data.text });
          return { json: notesOf(file, run) };
        }),
    },
  ];
}

const EMPTY: Answer = { json: { runs: [], next: null, count: 0 } };

function rowOf(run: RunSummary, notes: number): RunRow {
  const {
    run: id,
    started_utc_ms: started,
    recipe,
    title,
    simulated,
    outcome,
    elapsed_s,
    charge_C,
    charge_F_mol,
  } = run;
  return { run: id, started, recipe, title, simulated, outcome, elapsed_s, charge_C, charge_F_mol, notes };
}

/** Newest first. What is searched for stands in title, recipe, id, outcome, an answer or a note, in any case of its letters. */
function listed(history: History, file: string, query: Asked['query']): Answer {
  const { notes } = readNotes(file);
  const said = new Map<string, string[]>();
  for (const { run, text } of notes) said.set(run, [...(said.get(run) ?? []), text]);
  const words = (query['search'] ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const answers = words.length === 0 ? NONE : history.answerTexts();
  const fits = (run: RunSummary): boolean => {
    const told = [...(said.get(run.run) ?? []), ...(answers.get(run.run) ?? [])];
    const text = [run.title, run.recipe, run.run, run.outcome, ...told].join('\n').toLowerCase();
    return words.every((word) => text.includes(word)) && (query['outcome'] ?? run.outcome) === run.outcome;
  };
  const all = history.runs().filter(fits);
  const from = query['before'] === undefined ? 0 : all.findIndex(({ run }) => run === query['before']);
  const page = from < 0 ? [] : all.slice(from, from + PAGE);
  const next = from < 0 ? null : (all[from + PAGE]?.run ?? null);
  const runs = page.map(
    (run): ListedRunRow => ({
      ...rowOf(run, said.get(run.run)?.length ?? 0),
      trace: history
        .voltageGlimpse(run.run, GLIMPSE)
        .map((voltage_V) => (voltage_V === null ? null : thousandths(voltage_V))),
    }),
  );
  return { json: { runs, next, count: all.length } };
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();
const thousandths = (value: number): number => Math.round(1000 * value) / 1000;

function eventRow({ seq, t, elapsed_s, kind, actor, text }: PastEvent) {
  return { seq, t, elapsed_s, kind, actor, text };
}

function detailOf(history: History, id: string, file: string): RunDetailRow {
  const run = history.run(id);
  const events = [...history.events(id)];
  const spans = history.steps(id);
  const { steps, firmware_version, firmware_serial } = run;
  return {
    ...rowOf(run, notesOf(file, id).notes.length),
    reason: run.reason,
    board: run.board,
    reactor: run.reactor,
    program: run.program_version,
    firmware: firmware_version === null ? null : `${firmware_version}, serial ${firmware_serial ?? '?'}`,
    seed: run.seed,
    overrides: run.overrides,
    recipe_text: run.recipe_text,
    recipe_sha256: run.recipe_sha256,
    head_hash: run.head_hash,
    samples: run.samples,
    lost_samples: run.lost_samples,
    board_charge_C: run.board_charge_C,
    planned: run.numbers,
    figures: run.figures ?? {},
    resumes: run.resumes,
    resumed_by: history.resumedBy(id),
    extremes: { ...history.extremes(id) },
    steps: steps.map(({ title }, index) => {
      const { from_s = null, to_s = null, charge_C = null } = spans.find(({ step }) => step === index) ?? {};
      return { title, from_s, to_s, charge_C };
    }),
    answers: answersOf(events).map(({ key, at_s, charge_C, value, unit, came }) => ({
      key,
      at_s,
      charge_C,
      value,
      unit,
      came,
    })),
    alarms: events.filter(({ kind }) => kind === 'alarm' || kind === 'trip').map(eventRow),
  };
}

/** A seal every few minutes is for the proof, and tells a reader nothing. */
function isSeal({ kind, data }: PastEvent): boolean {
  return kind === RECORD_KIND && 'samples_sha256' in data;
}

function eventsOf(history: History, run: string, query: Asked['query']) {
  const after = Number(query['after'] ?? 0);
  const events: PastEvent[] = [];
  for (const event of history.events(run)) {
    if (!(event.seq > after) || isSeal(event)) continue;
    if (events.length === MOST_EVENTS) return { events: events.map(eventRow), more: true };
    events.push(event);
  }
  return { events: events.map(eventRow), more: false };
}

function proofOf(place: Directories, run: string) {
  const { runs, findings } = verifyRecord({ ...place, runs: [run] });
  const proof = runs[0];
  return {
    verdict: findings.length > 0 ? 'tampered' : (proof?.verdict ?? 'unproven'),
    findings: [...findings, ...(proof?.findings ?? [])],
    events: proof?.events ?? 0,
    samples: proof?.samples ?? 0,
    ledger: proof?.ledger ?? 0,
    head: proof?.head.hash ?? '',
  };
}

function notesOf(
  file: string,
  run: string,
): { readonly notes: readonly NoteRow[]; readonly damage: readonly string[] } {
  const { notes, damage } = readNotes(file);
  return { notes: notes.filter((one) => one.run === run).map(({ t, user, text }) => ({ t, user, text })), damage };
}
