/** How a run went, as its record keeps it. */
import type { CoreResult } from '../control/core.js';
import type { Figures } from '../control/figures.js';
import { countedCharge_C } from '../model/counted-charge.js';
import type { Plan } from '../model/plan.js';
import { charge_F_mol } from '../physics/charge.js';
import type { Recorder } from '../record/recorder.js';
import type { RunOutcome } from '../record/run.js';

export async function closeRecord(
  recorder: Recorder,
  plan: Plan,
  result: CoreResult,
  figures: Figures,
): Promise<string | null> {
  try {
    await recorder.end(outcomeOf(plan, result, figures));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'the record could not be closed';
  }
}

function outcomeOf(plan: Plan, result: CoreResult, figures: Figures): RunOutcome {
  const { outcome } = result;
  return {
    outcome: outcome === 'complete' || outcome === 'stopped' ? outcome : 'aborted',
    reason: result.reason,
    elapsed_s: result.elapsed_s,
    charge_C: result.charge_C,
    absolute_charge_C: result.absolute_charge_C,
    board_charge_C: result.board_charge_C,
    charge_F_mol: charge_F_mol(countedCharge_C(plan, result.charge_C, result.absolute_charge_C), plan.basis_mmol),
    figures: {
      temperature_min_C: figures.temperature_C?.min ?? null,
      temperature_max_C: figures.temperature_C?.max ?? null,
      voltage_max_V: figures.voltage_V?.max ?? null,
      hydrogen_max_ppm: figures.hydrogenMax_ppm,
      vent_hydrogen_umol: figures.ventHydrogen_umol,
      energy_J: figures.energy_J,
      faradaic_efficiency: figures.efficiency?.value ?? null,
      faradaic_efficiency_uncertainty: figures.efficiency?.uncertainty ?? null,
      missed_ticks: result.missedTicks,
      bus_faults: result.busFaults,
    },
  };
}
