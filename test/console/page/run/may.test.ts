import { describe, expect, it } from 'vitest';
import { whyNot, type Standing } from '../../../../src/console/page/run/may.js';
import { aboutPayload } from '../../../../src/telemetry/topics.js';
import type { Role, Verb } from '../../../../src/telemetry/verbs.js';

const ABOUT = aboutPayload.parse({
  v: 1,
  bootId: 'b',
  seq: 1,
  t: 0,
  simulated: false,
  program: '0.1.0',
  reactor: 'batch-10ml',
  board: 'gs1',
  firmware: null,
  serial: null,
  permit: 'given',
  permit_until: 60_000,
  accepts: 'network',
  users: 1,
});

const as = (role: Role | null, more: Partial<Standing> = {}): Standing => ({
  session: { reactor: 'bench', user: role === null ? null : 'anna', role, anyoneReads: true, users: 1 },
  about: ABOUT,
  state: 'idle',
  heard: true,
  ...more,
});

describe('what somebody may', () => {
  it.each<[string, Verb, Standing, RegExp | null]>([
    ['an operator starts', 'start', as('operator'), null],
    ['an admin starts', 'start', as('admin'), null],
    ['a viewer', 'start', as('viewer'), /for operators, and you are viewer/],
    ['nobody', 'start', as(null), /Sign in as operator/],
    ['no session yet', 'start', as('operator', { session: null }), /Sign in/],
    ['while one is on', 'start', as('operator', { state: 'execute' }), /A run is on/],
    ['without a permit', 'start', as('operator', { about: { ...ABOUT, permit: 'none' } }), /arm button/],
    ['before anything is known of the bench', 'start', as('operator', { about: null }), /arm button/],
    [
      'where starts are at the terminal',
      'start',
      as('operator', { about: { ...ABOUT, accepts: 'terminal' } }),
      /at its terminal/,
    ],
    ['without a connection', 'start', as('operator', { heard: false }), /not heard/],
    ['hold while idle', 'hold', as('operator'), /No run executes/],
    [
      'hold in execute, without a permit',
      'hold',
      as('operator', { state: 'execute', about: { ...ABOUT, permit: 'none' } }),
      null,
    ],
    ['resume while held', 'unhold', as('operator', { state: 'held' }), null],
    [
      'resume without a permit',
      'unhold',
      as('operator', { state: 'held', about: { ...ABOUT, permit: 'none' } }),
      /arm button/,
    ],
    ['finish while held', 'finish', as('operator', { state: 'held' }), null],
    ['finish while idle', 'finish', as('operator'), /No run/],
    [
      'an answer, whose permit the reactor knows',
      'answer',
      as('operator', { state: 'execute', about: { ...ABOUT, permit: 'none' } }),
      null,
    ],
    ['an answer by a viewer', 'answer', as('viewer', { state: 'execute' }), /for operators/],
  ])('%s', (_who, verb, standing, why) => {
    if (why === null) expect(whyNot(verb, standing)).toBeNull();
    else expect(whyNot(verb, standing)).toMatch(why);
  });
});
