/**
 * A run as an EC-Lab ASCII file (.mpt): CRLF, a counted header, settings without an empty line in them, parameters in columns of
 * 20 characters, names with a trailing tab, ASCII only. A cell of two electrodes has no reference: its voltage is
 * `Ewe-Ece/V`. The temperature goes where EC-Lab puts a signal from outside: `Analog IN 1/V`. Pure; knows no file.
 */
import type { RunDetail } from '../record/history.js';
import type { Row } from '../record/sqlite.js';
import { numberIn } from './source.js';

const END = '\r\n';
const NAMES = [
  'mode',
  'ox/red',
  'error',
  'control changes',
  'Ns changes',
  'counter inc.',
  'Ns',
  'time/s',
  'control/mA',
  'Ewe-Ece/V',
  'I/mA',
  'dQ/C',
  '(Q-Qo)/C',
  'half cycle',
  'P/W',
  'Analog IN 1/V',
];
/** The temperature as a sensor of 10 mV for each degree Celsius would give it. */
const TEMPERATURE_V_PER_C = 0.01;
const COLUMN = 20;
const GALVANOSTATIC = 1;
const REST = 3;

export type MptRun = Pick<
  RunDetail,
  | 'run'
  | 'title'
  | 'board'
  | 'simulated'
  | 'started_utc_ms'
  | 'program_version'
  | 'firmware_version'
  | 'firmware_serial'
  | 'steps'
  | 'numbers'
  | 'recipe_sha256'
  | 'head_hash'
  | 'outcome'
  | 'reactor'
>;

export function* mptLines(run: MptRun, samples: Iterable<Row>): Generator<string> {
  const header = headerLines(run);
  // Counted with the line of names, which ends it.
  const counted = header.map((line) => line.replace('{lines}', String(header.length + 1)));
  yield counted.map((line) => `${line}${END}`).join('');
  yield `${NAMES.join('\t')}\t${END}`;
  const rows = new Rows();
  for (const sample of samples) {
    const line = rows.line(sample);
    if (line !== null) yield `${line}${END}`;
  }
}

function headerLines(run: MptRun): string[] {
  const incomplete = run.outcome === 'running' || run.outcome === 'interrupted';
  const comments = [
    `Comments : run ${run.run}: ${run.title}`,
    ...(run.simulated ? ['Comments : SIMULATED: no current passed a real cell'] : []),
    ...(incomplete ? [`Comments : INCOMPLETE: the run is ${run.outcome}, its end is not in this file`] : []),
    'Comments : two electrodes, no reference: Ewe-Ece is the cell voltage; a positive current oxidises at the working electrode',
    'Comments : Analog IN 1 is the temperature of the cell, 0.01 V for each degree Celsius; NaN was not measured',
    'Comments : written by galvanode, not by EC-Lab; the data package of the run holds all channels',
    `Comments : recipe sha256 ${run.recipe_sha256}, record head ${run.head_hash}`,
  ];
  return [
    'EC-Lab ASCII FILE',
    'Nb header lines : {lines}',
    '',
    'Chronopotentiometry',
    '',
    `Run on channel : 1 (SN ${run.firmware_serial ?? '0'})`,
    'Electrode connection : standard',
    'Potential control : Ewe-Ece',
    `Acquisition started on : ${startText(run.started_utc_ms)}`,
    'Saved on :',
    `\tFile : ${run.run}.mpt`,
    `Device : galvanode ${run.board} (SN ${run.firmware_serial ?? '0'})`,
    `galvanode ${run.program_version} (software)`,
    `galvanode ${run.firmware_version ?? 'none'} (firmware)`,
    `Cell : ${run.reactor}`,
    ...comments,
    'Cycle Definition : Charge/Discharge alternance',
    ...parameterLines(run),
    '',
  ].map(asciiLine);
}

