/** Events of a run that tell of alarms, and who did what. Pure: rows of the record in, those that are asked for out. */
import type { PastEventRow } from '../../api/runs.js';

const OF_ALARMS: ReadonlySet<string> = new Set(['alarm', 'trip']);
/** Parts of the program: what they write is no deed of a person. */
const PARTS: ReadonlySet<string> = new Set([
  'program',
  'procedure',
  'guard',
  'record',
  'board',
  'bus',
  'clock',
  'rehearsal',
  'nobody',
]);

/** Newest first. */
export function ofAlarms(events: readonly PastEventRow[]): PastEventRow[] {
  return events.filter(({ kind }) => OF_ALARMS.has(kind)).toReversed();
}

/** Who did what, newest first. */
export function ofPeople(events: readonly PastEventRow[]): PastEventRow[] {
  return events.filter(({ actor }) => !PARTS.has(actor)).toReversed();
}
