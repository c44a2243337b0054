/**
 * The operator at the terminal: answers to prompts, words, and Ctrl-C. Owns what each means. One Ctrl-C ramps the current
 * down and ends the run in order; a second one turns it off at once. A terminal that goes, by SIGHUP, by the end of its
 * input or by taking no output, stops nothing: the run goes on without it.
 */
import type { Clock } from '../model/clock.js';
import { fallbackOf, hintOf, leavesOut, NO_ANSWER, readAnswer } from '../model/answer.js';
import { VirtualClock } from '../model/virtual-clock.js';
import type { Prompt } from '../procedure/types.js';
import type { Alarm } from '../model/event.js';
import { parseQuantity } from '../model/units.js';
import type { Run } from '../reactor.js';
import { RESUME_PROMPT } from '../recovery.js';
import type { Lines } from './lines.js';
import type { Screen } from './screen.js';
import { alarmList } from './story.js';
import { onEndingSignal, onTerminalGone } from './signals.js';
import { chosenAnswer, openLines, photoHash, questionLines } from './questions.js';

export interface OperatorOptions {
  readonly run: Run;
  readonly screen: Screen;
  readonly clock: Clock;
  /** What the operator types; null where nobody is. */
  readonly lines: Lines | null;
  readonly speed: number | null;
  /** Somebody may answer who is not at this terminal. */
  readonly elsewhere?: boolean;
}

const HELP =
  '  (Enter answers; "questions", "answer 2 TEXT", "hold", "resume", "finish", "stop", "alarms", "ack", "shelve ALARM 10min" at any time; Ctrl-C stops)';

/** Connects the terminal to the run; returns what disconnects it. */
export function attendOperator(options: OperatorOptions): () => void {
  const { run, screen, lines } = options;
  let asked = 0;
  const releaseSignals = onEndingSignal((signal) => {
    asked++;
    if (asked === 1) {
      screen.line(`${signal}: stopping; the current ramps down (once more: off at once)`);
      run.stop('operator', `stopped by ${signal}`);
    } else run.abort('operator', `off at once by ${signal}`);
  });
  const releaseLoss = onTerminalGone((signal) => screen.hangUp(signal));
  screen.whenLost((why) => {
    pace(options, false);
    run.leave(`the terminal is gone (${why})`);
  });
  const releaseTerminal = lines === null ? waitElsewhere(options) : hearTerminal(options, lines);
  return () => {
    releaseSignals();
    releaseLoss();
    screen.whenLost(null);
    releaseTerminal();
  };
}

/** Nobody types here, but questions are answered over the network, by people who read in real time as well. */
function waitElsewhere(options: OperatorOptions): () => void {
  if (options.elsewhere !== true) return () => undefined;
  const prompts = options.run.prompt$.subscribe((asked) => pace(options, asked !== null && holdsUp(asked)));
  return () => prompts.unsubscribe();
}

function hearTerminal(options: OperatorOptions, lines: Lines): () => void {
  const { run, screen } = options;
  let open: readonly Prompt[] = [];
  let alone = false;
  screen.line(HELP);
  const states = run.state$.subscribe(({ prompt, unanswered }) => {
    open = prompt === null ? unanswered : [prompt, ...unanswered];
  });
  const prompts = run.prompt$.subscribe((asked) => {
    pace(options, asked !== null && holdsUp(asked) && !alone && screen.lost === null);
    if (asked === null || asked.id === RESUME_PROMPT) return; // that one was asked before the start
    for (const line of questionLines(asked, screen.columns)) screen.line(line);
  });
  const ended = (): void => {
    alone = true;
    pace(options, false);
    run.leave('the input of the terminal has ended');
  };
  const releaseLines = lines.listen((text) => obey(options, text.trim(), open), ended);
  return () => {
    states.unsubscribe();
    prompts.unsubscribe();
    releaseLines();
  };
}

