/** What other reactors say, for tests of the mirror. */
import { alarmMessage, sampleMessage, stateMessage } from '../../../src/telemetry/payloads.js';
import { alarm, sample, status } from '../fixtures.js';

const STAMP = { bootId: 'b', seq: 1, t: 0, run: 'r1' };

export const stateText = (step = 3): string => JSON.stringify(stateMessage(status({ step }), STAMP));
export const sampleText = (seq = 20): string => JSON.stringify(sampleMessage(sample({ seq }), status(), 'b', {}));
export const alarmText = (id = 'band-warn', state: 'active' | 'normal' = 'active'): string =>
  JSON.stringify(alarmMessage(alarm({ id, state }), STAMP));
