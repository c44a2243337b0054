/** The sections of a report about what was done: summary, procedure, weighing, answers, interruptions. Owns their words. */
import { massText } from '../model/weighed.js';
import { partOfText } from '../model/series.js';
import type { PlanStep } from '../model/plan-steps.js';
import { isIncomplete } from '../export/source.js';
import { digits } from '../recipe/words.js';
import { duration, plain, quantity } from '../model/words.js';
import { type Cell, cards, facts, markup, paragraph, safe, section, table } from './html.js';
import { basis_mmol, counted_C, energyOf, type ReportedRun } from './reported.js';

export function head(reported: ReportedRun): string {
  const { run } = reported.from;
  const part = partOfText(run.recipe_text);
  const entry = part === null ? '' : ` · series ${part.series}, entry ${part.entry}`;
  const notes = [
    ...(run.simulated ? ['<p class="banner">SIMULATED: no current passed a real cell.</p>'] : []),
    ...(isIncomplete(reported.from)
      ? [`<p class="bad">INCOMPLETE: the run is ${safe(run.outcome)}; this report ends where the record does.</p>`]
      : []),
    ...(run.lost_samples > 0 ? [`<p class="bad">${run.lost_samples} samples were lost.</p>`] : []),
  ];
  return [
    `<header><h1>${safe(run.title)}</h1>`,
    `<p class="under">${safe(run.run)} · ${safe(utcText(run.started_utc_ms))} UTC${safe(entry)}</p></header>`,
    ...notes,
  ].join('\n');
}

export function utcText(utc_ms: number): string {
  return new Date(utc_ms).toISOString().slice(0, 19).replace('T', ' ');
}

export function summary(reported: ReportedRun): string {
  const { run } = reported.from;
  const { extremes } = reported;
  const [planned_C, planned_F_mol] = [run.numbers['charge_C'] ?? 0, run.numbers['charge_F_mol'] ?? 0];
  const efficiency = run.figures?.['faradaic_efficiency'] ?? null;
  const uncertainty = run.figures?.['faradaic_efficiency_uncertainty'] ?? null;
  const energy_kWh_mol = energyOf(reported)?.perReagent_kWh_mol ?? null;
  const charged = counted_C(reported);
  const basis = basis_mmol(reported);
  const reached_F_mol = planned_C > 0 ? (charged / planned_C) * planned_F_mol : 0;
  const reason = run.reason ?? 'no end in the record';
  const items: (readonly [string, string, string])[] = [
    ['outcome', run.outcome, reason],
    ['charge', `${plain(charged, 2)} C`, planned_C > 0 ? `planned ${plain(planned_C, 2)} C` : 'none planned'],
    ...(basis === null
      ? []
      : [['charge per reagent', `${plain(reached_F_mol, 3)} F/mol`, `of ${digits(basis, 4)} mmol`] as const]),
    ['duration', duration(run.elapsed_s ?? 0), `begun ${utcText(run.started_utc_ms).slice(11, 16)} UTC`],
    ...(extremes === undefined || extremes.voltage_max_V === null
      ? []
      : [
          [
            'temperature',
            `${plain(extremes.temperature_min_C ?? NaN, 2)} … ${plain(extremes.temperature_max_C ?? NaN, 2)} °C`,
            'while current flowed',
          ] as const,
        ]),
    ...(efficiency === null
      ? []
      : [
          [
            'hydrogen efficiency',
            `${plain(100 * efficiency, 1)} ± ${plain(100 * (uncertainty ?? NaN), 1)} %`,
            'of the charge, k = 2',
          ] as const,
        ]),
    ...(energy_kWh_mol === null
      ? []
      : [
          [
            'energy',
            `${plain(energy_kWh_mol, 3)} kWh/mol`,
            run.resumes === null ? 'of limiting reagent' : 'of limiting reagent, this run',
          ] as const,
        ]),
  ];
  return cards(items);
}

export function procedure(reported: ReportedRun): string {
  const { from, steps, plan } = reported;
  const { run } = from;
  const spans = new Map(steps.map((span) => [span.step, span]));
  const rows = run.steps.map(({ id, title }, place): Cell[] => {
    const span = spans.get(place);
    // Of a resumed run the recipe's times are those of the whole.
    const asked = run.resumes === null ? plan?.steps.find((step) => step.id === id) : undefined;
    return [
      String(place + 1),
      title,
      span === undefined ? 'not begun' : clockTime(span.from_s),
      span === undefined ? '' : clockTime(span.to_s - span.from_s),
      asked === undefined ? '' : plannedTime(asked),
      span === undefined ? '' : plain(span.charge_C ?? 0, 2),
    ];
  });
  const source = plan === null || plan.source === '' ? [] : [paragraph(`Source: ${plan.source}`, 'note')];
  const overrides = run.overrides.length === 0 ? [] : [paragraph(`Changed at the start: ${run.overrides.join(', ')}`)];
  const unread =
    plan === null
      ? [paragraph('This program cannot read the recipe of that time: no weighing table, no planned times.', 'bad')]
      : [];
  return section(
    'Procedure',
    ...unread,
    ...overrides,
    table(['#', 'step', 'from', 'took', 'planned', 'net charge / C'], rows, [0, 2, 3, 4, 5]),
    paragraph(
      'Times are run time in hours, minutes and seconds; a step until something is met or answered has no planned one.',
      'note',
    ),
    ...source,
  );
}