/** One column a step of the plan; steps without a current are at rest. */
function parameterLines({ steps, numbers }: MptRun): string[] {
  const current_mA = numbers['current_mA'] ?? 0;
  const asked = steps.map(({ kind }) => (kind === 'electrolyse' ? current_mA.toFixed(3) : '0.000'));
  const all = (value: string): string[] => steps.map(() => value);
  const rows: [string, readonly string[]][] = [
    ['Ns', steps.map((_, place) => String(place))],
    ['Is', asked],
    ['unit Is', all('mA')],
    ['vs.', all('<None>')],
    ['ts (h:m:s)', all('0:00:0.0000')],
    ['EM (V)', all('pass')],
    ['dQM', all('0.000')],
    ['unit dQM', all('C')],
    ['record', all('<Ewe-Ece>')],
    ['dts (s)', all('0.2000')],
    ['E range min (V)', all('0.000')],
    ['E range max (V)', all('30.000')],
    ['I Range', all('100 mA')],
    ['Bandwidth', all('5')],
    ["goto Ns'", all('0')],
    ['nc cycles', all('0')],
  ];
  return rows.map(([name, values]) => [name, ...values].map((cell) => cell.padEnd(COLUMN)).join(''));
}

/** What a row needs to know of the one before it. */
class Rows {
  private before: { readonly setpoint_mA: number; readonly step: number; readonly charge_C: number } | null = null;
  private first_C: number | null = null;
  private halfCycle = 0;
  private direction = 0;

  line(row: Row): string | null {
    const time_s = numberIn(row, 'elapsed_s');
    if (time_s === null) return null;
    const { before } = this;
    const setpoint_mA = numberIn(row, 'setpoint_mA') ?? 0;
    const step = numberIn(row, 'step') ?? before?.step ?? 0;
    const charge_C = numberIn(row, 'charge_C') ?? before?.charge_C ?? 0;
    const [current_mA, voltage_V] = [numberIn(row, 'current_mA'), numberIn(row, 'voltage_V')];
    const temperature_C = numberIn(row, 'temperature_C');
    this.first_C ??= charge_C;
    this.turn(Math.sign(setpoint_mA));
    const flags = [
      setpoint_mA === 0 ? REST : GALVANOSTATIC,
      (current_mA ?? 0) > 0 ? 1 : 0,
      row['invalid'] === '' ? 0 : 1,
      before !== null && before.setpoint_mA !== setpoint_mA ? 1 : 0,
      before !== null && before.step !== step ? 1 : 0,
      0,
      step,
    ];
    const values = [time_s, setpoint_mA, voltage_V, current_mA, charge_C - (before?.charge_C ?? charge_C)];
    const power_W = current_mA === null || voltage_V === null ? null : (current_mA * voltage_V) / 1000;
    this.before = { setpoint_mA, step, charge_C };
    const outside_V = temperature_C === null ? null : TEMPERATURE_V_PER_C * temperature_C;
    return [
      ...flags.map(String),
      ...[...values, charge_C - this.first_C].map(figure),
      String(this.halfCycle),
      figure(power_W),
      figure(outside_V),
    ].join('\t');
  }

  /** A half cycle begins when the direction turns; a rest between is none. */
  private turn(direction: number): void {
    if (direction === 0) return;
    if (this.direction !== 0 && direction !== this.direction) this.halfCycle++;
    this.direction = direction;
  }
}

/** `1.234567890123456E+003`. */
function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'NaN';
  const [digits = '0', exponent = '+0'] = value.toExponential(15).split('e');
  return `${digits}E${exponent.slice(0, 1)}${exponent.slice(1).padStart(3, '0')}`;
}

/** `MM/DD/YYYY HH:MM:SS.mmm`, UTC. */
function startText(utc_ms: number): string {
  const [year = '', month = '', day = ''] = new Date(utc_ms).toISOString().slice(0, 10).split('-');
  return `${month}/${day}/${year} ${new Date(utc_ms).toISOString().slice(11, 23)}`;
}

const ASCII: Readonly<Record<string, string>> = { µ: 'u', μ: 'u', '°': 'deg', '–': '-', '—': '-', '’': "'", '₂': '2' };

/** Readers decode as ASCII, and an end of line within a field would end the settings. */
function asciiLine(line: string): string {
  const known = line.replaceAll(/[µμ°–—’₂]/g, (letter) => ASCII[letter] ?? '?');
  return known.replaceAll(/[^\t\x20-\x7E]/g, '?');
}
