/** What the twin expects of a recipe: outcome, limits and the course of it in small plots. Pure. */
import type { Previewed } from '../../api/recipes.js';
import { duration, fixed } from '../parts/format.js';
import { Sparkline } from '../parts/sparkline.js';

interface Panel {
  readonly key: 'voltage_V' | 'current_mA' | 'temperature_C' | 'vent_hydrogen_vol_percent' | 'charge_C';
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly span: number;
}

const PANELS: readonly Panel[] = [
  { key: 'voltage_V', label: 'Cell voltage', unit: 'V', digits: 2, span: 0.5 },
  { key: 'current_mA', label: 'Current', unit: 'mA', digits: 1, span: 2 },
  { key: 'temperature_C', label: 'Temperature', unit: '°C', digits: 1, span: 0.4 },
  { key: 'vent_hydrogen_vol_percent', label: 'Hydrogen in vent', unit: 'vol%', digits: 2, span: 0.1 },
  { key: 'charge_C', label: 'Charge', unit: 'C', digits: 1, span: 1 },
];

/** `3.10 … 3.41`; nothing where there is no value. */
export function rangeText(values: readonly (number | null)[], digits: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'none';
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  return `${fixed(low, digits)} … ${fixed(high, digits)}`;
}

export function PreviewPlot({ preview }: { readonly preview: Previewed }) {
  const { outcome, reason, run_s, course } = preview;
  return (
    <section class="preview" aria-label="Preview on the twin">
      <p>
        Expected: <strong>{outcome}</strong> after {duration(run_s)} ({reason}).
      </p>
      <div class="preview-panels">
        {PANELS.map(({ key, label, unit, digits, span }) => (
          <figure key={key}>
            <figcaption>
              {label} <span class="hint number">{`${rangeText(course[key], digits)} ${unit}`}</span>
            </figcaption>
            <Sparkline
              values={course[key]}
              setpoints={key === 'temperature_C' ? course.temperature_setpoint_C : []}
              span={span}
            />
          </figure>
        ))}
      </div>
    </section>
  );
}
