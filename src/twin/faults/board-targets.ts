/** What can break in the galvanostat's own computer, and on the bus as a whole. Data only. */
import type { Firmware } from '../firmware.js';
import type { SimulatedBench } from '../simulated-bench.js';
import { always, amount, intermittent, plain, troubles, type Setup, type Site, type Target } from './part.js';

const noFirmware = ({ board }: Setup): string | null =>
  board.chips.galvanostat.driver !== 'gs1' ? 'this galvanostat has no microcontroller' : null;

function onFirmware(site: Site, act: (firmware: Firmware) => void): void {
  const { firmware } = site.bench;
  if (firmware === null) throw new RangeError('this galvanostat has no microcontroller');
  act(firmware);
}

const nothingToMend = (): void => undefined;

const reset = plain('resets at once, as after a brown-out', ['H28'], (site) => {
  onFirmware(site, (firmware) => firmware.reset('brownOut'));
  site.fire();
  return nothingToMend;
});

/** The galvanostat and, where it has no computer, all of its chips. */
export function galvanostatAddresses({ board }: SimulatedBench): readonly number[] {
  const part = board.chips.galvanostat;
  if (part.driver === 'gs1') return [part.address];
  return [part.address, part.ammeter.address, part.voltmeter.address, part.thermocouple.address];
}

export const board: readonly Target[] = [
  {
    name: 'firmware',
    what: 'the program of the galvanostat’s microcontroller',
    missing: noFirmware,
    verbs: {
      off: reset,
      hang: plain('its loop stops with the outputs as they are, until its watchdog resets it', ['H29'], (site) => {
        onFirmware(site, (firmware) => firmware.hang());
        site.fire();
        return nothingToMend;
      }),
      intermittent: intermittent(reset, 2, ['H28']),
    },
  },
  {
    name: 'adc',
    what: 'the galvanostat’s converter of all analog inputs',
    missing: noFirmware,
    verbs: {
      stuck: plain('repeats its last codes', ['M15', 'B9'], (site) => {
        onFirmware(site, (firmware) => firmware.holdConverter(true));
        site.fire();
        return () => onFirmware(site, (firmware) => firmware.holdConverter(false));
      }),
    },
  },
  {
    name: 'eeprom',
    what: 'the galvanostat’s memory for calibration',
    missing: noFirmware,
    verbs: {
      garbage: amount(
        'so many bytes change and the board resets; it reads them when it starts',
        ['B17'],
        { unit: 'bytes', usual: 8, least: 1, most: 64 },
        (site) => {
          onFirmware(site, (firmware) => {
            for (let k = 0; k < site.amount; k++) {
              const at = Math.floor(site.random.uniform() * firmware.eeprom.length);
              firmware.eeprom[at] = (firmware.eeprom[at] ?? 0) ^ (1 + Math.floor(site.random.uniform() * 255));
              site.fire();
            }
            firmware.reset('brownOut');
          });
          return nothingToMend;
        },
      ),
    },
  },
  {
    name: 'galvanostat',
    what: 'the galvanostat on the bus',
    missing: always,
    addresses: galvanostatAddresses,
    verbs: troubles(galvanostatAddresses, 20),
  },
  { name: 'bus', what: 'the whole I2C bus', missing: always, verbs: troubles(null, 20) },
];
