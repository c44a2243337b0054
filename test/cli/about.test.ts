/** What `about` says beside the permit: what is latched, and which run was interrupted, each told when it changes. */
import { describe, expect, it } from 'vitest';
import { aboutTold } from '../../src/cli/about.js';
import { VirtualClock } from '../../src/model/virtual-clock.js';
import { buttonPermit } from '../../src/station/permit.js';
import type { ReactorAbout } from '../../src/telemetry/payloads.js';
import { boardNamed } from '../contract/files.js';

function told(interrupted: string | null) {
  const wall = new VirtualClock();
  const said: ReactorAbout[] = [];
  const about = aboutTold({
    telemetry: { about: (one) => void said.push(one) },
    board: boardNamed('bench-sim'),
    reactor: null,
    permit: buttonPermit(wall),
    wall,
    accepts: 'network',
    users: () => 0,
    interrupted,
  });
  const rows = (): unknown[] => said.map(({ latched, interrupted: run }) => [latched, run]);
  return { about, rows };
}

describe('about', () => {
  it('says what the board has latched, once for each change', () => {
    const { about, rows } = told(null);
    for (const faults of [[], ['e-stop'], ['e-stop'], ['e-stop', 'deadman'], []]) about.latched(faults);
    expect(rows()).toEqual([
      [null, null],
      ['e-stop', null],
      ['e-stop deadman', null],
      [null, null],
    ]);
    about.close();
  });

  it('names the interrupted run until another one is on', () => {
    const { about, rows } = told('20260921-142640-k7');
    about.latched(['deadman']);
    about.begun();
    about.begun();
    expect(rows()).toEqual([
      [null, '20260921-142640-k7'],
      ['deadman', '20260921-142640-k7'],
      [null, null],
    ]);
    about.close();
  });
});
