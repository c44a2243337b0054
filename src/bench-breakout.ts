/**
 * The breakout's galvanostat from its entry in a board file, and whether its cycle fits the bus. Part of the root that
 * bench.ts is: here the control loop is put into the driver, neither of which knows the other.
 */
import type { I2cBus, Lines } from './bus/i2c.js';
import { mustFit, type Polled } from './control/cycle-time.js';
import { HostCurrentLoop } from './control/host-current-loop.js';
import { Ina228Ammeter } from './device/ammeter-ina228.js';
import { BreakoutGalvanostat } from './device/breakout-galvanostat.js';
import { Ad5693rConverter } from './device/dac-ad5693r.js';
import { Mcp4725Converter } from './device/mcp4725.js';
import { Mcp9600Thermocouple } from './device/mcp9600.js';
import type { Actuator, Bench, Sensor } from './device/ports.js';
import type { StageConverter } from './device/stage-converter.js';
import { Ads1115Voltmeter } from './device/voltmeter-ads1115.js';
import type { Board } from './model/board.js';
import type { Clock } from './model/clock.js';

type BreakoutPart = Extract<Board['chips']['galvanostat'], { driver: 'breakout' }>;

interface Surroundings {
  readonly bus: I2cBus;
  readonly lines: Lines;
  readonly clock: Clock;
}

export function breakoutGalvanostat(part: BreakoutPart, { bus, lines, clock }: Surroundings): BreakoutGalvanostat {
  const { stage, ammeter, voltmeter, thermocouple } = part;
  return new BreakoutGalvanostat({
    bus,
    lines,
    clock,
    converter: converterOf(part, bus, clock),
    regulator: new HostCurrentLoop(stage.tolerance),
    ammeter: new Ina228Ammeter({ ...ammeter, bus }),
    voltmeter: new Ads1115Voltmeter({ ...voltmeter, sense_ohm: stage.sense_ohm, bus }),
    thermocouple: new Mcp9600Thermocouple({ ...thermocouple, bus }),
    stage,
    fullScale_A: Math.max(...part.ranges_mA) / 1000,
    compliance_V: part.compliance_V,
    watchdog_s: part.deadMan_s,
  });
}

function converterOf({ address, converter }: BreakoutPart, bus: I2cBus, clock: Clock): StageConverter {
  switch (converter.driver) {
    case 'ad5693r':
      return new Ad5693rConverter({ ...converter, bus, address });
    case 'mcp4725':
      return new Mcp4725Converter({ ...converter, bus, clock, address });
  }
}

/** Addresses of the galvanostat's other chips; none where it is one board. */
export function breakoutAddresses({ chips: { galvanostat } }: Board): readonly number[] {
  if (galvanostat.driver !== 'breakout') return [];
  return [galvanostat.ammeter.address, galvanostat.voltmeter.address, galvanostat.thermocouple.address];
}

type Devices = Omit<Bench, 'name' | 'simulated' | 'bus' | 'lines' | 'close'>;

/** Throws RangeError when the host closes the loop and a control cycle does not fit its period. */
export function cycleFits(board: Board, devices: Devices): void {
  const { galvanostat } = devices;
  if (!(galvanostat instanceof BreakoutGalvanostat)) return;
  const sensors: readonly Sensor<unknown>[] = [
    devices.thermometer,
    devices.peltierMeter,
    devices.auxiliary,
    devices.hydrogen,
    devices.ventHydrogen,
    devices.sweep,
    ...(devices.flow === null ? [] : [devices.flow]),
  ];
  const actuators: readonly (Actuator | null)[] = [
    devices.peltier,
    devices.canopyFan,
    devices.hotSideFan,
    devices.pump,
  ];
  const polled = sensors.map((sensor): Polled => ({ period_s: sensor.period_s, transfers: sensor.poll().transfers }));
  mustFit(
    {
      always: galvanostat.fullestCycle,
      sensors: polled,
      actuators: actuators.flatMap((actuator) => actuator?.write(0).transfers ?? []),
    },
    1 / board.control_Hz,
    board.bus.rate_Hz,
  );
}
