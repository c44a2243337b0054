import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  after,
  deeds,
  durableId,
  fresh,
  givenUp,
  isOver,
  learned,
  whyNot,
  type Line,
  type ReactorSeen,
  type Standing,
} from '../../src/fleet/dispatch.js';

const ready: ReactorSeen = {
  name: 'a',
  online: true,
  bootId: 'b1',
  state: 'idle',
  run: null,
  permit: true,
  accepts: true,
};
const nobody = new Set<string>();
const told = (lines: readonly Line[], entry = 'x'): Standing => lines.reduce(after, fresh(entry));
const sent: Line = { what: 'sent', entry: 'x', reactor: 'a', boot: 'b1' };
const refused: Line = { what: 'answered', entry: 'x', sending: 1, refusal: 'no' };

describe('dispatch', () => {
  it('sends one entry to each reactor that is free, and none to one that is not', () => {
    const fleet = [
      { ...ready, permit: false },
      { ...ready, name: 'b' },
      { ...ready, name: 'c', online: false },
    ];
    expect(deeds([fresh('x'), fresh('y')], fleet, nobody)).toEqual([
      { kind: 'start', entry: 'x', reactor: 'b', boot: 'b1' },
    ]);
    expect(deeds([fresh('x')], fleet, new Set(['b']))).toEqual([]);
  });

  it.each([
    [{ online: false }, 'is offline'],
    [{ accepts: false }, 'takes starts at its terminal only'],
    [{ state: 'execute' }, 'is busy (execute)'],
    [{ state: 'aborted' }, 'is aborted: clear it at the bench'],
    [{ state: null }, 'has not told its state'],
    [{ permit: false }, 'waits for its arm button'],
    [{}, null],
  ] as const)('says why nothing starts: %j', (changed, reason) => {
    expect(whyNot({ ...ready, ...changed })).toBe(reason);
  });

  it('leaves an entry with a reactor that has gone, whoever else is free', () => {
    const fleet = [
      { ...ready, online: false },
      { ...ready, name: 'b' },
    ];
    expect(deeds([told([sent])], fleet, nobody)).toEqual([]);
    expect(deeds([told([sent, { what: 'running', entry: 'x', run: 'r' }])], fleet, nobody)).toEqual([]);
  });

  it('frees an entry only when nothing that was sent can still reach the reactor', () => {
    const absent = { boot: 'b1', run: undefined, outcome: null };
    expect(learned(told([sent]), absent)).toBeNull();
    expect(learned(told([sent, refused]), absent)).toEqual({ what: 'freed', entry: 'x' });
    expect(learned(told([sent, { what: 'expired', entry: 'x', sending: 1 }]), absent)).toMatchObject({ what: 'freed' });
    expect(learned(told([sent]), { ...absent, boot: 'b2' })).toEqual({ what: 'freed', entry: 'x' });
    expect(learned(told([sent, refused]), { ...absent, run: null })).toBeNull();
    expect(learned(told([sent]), { ...absent, boot: 'b2', run: null })).toMatchObject({ what: 'ended' });
  });

  it('gives up after two refusals from every reactor, with the reason', () => {
    const lines: Line[] = [sent, refused, { what: 'freed', entry: 'x' }];
    const lost: Line[] = [sent, { what: 'expired', entry: 'x', sending: 1 }, { what: 'freed', entry: 'x' }];
    expect(givenUp(told(lines), ['a'])).toBeNull();
    expect(givenUp(told([...lost, ...lost, ...lost]), ['a'])).toBeNull();
    expect(givenUp(told([...lines, ...lines]), ['a'])).toEqual({ what: 'refused', entry: 'x', reason: 'no' });
    expect(givenUp(told([...lines, ...lines]), ['a', 'b'])).toBeNull();
  });

  it('names an entry durably, and anew when the operator asks for it again', () => {
    const again = told([sent, { what: 'again', entry: 'x' }]);
    expect(durableId('0123456789abcdef', fresh('x'))).toBe('0123456789ab-x');
    expect(durableId('0123456789abcdef', again)).toBe('0123456789ab-x-2');
    expect(again.phase).toBe('waiting');
  });
});

/** A reactor as it is beyond the network: nonces that are good once and for one boot, entries that are kept for good. */
class Reactor {
  online = true;
  boot = 1;
  state: 'idle' | 'execute' | 'complete' = 'idle';
  run: string | null = null;
  readonly entries = new Map<string, string>();
  readonly ended = new Set<string>();
  private readonly spent = new Set<number>();

  constructor(
    readonly name: string,
    private readonly fussy: boolean,
  ) {}

  get seen(): ReactorSeen {
    const { name, online, state, run } = this;
    return { name, online, state, run, bootId: `b${this.boot}`, permit: true, accepts: true };
  }

  /** A copy of a command comes in; null when there is nobody to answer. */
  take(copy: Copy): { readonly refusal: string | null } | null {
    if (!this.online) return null;
    if (copy.boot !== `b${this.boot}` || this.spent.has(copy.nonce)) return { refusal: 'the nonce is spent' };
    this.spent.add(copy.nonce);
    if (this.fussy) return { refusal: 'a warning is not accepted' };
    if (this.entries.has(copy.key)) return { refusal: 'it was given before' };
    if (this.state === 'execute') return { refusal: 'it is busy' };
    this.run = `${this.name}-${this.entries.size + 1}`;
    this.entries.set(copy.key, this.run);
    this.state = 'execute';
    return { refusal: null };
  }

  expire(upTo: number): void {
    for (let nonce = 1; nonce <= upTo; nonce++) this.spent.add(nonce);
  }

  finish(): void {
    if (this.state === 'execute' && this.run !== null) this.ended.add(this.run);
    if (this.state === 'execute') this.state = 'complete';
  }

