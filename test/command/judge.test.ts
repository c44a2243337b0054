import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, REFUSALS, verbsOf, type Asked, type Facts, type Verdict } from '../../src/command/judge.js';
import { RUN_STATES, type RunState } from '../../src/model/state.js';
import type { Role } from '../../src/telemetry/verbs.js';
import { BOOT, standingIn } from './standings.js';

function facts(over: Partial<Facts> = {}): Facts {
  return {
    bootId: BOOT,
    role: 'admin',
    standing: standingIn('execute', true),
    nonce: (nonce) => (nonce === 'fresh' ? 'good' : 'unknown'),
    known: () => false,
    ...over,
  };
}

function asked(command: unknown, over: Partial<Asked> = {}): Asked {
  const text = typeof command === 'string' ? command : JSON.stringify(command);
  return { via: 'built-in', actor: 'ann', retained: false, text, ...over };
}

const ORDER = { v: 1, id: 'c1', bootId: BOOT, nonce: 'fresh' };

const short = (verdict: Verdict): string => (verdict.kind === 'refuse' ? verdict.why : verdict.kind);

const ARGS: Readonly<Record<string, object>> = {
  shelve: { alarm: 'temperature-high', minutes: 10 },
  unshelve: { alarm: 'temperature-high' },
  fault: { fault: 'door:off' },
  start: { recipe: 'general-procedure-3a' },
  answer: { prompt: 'weigh', text: '12 mg' },
};

/**
 * Who may ask what in which state. V: viewers and above. O: operators and admins. P: operators and admins with a permit.
 * `.`: nobody, for the state. The columns are the states in the order of their list.
 */
const STATES =
  'idle starting execute holding held unholding completing complete stopping stopped aborting aborted clearing resetting';
const MATRIX: Readonly<Record<string, string>> = {
  //             id st ex hg hd uh cg ct sg sd ag ad cl rs
  hello: /*    */ 'V  V  V  V  V  V  V  V  V  V  V  V  V  V',
  stop: /*     */ 'S  S  S  S  S  S  S  S  S  S  S  S  S  S',
  status: /*   */ 'V  V  V  V  V  V  V  V  V  V  V  V  V  V',
  runs: /*     */ 'V  V  V  V  V  V  V  V  V  V  V  V  V  V',
  recipes: /*  */ 'V  V  V  V  V  V  V  V  V  V  V  V  V  V',
  entries: /*  */ 'V  V  V  V  V  V  V  V  V  V  V  V  V  V',
  hold: /*     */ '.  .  O  O  O  O  .  .  .  .  .  .  .  .',
  finish: /*   */ '.  .  O  O  O  O  .  .  .  .  .  .  .  .',
  fault: /*    */ '.  O  O  O  O  O  O  .  O  .  O  .  O  O',
  unshelve: /* */ '.  O  O  O  O  O  O  .  O  .  O  .  O  O',
  acknowledge: /**/ '.  O  O  O  O  O  O  .  O  .  O  .  O  O',
  shelve: /*   */ '.  O  O  O  O  O  O  .  O  .  O  .  O  O',
  unhold: /*   */ '.  .  .  .  P  .  .  .  .  .  .  .  .  .',
  start: /*    */ 'P  .  .  .  .  .  .  P  .  P  .  P  .  .',
  resume: /*   */ 'P  .  .  .  .  .  .  P  .  P  .  P  .  .',
  answer: /*   */ '.  P  P  P  P  P  P  .  P  .  P  .  P  P',
  clear: /*    */ 'P  .  .  .  .  .  .  P  .  P  .  P  .  .',
};
const ROLES: readonly (Role | null)[] = [null, 'viewer', 'operator', 'admin'];

/** What the letter of the table says for one role, with or without a permit. */
function expected(verb: string, letter: string, role: Role | null, permit: boolean): string {
  if (letter === 'S') return 'stop';
  if (role === null) return 'user';
  if (verb === 'hello') return 'hello';
  if (letter === 'V') return 'execute';
  if (role === 'viewer') return 'role';
  if (letter === '.') return 'state';
  return letter === 'O' || permit ? 'execute' : 'permit';
}

describe('alarms of a run that has ended', () => {
  it('are acknowledged while nothing runs, and only while one waits', () => {
    const command = asked({ ...ORDER, verb: 'acknowledge' });
    const standing = standingIn('aborted', false);
    expect(judge(command, facts({ standing }))).toMatchObject({
      why: 'state',
      reason: expect.stringContaining('no alarm waits'),
    });
    expect(judge(command, facts({ standing: { ...standing, alarms: 1 } })).kind).toBe('execute');
    const shelve = asked({ ...ORDER, verb: 'shelve', args: ARGS['shelve'] });
    expect(judge(shelve, facts({ standing: { ...standing, alarms: 1 } }))).toMatchObject({ why: 'state' });
  });
});