/** A sample that nothing waits for stays open for hours: only what the run waits for slows a simulated one down. */
function holdsUp({ asked_C, waits }: Prompt): boolean {
  return asked_C === undefined || waits === true;
}

function obey({ run, screen }: OperatorOptions, text: string, open: readonly Prompt[]): void {
  const [prompt = null] = open;
  const [verb = '', argument = '', time = ''] = text.split(/\s+/, 3);
  switch (verb) {
    case 'stop':
      return run.stop('operator', 'stopped at the terminal');
    case 'hold':
      return run.hold('operator');
    case 'resume':
      return run.resume('operator');
    case 'finish':
      return run.finish('operator');
    case 'ack':
      return acknowledge(run, argument);
    case 'shelve':
      return say(screen, shelve(run, argument, time));
    case 'unshelve':
      return say(screen, run.unshelve(argument, 'operator') ? [] : [`  no alarm "${argument}" is on the shelf`]);
    case 'alarms':
      return say(screen, alarmList(run.alarms()));
    case 'questions':
      return say(screen, openLines(open, screen.columns));
    case 'answer': {
      const chosen = chosenAnswer(open, text);
      if (chosen !== null) return reply(run, screen, chosen.prompt, chosen.text);
      return say(screen, [
        '  not taken: which question? (would be right: its number or name, of these)',
        ...openLines(open, screen.columns),
      ]);
    }
    default:
      if (prompt !== null) return reply(run, screen, prompt, text);
      if (text !== '') screen.line(HELP);
  }
}

/** A wrong answer is told at once with what would be right, and the question stays. */
function reply(run: Run, screen: Screen, { id, answer = NO_ANSWER }: Prompt, typed: string): void {
  const text = typed === '' ? (fallbackOf(answer) ?? (answer.kind === 'none' ? 'continued' : '')) : typed;
  const wrong = (message: string): void => screen.line(`  not taken: ${message} (would be right: ${hintOf(answer)})`);
  if (answer.kind === 'photo' && text !== '' && !leavesOut(answer, text)) {
    photoHash(text).then(
      (photo) => ('wrong' in photo ? wrong(photo.wrong) : run.answer(id, text, 'operator', photo.sha256)),
      (error: unknown) => wrong(error instanceof Error ? error.message : 'the file cannot be read'),
    );
    return;
  }
  const read = readAnswer(answer, text);
  if (read.ok) run.answer(id, text, 'operator');
  else wrong(read.message);
}

function say(screen: Screen, lines: readonly string[]): void {
  for (const line of lines) screen.line(line);
}

/** Without a name, all that are waiting for it. */
function acknowledge(run: Run, alarm: string): void {
  if (alarm !== '') return run.acknowledge(alarm, 'operator');
  const waiting = run.alarms().filter(({ state, group }) => group === null && UNACKNOWLEDGED.has(state));
  for (const { id } of waiting) run.acknowledge(id, 'operator');
}

const UNACKNOWLEDGED: ReadonlySet<Alarm['state']> = new Set(['active', 'cleared-unacknowledged']);

/** Its interlock acts as ever; the journal says that it was shelved. Gives what to tell when it was not. */
function shelve(run: Run, alarm: string, time: string): string[] {
  const parsed = parseQuantity('time', time);
  if (!parsed.ok) return [`  "${time}" is no time on the shelf: write for example "shelve ${alarm || 'ALARM'} 10min"`];
  if (run.shelve(alarm, parsed.quantity.value / 60, 'operator')) return [];
  return [`  not shelved: "${alarm}" must be an alarm that speaks for itself ("alarms" lists them), for 1 h at most`];
}

/** A person reads in real time: while a simulated run asks, it goes no faster than the clock on the wall. */
function pace({ clock, speed }: OperatorOptions, asking: boolean): void {
  if (clock instanceof VirtualClock) clock.setSpeed(asking ? 1 : (speed ?? undefined));
}
