import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockTime, duration, fixed } from '../../../src/console/page/parts/format.js';
import { endTime, percent } from '../../../src/console/page/run/run-card.js';
import { pathOf, scaleOf } from '../../../src/console/page/parts/sparkline.js';
import { DOUBLE_PRESS_MS, SAID_MS, onEscTwice, stopSwitch } from '../../../src/console/page/link/stop.js';
import { VirtualClock } from '../../../src/model/virtual-clock.js';
import { sampleMessage } from '../../../src/telemetry/payloads.js';
import { sample, status } from '../../telemetry/fixtures.js';

describe('numbers', () => {
  it.each([
    [80, 2, '80.00'],
    [-0.012, 2, '\u22120.01'],
    [-0.001, 2, '0.00'],
    [null, 2, '\u2013'],
    [undefined, 0, '\u2013'],
    [Number.NaN, 1, '\u2013'],
  ])('%s with %s digits is %s', (x, digits, text) => {
    expect(fixed(x, digits)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [59.6, '1 min 00 s'],
    [605, '10 min 05 s'],
    [10_800, '3 h 00 min'],
    [-5, '0 s'],
    [null, '\u2013'],
  ])('%s s is %s', (seconds, text) => {
    expect(duration(seconds).replaceAll('\u202f', ' ')).toBe(text);
  });

  it('show the weekday of a time that is most of a day away', () => {
    const now = Date.UTC(2026, 10, 22, 8);
    expect(clockTime(now + 3_600_000, now)).toMatch(/^\d\d:\d\d$/);
    expect(clockTime(now + 30 * 3_600_000, now)).not.toMatch(/^\d\d:\d\d$/);
  });

  it('keep the bar inside its frame', () => {
    expect([percent(-0.1), percent(0.5), percent(1.0001), percent(undefined)]).toEqual([0, 50, 100, 0]);
  });

  it('give the end as a time of day of the wall, also when the run is sped up', () => {
    const now = Date.UTC(2026, 10, 22, 8);
    const payload = sampleMessage(sample({ eta_s: 7200 }), status(), 'b', {});
    expect(endTime(payload, 1, now)).toBe(clockTime(now + 7_200_000, now));
    expect(endTime(payload, 240, now)).toBe(clockTime(now + 30_000, now));
    expect(endTime(payload, null, now)).toBe('\u2013');
    expect(endTime(null, 1, now)).toBe('\u2013');
  });
});

describe('sparkline', () => {
  const value = fc.oneof(fc.constant(null), fc.double({ min: -1e6, max: 1e6, noNaN: true }));

  it('stays inside its frame and never writes NaN', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.array(value, { maxLength: 60 }), (values, setpoints) => {
        const scale = scaleOf({ values, setpoints, span: 0.5 });
        const path = pathOf(values, scale);
        expect(path).not.toMatch(/NaN|Infinity/);
        for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0);
          expect(Number(x)).toBeLessThanOrEqual(200);
          expect(Number(y)).toBeGreaterThanOrEqual(2.9);
          expect(Number(y)).toBeLessThanOrEqual(37.1);
        }
      }),
    );
  });

  it('breaks its line where there was no value', () => {
    const values = [1, 2, null, 3];
    expect(
      pathOf(values, scaleOf({ values, setpoints: [], span: 1 }))
        .match(/[ML]/g)
        ?.join(''),
    ).toBe('MLM');
  });

  it('keeps small noise small', () => {
    const values = [5, 5.01];
    const scale = scaleOf({ values, setpoints: [], span: 1 });
    expect(Math.abs(scale.y(5) - scale.y(5.01))).toBeLessThan(1);
  });
});

describe('software stop', () => {
  it('is sent at one press, and says what became of it for some seconds', async () => {
    const clock = new VirtualClock();
    await clock.run(async () => {
      let reachable = true;
      let sent = 0;
      const stop = stopSwitch(clock, () => {
        if (reachable) sent += 1;
        return reachable;
      });
      stop.press();
      expect([sent, stop.outcome.value]).toEqual([1, 'sent']);
      await clock.sleep(SAID_MS / 2);
      reachable = false;
      stop.press();
      expect([sent, stop.outcome.value]).toEqual([1, 'not-sent']);
      await clock.sleep(SAID_MS - 1);
      expect(stop.outcome.value).toBe('not-sent');
      await clock.sleep(2);
      expect(stop.outcome.value).toBe('quiet');
      expect(sent).toBe(1);
    });
  });

  it('hears Esc twice in a row, and nothing else', async () => {
    const clock = new VirtualClock();
    await clock.run(async () => {
      let stops = 0;
      const press = onEscTwice(clock, () => (stops += 1));
      const esc = { key: 'Escape', repeat: false };
      press(esc);
      for (let i = 0; i < 20; i++) press({ key: 'Escape', repeat: true });
      expect(stops).toBe(0);
      await clock.sleep(DOUBLE_PRESS_MS + 1);
      press(esc);
      press({ key: 'a', repeat: false });
      press(esc);
      expect(stops).toBe(0);
      await clock.sleep(DOUBLE_PRESS_MS);
      press(esc);
      expect(stops).toBe(1);
      press(esc);
      expect(stops).toBe(1); // a third press begins a new pair
    });
  });
});
