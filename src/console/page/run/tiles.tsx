/** The big numbers: what each channel is called, its unit and digits, and how it is shown when it is old or not good. */
import type { SamplePayload } from '../../../telemetry/topics.js';
import { MINUS, NOTHING, fixed } from '../parts/format.js';
import { Sparkline } from '../parts/sparkline.js';
import { reasonFor } from '../link/view.js';

type NumberKey = {
  [K in keyof SamplePayload]-?: SamplePayload[K] extends number | null ? K : never;
}[keyof SamplePayload];

type ExpectedKey = 'expected_voltage_V' | 'expected_temperature_C' | 'expected_vent_hydrogen_vol_percent';

export interface Channel {
  readonly key: NumberKey;
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly setpoint?: NumberKey;
  /** What the twin alongside shows. */
  readonly expected?: ExpectedKey;
  /** Smallest height of its plot, in its unit. */
  readonly span: number;
}

const CHANNELS: readonly Channel[] = [
  { key: 'voltage_V', label: 'Cell voltage', unit: 'V', digits: 2, expected: 'expected_voltage_V', span: 0.5 },
  { key: 'current_mA', label: 'Current', unit: 'mA', digits: 2, setpoint: 'setpoint_mA', span: 2 },
  {
    key: 'temperature_C',
    label: 'Temperature',
    unit: '°C',
    digits: 2,
    setpoint: 'temperature_setpoint_C',
    expected: 'expected_temperature_C',
    span: 0.4,
  },
  { key: 'hydrogen_ppm', label: 'Hydrogen in air', unit: 'ppm', digits: 0, span: 200 },
  {
    key: 'vent_hydrogen_vol_percent',
    label: 'Hydrogen in vent',
    unit: 'vol%',
    digits: 2,
    expected: 'expected_vent_hydrogen_vol_percent',
    span: 0.1,
  },
  { key: 'flow_mL_min', label: 'Liquid flow', unit: 'mL/min', digits: 1, setpoint: 'flow_setpoint_mL_min', span: 4 },
  { key: 'sweep_mL_min', label: 'Sweep gas', unit: 'mL/min', digits: 0, span: 40 },
  { key: 'peltier_A', label: 'Peltier', unit: 'A', digits: 2, setpoint: 'peltier_setpoint_A', span: 0.5 },
];

interface TileProps {
  readonly channel: Channel;
  readonly trace: readonly SamplePayload[];
  readonly stale: boolean;
}

export function noteOf(sample: SamplePayload | undefined, channel: Channel): string {
  if (sample === undefined) return 'no value yet';
  if (sample[channel.key] === null) return reasonFor(sample, channel.key) ?? 'not on this bench';
  const setpoint = channel.setpoint === undefined ? null : sample[channel.setpoint];
  const expected = channel.expected === undefined ? null : sample[channel.expected];
  return [
    ...(setpoint === null ? [] : [`set ${fixed(setpoint, channel.digits)}`]),
    ...(expected === null || expected === undefined ? [] : [`expected ${fixed(expected, channel.digits)}`]),
  ].join(' · ');
}

/** The sign hangs in the margin: around 0 °C the digits stay where they are. */
function BigNumber({ text }: { readonly text: string }) {
  const negative = text.startsWith(MINUS);
  return (
    <span class="number">
      {negative ? <span class="sign">{MINUS}</span> : null}
      {negative ? text.slice(MINUS.length) : text}
    </span>
  );
}

function Tile({ channel, trace, stale }: TileProps) {
  const sample = trace.at(-1);
  const value = sample?.[channel.key] ?? null;
  const bad = sample !== undefined && value === null && reasonFor(sample, channel.key) !== null;
  const setpoint = channel.setpoint;
  return (
    <article class={`tile${stale || value === null ? ' is-stale' : ''}${bad ? ' is-bad' : ''}`}>
      <h2>{channel.label}</h2>
      <p class="tile-value">
        <BigNumber text={value === null ? NOTHING : fixed(value, channel.digits)} />
        <span class="unit">{channel.unit}</span>
      </p>
      <p class="tile-note">{noteOf(sample, channel)}</p>
      <Sparkline
        values={trace.map((one) => one[channel.key])}
        setpoints={setpoint === undefined ? [] : trace.map((one) => one[setpoint])}
        span={channel.span}
      />
    </article>
  );
}

export function Tiles({ trace, stale }: Omit<TileProps, 'channel'>) {
  return (
    <section class="tiles" aria-label="Measured values">
      {CHANNELS.map((channel) => (
        <Tile key={channel.key} channel={channel} trace={trace} stale={stale} />
      ))}
    </section>
  );
}
