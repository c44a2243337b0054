/**
 * What a bench says of itself beside its values, from what has been read already: no transfer is made for it. Made anew at each
 * call, for once a second; owns which quality of a channel says what of its chip.
 */
import type { Lines } from '../bus/i2c.js';
import {
  CHIP_CHANNELS,
  READ_CHIPS,
  SHOWN_LINES,
  type Beat,
  type BenchState,
  type ChipState,
  type ReadChip,
  type ShownLine,
} from '../model/bench-state.js';
import type { Observation } from '../model/observation.js';
import type { ChannelName } from '../model/sample.js';
import type { Senses } from './senses.js';

export interface BenchStateParts {
  readonly senses: Senses;
  readonly lines: Lines;
  /** The last one made. */
  readonly seen: Pick<Observation, 'quality' | 'board' | 'busFailedShare'>;
  readonly refused: string | null;
  readonly beat: Beat | null;
}

export function benchState({ senses, lines, seen, refused, beat }: BenchStateParts): BenchState {
  return {
    lines: Object.fromEntries(SHOWN_LINES.map((name) => [name, levelOf(lines, name)])) as Record<
      ShownLine,
      boolean | null
    >,
    chips: Object.fromEntries(READ_CHIPS.map((chip) => [chip, chipState(seen, senses, CHIP_CHANNELS[chip])])) as Record<
      ReadChip,
      ChipState
    >,
    bus: { ...senses.busCounts },
    busFailedShare: seen.busFailedShare,
    refused,
    board: seen.board,
    beat,
    rehearsed: [],
  };
}

function chipState({ quality }: Pick<Observation, 'quality'>, senses: Senses, channel: ChannelName): ChipState {
  switch (quality[channel]) {
    case 'good':
      return 'ok';
    case 'stale':
      return 'silent';
    case 'absent':
    case 'over-range':
    case 'warming-up':
      return quality[channel];
    case 'invalid':
      return senses.channels.fault(channel)?.kind === 'bus' ? 'silent' : 'wrong';
  }
}

/** A bench without a line says so with a RangeError; a line that cannot be read is not known either. */
function levelOf(lines: Lines, name: ShownLine): boolean | null {
  try {
    return lines.get(name);
  } catch {
    return null;
  }
}
