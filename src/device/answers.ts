/**
 * From bus replies to readings: what every driver does before it looks at its registers. Knows no chip and no bus but
 * its reply type.
 */
import { BusFault, type Reply, type Transfer } from '../bus/i2c.js';
import type { Poll, Reading, ReadingFault } from './ports.js';

/** A reading that cannot be used. */
export type Failed = Extract<Reading<never>, { ok: false }>;

export function failed(fault: ReadingFault, detail: string): Failed {
  return { ok: false, fault, detail };
}

/** A transfer that failed, as a reading; the bus's own check errors keep their name. */
export function failedTransfer(fault: BusFault): Failed {
  const { reason } = fault;
  return failed(reason === 'crc' || reason === 'protocol' ? reason : 'bus', fault.message);
}

/** Views of answers whose lengths were asked for, good until the next answers are looked at. */
export type Answers<L extends readonly number[]> = { readonly ok: true; readonly views: { [K in keyof L]: DataView } };

/** No chip's poll brings more answers than this. */
const ANSWERS_MAX = 8;
/** Longest answer, bytes: the SMBus block. */
const ANSWER_MAX = 32;
/** Where answers are looked at: a view made for each costs more than all that is read from it. */
const PLACES = Array.from({ length: ANSWERS_MAX }, () => {
  const bytes = new Uint8Array(ANSWER_MAX);
  return { bytes, view: new DataView(bytes.buffer) };
});

/** All replies with the lengths asked for (0 for a write), or the first that failed. */
export function answers<const L extends readonly number[]>(replies: readonly Reply[], lengths: L): Answers<L> | Failed {
  const views: DataView[] = [];
  for (let i = 0; i < lengths.length; i++) {
    const reply = replies[i];
    if (reply === undefined) return failed('protocol', `no reply to transfer ${i + 1} of ${lengths.length}`);
    if (reply instanceof BusFault) return failedTransfer(reply);
    if (reply.length !== lengths[i])
      return failed('protocol', `${reply.length} bytes came, ${lengths[i]} were asked for`);
    const place = PLACES[i];
    if (place === undefined) throw new RangeError(`${lengths.length} answers, and there is room for ${ANSWERS_MAX}`);
    place.bytes.set(reply);
    views.push(place.view);
  }
  return { ok: true, views: views as Answers<L>['views'] };
}

/** A poll that first writes `setup` again, for a chip that lost its configuration. */
export function withSetup<T>(setup: readonly Transfer[], poll: Poll<T>): Poll<T> {
  return {
    transfers: [...setup, ...poll.transfers],
    decode: (replies) => {
      const fault = replies.slice(0, setup.length).find((reply) => reply instanceof BusFault);
      return fault === undefined ? poll.decode(replies.slice(setup.length)) : failedTransfer(fault);
    },
  };
}

/** The signed 20-bit number that stands in bits 23:4 of three bytes, most significant first. */
export function signed20(view: DataView): number {
  return ((view.getUint16(0) << 16) | (view.getUint8(2) << 8)) >> 12;
}

/** A number in hexadecimal as data sheets write it, for messages. */
export function hex(value: number, digits: number): string {
  return `${value.toString(16).toUpperCase().padStart(digits, '0')}h`;
}