function plannedTime(step: PlanStep): string {
  const planned_s = planned(step);
  return planned_s === null ? '' : clockTime(planned_s);
}

/** null of a step that ends when something is met or answered. */
function planned(step: PlanStep): number | null {
  if (step.kind === 'purge' || step.kind === 'wait') return step.duration_s;
  if (step.kind === 'finish') return step.sweep_s;
  if (step.kind !== 'electrolyse' || !(step.current_mA > 0)) return null;
  return (1000 * step.charge_C) / step.current_mA + step.ramp_s / 2;
}

/** `1:05:09`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

export function weighing({ plan }: ReportedRun): string {
  if (plan === null || plan.weighing.length === 0) return '';
  const liquids = plan.weighing.some(({ volume_uL }) => volume_uL !== null);
  const rows = plan.weighing.map((row): Cell[] => [
    row.name,
    row.role,
    massText(row),
    ...(liquids ? [row.volume_uL === null ? '' : `${digits(row.volume_uL, 3)} µL`] : []),
    `${digits(row.amount_mmol, 3)} mmol`,
    digits(row.equivalents, 3),
  ]);
  const names = ['reagent', 'role', 'weigh', ...(liquids ? ['volume'] : []), 'amount', 'eq'];
  const cells = plan.cells === undefined ? '' : ` The masses are those of one cell of ${plan.cells}.`;
  return section(
    'Weighing table',
    table(
      names,
      rows,
      names.flatMap((_, place) => (place < 2 ? [] : [place])),
    ),
    paragraph(
      `What the recipe asks for, to the step of the balance; what was weighed is told in the answers.${cells}`,
      'note',
    ),
  );
}

export function answers({ from }: ReportedRun): string {
  if (from.answers.length === 0) return '';
  const rows = from.answers.map((row): Cell[] => [
    row.key,
    row.at_s === null ? '' : clockTime(row.at_s),
    row.asked_C === null ? '' : plain(row.asked_C, 2),
    row.charge_C === null ? '' : plain(row.charge_C, 2),
    row.value === null ? row.came : String(row.value),
    row.unit ?? '',
    row.actor,
  ]);
  const names = ['question', 'at', 'asked / C', 'answered / C', 'value', 'unit', 'by'];
  return section('Answers', table(names, rows, [1, 2, 3]));
}

/** Holds, stops, faults and what a person did: all that a run without trouble has none of. */
export function interruptions({ from }: ReportedRun): string {
  const { run, resumedBy, events } = from;
  const told = events.filter(
    ({ kind, data }) => kind === 'command' || (kind === 'state' && LOUD.has(String(data['to']))),
  );
  const rows = told.map(({ elapsed_s, kind, actor, text, data }): Cell[] => [
    elapsed_s === null ? '' : clockTime(elapsed_s),
    kind === 'state' ? String(data['to']) : kind,
    actor,
    text,
  ]);
  const links: (readonly [string, Cell])[] = [
    ...(run.resumes === null
      ? []
      : [['goes on from', `${run.resumes}, with ${quantity(run.carried_charge_C, 3, 'C')} carried over`] as const]),
    ...(resumedBy === null ? [] : [['gone on with by', resumedBy] as const]),
  ];
  if (rows.length === 0 && links.length === 0) return '';
  return section(
    'Interruptions and commands',
    links.length === 0 ? '' : facts(links),
    rows.length === 0 ? '' : table(['at', 'what', 'by', 'why'], rows, [0]),
  );
}

const LOUD: ReadonlySet<string> = new Set([
  'holding',
  'held',
  'unholding',
  'stopping',
  'stopped',
  'aborting',
  'aborted',
]);

export function appendix({ from: { run } }: ReportedRun): string {
  return section(
    'Recipe as it was run',
    markup(`<p class="note">${safe(run.recipe)}, SHA-256 <code>${safe(run.recipe_sha256)}</code></p>`).html,
    `<pre>${safe(run.recipe_text)}</pre>`,
  );
}