  restart(): void {
    this.finish();
    this.boot += 1;
    this.state = 'idle';
    this.online = true;
  }
}

interface Copy {
  readonly entry: string;
  readonly key: string;
  readonly reactor: string;
  readonly boot: string;
  readonly nonce: number;
  readonly sending: number;
  readonly turnOfDispatcher: number;
}

/** Everything that a network and a bad day can do, driven by numbers. */
class World {
  readonly reactors: Reactor[];
  readonly journal: Line[] = [];
  private copies: Copy[] = [];
  private answers: { readonly copy: Copy; readonly refusal: string | null }[] = [];
  private busy = new Map<string, number>();
  private dispatcher = 1;
  private nonces = 0;

  constructor(
    readonly entries: readonly string[],
    fussy: readonly boolean[],
  ) {
    this.reactors = fussy.map((is, i) => new Reactor(`r${i}`, is));
  }

  standings(): Standing[] {
    return this.entries.map((entry) => this.journal.filter((line) => line.entry === entry).reduce(after, fresh(entry)));
  }

  private of(name: string): Reactor {
    const found = this.reactors.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  }

  private standing(entry: string): Standing {
    return this.journal.filter((line) => line.entry === entry).reduce(after, fresh(entry));
  }

  act(copies: number): void {
    const fleet = this.reactors.map(({ seen }) => seen);
    for (const deed of deeds(this.standings(), fleet, new Set(this.busy.keys()))) {
      if (deed.kind === 'look') this.look(deed.entry, this.of(deed.reactor));
      else this.send(deed, copies);
    }
    const names = this.reactors.map(({ name }) => name);
    for (const one of this.standings()) {
      const line = givenUp(one, names);
      if (line !== null) this.journal.push(line);
    }
  }

  private look(entry: string, reactor: Reactor): void {
    const one = this.standing(entry);
    const run = reactor.entries.get(durableId('hash', one));
    const outcome = run !== undefined && reactor.ended.has(run) ? 'complete' : null;
    const line = learned(one, { boot: `b${reactor.boot}`, run, outcome });
    if (line !== null) this.journal.push(line);
  }

  private send(deed: { entry: string; reactor: string; boot: string }, copies: number): void {
    const { entry, reactor, boot } = deed;
    this.journal.push({ what: 'sent', entry, reactor, boot });
    const one = this.standing(entry);
    this.busy.set(reactor, one.sendings);
    const key = durableId('hash', one);
    const nonce = (this.nonces += 1);
    const copy = { entry, key, reactor, boot, nonce, sending: one.sendings, turnOfDispatcher: this.dispatcher };
    for (let i = 0; i < copies; i++) this.copies.push(copy);
  }

  deliver(which: number, replies: number): void {
    const [copy] = this.copies.splice(which % Math.max(1, this.copies.length), 1);
    if (copy === undefined) return;
    const answer = this.of(copy.reactor).take(copy);
    if (answer === null) return;
    for (let i = 0; i < replies; i++) this.answers.push({ copy, ...answer });
  }

  hear(which: number): void {
    const [answer] = this.answers.splice(which % Math.max(1, this.answers.length), 1);
    if (answer === undefined || answer.copy.turnOfDispatcher !== this.dispatcher) return;
    const { copy, refusal } = answer;
    // As the edge does: an answer to a question that is not open any more says nothing.
    if (this.busy.get(copy.reactor) !== copy.sending || this.standing(copy.entry).reactor !== copy.reactor) return;
    this.busy.delete(copy.reactor);
    this.journal.push({ what: 'answered', entry: copy.entry, sending: copy.sending, refusal });
  }

  /** So much time goes by that no nonce of now is good any more, and the dispatcher waits no longer. */
  expire(): void {
    this.busy.clear();
    for (const reactor of this.reactors) reactor.expire(this.nonces);
    for (const { entry, open } of this.standings())
      for (const sending of open) this.journal.push({ what: 'expired', entry, sending });
  }

  restartDispatcher(): void {
    this.dispatcher += 1;
    this.busy = new Map();
  }

  runs(entry: string): number {
    return this.reactors.filter(({ entries }) => entries.has(durableId('hash', { entry, turn: 1 }))).length;
  }
}

const happening = fc.tuple(fc.nat(9), fc.nat(7), fc.nat(2));

describe('dispatch over a bad network', () => {
  it('runs no entry twice, and each ends in a state that is told', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
        (day, fussy) => {
          const world = new World(['x', 'y', 'z'], fussy);
          for (const [what, which, count] of day) {
            const reactor = world.reactors[which % world.reactors.length];
            if (what < 3) world.act(count);
            else if (what < 5) world.deliver(which, count);
            else if (what === 5) world.hear(which);
            else if (what === 6) world.expire();
            else if (what === 7) world.restartDispatcher();
            else if (what === 8 && reactor !== undefined) reactor.online = !reactor.online;
            else if (count === 0) reactor?.restart();
            else reactor?.finish();
            for (const entry of world.entries) expect(world.runs(entry)).toBeLessThanOrEqual(1);
          }
          // The day is over: all reactors are there, and nothing is lost any more.
          for (const reactor of world.reactors) reactor.online = true;
          for (let i = 0; i < 60; i++) {
            world.act(1);
            for (let n = 0; n < 60; n++) world.deliver(0, 1);
            for (let n = 0; n < 60; n++) world.hear(0);
            world.expire();
            for (const reactor of world.reactors) reactor.finish();
          }
          for (const one of world.standings()) {
            expect(isOver(one), JSON.stringify(one)).toBe(true);
            expect(one.said).not.toBeNull();
            expect(world.runs(one.entry)).toBe(one.phase === 'ended' ? 1 : 0);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
