/**
 * The files of the guard into which faults are set, what is loaded of the program with each, the checks that must notice,
 * and the faults that change nothing, each with its reason.
 */
import type * as alarms from '../../src/control/alarms.js';
import type * as interlock from '../../src/control/guard/interlock.js';
import type * as interlocks from '../../src/control/guard/interlocks.js';
import type * as jump from '../../src/control/guard/jump.js';
import type * as tally from '../../src/control/guard/tally.js';
import type * as trackers from '../../src/control/guard/trackers.js';
import type * as shutdown from '../../src/control/shutdown.js';
import type * as watch from '../../src/control/watch.js';
import { alarmFailures } from '../control/alarm-checks.js';
import { failuresOf } from '../control/guard/checks.js';
import { ROWS } from '../control/guard/situations.js';
import { jumpFailures, judgeFailures, tallyFailures, trackerFailures } from '../control/guard/tracker-checks.js';
import { shutdownFailures } from '../control/shutdown-checks.js';
import { watchFailures } from '../control/watch-checks.js';

export interface Equivalent {
  /** Part of what a mutant says of itself. */
  readonly what: string;
  readonly because: string;
}

export interface Target {
  readonly file: string;
  /** The module that the checks look at; the file above is a part of it. */
  readonly entry: string;
  /** What is wrong with that module. */
  readonly failures: (module: object) => string[];
  readonly equivalent: readonly Equivalent[];
}

const GUARD = 'src/control/guard';

/** What a loaded file exports is what the file beside it exports: the type is that of the module itself. */
type Checks<Module> = (module: Module) => string[];

function target<Module>(
  file: string,
  entry: string,
  failures: Checks<Module>,
  equivalent: readonly Equivalent[] = [],
): Target {
  return { file, entry, failures: failures as Checks<object>, equivalent };
}

/** Stops at the first row that notices; `ids` are those that the file registers, null for all. */
function registered(file: string, ids: readonly string[] | null, equivalent: readonly Equivalent[] = []): Target {
  const rows = ROWS.filter(({ id }) => ids === null || ids.includes(id));
  const failures = ({ INTERLOCKS }: typeof interlocks): string[] => {
    const wrong = rows.find((row) => failuresOf(INTERLOCKS, [row]).length > 0);
    return wrong === undefined ? [] : [wrong.id];
  };
  return target(file, `${GUARD}/interlocks.ts`, failures, equivalent);
}

const INDEXED = 'a place of the ring always holds a number; the other side of ?? is never taken';
const START = 'set before it is looked at first';
const EDGE = 'differs for one instant of a sum of cycles, which no cycle hits';

const EQUIVALENT: Readonly<Record<string, readonly Equivalent[]>> = {
  gas: [
    { what: `in "quality.hydrogen_ppm === 'over-range'"`, because: 'chooses words only' },
    {
      what: '0 -> 1 in "healthy: (seen, c) => atLeast(seen.flow',
      because: 'not asked where the plan has no least flow',
    },
  ],
  conditions: [{ what: 'digits = 1', because: 'digits of a text' }],
  jump: [{ what: '3 -> 2.25', because: 'a count of readings below 2.25 is one below 3' }],
  tally: [
    { what: '0 -> 1 in "this.sent[at]', because: INDEXED },
    { what: '0 -> 1 in "this.failed[at]', because: INDEXED },
    { what: '0 -> 1 in "sent +=', because: INDEXED },
    { what: '0 -> 1 in "failed +=', because: INDEXED },
    { what: '< -> <= in "for (let at', because: 'beyond the ring there is nothing to add' },
  ],
  shutdown: [
    { what: 'OFF_LIMIT_S = 0.2', because: 'the promised figure, which other files and the rigs hold' },
    { what: 'commanded_s = 0', because: START },
    { what: '<= -> < in "if (this.phase.kind', because: EDGE },
  ],
  watch: [
    { what: 'in "private now_s = 0', because: START },
    { what: 'in "private energised_s', because: START },
    { what: 'in "this.energised_s = situation', because: 'no interlock asks for it yet' },
    { what: 'flowSteady_s = 0', because: START },
    { what: 'flowTarget_mL_min = 0', because: 'the first target is a new one either way' },
    { what: '0 -> 1 in "if (Number.isNaN(this.coldest_C))', because: 'as much as is allowed is not too much' },
    { what: '>= -> > in "else if (seen.temperature_C', because: 'the same value is the coldest either way' },
    { what: '> -> >= in "this.pump.add', because: EDGE },
    { what: '0 -> 1 in "this.peltier.add', because: 'asked for while armed only' },
  ],
  trackers: [
    { what: 'in "private setpoint_mA = 0', because: START },
    { what: 'in "private steady_s = 0;', because: START },
    { what: '<= -> < in "const same', because: EDGE },
    { what: '<= -> < in "if (this.steady_s', because: EDGE },
    { what: '<= -> < in "const learning', because: EDGE },
    { what: '0 -> 1 in "if (!flowing', because: 'no set point is a new one, and none is of 1 mA' },
    { what: '0 -> 1 in "temperature_C === null', because: 'the band is 1 K at least: an error of 1 K owes nothing' },
  ],
};

export function targetsOf(
  files: Readonly<Record<'electrical' | 'board' | 'thermal' | 'gas', readonly interlock.Interlock[]>>,
): readonly Target[] {
  const watched = ({ Watch }: typeof watch): string[] => watchFailures((plan) => new Watch(plan));
  const own = (name: keyof typeof files): Target =>
    registered(
      `${GUARD}/${name}.ts`,
      files[name].map(({ id }) => id),
      EQUIVALENT[name],
    );
  return [
    own('electrical'),
    own('board'),
    own('thermal'),
    own('gas'),
    registered(`${GUARD}/conditions.ts`, null, EQUIVALENT['conditions']),
    target<typeof interlock>(`${GUARD}/interlock.ts`, `${GUARD}/interlock.ts`, ({ judge }) => judgeFailures(judge)),
    target<typeof jump>(`${GUARD}/jump.ts`, `${GUARD}/jump.ts`, jumpFailures, EQUIVALENT['jump']),
    target<typeof tally>(`${GUARD}/tally.ts`, `${GUARD}/tally.ts`, tallyFailures, EQUIVALENT['tally']),
    target<typeof shutdown>(
      'src/control/shutdown.ts',
      'src/control/shutdown.ts',
      shutdownFailures,
      EQUIVALENT['shutdown'],
    ),
    target<typeof alarms>('src/control/alarms.ts', 'src/control/alarms.ts', alarmFailures),
    target<typeof watch>('src/control/watch.ts', 'src/control/watch.ts', watched, EQUIVALENT['watch']),
    target<typeof trackers>(`${GUARD}/trackers.ts`, `${GUARD}/trackers.ts`, trackerFailures, EQUIVALENT['trackers']),
  ];
}
