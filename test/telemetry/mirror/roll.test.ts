import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LARGEST_BYTES,
  MOST_REACTORS,
  PERIOD_MS,
  Roll,
  SAMPLE_PERIOD_MS,
  STANDING_OF_ONE_BYTES,
  type Word,
} from '../../../src/telemetry/mirror/roll.js';
import { topicsOf } from '../../../src/telemetry/topics.js';
import { alarmText, sampleText, stateText } from './words.js';

const OTHER = topicsOf('other');
const ALL = 10_000;

function says(roll: Roll, topic: string, text: string) {
  return roll.hear(topic, Buffer.from(text));
}

const told = (roll: Roll, now_ms: number, most = ALL): Word[] => [...roll.due(now_ms, most)];

/** What would stand at a broker that was told all of this. */
function standing(words: readonly Word[], at = new Map<string, string>()): Map<string, string> {
  for (const { topic, payload, retain } of words) {
    if (retain && payload === '') at.delete(topic);
    else if (retain) at.set(topic, payload);
  }
  return at;
}

describe('what other reactors tell', () => {
  it('is told as it came, retained but for samples', () => {
    const roll = new Roll('bench');
    const spoken: [string, string][] = [
      [OTHER.availability, 'online'],
      [OTHER.state, stateText()],
      [OTHER.alarm('band-warn'), alarmText()],
      [OTHER.sample, sampleText()],
    ];
    for (const [topic, text] of spoken) expect(says(roll, topic, text)).toBe('taken');
    const words = [...told(roll, 0), ...told(roll, 1), ...told(roll, 2)];
    expect(words.toSorted((a, b) => a.topic.localeCompare(b.topic))).toEqual(
      spoken
        .map(([topic, payload]) => ({ topic, payload, retain: topic !== OTHER.sample }))
        .toSorted((a, b) => a.topic.localeCompare(b.topic)),
    );
    expect(roll.waits).toBe(false);
  });

  it.each([
    'galvanode/bench/state',
    'galvanode/bench/availability',
    'galvanode/other/command/anna',
    'galvanode/other/event',
    'galvanode/other/sample/x',
    'galvanode/other/alarm',
    'galvanode/other/alarm/A B',
    'galvanode/other/alarm/x/y',
    'galvanode/Other/state',
    'galvanode/../state',
    'galvanode//state',
    'other/other/state',
    '',
  ])('is not told on %j', (topic) => {
    const roll = new Roll('bench');
    says(roll, topic, stateText());
    expect(roll.waits).toBe(false);
    expect(told(roll, 0)).toEqual([]);
  });

  it.each([
    [OTHER.availability, 'here'],
    [OTHER.state, '{}'],
    [OTHER.state, '{"v":1'],
    [OTHER.sample, stateText()],
    [OTHER.alarm('other'), alarmText('band-warn')],
  ])('is left out on %s as %j, which the contract does not know', (topic, text) => {
    const roll = new Roll('bench');
    says(roll, topic, text);
    expect(told(roll, 0)).toEqual([]);
  });

  it('takes back what stood when something else comes in its place', () => {
    const roll = new Roll('bench');
    says(roll, OTHER.state, stateText());
    const at = standing(told(roll, 0));
    says(roll, OTHER.state, 'nonsense');
    expect(standing(told(roll, PERIOD_MS), at)).toEqual(new Map());
  });

  it('is told of an alarm that is over once, and keeps nothing of it', () => {
    const roll = new Roll('bench');
    const topic = OTHER.alarm('band-warn');
    says(roll, topic, alarmText());
    told(roll, 0);
    says(roll, topic, alarmText('band-warn', 'normal'));
    expect(told(roll, PERIOD_MS)).toEqual([
      { topic, payload: alarmText('band-warn', 'normal'), retain: false },
      { topic, payload: '', retain: true },
    ]);
  });
});

