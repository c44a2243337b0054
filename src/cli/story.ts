/** What a run tells the operator: its beginning, its events, its live line, its end. Text only; draws nothing. */
import { alternates, countedCharge_C } from '../model/counted-charge.js';
import type { Alarm, RunEvent } from '../model/event.js';
import type { Plan } from '../model/plan.js';
import type { Sample } from '../model/sample.js';
import { charge_F_mol } from '../physics/charge.js';
import type { RunReport } from '../reactor.js';
import { efficiencyRows } from './efficiency.js';
import { liquidRows } from './liquid.js';
import type { Truth } from '../preview/truth.js';
import { bar, deviation, duration, plain, quantity, range } from '../model/words.js';

export function opening(plan: Plan, simulated: boolean, speed: number | null): string[] {
  const n = plan.numbers;
  const pace = speed === null ? 'as fast as it goes' : `${speed} × real time`;
  return [
    plan.title,
    simulated ? `simulated bench ${plan.board}, ${pace}` : `bench ${plan.board}`,
    '',
    `  charge    ${plain(n.charge_C, 1)} C, ${plain(n.charge_F_mol, 2)} F/mol of ${plain(plan.basis_mmol, 2)} mmol`,
    `  current   ${plain(n.current_mA, 1)} mA, ${plain(n.current_density_mA_cm2, 2)} mA/cm², for ${duration(n.duration_s)}`,
    `  expected  ${plain(n.cell_voltage_V, 2)} V, at most ${plain(n.hydrogen_mL, 1)} mL of hydrogen`,
    ...plan.warnings.map((warning) => `  warning   ${warning}`),
    '',
  ];
}

/** Columns before the text of a line of the story: its time. */
export const STORY_INDENT = 15;

/** Events that an operator wants to see as they happen; the journal has them all. */
export function eventLine(event: RunEvent): string | null {
  const at = duration(event.elapsed_s).padStart(13);
  switch (event.kind) {
    case 'step':
      return `${at}  ${event.text}`;
    case 'trip':
    case 'alarm':
      if (typeof event.data['group'] === 'string') return null; // another alarm speaks for it
      return `${at}  ${alarmMark(event)}${event.text}`;
    case 'state':
      return QUIET_STATES.has(String(event.data['to'])) ? null : `${at}  ${String(event.data['to'])}: ${event.text}`;
    case 'answer':
      if (event.data['value'] === null) return `${at}  ${String(event.data['key'])}: not given`;
      return event.actor === 'program' ? null : `${at}  ${event.text}`;
    case 'command':
      return 'reads' in event.data ? null : `${at}  ${event.text}`; // a dashboard asks all the time
    case 'bus':
    case 'clock':
    case 'note':
      return `${at}  ${event.text}`;
    case 'board':
      return 'proof' in event.data ? `${at}  ${event.text}` : null;
    case 'prompt':
    case 'run':
      return null;
  }
}

/** What the guard raises, what has gone by itself, and what a person did to an alarm must not look the same. */
function alarmMark({ data }: RunEvent): string {
  if (!('reaction' in data)) return '';
  return data['state'] === 'active' ? '! ' : 'gone: ';
}

const QUIET_STATES: ReadonlySet<string> = new Set(['starting', 'execute', 'complete']);

/** The alarm that an event raises and that speaks for itself, by its name. */
export function raisedBy({ kind, data }: RunEvent): string | null {
  const raised = (kind === 'trip' || kind === 'alarm') && 'reaction' in data && data['state'] === 'active';
  return raised && typeof data['group'] !== 'string' && typeof data['id'] === 'string' ? data['id'] : null;
}

const INDENT = ' '.repeat(STORY_INDENT);

/** What to do about an alarm, in the operator's words; nothing for a warning. */
export function alarmLines(alarm: Alarm | undefined): string[] {
  if (alarm === undefined || alarm.severity !== 'alarm') return [];
  return [`${INDENT}${alarm.safeState}: ${alarm.consequence}`, `${INDENT}${alarm.action}`];
}

/** Alarms that another one speaks for: a pulled cable is one alarm. */
export function membersLine({ state, members }: Alarm): string | null {
  return state === 'active' && members.length > 0 ? `${INDENT}with it: ${members.join(', ')}` : null;
}

