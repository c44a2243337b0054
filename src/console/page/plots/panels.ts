/** What is plotted together: panels one above the other, each with its lines. Pure data. */
import type { Signal } from '../../api/series.js';

export interface Line {
  readonly signal: Signal;
  readonly label: string;
  /** main: measured; set: what was asked for; expected: of the twin, pale; beside: measured elsewhere. */
  readonly kind: 'main' | 'set' | 'expected' | 'beside';
  /** On the axis at the right. */
  readonly right?: boolean;
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Of the axis at the right. */
  readonly rightUnit?: string;
  readonly digits: number;
  /** Least height, in its unit: noise stays small. */
  readonly span: number;
  readonly lines: readonly Line[];
}

export const PANELS: readonly Panel[] = [
  {
    id: 'voltage',
    title: 'Cell voltage',
    unit: 'V',
    digits: 3,
    span: 0.2,
    lines: [
      { signal: 'expected_voltage_V', label: 'expected', kind: 'expected' },
      { signal: 'voltage_V', label: 'measured', kind: 'main' },
    ],
  },
  {
    id: 'current',
    title: 'Current',
    unit: 'mA',
    digits: 2,
    span: 1,
    lines: [
      { signal: 'setpoint_mA', label: 'set', kind: 'set' },
      { signal: 'current_mA', label: 'measured', kind: 'main' },
    ],
  },
  {
    id: 'temperature',
    title: 'Temperature',
    unit: '°C',
    digits: 2,
    span: 0.4,
    lines: [
      { signal: 'expected_temperature_C', label: 'expected', kind: 'expected' },
      { signal: 'temperature_setpoint_C', label: 'set', kind: 'set' },
      { signal: 'temperature_C', label: 'measured', kind: 'main' },
    ],
  },
  {
    id: 'hydrogen',
    title: 'Hydrogen',
    unit: 'ppm',
    rightUnit: 'vol%',
    digits: 2,
    span: 100,
    lines: [
      { signal: 'expected_vent_hydrogen_vol_percent', label: 'vent, expected, vol%', kind: 'expected', right: true },
      { signal: 'vent_hydrogen_vol_percent', label: 'vent, vol%', kind: 'beside', right: true },
      { signal: 'hydrogen_ppm', label: 'air, ppm', kind: 'main' },
    ],
  },
  {
    id: 'charge',
    title: 'Charge',
    unit: 'C',
    digits: 2,
    span: 1,
    lines: [{ signal: 'charge_C', label: 'counted', kind: 'main' }],
  },
];

/** As the address names them, `voltage,charge`; all where it names none that is known. */
export function panelsNamed(names: string | undefined): readonly Panel[] {
  const wanted = (names ?? '').split(',');
  const found = PANELS.filter(({ id }) => wanted.includes(id));
  return found.length === 0 ? PANELS : found;
}

export function signalsOf(panels: readonly Panel[]): Signal[] {
  return panels.flatMap(({ lines }) => lines.map(({ signal }) => signal));
}
