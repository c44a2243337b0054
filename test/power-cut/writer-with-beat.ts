/**
 * Records at 20 Hz in real time beside a beat of 20 ms, and says at its end how late the beat was at the worst and what
 * the record says of itself: a disk that stalls must cost neither. Arguments: directory, its spare, seconds to record.
 */
import { RealClock } from '../../src/model/real-clock.js';
import { openRecorder } from '../../src/record/recorder.js';
import { eventOf, headerOf, OUTCOME, sampleOf, TICK_s } from '../record/samples.js';

const [dataDir = '', spareDir = '', seconds = '10'] = process.argv.slice(2);
const BEAT_MS = 20;
const clock = new RealClock();
const recorder = await openRecorder({ dataDir, spareDir, clock });
await recorder.begin(headerOf({ recordRate_Hz: 20 }));

let latest_ms = 0;
const beat = (due_ms: number): void => {
  clock.at(due_ms, () => {
    latest_ms = Math.max(latest_ms, clock.now() - due_ms);
    if (!over) beat(due_ms + BEAT_MS);
  });
};
let over = false;
const start_ms = clock.now();
beat(start_ms + BEAT_MS);

const cycles = Number(seconds) / TICK_s;
const holds = new Set<string>();
const warnings = new Set<string>();
let mostWaiting = 0;
for (let seq = 1; seq <= cycles; seq++) {
  await clock.sleep(start_ms + 1000 * TICK_s * seq - clock.now());
  recorder.sample(sampleOf(seq));
  if (seq % 200 === 0) recorder.event(eventOf(sampleOf(seq).elapsed_s, 'alarm'));
  const { hold, warning, waitingRows } = recorder.health;
  mostWaiting = Math.max(mostWaiting, waitingRows);
  if (hold !== null) holds.add(hold);
  if (warning !== null) warnings.add(warning);
}
over = true;
let ended = 'whole';
await recorder.end({ ...OUTCOME, elapsed_s: cycles * TICK_s }).catch((error: unknown) => {
  ended = error instanceof Error ? error.message : String(error);
});
const { lost, head } = recorder.health;
await recorder.close();
process.stdout.write(
  `${JSON.stringify({ cycles, lost, ended, latest_ms, mostWaiting, holds: [...holds], warnings: [...warnings], head })}\n`,
);
