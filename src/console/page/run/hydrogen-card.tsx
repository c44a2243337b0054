/**
 * The Faradaic efficiency of hydrogen with its uncertainty, and the ceilings beside it, so that nobody takes it for
 * productive turnover. Pure: view in, text nodes out.
 */
import type { ProcedurePayload, SamplePayload } from '../../../telemetry/topics.js';
import { fixed } from '../parts/format.js';

interface HydrogenProps {
  readonly procedure: ProcedurePayload | null;
  readonly sample: SamplePayload | null;
  readonly stale: boolean;
}

/** Percent with its uncertainty; null until it means something. */
export function efficiencyText(
  sample: SamplePayload | null,
): { readonly value: string; readonly spread: string } | null {
  const { faradaic_efficiency: value = null, faradaic_efficiency_uncertainty: spread = null } = sample ?? {};
  if (value === null || spread === null) return null;
  return { value: fixed(100 * value, 1), spread: `± ${fixed(100 * spread, 1)} %` };
}

function Ceiling({ label, umol }: { readonly label: string; readonly umol: number | null }) {
  if (umol === null) return null;
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <span class="number">{fixed(umol, 0)}</span>
        <span class="of">µmol</span>
      </dd>
    </div>
  );
}

export function Hydrogen({ procedure, sample, stale }: HydrogenProps) {
  if (procedure === null || procedure.charge_C === null || !(procedure.charge_C > 0)) return null;
  const found = sample?.run === procedure.run ? efficiencyText(sample) : null;
  const { hydrogen_umol, hydrogen_of_substrate_umol, hydrogen_of_product_umol, product_percent } = procedure;
  return (
    <section class={`card hydrogen${stale ? ' is-stale' : ''}`} aria-label="Faradaic efficiency of hydrogen">
      <div>
        <h2>Charge found as hydrogen (Faradaic efficiency)</h2>
        <p class="tile-value">
          <span class="number">{found?.value ?? '–'}</span>
          <span class="unit">{found?.spread ?? '%'}</span>
        </p>
        <p class="hint">
          {found === null
            ? 'Told when enough hydrogen has come by the vent line.'
            : 'From the vent line and the sweep gas; ± is k = 2.'}
        </p>
        <p class="not-turnover">
          Not productive turnover
          {product_percent === null ? '.' : `: product takes ${fixed(product_percent, 1)} % of the charge at most.`}
        </p>
      </div>
      <dl class="figures" aria-label="Hydrogen at most">
        <Ceiling label="All charge as hydrogen" umol={hydrogen_umol} />
        <Ceiling label="One H of each substrate" umol={hydrogen_of_substrate_umol} />
        <Ceiling label="Product at full yield" umol={hydrogen_of_product_umol} />
      </dl>
    </section>
  );
}
