/**
 * What must be true of the life of alarms, as stories that give what is wrong in words. The tests run them over the
 * program, the mutation check over copies of it with a fault.
 */
import type * as alarms from '../../src/control/alarms.js';
import type { Interlock } from '../../src/control/guard/interlock.js';
import type { Alarm } from '../../src/model/event.js';
import { untrue, type Pairs } from './stories.js';

export type Alarms = typeof alarms;

type Kind = Pick<Interlock, 'id'> & Partial<Pick<Interlock, 'reaction' | 'shares'>>;

function interlock({ id, reaction = 'warn', shares }: Kind): Interlock {
  return {
    id,
    catalogue: '',
    severity: reaction === 'warn' ? 'warning' : 'alarm',
    reaction,
    delay_s: 0,
    latched: reaction !== 'warn',
    applies: () => true,
    healthy: () => true,
    describe: () => '',
    consequence: `${id} follows.`,
    action: `Mend ${id}.`,
    ...(shares === undefined ? {} : { shares }),
  };
}

/** A run's alarms, moved as the watch moves them. */
export class Panel {
  told: readonly Alarm[] = [];
  private book: alarms.AlarmBook;

  constructor(private readonly of: Alarms) {
    this.book = of.NO_ALARMS;
  }

  raise(kind: Kind | string, now_s = 0): this {
    const what = interlock(typeof kind === 'string' ? { id: kind } : kind);
    return this.take(
      this.of.afterVerdict(this.book, { interlock: what, change: 'raised', text: `${what.id} now` }, now_s),
    );
  }

  clear(id: string, now_s = 0): this {
    const what = interlock({ id });
    return this.take(this.of.afterVerdict(this.book, { interlock: what, change: 'cleared', text: 'gone' }, now_s));
  }

  reset(id: string, now_s = 0): this {
    return this.take(this.of.returnedToNormal(this.book, id, now_s));
  }

  /** Whether it was taken. */
  acknowledge(id: string, now_s = 0): boolean {
    return this.takeIf(this.of.acknowledged(this.book, id, now_s));
  }

  shelve(id: string, minutes: number, now_s = 0): boolean {
    return this.takeIf(this.of.shelved(this.book, id, minutes, now_s));
  }

  unshelve(id: string, now_s = 0): boolean {
    return this.takeIf(this.of.unshelved(this.book, id, now_s));
  }

  wait(now_s: number): boolean {
    return this.takeIf(this.of.passed(this.book, now_s));
  }

  at(id: string): Alarm | undefined {
    return this.book.alarms.get(id);
  }

  state(id: string): string {
    return this.at(id)?.state ?? 'none';
  }

  /** What was told last, as `id state`. */
  get said(): string[] {
    return this.told.map(({ id, state }) => `${id} ${state}`);
  }

  private take({ book, told }: alarms.Told): this {
    this.book = book;
    this.told = told;
    return this;
  }

  private takeIf(after: alarms.Told | null): boolean {
    this.told = [];
    if (after !== null) this.take(after);
    return after !== null;
  }
}

type Story = (panel: Panel, of: Alarms) => Pairs;

const CABLE = ['bus'] as const;
const many = (panel: Panel, count: number, reaction: Interlock['reaction'] = 'warn'): Panel => {
  for (let k = 1; k <= count; k++) panel.raise({ id: `a${k}`, reaction }, k);
  return panel;
};

