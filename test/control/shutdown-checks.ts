/** What must be true of the one way to off, as stories: a test and the mutation check run them. */
import type * as shutdown from '../../src/control/shutdown.js';
import type { OffSeen } from '../../src/control/shutdown.js';
import { untrue } from './stories.js';

export type ShutdownModule = Pick<typeof shutdown, 'Shutdown'>;

const CYCLE_S = 0.05;
type Seen = Omit<OffSeen, 'now_s' | 'age_s'> & { readonly age_s?: number };
const FLOWING: Seen = { current_mA: 80, outputOn: true };
const GONE: Seen = { current_mA: 0.05, outputOn: false };
const STUCK = ['0.20 open-relay', '1.25 unconfirmed'];

/** What was said, and when, s after an off that was commanded at 10 s. */
function said({ Shutdown }: ShutdownModule, see: (after_s: number) => Seen, cycles = 60): string[] {
  const off = new Shutdown();
  off.begin('over-voltage', 10);
  const words: string[] = [];
  for (let k = 1; k <= cycles; k++) {
    const verdict = off.judge({ now_s: 10 + k * CYCLE_S, age_s: 0.01, ...see(k * CYCLE_S) });
    if (verdict !== 'waiting') words.push(`${(k * CYCLE_S).toFixed(2)} ${verdict}`);
    if (!off.inProgress) break;
  }
  return words;
}

export function shutdownFailures(of: ShutdownModule): string[] {
  const { Shutdown } = of;
  return untrue({
    'off is what is measured, with the output open': () => [
      [said(of, () => GONE), ['0.05 off']],
      [said(of, (after_s) => (after_s < 0.15 ? FLOWING : GONE)), ['0.15 off']],
      [said(of, () => ({ current_mA: 0.2, outputOn: false })), ['0.05 off']],
      [said(of, () => ({ current_mA: -0.2, outputOn: false })), ['0.05 off']],
    ],
    'a current that stays opens the relay, and then calls for a person': () => [
      [said(of, () => FLOWING), STUCK],
      [said(of, (after_s) => (after_s < 0.4 ? FLOWING : GONE)), ['0.20 open-relay', '0.40 off']],
      [said(of, () => ({ current_mA: 0.21, outputOn: false })), STUCK],
      [said(of, () => ({ current_mA: -0.21, outputOn: false })), STUCK],
      [said(of, () => ({ current_mA: null, outputOn: false })), STUCK],
      [said(of, () => ({ current_mA: NaN, outputOn: false })), STUCK],
      [said(of, () => ({ current_mA: 0, outputOn: null })), STUCK],
      [said(of, () => ({ current_mA: 0, outputOn: true })), STUCK],
    ],
    'a sample from before the command says nothing': () => [
      [said(of, (after_s) => ({ ...GONE, age_s: after_s })), STUCK],
      [said(of, (after_s) => ({ ...GONE, age_s: after_s - 0.001 })), ['0.05 off']],
    ],
    'the times are 180 ms and 1 s, to the cycle': () => {
      const off = new Shutdown();
      off.begin('x', 10);
      const at = (now_s: number): string => off.judge({ now_s, age_s: 0, current_mA: 80, outputOn: true });
      return [
        [at(10.179), 'waiting'],
        [at(10.181), 'open-relay'],
        [at(11.18), 'waiting'],
        [at(11.182), 'unconfirmed'],
        [at(12), 'waiting'],
      ];
    },
    'the timer opens the relay between two cycles, once, and it is said although the current has gone': () => {
      const off = new Shutdown();
      const before = off.expire(9);
      off.begin('x', 10);
      return [
        [before, false],
        [
          [off.expire(10.18), off.expire(10.18)],
          [true, false],
        ],
        [off.judge({ now_s: 10.2, age_s: 0, current_mA: 0, outputOn: false }), 'open-relay'],
        [off.judge({ now_s: 10.25, age_s: 0, current_mA: 0, outputOn: false }), 'off'],
        [off.inProgress, false],
      ];
    },
    'the first reason stays, and its instant': () => {
      const off = new Shutdown();
      return [
        [
          [off.inProgress, off.begin('first', 10), off.inProgress, off.begin('second', 10.15)],
          [false, true, true, false],
        ],
        [off.reason, 'first'],
        [off.judge({ now_s: 10.19, age_s: 0, current_mA: 80, outputOn: true }), 'open-relay'],
      ];
    },
    'without an off in progress nothing is said, and one after another is a new one': () => {
      const off = new Shutdown();
      const gone = { age_s: 0, current_mA: 0, outputOn: false };
      const idle = off.judge({ now_s: 1, ...gone });
      off.begin('first', 10);
      off.judge({ now_s: 10.05, ...gone });
      return [
        [idle, 'waiting'],
        [off.begin('second', 20), true],
        [off.reason, 'second'],
        [off.judge({ now_s: 20.1, age_s: 0, current_mA: 80, outputOn: true }), 'waiting'],
      ];
    },
  });
}
