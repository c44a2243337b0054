/** The planned procedure: what to weigh, which steps follow, what was warned of. Pure: view in, text nodes out. */
import { massText } from '../../../model/weighed.js';
import type { ProcedurePayload, SamplePayload, StatePayload } from '../../../telemetry/topics.js';
import { MINUS, duration, fixed } from '../parts/format.js';

type Row = Omit<ProcedurePayload['weighing'][number], 'perchlorate'>;

/** Charge below this is leakage of the stage: the cell has not been used yet, C. */
const UNUSED_C = 0.1;
/** Equivalents off by less than this are written as none. */
const SHOWN_EQ = 5e-5;

/** What is weighed is looked at until a current flows: from then on it is folded away. */
export function weighsStill(procedure: ProcedurePayload, sample: SamplePayload | null): boolean {
  if (procedure.phase === 'planned') return true;
  if (procedure.phase !== 'started') return false;
  if (sample === null || sample.run !== procedure.run) return true;
  return sample.setpoint_mA === 0 && sample.absolute_charge_C < UNUSED_C;
}

/** Index of the present step; null before the start, after the end, and while the state tells of another run. */
export function presentStep(procedure: ProcedurePayload, state: StatePayload | null): number | null {
  return procedure.phase === 'started' && state !== null && state.run === procedure.run ? state.step : null;
}

/** `+0.0003`: how far the balance puts it off. */
export function roundedText(error_eq: number): string {
  if (Math.abs(error_eq) < SHOWN_EQ) return '0';
  return `${error_eq < 0 ? MINUS : '+'}${Math.abs(error_eq).toFixed(4)}`;
}

function volumeText({ volume_uL }: Row): string {
  if (volume_uL === null) return '';
  return volume_uL >= 1000 ? `${fixed(volume_uL / 1000, 2)} mL` : `${fixed(volume_uL, 0)} µL`;
}

function WeighingRow({ row, hasLiquid }: { readonly row: Row; readonly hasLiquid: boolean }) {
  return (
    <tr>
      <th scope="row">
        {row.name}
        <span class="hint">
          {row.id}, {row.role}
        </span>
      </th>
      <td class="weigh">{massText(row)}</td>
      {hasLiquid ? <td>{volumeText(row)}</td> : null}
      <td>{fixed(row.amount_mmol, 3)} mmol</td>
      <td>{fixed(row.equivalents, 3)} eq</td>
      <td class="hint">{roundedText(row.error_eq)}</td>
    </tr>
  );
}

interface WeighingProps extends Pick<ProcedurePayload, 'perchlorate_g'> {
  readonly weighing: readonly Row[];
  readonly open: boolean;
}

export function Weighing({ weighing, perchlorate_g, open }: WeighingProps) {
  const hasLiquid = weighing.some(({ volume_uL }) => volume_uL !== null);
  const balance_mg = weighing[0]?.balance_mg;
  return (
    <details class="weighing" open={open}>
      <summary>Weigh</summary>
      <table class={hasLiquid ? 'has-liquid' : ''}>
        <thead>
          <tr>
            <th scope="col">Reagent</th>
            <th scope="col">Weigh</th>
            {hasLiquid ? <th scope="col">Volume</th> : null}
            <th scope="col">Amount</th>
            <th scope="col">Asked</th>
            <th scope="col">Rounded</th>
          </tr>
        </thead>
        <tbody>
          {weighing.map((row) => (
            <WeighingRow key={row.id} row={row} hasLiquid={hasLiquid} />
          ))}
        </tbody>
      </table>
      {balance_mg === undefined ? null : (
        <p class="hint">Rounded: by the balance, which shows {balance_mg} mg; in equivalents.</p>
      )}
      {perchlorate_g !== null && perchlorate_g > 0 ? (
        <p class="hint">Holds {fixed(perchlorate_g, 3)} g of perchlorate: never dry, heat or scrape the residue.</p>
      ) : null}
    </details>
  );
}

function Steps({ procedure, present }: { readonly procedure: ProcedurePayload; readonly present: number | null }) {
  return (
    <ol class="steps" aria-label="Steps">
      {procedure.steps.map((step, index) => (
        <li
          key={step.id}
          class={present !== null && index < present ? 'is-past' : ''}
          {...(index === present ? { 'aria-current': 'step' as const } : {})}
        >
          {step.title}
        </li>
      ))}
    </ol>
  );
}

/** What the plan asks of the charge, in one line; nothing of a recipe without a current. */
function Summary({ procedure }: { readonly procedure: ProcedurePayload }) {
  const { charge_C, charge_F_mol, current_mA, duration_s, cell_voltage_V } = procedure;
  if (charge_C === null || !(charge_C > 0)) return <p class="hint">No current flows in this recipe.</p>;
  return (
    <p class="hint">
      {fixed(charge_C, 1)} C, {fixed(charge_F_mol, 2)} F/mol at {fixed(current_mA, 1)} mA: {duration(duration_s)} of
      current, about {fixed(cell_voltage_V, 1)} V
    </p>
  );
}

interface ProcedureProps {
  readonly procedure: ProcedurePayload | null;
  readonly state: StatePayload | null;
  readonly sample: SamplePayload | null;
}

export function Procedure({ procedure, state, sample }: ProcedureProps) {
  if (procedure === null || procedure.phase === 'none') return null;
  return (
    <section class="card procedure" aria-label="Procedure">
      <h2>{procedure.phase === 'planned' ? 'Planned, not started' : 'Procedure'}</h2>
      <p class="procedure-title">{procedure.title}</p>
      <Summary procedure={procedure} />
      {procedure.warnings.length === 0 ? null : (
        <ul class="warnings" aria-label="Warnings of the checker">
          {procedure.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <div class="procedure-parts">
        <Weighing
          weighing={procedure.weighing}
          perchlorate_g={procedure.perchlorate_g}
          open={weighsStill(procedure, sample)}
        />
        <Steps procedure={procedure} present={presentStep(procedure, state)} />
      </div>
    </section>
  );
}