export const STORIES: Readonly<Record<string, Story>> = {
  'begins active, with everything that a person must know': (panel) => [
    [
      panel.raise({ id: 'x', reaction: 'hold', shares: CABLE }, 42).told,
      [
        {
          id: 'x',
          state: 'active',
          severity: 'alarm',
          safeState: 'S2',
          firstOut: true,
          since_s: 42,
          text: 'x now',
          cause: 'x now',
          consequence: 'x follows.',
          action: 'Mend x.',
          shares: ['bus'],
          group: null,
          members: [],
          shelved: null,
          count: 1,
        },
      ],
    ],
  ],
  'names the safe state of each reaction': (panel) =>
    (['open-relay', 'abort', 'hold', 'warn'] as const).map((reaction, k) => [
      panel.raise({ id: reaction, reaction }).at(reaction)?.safeState,
      ['S0', 'S1', 'S2', 'W'][k],
    ]),
  'acknowledged, then cleared: normal': (panel) => [
    [panel.raise('x').acknowledge('x'), true],
    [panel.said, ['x acknowledged']],
    [panel.at('x')?.firstOut, true],
    [panel.clear('x').said, ['x normal']],
    [panel.at('x')?.firstOut, false],
  ],
  'cleared, then acknowledged: normal': (panel) => [
    [panel.raise('x', 42).clear('x', 99).said, ['x cleared-unacknowledged']],
    [panel.at('x')?.since_s, 42],
    [panel.at('x')?.firstOut, true],
    [panel.acknowledge('x'), true],
    [panel.at('x')?.state, 'normal'],
    [panel.at('x')?.firstOut, false],
  ],
  'is acknowledged once, and only where there is something': (panel) => [
    [panel.acknowledge('x'), false],
    [panel.raise('x').acknowledge('x'), true],
    [panel.acknowledge('x'), false],
    [panel.clear('x').acknowledge('x'), false],
  ],
  'clears once': (panel) => [
    [panel.clear('x').said, []],
    [panel.raise('x').clear('x').clear('x').said, []],
  ],
  'a reset clears what was latched': (panel) => [
    [panel.raise({ id: 'x', reaction: 'abort' }).reset('x').said, ['x cleared-unacknowledged']],
    [panel.reset('x').said, []],
  ],
  'comes back as the same alarm while nobody acknowledged it, and as a new one after that': (panel) => [
    [panel.raise('x', 1).clear('x', 2).raise('x', 3).said, ['x active']],
    [
      [panel.at('x')?.since_s, panel.at('x')?.count],
      [1, 2],
    ],
    [panel.acknowledge('x'), true],
    [panel.clear('x', 4).raise('x', 5).said, ['x active']],
    [
      [panel.at('x')?.since_s, panel.at('x')?.count],
      [5, 3],
    ],
  ],
  'first-out is what was raised while nothing stood': (panel) => [
    [panel.raise('x').raise('y').at('y')?.firstOut, false],
    [panel.at('x')?.firstOut, true],
    [panel.clear('x').raise('z').at('z')?.firstOut, false],
    [panel.acknowledge('y'), true],
    [panel.raise('v').at('v')?.firstOut, false],
    [panel.clear('y').clear('z').clear('v').raise('w').at('w')?.firstOut, true],
  ],
  'a pulled cable is one alarm, with the others as its members': (panel) => [
    [panel.raise({ id: 'x', reaction: 'abort', shares: CABLE }, 1).said, ['x active']],
    [panel.raise({ id: 'y', reaction: 'abort', shares: CABLE }, 11).said, ['x active']],
    [panel.at('x')?.members, ['y']],
    [
      [panel.state('y'), panel.at('y')?.group],
      ['active', 'x'],
    ],
    [panel.raise({ id: 'z', shares: ['hot side', 'bus'] }, 2).at('x')?.members, ['y', 'z']],
    [panel.acknowledge('y'), true],
    [panel.said, ['x acknowledged']],
    [
      [panel.state('x'), panel.state('y'), panel.state('z')],
      ['acknowledged', 'acknowledged', 'acknowledged'],
    ],
  ],
  'what comes later, or shares no part, or shares nothing, speaks for itself': (panel) => [
    [panel.raise({ id: 'x', shares: CABLE }, 1).raise({ id: 'y', shares: CABLE }, 11.1).said, ['y active']],
    [panel.raise({ id: 'z', shares: ['hot side'] }, 1).said, ['z active']],
    [panel.raise('w', 1).said, ['w active']],
    [panel.raise({ id: 'v', shares: [] }, 1).said, ['v active']],
  ],
  'a trip never hides behind a warning, and a warning may behind a trip': (panel) => [
    [panel.raise({ id: 'x', shares: CABLE }).raise({ id: 'y', reaction: 'hold', shares: CABLE }).said, ['y active']],
    [panel.raise({ id: 'z', shares: CABLE }).at('z')?.group, 'x'],
  ],
  'a warning finds a trip that speaks': (panel) => [
    [panel.raise({ id: 'x', reaction: 'hold', shares: CABLE }).raise({ id: 'y', shares: CABLE }).said, ['x active']],
    [panel.clear('x').raise({ id: 'z', shares: CABLE }).at('z')?.group, 'y'],
  ],
  'nothing joins an alarm that is over or on the shelf': (panel) => [
    [panel.raise({ id: 'x', shares: CABLE }).clear('x').raise({ id: 'y', shares: CABLE }).said, ['y active']],
    [panel.shelve('y', 5), true],
    [panel.raise({ id: 'z', shares: CABLE }).said, ['z active']],
  ],
  'joins one that is acknowledged': (panel) => [
    [panel.raise({ id: 'x', shares: CABLE }).acknowledge('x'), true],
    [panel.raise({ id: 'y', shares: CABLE }).said, ['x acknowledged']],
  ],
  'a member that clears leaves its group without a word of its own': (panel) => [
    [panel.raise({ id: 'x', shares: CABLE }).raise({ id: 'y', shares: CABLE }).clear('y').said, ['x active']],
    [panel.at('x')?.members, []],
    [
      [panel.state('y'), panel.at('y')?.group, panel.at('y')?.firstOut],
      ['normal', null, false],
    ],
    [panel.raise({ id: 'y', shares: CABLE }).at('x')?.members, ['y']],
  ],
  'when the head clears, the eldest member speaks for the others': (panel) => [
    [
      panel
        .raise({ id: 'x', shares: CABLE })
        .raise({ id: 'y', shares: CABLE })
        .raise({ id: 'z', shares: CABLE })
        .clear('x', 7).said,
      ['x cleared-unacknowledged', 'y active'],
    ],
    [
      [panel.at('x')?.members, panel.at('y')?.members, panel.at('y')?.group],
      [[], ['z'], null],
    ],
    [
      [panel.at('y')?.since_s, panel.at('z')?.group],
      [7, 'y'],
    ],
  ],
  'on the shelf it is silent, and comes back by itself': (panel) => [
    [panel.raise('x', 10).shelve('x', 2, 20), true],
    [panel.said, ['x shelved']],
    [panel.at('x')?.shelved, { until_s: 140, over: 'active' }],
    [panel.wait(139.9), false],
    [panel.wait(140), true],
    [panel.said, ['x active']],
    [
      [panel.at('x')?.shelved, panel.at('x')?.since_s],
      [null, 140],
    ],
    [panel.wait(141), false],
  ],
  'what is over when the shelf ends stays over': (panel) => [
    [panel.raise('x').acknowledge('x'), true],
    [panel.shelve('x', 1), true],
    [panel.at('x')?.shelved?.over, 'acknowledged'],
    [panel.clear('x', 5).said, ['x normal']],
    [panel.at('x')?.shelved, null],
    [panel.wait(60), false],
  ],
  'cleared on the shelf and not acknowledged: said when it comes back': (panel) => [
    [panel.raise('x').shelve('x', 1), true],
    [panel.clear('x').state('x'), 'shelved'],
    [panel.at('x')?.shelved?.over, 'cleared-unacknowledged'],
    [panel.wait(60), true],
    [panel.said, ['x cleared-unacknowledged']],
  ],
  'raised again on the shelf: not said, and there when it comes back': (panel) => [
    [panel.raise('x').shelve('x', 1), true],
    [panel.clear('x', 5).raise('x', 10).said, []],
    [panel.at('x')?.shelved, { until_s: 60, over: 'active' }],
    [panel.unshelve('x', 20), true],
    [panel.said, ['x active']],
    [panel.unshelve('x', 21), false],
  ],
  'is shelved for an hour at most, for a time that is one, and only where it speaks for itself': (panel) => [
    [panel.shelve('x', 10), false],
    [panel.raise({ id: 'x', shares: CABLE }).shelve('x', 60.1), false],
    [panel.shelve('x', 0), false],
    [panel.shelve('x', -1), false],
    [panel.shelve('x', NaN), false],
    [panel.raise({ id: 'y', shares: CABLE }).shelve('y', 5), false],
    [panel.shelve('x', 60), true],
    [panel.acknowledge('x'), false],
  ],
  'ten new alarms are announced, and then one for all that follow': (panel) => [
    [many(panel, 10).said, ['a10 active']],
    [panel.raise('b', 11).said, ['alarm-flood active']],
    [panel.raise('c', 12).said, ['alarm-flood active']],
    [panel.at('alarm-flood')?.members, ['b', 'c']],
    [
      [panel.at('alarm-flood')?.severity, panel.at('alarm-flood')?.count],
      ['warning', 1],
    ],
    [
      [panel.at('alarm-flood')?.since_s, panel.at('alarm-flood')?.firstOut],
      [11, false],
    ],
    [
      [panel.state('b'), panel.at('b')?.group],
      ['active', 'alarm-flood'],
    ],
    [panel.shelve('alarm-flood', 5), false],
  ],
  'in a flood the first trip is announced, the second is not': (panel) => [
    [many(panel, 10).raise({ id: 't', reaction: 'abort' }, 11).said, ['t active']],
    [panel.raise({ id: 'u', reaction: 'hold' }, 12).said, ['alarm-flood active']],
    [panel.at('u')?.group, 'alarm-flood'],
  ],
  'members and alarms that come back do not count for the flood': (panel) => {
    many(panel, 9);
    panel.raise({ id: 'x', shares: CABLE }, 10);
    for (let k = 1; k <= 12; k++) panel.clear('a1', 10 + k).raise('a1', 10 + k);
    panel.raise({ id: 'y', shares: CABLE }, 11);
    return [
      [panel.state('alarm-flood'), 'none'],
      [panel.at('a1')?.count, 13],
      [panel.raise('z', 12).state('alarm-flood'), 'active'],
    ];
  },
  'a flood is over when the first of the ten is ten minutes old': (panel) => [
    [many(panel, 10).raise('b', 11).said, ['alarm-flood active']],
    [panel.wait(600.9), false],
    [panel.wait(601), true],
    [panel.said, ['alarm-flood cleared-unacknowledged', 'b active']],
    [panel.at('b')?.group, null],
    [panel.acknowledge('alarm-flood'), true],
    [panel.raise('c', 602).said, ['c active']],
    [many(panel, 12).at('alarm-flood')?.count, 2],
  ],
  'a shelf that ends does not end a flood': (panel) => [
    [many(panel, 10).shelve('a1', 1, 10), true],
    [panel.raise('b', 11).said, ['alarm-flood active']],
    [panel.wait(70), true],
    [panel.said, ['a1 active']],
    [panel.state('alarm-flood'), 'active'],
  ],
  'a shelf that ends when its alarm is over does not end a flood': (panel) => [
    [many(panel, 10).shelve('a1', 1, 10), true],
    [panel.clear('a1', 10).raise('b', 11).said, ['alarm-flood active']],
    [panel.wait(70), true],
    [panel.said, ['a1 cleared-unacknowledged']],
  ],
  'what left the shelf counts as new': (panel) => {
    panel.raise('x', 0).shelve('x', 11, 0);
    for (let k = 1; k <= 9; k++) panel.raise(`a${k}`, 650);
    panel.wait(660);
    return [
      [panel.said, ['x active']],
      [panel.raise('z', 661).said, ['alarm-flood active']],
    ];
  },
  'nothing is due, and nothing is made, while nothing waits': (panel, of) => [
    [of.passed(of.NO_ALARMS, 1e9), null],
    [panel.raise('x').wait(1e9), false],
  ],
};

/** What is wrong, each with its story in front; empty when nothing is. */
export function alarmFailures(of: Alarms): string[] {
  const told = Object.entries(STORIES).map(([name, story]) => [name, (): Pairs => story(new Panel(of), of)] as const);
  return untrue(Object.fromEntries(told));
}
