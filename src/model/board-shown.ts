/** A board as it is shown to people: chips, lines and limits as flat rows. Data only; it must not know who shows it. */
import * as z from 'zod';
import type { Board, BoardLine } from './board.js';

export const boardShown = z.object({
  name: z.string(),
  title: z.string(),
  simulated: z.boolean(),
  /** Faults can be put in here: the bench is simulated in the control process itself. */
  rehearses: z.boolean(),
  bus: z.object({ kind: z.enum(['simulated', 'socket', 'i2c']), rate_Hz: z.number(), where: z.string() }),
  control_Hz: z.number(),
  record_Hz: z.number(),
  chips: z.array(z.object({ name: z.string(), driver: z.string(), address: z.string(), period_s: z.number() })),
  /** `absent`: why the board does without; null: it is there. */
  lines: z.array(
    z.object({
      name: z.string(),
      direction: z.enum(['in', 'out']).nullable(),
      at: z.string(),
      active: z.enum(['high', 'low']).nullable(),
      absent: z.string().nullable(),
    }),
  ),
  limits: z.array(z.object({ what: z.string(), value: z.number(), unit: z.string() })),
});
export type BoardShown = z.infer<typeof boardShown>;

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(2, '0')}`;

type Row = BoardShown['lines'][number];

function lineRow(name: string, line: BoardLine): Row {
  if ('absent' in line) return { name, direction: null, at: '', active: null, absent: line.absent };
  const chips = typeof line.chip === 'string' ? [line.chip] : line.chip;
  return {
    name,
    direction: line.direction,
    at: `${chips.join(' or ')} ${line.offset}`,
    active: line.active,
    absent: null,
  };
}

function chipRows({ chips }: Board): BoardShown['chips'] {
  const rows = Object.entries(chips).map(([name, { driver, address, period_s }]) => ({
    name,
    driver,
    address: hex(address),
    period_s,
  }));
  const { galvanostat } = chips;
  if (galvanostat.driver !== 'breakout') return rows;
  const { converter, ammeter, voltmeter, thermocouple, period_s } = galvanostat;
  const further = [
    { name: 'ammeter', driver: 'breakout', address: hex(ammeter.address), period_s },
    { name: 'voltmeter', driver: 'breakout', address: hex(voltmeter.address), period_s },
    { name: 'thermocouple', driver: 'breakout', address: hex(thermocouple.address), period_s: thermocouple.period_s },
  ];
  const [first, ...others] = rows;
  return [...(first === undefined ? [] : [{ ...first, driver: converter.driver }]), ...further, ...others];
}

function limitRows({ chips, limits }: Board): BoardShown['limits'] {
  const { galvanostat, coolerSource, hydrogen, outputs } = chips;
  return [
    { what: 'largest cell current', value: Math.max(...galvanostat.ranges_mA), unit: 'mA' },
    { what: 'largest cell voltage', value: galvanostat.compliance_V, unit: 'V' },
    { what: 'output off without a heartbeat for', value: 1000 * galvanostat.deadMan_s, unit: 'ms' },
    { what: 'largest Peltier current', value: coolerSource.currentMax_A, unit: 'A' },
    { what: 'hot side, warning', value: limits.hotSideWarn_C, unit: '°C' },
    { what: 'hot side, trip', value: limits.hotSideTrip_C, unit: '°C' },
    { what: 'hydrogen sensor, full scale', value: hydrogen.range_ppm, unit: 'ppm' },
    { what: 'largest sweep of nitrogen', value: limits.sweepMax_mL_min, unit: 'mL/min' },
    { what: 'pump at full drive', value: outputs.pumpFull_mL_min, unit: 'mL/min' },
  ];
}

function whereIs({ bus }: Board): string {
  switch (bus.kind) {
    case 'simulated':
      return 'in the control process';
    case 'socket':
      return bus.socket;
    case 'i2c':
      return `/dev/i2c-${bus.bus}`;
  }
}

export function showBoard(board: Board): BoardShown {
  const { name, title, simulated, bus, control_Hz, record_Hz, lines } = board;
  return {
    name,
    title,
    simulated,
    rehearses: simulated && bus.kind === 'simulated',
    bus: { kind: bus.kind, rate_Hz: bus.rate_Hz, where: whereIs(board) },
    control_Hz,
    record_Hz,
    chips: chipRows(board),
    lines: Object.entries(lines).map(([line, at]) => lineRow(line, at)),
    limits: limitRows(board),
  };
}