describe('role, verb, state and permit', () => {
  it('are judged as the table says, in every combination', () => {
    const states = STATES.split(' ') as RunState[];
    expect(states).toEqual(RUN_STATES);
    const wrong: string[] = [];
    let judged = 0;
    for (const [verb, row] of Object.entries(MATRIX)) {
      for (const [at, letter] of row.trim().split(/\s+/).entries()) {
        const state = states[at] ?? 'idle';
        for (const role of ROLES) {
          for (const permit of [false, true]) {
            judged += 1;
            const command = { ...ORDER, verb, ...(ARGS[verb] === undefined ? {} : { args: ARGS[verb] }) };
            const verdict = short(judge(asked(command), facts({ role, standing: standingIn(state, permit) })));
            const right = expected(verb, letter, role, permit);
            if (verdict !== right)
              wrong.push(`${verb} in ${state} by ${role}, permit ${permit}: ${verdict}, not ${right}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(judged).toBe(17 * 14 * 4 * 2);
  });

  it('are all told to whoever says hello', () => {
    expect(verbsOf('viewer')).toBe('hello stop status runs recipes entries');
    expect(verbsOf('operator').split(' ').toSorted()).toEqual(Object.keys(MATRIX).toSorted());
  });
});

describe('what is refused', () => {
  const START = { ...ORDER, verb: 'start', args: ARGS['start'] };
  const cases: readonly (readonly [string, Asked, Partial<Facts>])[] = [
    ['retained', asked(START, { retained: true }), {}],
    ['retained', asked({ verb: 'stop' }, { retained: true }), {}],
    ['oversized', asked({ ...START, args: { text: 'é'.repeat(8200) } }), {}],
    ['malformed', asked('{'), {}],
    ['malformed', asked('null'), {}],
    ['malformed', asked('[]'), {}],
    ['malformed', asked(`${'['.repeat(8000)}${']'.repeat(8000)}`), {}],
    ['malformed', asked('{"v":1,"id":"a","verb":"hold","__proto__":{"role":"admin"}}'), {}],
    ['malformed', asked('{"v":1,"id":"a","verb":"hold","args":{"__proto__":1}}'), {}],
    ['malformed', asked('{"v":1,"id":"a","verb":"hold","args":{"constructor":1}}'), {}],
    ['malformed', asked({ ...START, v: 2 }), {}],
    ['malformed', asked({ ...START, id: 'x'.repeat(65) }), {}],
    ['malformed', asked({ ...START, args: { recipe: { deep: 1 } } }), {}],
    ['user', asked(START), { role: null }],
    ['verb', asked({ ...ORDER, verb: 'fill' }), {}],
    ['verb', asked({ ...ORDER, verb: 'constructor' }), {}],
    ['boot', asked({ ...START, bootId: 'boot-0' }), {}],
    ['boot', asked({ v: 1, id: 'a', nonce: 'fresh', verb: 'hold' }), {}],
    ['nonce', asked({ v: 1, id: 'a', bootId: BOOT, verb: 'hold' }), {}],
    ['nonce', asked({ ...START, nonce: 'another-one' }), {}],
    ['expired', asked(START), { nonce: () => 'expired' }],
    ['used', asked(START), { nonce: () => 'used' }],
    ['repeated', asked(START), { known: (id) => id === 'c1' }],
    ['arguments', asked({ ...START, args: {} }), {}],
    ['arguments', asked({ ...START, args: { recipe: 'a', text: 'b' } }), {}],
    ['arguments', asked({ ...START, args: { recipe: 'a', board: 'b' } }), {}],
    ['arguments', asked({ ...START, args: { recipe: 'a', entry: '../up' } }), {}],
    ['arguments', asked({ ...ORDER, verb: 'hold', args: { now: true } }), {}],
    ['role', asked(START), { role: 'viewer' }],
    ['state', asked(START), {}],
    ['permit', asked(START), { standing: standingIn('idle', false) }],
  ];

  it('is named by its kind, with a reason that shows neither nonce nor control character', () => {
    for (const [why, command, over] of cases) {
      const verdict = judge(command, facts(over));
      expect(short(verdict), command.text.slice(0, 100)).toBe(why);
      if (verdict.kind === 'refuse') expect(verdict.reason).toMatch(/^[^\p{C}]{5,500}$/u);
      expect(JSON.stringify({ ...verdict, spends: null })).not.toContain('fresh');
    }
    expect([...new Set(cases.map(([why]) => why))].toSorted()).toEqual([...REFUSALS].toSorted());
  });

  it('spends the nonce that it presented in time, so that nothing can be tried again with it', () => {
    const early = judge(asked({ ...START, bootId: 'boot-0' }), facts());
    const late = judge(asked(START), facts({ role: 'viewer' }));
    expect(early).toMatchObject({ kind: 'refuse', spends: null });
    expect(late).toMatchObject({ kind: 'refuse', spends: 'fresh' });
  });
});

describe('a stop', () => {
  it('is taken however little comes with it, from whomever the broker lets in', () => {
    for (const text of ['{"verb":"stop"}', '{"verb":"stop","id":7}', '{"verb":"stop","nonce":null,"v":9}'])
      expect(judge(asked(text), facts({ role: null }))).toMatchObject({ kind: 'stop' });
  });
});

describe('whatever comes', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.json(),
    fc
      .record(
        {
          v: fc.constantFrom(1, 2, '1'),
          id: fc.string({ maxLength: 70 }),
          bootId: fc.constantFrom(BOOT, 'boot-0'),
          nonce: fc.constantFrom('stale', '', 'x'),
          verb: fc.constantFrom(...Object.keys(MATRIX), 'toString', ''),
          args: fc.dictionary(fc.string(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      )
      .map((record) => JSON.stringify(record)),
  );

  it('is judged without an error, and nothing but a stop is done without a good nonce', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (any, retained) => {
        const verdict = judge(asked(any, { retained }), facts());
        expect(['refuse', 'stop', 'hello']).toContain(verdict.kind);
        if (retained) expect(verdict).toMatchObject({ kind: 'refuse', why: 'retained' });
      }),
      { numRuns: 500 },
    );
  });
});
