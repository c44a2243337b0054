import { describe, expect, it } from 'vitest';
import { BusFault, type BusFaultReason, type Reply, type Transfer } from '../../src/bus/i2c.js';
import { exchange } from '../../src/control/exchange.js';
import type { Poll, ReadingFault } from '../../src/device/ports.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { FakeBus } from '../scenario/fake-bench.js';

/** A poll of so many transfers whose reading is the replies it got: a byte, or why there is none. */
function poll(address: number, transfers: number): Poll<string> {
  const show = (reply: Reply): string => (reply instanceof BusFault ? reply.reason : String(reply[0]));
  return {
    transfers: Array.from({ length: transfers }, (_, k): Transfer => ({ address, write: Uint8Array.of(k) })),
    decode: (replies) => ({ ok: true, value: replies.map(show).join(' ') }),
  };
}

async function exchanged(polls: readonly Poll<string>[], answer: FakeBus['answer']) {
  const bus = new FakeBus(new VirtualClock());
  bus.answer = answer;
  const faults: string[] = [];
  const readings = await exchange(bus, polls, ({ reason }) => faults.push(reason));
  const sent = bus.batches.map((batch) => batch.map(({ address, write }) => `${address}.${write?.[0]}`).join(' '));
  return { readings: readings.map((reading) => (reading?.ok ? reading.value : 'nothing')), faults, sent };
}

/** A fault of one transfer, in the first batch or in all. */
const faultAt =
  (reason: BusFaultReason, address: number, place: number, always = false): FakeBus['answer'] =>
  (transfer, batch) =>
    transfer.address === address && transfer.write?.[0] === place && (always || batch === 0)
      ? new BusFault(reason, address, 'on purpose')
      : Uint8Array.of(10 * transfer.address + batch);

describe('an exchange', () => {
  it('sends all polls in one batch, and gives each its own answers', async () => {
    const { readings, sent } = await exchanged([poll(1, 1), poll(2, 3), poll(3, 0), poll(4, 2)], faultAt('nack', 9, 0));
    expect(sent).toEqual(['1.0 2.0 2.1 2.2 4.0 4.1']);
    expect(readings).toEqual(['10', '20 20 20', '', '40 40']);
  });

  it('does not trouble the bus for nothing', async () => {
    expect((await exchanged([poll(1, 0)], faultAt('nack', 9, 0))).sent).toEqual([]);
  });

  it('sends a poll once more from its first transfer that was not acknowledged, and no other poll', async () => {
    const { readings, sent, faults } = await exchanged([poll(1, 2), poll(2, 3), poll(3, 1)], faultAt('nack', 2, 1));
    expect(sent).toEqual(['1.0 1.1 2.0 2.1 2.2 3.0', '2.1 2.2']);
    expect(readings).toEqual(['10 10', '20 21 21', '30']);
    expect(faults).toEqual(['nack']);
  });

  it('tries once only, and counts each fault', async () => {
    const { readings, sent, faults } = await exchanged([poll(1, 1), poll(2, 1)], faultAt('nack', 2, 0, true));
    expect(sent).toHaveLength(2);
    expect(readings).toEqual(['10', 'nack']);
    expect(faults).toEqual(['nack', 'nack']);
  });

  it.each(['timeout', 'gone', 'busy', 'protocol'] as const)('does not try again after %s', async (reason) => {
    const { readings, sent } = await exchanged([poll(1, 1), poll(2, 1)], faultAt(reason, 2, 0));
    expect(sent).toHaveLength(1);
    expect(readings).toEqual(['10', reason]);
  });

  it('holds back what makes a chip forget, until what asks for that has been tried twice', async () => {
    const held = { ...poll(2, 3), heldBackFrom: 2 };
    const healthy = await exchanged([poll(1, 1), held, poll(3, 1)], faultAt('nack', 9, 0));
    expect(healthy.sent).toEqual(['1.0 2.0 2.1 3.0', '2.2']);
    expect(healthy.readings).toEqual(['10', '20 20 21', '30']);
    const fetching = await exchanged([poll(1, 1), held, poll(3, 1)], faultAt('nack', 2, 1));
    expect(fetching.sent).toEqual(['1.0 2.0 2.1 3.0', '2.1 2.2']);
    expect(fetching.readings).toEqual(['10', '20 21 21', '30']);
    const silent = await exchanged([held, poll(3, 1)], faultAt('nack', 2, 0, true));
    expect(silent.sent).toEqual(['2.0 2.1 3.0', '2.0 2.1 2.2']);
    expect(silent.readings).toEqual(['nack 21 21', '30']);
  });

  it('sends what was held back once more too, and only that', async () => {
    const held = { ...poll(2, 3), heldBackFrom: 1 };
    const answer: FakeBus['answer'] = (transfer, batch) =>
      transfer.write?.[0] === 2 && batch === 1 ? new BusFault('nack', 2, 'on purpose') : Uint8Array.of(batch);
    const { sent, readings, faults } = await exchanged([held, poll(3, 1)], answer);
    expect(sent).toEqual(['2.0 3.0', '2.1 2.2', '2.2']);
    expect(readings).toEqual(['0 1 2', '0']);
    expect(faults).toEqual(['nack']);
    const thrice = await exchanged([held, poll(3, 1)], faultAt('nack', 3, 0, true));
    expect(thrice.sent).toEqual(['2.0 3.0', '2.1 2.2 3.0']);
  });
});

