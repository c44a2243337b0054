/** A process that records until it is killed or its record fails. Prints each cycle that the disk has acknowledged. */
import { RealClock } from '../../src/model/real-clock.js';
import { openRecorder } from '../../src/record/recorder.js';
import { eventOf, headerOf, sampleOf } from './samples.js';

const clock = new RealClock();
const recorder = await openRecorder({ dataDir: process.argv[2] ?? '', clock });
await recorder.begin(headerOf({ recordRate_Hz: 20 }));
try {
  for (let seq = 1; ; seq++) {
    recorder.sample(sampleOf(seq));
    if (seq % 10 !== 0) continue;
    recorder.event(eventOf(sampleOf(seq).elapsed_s));
    await recorder.flush();
    process.stdout.write(`${seq}\n`);
  }
} catch (error) {
  process.stdout.write(`failed: ${recorder.health.error?.reason ?? String(error)}\n`);
  await recorder.close();
}
