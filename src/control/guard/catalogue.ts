/**
 * The fault catalogue, row by row, and who answers for each: an interlock of the host, a trip of the board, the wiring, a
 * place in the program, or nobody on these boards, because. Data only; the table of docs/safety.md is made from it, and
 * a test holds it to the registry, to the protocol and to the files that it names.
 */
export type Handling =
  /** Ids of the registry. */
  | { readonly by: 'host'; readonly interlocks: readonly string[] }
  /** Names of the protocol's faults. */
  | { readonly by: 'board'; readonly trips: readonly string[] }
  /** Layer L0: copper that no program asks; `where` is its model in the twin. */
  | { readonly by: 'wiring'; readonly what: string; readonly where: string }
  | { readonly by: 'program'; readonly what: string; readonly where: string }
  | { readonly by: 'nobody'; readonly because: string };

export interface CatalogueRow {
  readonly row: string;
  readonly fault: string;
  readonly handled: readonly Handling[];
}

const host = (...interlocks: readonly string[]): Handling => ({ by: 'host', interlocks });
const board = (...trips: readonly string[]): Handling => ({ by: 'board', trips });
const wiring = (what: string, where = 'src/twin/wiring.ts'): Handling => ({ by: 'wiring', what, where });
const program = (where: string, what: string): Handling => ({ by: 'program', where, what });
const nobody = (because: string): Handling => ({ by: 'nobody', because });
const row = (id: string, fault: string, ...handled: readonly Handling[]): CatalogueRow => ({ row: id, fault, handled });

const hardware: readonly CatalogueRow[] = [
  row('H1', 'over-current', board('overCurrent', 'comparator'), host('over-current')),
  row(
    'H2',
    'current when commanded 0',
    board('stuckOutput', 'relay'),
    host('current-when-off', 'off-not-confirmed'),
    program('src/control/shutdown.ts', 'off is measured; 200 ms later the master relay opens'),
  ),
  row(
    'H3',
    'master relay welded',
    program('src/control/proof/start-up-proof.ts', 'the relay is opened and closed before arming'),
    host('master-relay-welded', 'master-relay-dropped'),
  ),
  row('H4', 'compliance limit', board('overVoltage'), host('compliance', 'over-voltage')),
  row('H5', 'open cell, lead off', board('openCell')),
  row('H6', 'short cell', board('shortCell')),
  row('H7', 'polarity reversed', board('polarity')),
  row('H8', 'DAC stuck', board('notFollowing'), host('not-following')),
  row(
    'H9',
    'DAC glitch at power-up or reset',
    wiring('the output relay rests open and its enable is another pin than the DAC'),
    program('firmware-bridge/firmware/galvanostat.c', 'output off before anything else after a reset'),
  ),
  row('H10', 'slow drift of the current', host('shunts-disagree', 'charge-disagreement'), board('leak')),
  row('H11', 'electrode fouling', host('voltage-rising', 'voltage-unexpected')),
  row('H12', 'bubble, oscillating flow', host('voltage-noisy', 'voltage-unsteady')),
  row('H13', 'Peltier reversed, bridge stuck in heat', host('cooling-wrong-way'), board('cellTemperature')),
  row('H14', 'Peltier stuck on at command 0', host('peltier-runs-on', 'cell-cold', 'actuator-refuses')),
  row(
    'H15',
    'hot-side fan fails',
    host('hot-side-fan-turning', 'hot-side-warm', 'hot-side-hot', 'hot-side-last', 'no-hot-side-c'),
  ),
  row(
    'H16',
    'cooling off or too weak',
    host('cooling-failing', 'cooling-lost', 'temperature-unexpected', 'band-warn', 'band-hold', 'actuator-refuses'),
    program('src/procedure/steps.ts', 'a cell that does not get cold in its time holds the run'),
  ),
  row(
    'H17',
    'cell too hot',
    board('cellTemperature'),
    host('cell-hot', 'thermal-cutout-closed'),
    wiring('the thermal cut-out stands in the coil circuit of the master relay'),
  ),
  row('H18', 'cell too cold', board('cellTemperature'), host('cell-cold')),
  row('H19', 'pump stalls', host('flow-lost', 'actuator-refuses')),
  row('H20', 'flow lost, pump turning', host('flow-lost', 'pump-disagrees')),
  row(
    'H21',
    'over-pressure, blocked line',
    nobody('no pressure is measured; a line that is blocked loses its flow: H20'),
  ),
  row('H22', 'leak in the tray', host('tray-dry')),
  row('H23', 'vent fan fails', host('canopy-fan-turning')),
  row(
    'H24',
    'emergency stop',
    wiring('the chain stands in the coil circuit of the master relay'),
    board('interlock'),
    host('e-stop-closed'),
  ),
  row(
    'H25',
    'emergency stop: wire cut, or one channel of two',
    wiring('a normally closed chain: a cut wire is a pressed button'),
    board('interlock'),
    nobody('two channels are not compared: the boards have one input for the chain'),
  ),
  row('H26', 'door or lid open', board('door'), host('door-closed')),
  row('H27', '24 V supply sags', board('supply'), host('supply-low')),
  row('H28', 'microcontroller reset', host('board-lost', 'safe-enable-lost')),
  row(
    'H29',
    'microcontroller hangs with its output on',
    program('firmware-bridge/firmware/hal_avr.c', 'the watchdog of the microcontroller resets it; it rests off'),
    host('board-lost', 'safe-enable-lost', 'safe-enable-stuck', 'master-relay-dropped'),
    nobody('no monostable of its own beside the watchdog of the microcontroller'),
  ),
  row('H30', 'thermal cut-out fails open', host('thermal-cutout-closed'), board('interlock')),
  row('H31', 'charge cap passed', board('chargeLimit'), host('charge-cap')),
  row(
    'H32',
    'run longer than the envelope',
    board('durationLimit'),
    program('src/procedure/steps.ts', 'the time limit of the electrolysis holds the run before'),
  ),
];

