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
  const replies = await new Rounds(bus, polls, onFault).all();
  const spoilt: Spoilt<T>[] = [];
  let from = 0;
  const readings = polls.map((poll, index) => {
    const own = replies.slice(from, from + poll.transfers.length);
    from += poll.transfers.length;
    const reading = poll.decode(own);
    if (poll.checked && reading?.ok === false && isPassing(reading.fault, own)) spoilt.push({ index, poll });
    return reading;
  });
  if (spoilt.length > 0) await replace(bus, spoilt, readings, onFault);
  return readings;
}

interface Spoilt<T> {
  readonly index: number;
  readonly poll: Poll<T>;
}

function transfersOf(polls: readonly Poll<unknown>[]): Transfer[] {
  const transfers: Transfer[] = [];
  for (const poll of polls) transfers.push(...poll.transfers);
  return transfers;
}

async function sent(bus: I2cBus, transfers: readonly Transfer[], onFault: (fault: BusFault) => void): Promise<Reply[]> {
  const replies = transfers.length === 0 ? [] : await bus.batch(transfers);
  for (const reply of replies) if (reply instanceof BusFault) onFault(reply);
  return replies;
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
 * The transfers of several polls in as few batches as their order allows. First all that is not held back; then what was
 * not acknowledged of that, each poll from its first such transfer on, since what follows may read back what came before;
 * with it and behind it what is held back; and that once more where it was not acknowledged. Frames to the galvanostat
 * keep their sequence, so that the board takes each once.
 */
class Rounds {
  private readonly replies: Reply[] = [];

  constructor(
    private readonly bus: I2cBus,
    private readonly polls: readonly Poll<unknown>[],
    private readonly onFault: (fault: BusFault) => void,
  ) {}

  async all(): Promise<Reply[]> {
    const { replies } = this;
    const holdsBack = this.polls.some(({ heldBackFrom }) => heldBackFrom !== undefined);
    await this.send((_, isHeldBack) => !isHeldBack);
    if (holdsBack || replies.some(isNack)) await this.send((missed, isHeldBack) => missed || isHeldBack);
    if (holdsBack && replies.some(isNack)) await this.send((missed, isHeldBack) => missed && isHeldBack);
    return replies;
  }

  /** Those of the transfers that are chosen: by whether they or one before them in their part of the poll were missed. */
  private async send(chosen: (missed: boolean, isHeldBack: boolean) => boolean): Promise<void> {
    const places: number[] = [];
    const transfers: Transfer[] = [];
    let place = 0;
    for (const { transfers: own, heldBackFrom = own.length } of this.polls) {
      let missed = false;
      for (const [index, transfer] of own.entries()) {
        const reply = this.replies[place];
        missed = (missed && index !== heldBackFrom) || (reply !== undefined && isNack(reply));
        if (chosen(missed, index >= heldBackFrom)) {
          places.push(place);
          transfers.push(transfer);
        }
        place++;
      }
    }
    for (const [i, reply] of (await sent(this.bus, transfers, this.onFault)).entries()) {
      const at = places[i];
      if (at !== undefined) this.replies[at] = reply;
    }
  }
}
