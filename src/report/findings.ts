/** The sections of a report about what was found: charge, hydrogen, energy, alarms, instruments, record. Owns their words. */
import { hydrogen_umol, productEfficiency } from '../physics/charge.js';
import { alarmEvents } from '../export/tables.js';
import { deviation, plain } from '../model/words.js';
import { type Cell, facts, markup, paragraph, safe, section, table } from './html.js';
import {
  absolute_C,
  basis_mmol,
  counted_C,
  passedHere_C,
  energyOf,
  perKilogram_kWh,
  productsWeighed,
  type ReportedRun,
} from './reported.js';
import { clockTime } from './sections.js';

type Fact = readonly [name: string, value: Cell];

export function chargeBalance(reported: ReportedRun): string {
  const { run } = reported.from;
  const [net_C, board_C, planned_C] = [run.charge_C ?? 0, run.board_charge_C, run.numbers['charge_C'] ?? 0];
  const counted = counted_C(reported);
  const rows: Fact[] = [
    ['planned', planned_C > 0 ? `${plain(planned_C, 3)} C` : 'none'],
    ['counted by the host', `${plain(net_C, 3)} C net, ${plain(absolute_C(reported), 3)} C of both directions`],
    ['counted by the board', board_C === null ? 'not known' : `${plain(board_C, 3)} C net`],
    ...(planned_C > 0 ? [['reached less planned', difference(counted, planned_C)] satisfies Fact] : []),
    ...(board_C === null ? [] : [['host less board', difference(net_C, board_C)] satisfies Fact]),
    ...(run.carried_charge_C === null
      ? []
      : [['carried over from before', `${plain(run.carried_charge_C, 3)} C`] satisfies Fact]),
  ];
  return section(
    'Charge balance',
    facts(rows),
    paragraph(
      'Host and board add up the same measured current on clocks of their own: their difference is the uncertainty of the counting, ' +
        'and says nothing of the calibration of the ammeter, which both share.',
      'note',
    ),
  );
}

function difference(value: number, of: number): string {
  return `${plain(value - of, 4)} C (${deviation(value, of)})`;
}

export function hydrogen(reported: ReportedRun): string {
  const { run } = reported.from;
  const counted = counted_C(reported);
  const found_umol = run.figures?.['vent_hydrogen_umol'] ?? null;
  if (!(counted > 0) || found_umol === null) return '';
  const efficiency = run.figures?.['faradaic_efficiency'] ?? null;
  const uncertainty = run.figures?.['faradaic_efficiency_uncertainty'] ?? null;
  const basis = basis_mmol(reported);
  const alone =
    run.resumes === null ? '' : ' Hydrogen and ceiling are those of this run alone, without the runs before it.';
  const rows: Fact[] = [
    ['found in the vent line', `${plain(found_umol, 1)} µmol`],
    ['ceiling Q/2F', `${plain(hydrogen_umol(passedHere_C(reported)), 1)} µmol`],
    [
      'Faradaic efficiency of hydrogen',
      efficiency === null || uncertainty === null
        ? 'not known: too little hydrogen came by the vent line to tell'
        : `${plain(100 * efficiency, 1)} ± ${plain(100 * uncertainty, 1)} % (k = 2)`,
    ],
    ...(basis === null
      ? []
      : [
          [
            'charge that product can take',
            `${plain(Math.min(100, 100 * productEfficiency(basis, counted, 1)), 1)} % of what passed at most, at full yield and one electron each`,
          ] satisfies Fact,
        ]),
  ];
  return section(
    'Hydrogen and Faradaic efficiency',
    facts(rows),
    paragraph(
      `The efficiency is that of hydrogen, corrected for what is still on its way. It is no measure of product.${alone}`,
      'note',
    ),
  );
}

export function energy(reported: ReportedRun): string {
  const used = energyOf(reported);
  if (used === null) return '';
  const products = productsWeighed(reported);
  const rows: Fact[] = [
    ['into the cell', `${plain(used.total_J, 1)} J, ${plain(used.total_J / 3600, 4)} Wh`],
    ['per limiting reagent', perMole(used.perReagent_kWh_mol)],
    ['per hydrogen found', perMole(used.perHydrogen_kWh_mol)],
    ...products.map(
      (weighed): Fact => [`per product (${weighed.key})`, `${plain(perKilogram_kWh(used, weighed), 2)} kWh/kg`],
    ),
  ];
  const resumed =
    reported.from.run.resumes === null ? '' : ' It is that of this run alone, without the runs before it.';
  const by = used.by === 'samples' ? ' Summed over the kept samples, as the run has no end.' : '';
  return section(
    'Energy',
    facts(rows),
    paragraph(`Current times voltage at the cell; pump, cooling and electronics are not in it.${by}${resumed}`, 'note'),
  );
}

function perMole(value: number | null): string {
  return value === null ? 'not known' : `${plain(value, 4)} kWh/mol`;
}

export function alarms({ from }: ReportedRun): string {
  const rows = alarmEvents(from.events).map((alarm): Cell[] => [
    alarm.elapsed_s === null ? '' : clockTime(alarm.elapsed_s),
    alarm.safeState,
    alarm.id,
    `${alarm.state}${alarm.firstOut ? ', first-out' : ''}`,
    alarm.group === '' ? alarm.text : `${alarm.text} (with ${alarm.group})`,
  ]);
  if (rows.length === 0) return section('Alarms', paragraph('None was raised.'));
  return section('Alarms', table(['at', 'state', 'alarm', 'ISA-18.2', 'what'], rows, [0]));
}

export function instruments({ from }: ReportedRun): string {
  const { run } = from;
  const calibration = Object.entries(run.calibration).map(([name, value]) => `${name} ${value}`);
  return section(
    'Instruments',
    facts([
      ['board', run.board],
      [
        'firmware',
        run.firmware_version === null ? 'none' : `${run.firmware_version}, serial ${run.firmware_serial ?? '?'}`,
      ],
      ['reactor', run.reactor],
      ['calibration', calibration.length === 0 ? 'kept by the board itself' : calibration.join(', ')],
      [
        'program',
        `galvanode ${run.program_version}${run.seed === null ? '' : `, seed ${run.seed} of the simulated noise`}`,
      ],
      ['samples kept', `${run.samples}, ${run.record_rate_Hz} a second at rest`],
    ]),
  );
}

export function record({ from }: ReportedRun): string {
  const { run, proof } = from;
  const verdict = proof === undefined ? 'not looked at' : proof.verdict;
  const bad = proof?.verdict === 'tampered';
  const findings = proof?.findings ?? [];
  return section(
    'Record',
    bad ? paragraph('TAMPERED: the record is not as it was written.', 'bad') : '',
    facts([
      ['checked', verdict],
      ['events', String(run.head_seq)],
      ['head', markup(`<code>${safe(run.head_hash)}</code>`)],
      ['recipe', markup(`<code>${safe(run.recipe_sha256)}</code>`)],
      ...findings.map((finding): Fact => ['finding', finding]),
    ]),
    paragraph(
      'proven: every event, sample and ledger row is as it was sealed. A head that was printed or published at the time shows a ' +
        'chain made anew as a whole: galvanode runs verify --head.',
      'note',
    ),
  );
}