const bus: readonly CatalogueRow[] = [
  row(
    'B1',
    'not acknowledged, once',
    program('src/control/senses.ts', 'asked again in the same cycle, counted'),
    host('bus-noisy'),
  ),
  row('B2', 'no valid heartbeat', board('deadman')),
  row('B3', 'host sees the link lost', host('board-lost', 'off-not-confirmed')),
  row(
    'B4',
    'SDA or SCL held low',
    board('deadman'),
    host('board-lost'),
    nobody('no multiplexer clocks the bus free: a person does, by the supply'),
  ),
  row('B5', 'a transfer blocks for 1 s', board('deadman'), host('board-lost')),
  row(
    'B6',
    'bit flip in a frame',
    program('src/device/gs1-link.ts', 'check byte: dropped, asked again'),
    host('bus-noisy'),
  ),
  row(
    'B7',
    'a check that passes by chance',
    program('src/device/galvanostat.ts', 'sequence echoed, envelope read back byte by byte before arming'),
  ),
  row(
    'B8',
    'all ones or all zeros',
    program('src/device/gs1-frames.ts', 'no frame of the protocol passes as FF or 00'),
  ),
  row(
    'B9',
    'stale frame',
    host('board-lost'),
    program('src/control/senses.ts', 'a counter that stands still brings no value'),
  ),
  row('B10', 'write doubled', program('firmware-bridge/firmware/registers.c', 'a sequence is taken once')),
  row(
    'B11',
    'write cut short',
    program('firmware-bridge/firmware/registers.c', 'length and check before anything is taken'),
  ),
  row(
    'B12',
    'recovery clocks write register 0',
    program('firmware-bridge/firmware/registers.c', 'register 0 is read-only'),
  ),
  row(
    'B13',
    'another device answers',
    program('src/device/galvanostat.ts', 'identity and protocol before anything else'),
  ),
  row('B14', 'write and read torn apart', program('src/bus/serial-queue.ts', 'one transfer at a time, one owner')),
  row('B15', 'clock stretching, error rate', host('bus-noisy', 'bus-failing')),
  row(
    'B16',
    'firmware of another protocol',
    program('src/device/galvanostat.ts', 'hash of the protocol compared at opening'),
  ),
  row('B17', 'board stored another envelope', program('src/device/galvanostat.ts', 'read back before arming, refused')),
];

