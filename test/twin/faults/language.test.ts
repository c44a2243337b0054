import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../src/model/problem.js';
import { faultText, nearestFirst, parseFaults, type Rehearsal } from '../../../src/twin/faults/language.js';
import type { FaultOrder } from '../../../src/twin/faults/order.js';
import { TARGETS, verbsOf } from '../../../src/twin/faults/targets.js';

function parsed(text: string): Rehearsal {
  const outcome = parseFaults([text]);
  if (!outcome.ok) throw new Error(outcome.problems.map(formatProblem).join('\n'));
  const [only] = outcome.value;
  if (only === undefined) throw new Error('nothing was read');
  return only;
}

function refusals(...texts: string[]): string[] {
  const outcome = parseFaults(texts);
  return outcome.ok ? [] : outcome.problems.map(formatProblem);
}

const order = (target: string, verb: FaultOrder['verb'], more: Partial<FaultOrder> = {}): FaultOrder => ({
  target,
  verb,
  amount: null,
  at_s: 0,
  for_s: null,
  ...more,
});

describe('a fault in the operator’s words', () => {
  const cases: readonly (readonly [string, FaultOrder, string | null])[] = [
    ['thermometer:stuck@120s', order('thermometer', 'stuck', { at_s: 120 }), null],
    ['cell:wrong=+20%@2min+10s', order('cell', 'wrong', { amount: 20, at_s: 120, for_s: 10 }), null],
    ['bus:nack=1%@0s', order('bus', 'nack', { amount: 1 }), null],
    ['galvanostat:hang@30s', order('galvanostat', 'hang', { at_s: 30 }), null],
    ['e-stop:off@5min', order('e-stop', 'off', { at_s: 300 }), null],
    ['pump:off@electrolyse+30s', order('pump', 'off', { at_s: 30 }), 'electrolyse'],
    ['pump:off@electrolyse', order('pump', 'off'), 'electrolyse'],
    ['pump:off@electrolyse+1.5h+30ms', order('pump', 'off', { at_s: 5400, for_s: 0.03 }), 'electrolyse'],
    ['supply:wrong=−4V@10 s + 30 ms', order('supply', 'wrong', { amount: -4, at_s: 10, for_s: 0.03 }), null],
    ['safety-thermometer:wrong = 5 K', order('safety-thermometer', 'wrong', { amount: 5 }), null],
    ['thermometer:stuck=40C', order('thermometer', 'stuck', { amount: 40 }), null],
    ['hydrogen:delayed=500ms', order('hydrogen', 'delayed', { amount: 0.5 }), null],
  ];
  it.each(cases)('%s', (text, expected, since) => {
    expect(parsed(text)).toEqual({ order: expected, since });
  });

  const verbs = TARGETS.flatMap((target) => verbsOf(target).map(([verb, suffering]) => ({ target, verb, suffering })));
  const seconds = fc.integer({ min: 0, max: 1e8 }).map((ms) => ms / 1000);
  const anything = fc.constantFrom(...verbs).chain(({ target, verb, suffering: { unit, least, most } }) =>
    fc.record({
      order: fc.record({
        target: fc.constant(target.name),
        verb: fc.constant(verb),
        amount:
          unit === null
            ? fc.constant(null)
            : fc.option(fc.double({ min: least, max: most, noNaN: true }).map((x) => x + 0)),
        at_s: seconds,
        for_s: fc.option(seconds.filter((s) => s > 0)),
      }),
      since: fc.option(fc.constantFrom('electrolyse', 'cool', 'step-2')),
    }),
  );
  it('is read as it was written, whatever it is', () => {
    fc.assert(
      fc.property(anything, (rehearsal) => {
        expect(parsed(faultText(rehearsal))).toEqual(rehearsal);
      }),
    );
  });

  it('never throws, and says of every refusal what would be right', () => {
    const piece = fc.constantFrom(
      'thermometer',
      'stuck',
      ':',
      '=',
      '@',
      '+',
      '-',
      '5',
      '%',
      's',
      '°C',
      ' ',
      'off',
      'é',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        for (const refusal of refusals(written)) expect(refusal).toMatch(/^--fault '.*: .+ \(would be right: .+\)$/s);
      }),
    );
  });
});

describe('a fault that cannot be', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /is no fault \(would be right: target:verb@time/],
    ['thermometr:stuck', /target: there is no "thermometr" to break \(would be right: thermometer, /],
    ['estop:off', /target: there is no "estop".*right: e-stop, /],
    ['peltier', /verb: does not say what peltier does \(would be right: peltier:/],
    ['thermometer:stick', /verb: thermometer cannot be "stick" \(would be right: thermometer:stuck, /],
    ['e-stop:nack', /verb: e-stop cannot be "nack"/],
    ['e-stop:off=5', /amount: "5" is too much: it takes no amount/],
    ['cell:wrong=20', /amount: "" is not the unit of it \(would be right: 0.1 to 1000000 %\)/],
    ['cell:wrong=20ohm', /amount: "ohm" is not the unit/],
    ['cell:wrong=lots', /amount: "lots" is no amount/],
    ['bus:nack=200%', /amount: 200 % cannot be \(would be right: 0.01 to 100 %\)/],
    ['bus:nack=-1%', /amount: -1 % cannot be/],
    ['pump:off@', /time: "" is no time/],
    ['pump:off@soon+', /time: "" is no time/],
    ['pump:off@12', /time: "12" is no time \(would be right: @120s/],
    ['pump:off@-5s', /time: "-5s" is no time/],
    ['pump:off@5s+0s', /time: it lasts no time/],
    ['pump:off@5s+5s+5s', /time: "5s\+5s\+5s" has too many times/],
    ['pump:off@400d', /time: "400d" is no time/],
    ['pump:off@1e9h', /time: "1e9h" is no time/],
  ];
  it.each(wrong)('%s', (text, says) => {
    expect(refusals(text)).toEqual([expect.stringMatching(says)]);
  });

  it('tells all that is wrong with all of them at once', () => {
    expect(refusals('termometer:stuck@then', 'cell:wrong=5K@5x', 'pump:off@5s')).toHaveLength(3);
    expect(refusals('cell:wrong=5K@5x')).toHaveLength(2);
  });
});

describe('names by their likeness', () => {
  it('puts the nearest first', () => {
    expect(nearestFirst('termometer', ['pump', 'thermometer', 'tray'])[0]).toBe('thermometer');
    expect(nearestFirst('cool', ['cell', 'cooler-source', 'door'])[0]).toBe('cooler-source');
  });
});
