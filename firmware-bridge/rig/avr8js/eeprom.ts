/**
 * The EEPROM of a board as it leaves the bench where it was made: numbered and calibrated. Owns the layout that avr_store.c
 * and corrections.c read; knows nothing of what stores it. The board's parts are without error here, so its corrections
 * are zeros with their checksums.
 */
import { crc16 } from '../../../src/bus/frame.js';
import { CONSTANTS } from '../../../src/bus/protocol.gen.js';

export const EEPROM_BYTES = 1024;

const RECORD_BYTES = 12;
const CHECKED_BYTES = 10;
const SERIAL_ADDRESS = 160;
const BOOTS_ADDRESS = SERIAL_ADDRESS + 4;
const BOOTS_BYTES = 4;

/** Of a board that has come up `boots` times; blank of corrections where it was never calibrated. */
export function manufactured(serial: number, boots: number, calibrated: boolean): Uint8Array {
  const eeprom = new Uint8Array(EEPROM_BYTES).fill(0xff);
  const view = new DataView(eeprom.buffer);
  const records = calibrated ? CONSTANTS.calibrations : 0;
  for (let record = 0; record < records; record++) {
    const bytes = eeprom.subarray(record * RECORD_BYTES, (record + 1) * RECORD_BYTES).fill(0);
    const crc = crc16(bytes, crc16(Uint8Array.of(record)), 0, CHECKED_BYTES);
    view.setUint16(record * RECORD_BYTES + CHECKED_BYTES, crc);
  }
  view.setUint32(SERIAL_ADDRESS, serial, true);
  if (boots > 0) {
    view.setUint32(BOOTS_ADDRESS, boots, true);
    view.setUint16(BOOTS_ADDRESS + BOOTS_BYTES, crc16(eeprom, 0xffff, BOOTS_ADDRESS, BOOTS_ADDRESS + BOOTS_BYTES));
  }
  return eeprom;
}
