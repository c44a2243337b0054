/** What is not as it must be after something broke, in words; an empty list when all is. Judges by the twin's truth. */
import type { Played } from '../support/scenario.js';
import { ENERGIES } from '../support/scenario.js';
import type { Fault } from './fault.js';

/** No output is on, five seconds after the end, and none came on after the run had ended. */
export function energiesLeft({ truth, logbook, ended_s, broken_s }: Played): string[] {
  const left: string[] = [];
  if (!(Math.abs(truth.current_mA) <= 0.2)) left.push(`${truth.current_mA} mA flow`);
  if (truth.relayClosed) left.push('the output relay is closed');
  if (truth.masterRelayClosed) left.push('the master relay is closed');
  if (truth.safeEnabled) left.push('SAFE_EN is on');
  if (truth.peltier_A !== 0) left.push(`the Peltier carries ${truth.peltier_A} A`);
  if (truth.pump_mL_min !== 0) left.push(`the pump gives ${truth.pump_mL_min} mL/min`);
  for (const energy of ENERGIES)
    if (logbook.lasted_s(energy) > ended_s - broken_s + SETTLES_S) left.push(`${energy} was on after the end`);
  return left;
}

/** What the master relay and the Peltier's next chunk take after the last cycle, s. */
const SETTLES_S = 0.05;

/** What a fault left undone: the right trip, announced, in time, and the run ended by it. */
export function broken(fault: Fault, played: Played): string[] {
  const left = energiesLeft(played).filter((text) => fault.leaves?.includes(text) !== true);
  return [...left, ...late(fault, played), ...untold(fault, played)];
}

function late({ within_s, powerWithin_s = Infinity, live = ENERGIES }: Fault, { logbook }: Played): string[] {
  const wrong: string[] = [];
  for (const energy of live) if (!logbook.wasOn(energy)) wrong.push(`${energy} was not on when it broke`);
  const lasted_s = logbook.lasted_s('current');
  if (!(lasted_s <= within_s)) wrong.push(`current flowed for ${lasted_s} s, not ${within_s} s at most`);
  if (!(logbook.powerLasted_s <= powerWithin_s))
    wrong.push(`the master relay was closed for ${logbook.powerLasted_s} s, not ${powerWithin_s} s at most`);
  return wrong;
}

function untold({ firstOut, says, end, reason }: Fault, { report, events, alarms, states }: Played): string[] {
  const { result } = report;
  const wrong: string[] = [];
  const told = events.filter(({ kind }) => kind === 'trip' || kind === 'alarm');
  const first = told.find(({ data }) => data['firstOut'] === true)?.data['id'] ?? 'nothing';
  if (!firstOut.includes(String(first))) wrong.push(`first out was ${first}`);
  const trip = events.find(({ kind, text }) => kind === 'trip' && says.test(text));
  if (trip === undefined) return [...wrong, `no trip says ${says}: ${told.map(({ text }) => text).join('; ')}`];
  const id = String(trip.data['id']);
  const state = alarms.get(id)?.state;
  if (state !== 'active') wrong.push(`the alarm ${id} is ${state}`);
  if (!states.includes(end)) wrong.push(`the run went through ${states.join(', ')}`);
  if (end === 'aborted' && result.outcome !== 'aborted') wrong.push(`the run is ${result.outcome}`);
  const why = reason ?? new RegExp(`^${id}: `);
  if (end === 'aborted' && !why.test(result.reason)) wrong.push(`its reason is ${result.reason}`);
  return wrong;
}