describe('pace', () => {
  it('is the latest sample each two seconds', () => {
    const roll = new Roll('bench');
    const seqs: number[] = [];
    for (let ms = 0; ms < 10_000; ms += 100) {
      says(roll, OTHER.sample, sampleText(ms));
      for (const { payload } of told(roll, ms)) seqs.push(Number(/"seq":(\d+)/.exec(payload)?.[1]));
    }
    expect(seqs).toEqual([0, 1, 2, 3, 4].map((n) => n * SAMPLE_PERIOD_MS));
  });

  it('says nothing twice', () => {
    const roll = new Roll('bench');
    says(roll, OTHER.state, stateText());
    told(roll, 0);
    says(roll, OTHER.state, stateText());
    expect(roll.waits).toBe(false);
  });

  it('lets a reactor that changes and changes silence nobody', () => {
    const roll = new Roll('bench');
    const quiet = topicsOf('quiet');
    says(roll, quiet.state, stateText());
    const heard: string[] = [];
    for (let ms = 0; ms < 20_000; ms += 100) {
      for (let n = 0; n < 20; n++)
        says(roll, OTHER.alarm(`a${n}`), alarmText(`a${n}`).replace('"count":1', `"count":${ms}`));
      says(roll, quiet.sample, sampleText(ms));
      for (const { topic } of told(roll, ms, 2)) heard.push(topic);
    }
    expect(heard).toContain(quiet.state);
    expect(heard.filter((topic) => topic === quiet.sample).length).toBeGreaterThanOrEqual(9);
    expect(heard.length).toBeLessThanOrEqual(200 * 2);
  });
});

describe('bounds', () => {
  it('are so many reactors; one that is offline makes room', () => {
    const roll = new Roll('bench');
    for (let n = 0; n < MOST_REACTORS; n++) says(roll, topicsOf(`r${n}`).availability, 'online');
    expect(says(roll, topicsOf('more').availability, 'online')).toEqual({ refused: 'more than 1000 reactors' });
    const at = standing(told(roll, 0));
    says(roll, topicsOf('r7').availability, 'offline');
    expect(says(roll, topicsOf('more').availability, 'online')).toBe('taken');
    standing(told(roll, PERIOD_MS), at);
    expect(roll.size).toBe(MOST_REACTORS);
    expect(at.has(topicsOf('r7').availability)).toBe(false);
    expect(at.get(topicsOf('more').availability)).toBe('online');
  });

  it('are so many bytes at once, and of one reactor', () => {
    const roll = new Roll('bench');
    const long = 'x'.repeat(LARGEST_BYTES - 100);
    expect(says(roll, OTHER.state, `${long}${long}`)).toEqual({ refused: `more than ${LARGEST_BYTES} bytes at once` });
    const answers = Array.from({ length: 10 }, (_, n) => says(roll, OTHER.alarm(`a${n}`), long));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(
      Math.floor(STANDING_OF_ONE_BYTES / (2 * long.length + 8)),
    );
    expect(answers.at(-1)).toEqual({ refused: 'too much of one reactor' });
  });

  it('hold whatever comes: nothing of the own name, nothing retained of who is forgotten', () => {
    const topic = fc.constantFrom(
      ...['bench', 'a', 'b', 'c'].flatMap((name) => {
        const { availability, state, sample, alarm } = topicsOf(name);
        return [availability, state, sample, alarm('x'), alarm('y')];
      }),
    );
    const text = fc.constantFrom(
      '',
      'online',
      'offline',
      stateText(),
      sampleText(),
      alarmText('x'),
      alarmText('x', 'normal'),
      '{',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(topic, text, fc.nat(1000)), { maxLength: 60 }), (all) => {
        const roll = new Roll('bench');
        const at = new Map<string, string>();
        let now_ms = 0;
        for (const [to, payload, wait_ms] of all) {
          says(roll, to, payload);
          now_ms += wait_ms;
          standing(told(roll, now_ms, 3), at);
        }
        roll.deafen();
        roll.forgetUnheard();
        for (let n = 0; n < 10; n++) standing(told(roll, now_ms + n * SAMPLE_PERIOD_MS), at);
        expect(roll.size).toBe(0);
        expect(roll.waits).toBe(false);
        expect(at).toEqual(new Map());
      }),
      { numRuns: 300 },
    );
  });
});
