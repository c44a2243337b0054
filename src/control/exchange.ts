/**
 * One exchange with several devices in a control cycle: their transfers in as few batches as their order allows, and what
 * a moment's trouble on the bus spoilt once more in the same cycle. Owns what is sent again and what is not; knows no chip,
 * no time and no meaning of a reading.
 */
import { BusFault, type I2cBus, type Reply, type Transfer } from '../bus/i2c.js';
import type { Poll, Reading, ReadingFault } from '../device/ports.js';

/**
 * Sends the transfers of several polls together and gives each its own answers. What a moment's trouble on the bus spoilt
 * is sent once more in the same cycle, as far as its driver allows. A poll whose decode finds its replies unusable says so
 * in its reading; nothing is thrown for a bad transfer.
 */
export async function exchange<T>(
  bus: I2cBus,
  polls: readonly Poll<T>[],
  onFault: (fault: BusFault) => void,
): Promise<(Reading<T> | undefined)[]> {
  const first = atOnce(polls);
  let replies: readonly Reply[] = first.length === 0 ? [] : await bus.batch(first);
  const missed = anyMissed(replies, onFault);
  if (missed || polls.some(holdsBack)) replies = await new Rounds(bus, polls, onFault, replies).rest();
  const spoilt: Spoilt<T>[] = [];
  const readings: (Reading<T> | undefined)[] = [];
  let from = 0;
  for (const poll of polls) {
    const own = replies.slice(from, from + poll.transfers.length);
    from += poll.transfers.length;
    const reading = poll.decode(own);
    const index = readings.push(reading) - 1;
    if (poll.checked && reading?.ok === false && isPassing(reading.fault, own)) spoilt.push({ index, poll });
  }
  if (spoilt.length > 0) await replace(bus, spoilt, readings, onFault);
  return readings;
}

interface Spoilt<T> {
  readonly index: number;
  readonly poll: Poll<T>;
}

const holdsBack = ({ heldBackFrom }: Poll<unknown>): boolean => heldBackFrom !== undefined;

/** All that is not held back, in the order of the polls. */
function atOnce(polls: readonly Poll<unknown>[]): Transfer[] {
  const transfers: Transfer[] = [];
  for (const { transfers: own, heldBackFrom = own.length } of polls) {
    for (let index = 0; index < heldBackFrom; index++) {
      const transfer = own[index];
      if (transfer !== undefined) transfers.push(transfer);
    }
  }
  return transfers;
}

function transfersOf(polls: readonly Poll<unknown>[]): Transfer[] {
  const transfers: Transfer[] = [];
  for (const poll of polls) for (const transfer of poll.transfers) transfers.push(transfer);
  return transfers;
}

async function sent(bus: I2cBus, transfers: readonly Transfer[], onFault: (fault: BusFault) => void): Promise<Reply[]> {
  const replies = transfers.length === 0 ? [] : await bus.batch(transfers);
  anyMissed(replies, onFault);
  return replies;
}

/** Tells of every transfer that failed, and gives whether one was not acknowledged. */
function anyMissed(replies: readonly Reply[], onFault: (fault: BusFault) => void): boolean {
  let missed = false;
  for (const reply of replies) {
    if (!(reply instanceof BusFault)) continue;
    onFault(reply);
    missed ||= isNack(reply);
  }
  return missed;
}

/** An address that nobody acknowledged costs little to ask again; a bus that is held would be held again. */
function isNack(reply: Reply): boolean {
  return reply instanceof BusFault && reply.reason === 'nack';
}

/** Spoilt on the way, as a disturbance does that is over the next time. */
function isPassing(fault: ReadingFault, replies: readonly Reply[]): boolean {
  if (fault !== 'crc' && fault !== 'protocol' && fault !== 'bus') return false;
  return replies.every((reply) => !(reply instanceof BusFault) || isNack(reply));
}

/** Polls that both sides check, once more from their first transfer to their last. */
async function replace<T>(
  bus: I2cBus,
  spoilt: readonly Spoilt<T>[],
  readings: (Reading<T> | undefined)[],
  onFault: (fault: BusFault) => void,
): Promise<void> {
  const polls = spoilt.map(({ poll }) => poll);
  const replies = await sent(bus, transfersOf(polls), onFault);
  let from = 0;
  for (const { index, poll } of spoilt) {
    readings[index] = poll.decode(replies.slice(from, from + poll.transfers.length));
    from += poll.transfers.length;
  }
}

/**
 * What follows the first batch, in as few batches as its order allows. First what was not acknowledged of that batch, each
 * poll from its first such transfer on, since what follows may read back what came before; with it and behind it what is
 * held back; and that once more where it was not acknowledged. Frames to the galvanostat keep their sequence, so that the
 * board takes each once.
 */
class Rounds {
  private readonly transfers: readonly Transfer[];
  private readonly replies: Reply[] = [];

  constructor(
    private readonly bus: I2cBus,
    private readonly polls: readonly Poll<unknown>[],
    private readonly onFault: (fault: BusFault) => void,
    first: readonly Reply[],
  ) {
    this.transfers = transfersOf(polls);
    this.take(
      first,
      this.places((_, isHeldBack) => !isHeldBack),
    );
  }

  async rest(): Promise<readonly Reply[]> {
    await this.send((missed, isHeldBack) => missed || isHeldBack);
    if (this.polls.some(holdsBack) && this.replies.some(isNack))
      await this.send((missed, isHeldBack) => missed && isHeldBack);
    return this.replies;
  }

  private async send(chosen: Choice): Promise<void> {
    const places = this.places(chosen);
    const transfers: Transfer[] = [];
    for (const place of places) {
      const transfer = this.transfers[place];
      if (transfer !== undefined) transfers.push(transfer);
    }
    this.take(await sent(this.bus, transfers, this.onFault), places);
  }

  /** Where the chosen transfers stand among those of all polls. */
  private places(chosen: Choice): number[] {
    const places: number[] = [];
    let place = 0;
    for (const { transfers, heldBackFrom = transfers.length } of this.polls) {
      let missed = false;
      for (let index = 0; index < transfers.length; index++) {
        const reply = this.replies[place];
        missed = (missed && index !== heldBackFrom) || (reply !== undefined && isNack(reply));
        if (chosen(missed, index >= heldBackFrom)) places.push(place);
        place++;
      }
    }
    return places;
  }

  private take(replies: readonly Reply[], places: readonly number[]): void {
    for (const [i, reply] of replies.entries()) {
      const at = places[i];
      if (at !== undefined) this.replies[at] = reply;
    }
  }
}

/** Chosen by whether the transfer, or one before it in its part of the poll, was missed, and whether it is held back. */
type Choice = (missed: boolean, isHeldBack: boolean) => boolean;