/** A poll whose answers carry a check: that of the first batch is spoilt, or what `spoilt` says. */
function checked(
  address: number,
  fault: ReadingFault,
  spoilt = (byte: number): boolean => byte % 10 === 0,
): Poll<string> {
  const plain = poll(address, 2);
  const decode: Poll<string>['decode'] = (replies) => {
    const bad = replies.some((reply) => reply instanceof BusFault || spoilt(reply[0] ?? 0));
    return bad ? { ok: false, fault, detail: 'on purpose' } : plain.decode(replies);
  };
  return { ...plain, decode, checked: true };
}

describe('a poll that both sides check', () => {
  const none = faultAt('nack', 9, 0);

  it.each(['crc', 'protocol', 'bus'] as const)(
    'is sent once more as a whole after %s, and nothing else is',
    async (fault) => {
      const { sent, readings } = await exchanged([poll(1, 1), checked(2, fault), poll(3, 1)], none);
      expect(sent).toEqual(['1.0 2.0 2.1 3.0', '2.0 2.1']);
      expect(readings).toEqual(['10', '21 21', '30']);
    },
  );

  it('is sent once more only', async () => {
    const { sent, readings } = await exchanged([checked(2, 'crc', () => true)], none);
    expect(sent).toEqual(['2.0 2.1', '2.0 2.1']);
    expect(readings).toEqual(['nothing']);
  });

  it.each(['stuck', 'range', 'warming-up'] as const)(
    'is not sent again after %s, which another try cannot mend',
    async (fault) => {
      expect((await exchanged([checked(2, fault)], none)).sent).toHaveLength(1);
    },
  );

  it('is not sent again on a bus that is held, and never when it is not checked', async () => {
    expect((await exchanged([checked(2, 'bus')], faultAt('timeout', 2, 1))).sent).toHaveLength(1);
    const { checked: _, ...unchecked } = checked(2, 'crc');
    expect((await exchanged([unchecked], none)).sent).toHaveLength(1);
  });

  it('has a third try when both were not acknowledged', async () => {
    const { sent, readings, faults } = await exchanged([checked(2, 'bus', () => false)], (transfer, batch) =>
      transfer.write?.[0] === 1 && batch < 2 ? new BusFault('nack', 2, 'on purpose') : Uint8Array.of(batch),
    );
    expect(sent).toEqual(['2.0 2.1', '2.1', '2.0 2.1']);
    expect(readings).toEqual(['2 2']);
    expect(faults).toEqual(['nack', 'nack']);
  });
});