const sensors: readonly CatalogueRow[] = [
  row(
    'M1',
    'temperature open or shorted',
    board('cellTemperature'),
    host('no-temperature-c', 'no-safety-temperature-c'),
  ),
  row('M2', 'temperature stuck', host('thermometer-still', 'thermometers-disagree')),
  row('M3', 'temperature jumps', host('temperature-jump', 'hot-side-jump')),
  row('M4', 'T1 and T2 disagree', host('thermometers-disagree')),
  row(
    'M5',
    'sensors swapped',
    host('cooling-wrong-way', 'thermometers-disagree'),
    nobody(
      'no test pulse: T2 is a chip at an address of its own, the hot side an input of another, so neither can be read as the other',
    ),
  ),
  row(
    'M6',
    'value too old',
    host(
      'no-temperature-c',
      'no-safety-temperature-c',
      'no-hot-side-c',
      'no-hydrogen-ppm',
      'no-sweep-ml-min',
      'no-flow-ml-min',
    ),
  ),
  row(
    'M7',
    'not a number',
    program('src/control/channels.ts', 'refused at the edge; every limit is written so that NaN trips'),
  ),
  row('M8', 'hydrogen at the full scale of the ambient sensor', host('hydrogen-warn', 'hydrogen-trip')),
  row(
    'M9',
    'hydrogen at 0.4 vol%',
    host('hydrogen-trip'),
    nobody(
      'the ambient sensor ends at 0.1 vol%, where the run is ended already; the rated detector is wired by the user',
    ),
  ),
  row('M10', 'hydrogen at 1 vol%', host('hydrogen-trip'), nobody('as M9')),
  row('M11', 'hydrogen sensor lost', host('no-hydrogen-ppm')),
  row(
    'M12',
    'hydrogen sensor warming up',
    host('no-hydrogen-ppm'),
    program('src/procedure/steps.ts', 'the electrolysis waits for it, the run is held when it does not come'),
  ),
  row(
    'M13',
    'hydrogen sensor dead at 0',
    host('hydrogen-sensor-still'),
    program('src/control/proof/readiness.ts', 'the age of its last bump test'),
  ),
  row(
    'M14',
    'two hydrogen sensors disagree',
    host('vent-hydrogen-low', 'vent-hydrogen-high'),
    nobody('there is one ambient sensor; the vent sensor measures another gas, and is held against the charge'),
  ),
  row('M15', 'current converter at its rail', board('overRange', 'converterStuck', 'calibration')),
];

