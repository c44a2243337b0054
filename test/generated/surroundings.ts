/**
 * Bench and reactors of the generated recipes: those that ship, with less waiting. What is shortened is waiting alone: the
 * warm-up of the hydrogen sensor, the sweep after a current and the time within the band; every limit is as it ships.
 */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Board } from '../../src/model/board.js';
import { packagePath } from '../../src/model/entry.js';
import type { Reactor } from '../../src/model/reactor.js';
import { boardNamed, reactorNamed } from '../contract/files.js';

const SWEEP_AFTER_S = 20;
const SETTLE_S = 20;
const WARM_UP_S = 1;

/** In the order of their names, so that a seed means the same reactor everywhere. */
export const REACTORS: readonly Reactor[] = readdirSync(packagePath('boards', 'reactors'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => shortened(reactorNamed(basename(file, '.yaml'))))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

function shortened(reactor: Reactor): Reactor {
  const { control } = reactor;
  const temperature = { ...control.temperature, settle_s: SETTLE_S };
  return { ...reactor, control: { ...control, temperature, sweepAfter_s: SWEEP_AFTER_S } };
}

const shipped = boardNamed('bench-sim');

export const BENCH: Board = {
  ...shipped,
  chips: { ...shipped.chips, hydrogen: { ...shipped.chips.hydrogen, warmUp_s: WARM_UP_S } },
};
