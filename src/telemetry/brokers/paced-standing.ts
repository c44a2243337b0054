/**
 * What stands at the broker, told to a newcomer no faster than a slow link takes it. All at once would be more than a reader
 * may leave unread, as soon as a fleet stands there. Knows where aedes keeps what is retained, and nothing else of it.
 */
import { Readable } from 'node:stream';
import type { Clock } from '../../model/clock.js';

/** A tenth of a second's worth: 640 kB/s are 5 Mbit/s, and a quarter of what may stay unread. */
const STEP_BYTES = 64 * 1024;
const STEP_MS = 100;

interface Standing {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

type Filters = readonly string[];

interface Keeper {
  createRetainedStreamCombi(filters: Filters): AsyncIterable<Standing>;
}

function keeps(kept: unknown): kept is Keeper {
  return typeof kept === 'object' && kept !== null && 'createRetainedStreamCombi' in kept;
}

const bytesOf = ({ topic, payload }: Standing): number => topic.length + payload.length;

/** The present state of one reactor goes out in the first step. */
async function* stepped(standing: AsyncIterable<Standing>, clock: Clock): AsyncGenerator<Standing> {
  let left = STEP_BYTES;
  for await (const one of standing) {
    if (!(left > 0)) {
      await clock.sleep(STEP_MS);
      left = STEP_BYTES;
    }
    left -= bytesOf(one);
    yield one;
  }
}

/** @param kept the persistence of aedes, which its types do not show. */
export function paceStanding(kept: unknown, clock: Clock): void {
  if (!keeps(kept)) throw new Error('the broker does not keep what is retained as this program knows it');
  const whole = kept.createRetainedStreamCombi.bind(kept);
  kept.createRetainedStreamCombi = (filters) => Readable.from(stepped(whole(filters), clock), { highWaterMark: 1 });
}