const hostAndDisk: readonly CatalogueRow[] = [
  row(
    'P1',
    'an error in control',
    board('deadman'),
    program('src/control/core.ts', 'the run rejects, the process ends'),
  ),
  row('P2', 'kill -9', board('deadman')),
  row('P3', 'stopped by a debugger', board('deadman')),
  row(
    'P4',
    'continued later: old commands',
    board('deadman'),
    program('firmware-bridge/firmware/deadman.c', 'a new nonce at each trip'),
  ),
  row(
    'P5',
    'event loop stalls',
    board('deadman'),
    program('src/control/drives.ts', 'a heartbeat only out of a completed cycle'),
  ),
  row(
    'P6',
    'loop alive, control dead',
    board('deadman'),
    program('firmware-bridge/firmware/deadman.c', 'a challenge to answer'),
  ),
  row('P7', 'memory leak', board('deadman'), nobody('memory is not watched: a process that is killed for it is P2')),
  row('P8', 'operations that overlap', program('src/control/core.ts', 'one cycle at a time, exhaustMap')),
  row(
    'P9',
    'wind-up, overshoot',
    board('overCurrent'),
    program('src/control/current-loop.ts', 'clamp, ramp, no integral at a limit'),
  ),
  row('P10', 'two hosts', program('src/record/lock.ts', 'one writer a data directory'), board('deadman')),
  row(
    'P11',
    'restart after a crash',
    program('src/record/interrupted.ts', 'shown as interrupted; goes on only when a person says so'),
  ),
  row(
    'P12',
    'native addon or wrong Node',
    nobody('the versions of Node are named in package.json; an addon that does not load ends the program before a run'),
  ),
  row('O1', 'kernel panic', board('deadman')),
  row('O2', 'wall clock jumps', program('src/model/clock.ts', 'control and charge use monotonic time only')),
  row('O3', 'timer overflows', program('src/model/real-clock.ts', 'long waits are cut')),
  row(
    'O4',
    'Pi supply too low, throttled',
    nobody('the Pi’s own supply is not read and not in the twin: a Pi that browns out is O5'),
  ),
  row('O5', 'host loses power', board('deadman')),
  row(
    'O6',
    'SIGTERM',
    program('src/cli/signals.ts', 'ramps down, ends the run in order; a second one turns off at once'),
  ),
  row(
    'D1',
    'disk full',
    host('record-lost', 'record-behind', 'record-warning'),
    program('src/control/proof/readiness.ts', 'room before the start'),
  ),
  row('D2', 'EIO on fsync', host('record-lost'), program('src/record/failover.ts', 'the second store')),
  row(
    'D3',
    'fsync takes seconds',
    host('record-warning', 'record-behind'),
    program('src/record/recorder.ts', 'a buffer of over a minute'),
  ),
  row('D4', 'remounted read-only', host('record-lost'), program('src/record/failover.ts', 'the second store')),
  row('D5', 'database corrupt at start', program('src/record/soundness.ts', 'refused; the old file is kept')),
  row('D6', 'power cut in a commit', program('src/record/sqlite.ts', 'synchronous=FULL asserted on every open')),
  row('D7', 'WAL grows', host('record-warning')),
];

const TELEMETRY = 'the network is never in a safety path; the run does not ask for it';
const outside: readonly CatalogueRow[] = [
  row('N1', 'broker gone', program('src/telemetry/outbox.ts', TELEMETRY)),
  row('N2', 'broker flaps', program('src/telemetry/uplink.ts', TELEMETRY)),
  row('N3', 'broker never answers', program('src/telemetry/uplink.ts', TELEMETRY)),
  row('N4', 'telemetry out of order', program('src/telemetry/payloads.ts', 'bootId, run and seq in each message')),
  row('N5', 'retained command', program('src/telemetry/brokers/admission.ts', 'refused at the door and by the judge')),
  row('N6', 'queued old command', program('src/command/judge.ts', 'its nonce is good once and for 10 s')),
  row('N7', 'certificate not valid', program('src/telemetry/uplink.ts', TELEMETRY)),
  row('N8', 'flood of messages', program('src/telemetry/lifeline.ts', 'the network lives in a process of its own')),
  row('U1', 'start pressed twice', program('src/procedure/machine.ts', 'one run; a second start is ignored')),
  row(
    'U2',
    'start with a trip latched',
    board('deadman'),
    program('src/control/proof/start-up-proof.ts', 'refused with the reason'),
  ),
  row('U3', 'reset while the cause stands', program('src/control/watch.ts', 'refused, and names what stands')),
  row('U4', 'recipe edited in a run', program('src/recipe/load.ts', 'the plan is made once, with its hash')),
  row('U5', 'stop in any state', program('src/procedure/machine.ts', 'legal in all of them')),
  row('U6', 'wrong unit', program('src/recipe/check.ts', 'charge, F/mol, density and hydrogen checked and shown')),
  row('R1', 'NaN, Infinity, hexadecimal, no unit', program('src/model/units.ts', 'a strict grammar of quantities')),
  row('R2', 'key written twice', program('src/model/document.ts', 'refused')),
  row('R3', 'YAML bomb', program('src/model/prescan.ts', 'size, depth and aliases before parsing')),
  row('R4', 'recipe without an end', program('src/recipe/check.ts', 'time and charge bounded')),
  row(
    'X1',
    'unauthorised start',
    program('src/command/judge.ts', 'a start needs an operator and a permit from the bench'),
  ),
  row('X2', 'log edited', program('src/record/verify.ts', 'hash chain, head published')),
];

export const CATALOGUE: readonly CatalogueRow[] = [...hardware, ...bus, ...sensors, ...hostAndDisk, ...outside];
