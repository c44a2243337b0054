/**
 * The measured channels of a run: last value, when it came, and what it is worth now. Owns ages and qualities; a value is
 * never repeated as if it were new, and one that is too old is no value.
 */
import type { ReadingFault } from '../device/ports.js';
import { CHANNELS, type ChannelName, type Quality } from '../model/sample.js';

interface Slot {
  /** False: this bench has no such channel. */
  expected: boolean;
  value: number | null;
  /** Host time of the reading, ms; -Infinity before the first. */
  at_ms: number;
  /** Older than this is stale, ms. */
  maxAge_ms: number;
  /** Why the last answer could not be used; null when it could. */
  fault: ChannelFault | null;
}

export interface ChannelFault {
  readonly kind: ReadingFault;
  readonly detail: string;
}

/** A reading may miss so many of its periods before it counts as stale. */
const PERIODS_UNTIL_STALE = 3;

const emptySlot = (): Slot => ({
  expected: false,
  value: null,
  at_ms: -Infinity,
  maxAge_ms: 0,
  fault: null,
});

export class Channels {
  private readonly slots = Object.fromEntries(CHANNELS.map((name) => [name, emptySlot()])) as Record<ChannelName, Slot>;

  /** A channel that this bench has, with a new value every `renewal_s`; the others are absent. */
  expect(name: ChannelName, renewal_s: number): void {
    const slot = this.slots[name];
    slot.expected = true;
    slot.maxAge_ms = PERIODS_UNTIL_STALE * renewal_s * 1000;
  }

  accept(name: ChannelName, value: number, now_ms: number): void {
    const slot = this.expectedSlot(name);
    // A value that is not finite never passes the edge: NaN would pass every comparison further in.
    slot.fault = Number.isFinite(value) ? null : { kind: 'protocol', detail: 'not finite' };
    if (slot.fault !== null) return;
    slot.value = value;
    slot.at_ms = now_ms;
  }

  /**
   * An answer that could not be used. At the end of its range a chip says that the last value no longer holds, and that
   * in the dangerous direction: it is forgotten at once. Any other bad answer leaves it until it is stale.
   */
  refuse(name: ChannelName, fault: ChannelFault): void {
    const slot = this.expectedSlot(name);
    slot.fault = fault;
    if (fault.kind === 'range') slot.at_ms = -Infinity;
  }

  /**
   * A single bad answer leaves the last value good until it is stale: the bus retries at the next period. A chip that
   * keeps answering badly is invalid once its last good value is stale, or over its range if that is what it says.
   */
  quality(name: ChannelName, now_ms: number): Quality {
    const slot = this.slots[name];
    if (!slot.expected) return 'absent';
    if (now_ms - slot.at_ms <= slot.maxAge_ms) return 'good';
    if (slot.fault === null) return 'stale';
    switch (slot.fault.kind) {
      case 'warming-up':
        return 'warming-up';
      case 'range':
        return 'over-range';
      case 'bus':
      case 'crc':
      case 'protocol':
      case 'stuck':
        return 'invalid';
    }
  }

  /** The value if it is good, else null. */
  value(name: ChannelName, now_ms: number): number | null {
    const slot = this.slots[name];
    return now_ms - slot.at_ms <= slot.maxAge_ms ? slot.value : null;
  }

  fault(name: ChannelName): ChannelFault | null {
    return this.slots[name].fault;
  }

  /** Written out and not a loop: this runs in every cycle, and an object of one shape costs a tenth of a dictionary. */
  qualities(now_ms: number): Record<ChannelName, Quality> {
    return {
      current_mA: this.quality('current_mA', now_ms),
      return_current_mA: this.quality('return_current_mA', now_ms),
      voltage_V: this.quality('voltage_V', now_ms),
      temperature_C: this.quality('temperature_C', now_ms),
      safety_temperature_C: this.quality('safety_temperature_C', now_ms),
      board_temperature_C: this.quality('board_temperature_C', now_ms),
      hot_side_C: this.quality('hot_side_C', now_ms),
      supply_V: this.quality('supply_V', now_ms),
      peltier_A: this.quality('peltier_A', now_ms),
      hydrogen_ppm: this.quality('hydrogen_ppm', now_ms),
      vent_hydrogen_vol_percent: this.quality('vent_hydrogen_vol_percent', now_ms),
      sweep_mL_min: this.quality('sweep_mL_min', now_ms),
      flow_mL_min: this.quality('flow_mL_min', now_ms),
    };
  }

  private expectedSlot(name: ChannelName): Slot {
    const slot = this.slots[name];
    if (!slot.expected) throw new RangeError(`channel ${name} was never expected`);
    return slot;
  }
}