/** Every alarm that is not normal, first-out first, with those that it speaks for. */
export function alarmList(alarms: readonly Alarm[]): string[] {
  const heads = alarms.filter(({ state, group }) => state !== 'normal' && group === null);
  if (heads.length === 0) return ['  no alarm stands'];
  const firstOutFirst = heads.toSorted((a, b) => Number(b.firstOut) - Number(a.firstOut) || a.since_s - b.since_s);
  return firstOutFirst.flatMap((alarm) => {
    const { id, state, safeState, since_s, text, firstOut, members, shelved } = alarm;
    const until = shelved === null ? '' : ` until ${duration(shelved.until_s)}`;
    const line = `${duration(since_s).padStart(13)}  ${safeState.padEnd(2)}  ${id}: ${text} [${state}${until}${firstOut ? ', first-out' : ''}]`;
    return [line, ...members.map((member) => `${' '.repeat(19)}with it: ${member}`)];
  });
}

export function statusLine(plan: Plan, sample: Sample, columns: number): string {
  const left = sample.eta_s === null ? '' : `  ${duration(sample.eta_s)} left`;
  const step = plan.steps[sample.step]?.title ?? '';
  const values = [
    quantity(sample.current_mA, 1, 'mA', 5),
    quantity(sample.voltage_V, 2, 'V', 4),
    quantity(sample.temperature_C, 2, '°C', 5),
    quantity(sample.hydrogen_ppm, 0, 'ppm', 3),
  ].join(' ');
  const charge = `${plain(sample.charge_C, 1)} C ${plain(sample.charge_F_mol, 2)} F/mol`;
  const text = `${plain(100 * sample.progress, 1).padStart(5)} %  ${charge}  ${values}${left}`;
  const room = columns - Array.from(text).length - 2;
  return room < 8 ? text : `${bar(sample.progress, Math.min(24, room - 1))}${text}${room > 40 ? `  ${step}` : ''}`;
}

export function ending(plan: Plan, report: RunReport, truth: Truth | null, wall_s: number): string[] {
  const { result, figures } = report;
  const lines = [
    '',
    `${result.outcome}: ${result.reason}`,
    `  ${'time'.padEnd(12)}${duration(result.elapsed_s)} of run time, ${duration(wall_s)} here`,
  ];
  const row = (label: string, text: string): number => lines.push(`  ${label.padEnd(12)}${text}`);
  const counted_C = countedCharge_C(plan, result.charge_C, result.absolute_charge_C);
  const reached_F_mol = charge_F_mol(counted_C, plan.basis_mmol);
  row('charge', `${plain(counted_C, 2)} C of ${plain(plan.numbers.charge_C, 2)} C, ${plain(reached_F_mol, 3)} F/mol`);
  if (alternates(plan)) row('', `both directions together; ${plain(result.charge_C, 2)} C with their signs`);
  if (result.board_charge_C !== null) {
    row(
      '',
      `the board counted ${plain(result.board_charge_C, 2)} C (${deviation(result.board_charge_C, result.charge_C)})`,
    );
  }
  if (truth !== null) {
    row(
      '',
      `truly ${plain(truth.charge_C, 2)} C passed; the ledger is off by ${deviation(result.charge_C, truth.charge_C)}`,
    );
  }
  if (figures.temperature_C !== null)
    row('temperature', temperatureText(plan, figures.temperature_C, figures.temperatureMean_C));
  if (figures.voltage_V !== null) row('voltage', range(figures.voltage_V.min, figures.voltage_V.max, 2, 'V'));
  for (const [label, text] of liquidRows(plan, report)) row(label, text);
  row('hydrogen', hydrogenText(report, truth));
  for (const [label, text] of efficiencyRows(plan, report)) row(label, text);
  if (result.missedTicks > 0)
    row('loop', `${result.missedTicks} of ${result.cycles} ticks missed, latest ${plain(result.latest_ms, 1)} ms`);
  if (result.busFaults > 0) row('bus', `${result.busFaults} transfers failed`);
  return lines;
}

function temperatureText(
  plan: Plan,
  seen: { readonly min: number; readonly max: number },
  mean_C: number | null,
): string {
  const cool = plan.steps.find((step) => step.kind === 'cool');
  const text = `${range(seen.min, seen.max, 2, '°C')} while current flowed, mean ${plain(mean_C ?? NaN, 3)} °C`;
  if (cool === undefined) return text;
  const warn = plan.limits.temperatureWarn_K;
  const held = seen.min >= cool.target_C - warn && seen.max <= cool.target_C + warn;
  return `${text}; band ±${plain(warn, 1)} °C ${held ? 'held' : 'left'}`;
}

function hydrogenText({ figures }: RunReport, truth: Truth | null): string {
  const vented = `${plain(figures.ventHydrogen_umol / 1000, 3)} mmol by the vent line (max ${quantity(figures.ventMax_vol_percent, 2, 'vol%')})`;
  const made = truth === null ? '' : `${plain(truth.hydrogenMade_umol / 1000, 3)} mmol made; `;
  return `${made}${vented}, ambient max ${quantity(figures.hydrogenMax_ppm, 0, 'ppm')}`;
}
