/**
 * `galvanode new`: a recipe from answers, at the terminal or as options. An answer that is none is asked for again at once, and
 * a recipe that the checker refuses is never written; neither is a file that is there.
 */
import { basename } from 'node:path';
import { readDocument } from '../model/document.js';
import { packagePath } from '../model/entry.js';
import { formatProblem, type Problem } from '../model/problem.js';
import { planFile, planKept } from '../recipe/files.js';
import { type Answers, type Known, type Question, questions, reactorOf } from '../recipe/new-answers.js';
import { newRecipe } from '../recipe/new-recipe.js';
import { allReactors } from '../recipe/shelf.js';
import type { Ask } from './asked.js';
import type { Streams } from './check.js';
import { EXIT } from './exit.js';
import { withSchema, writeNew } from './scale.js';

export interface NewArguments {
  /** null: printed. */
  readonly output: string | null;
  /** The recipe that defaults are taken from. */
  readonly from: string | null;
  /** `answer=value`. */
  readonly answers: readonly string[];
  /** Takes the default of every question that is left. */
  readonly defaults: boolean;
  readonly board: string;
}

export async function newCommand(
  args: NewArguments,
  streams: Streams = process,
  ask: Ask | null = null,
): Promise<number> {
  const refuse = (problems: readonly Problem[]): number => {
    streams.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
    return EXIT.refused;
  };
  const template = await planFile(args.from ?? packagePath('recipes', 'general-procedure-3a.yaml'), {
    board: args.board,
  });
  if (!template.ok) return refuse(template.problems);
  const shelf = await allReactors();
  const data = readDocument('template', Buffer.from(template.value.text, 'utf8')).document?.data;
  const known: Known = { template: data, reactors: shelf.map(({ read }) => read) };
  const given = givenAnswers(args, known);
  if (!given.ok) return refuse(given.problems);
  let usual: Answers = new Map();
  while (true) {
    const answered = await answersTo(given.value, usual, known, args.defaults ? null : ask, args.defaults, streams);
    if (!answered.ok) return answered.problems.length > 0 ? refuse(answered.problems) : ended(streams);
    const reactor = reactorOf(answered.value, known);
    const kept = shelf.find(({ read }) => read === reactor);
    if (reactor === undefined || kept === undefined) throw new Error('a reactor was answered that is not there');
    const text = newRecipe(answered.value, reactor);
    const place = answered.value.get('name') ?? '';
    const plan = await planKept({ place, text, overrides: [], reactor: kept.text }, { board: args.board });
    if (plan.ok) return write(args, text, plan.value.warnings, streams);
    refuse(plan.problems);
    if (ask === null || args.defaults) return EXIT.refused;
    streams.stderr.write('Refused. The questions again; Enter takes your last answer.\n');
    usual = answered.value;
    given.value.clear();
  }
}

type Given =
  | { readonly ok: true; readonly value: Map<string, string> }
  | { readonly ok: false; readonly problems: Problem[] };

/** The answers of the options; all that is wrong with them at once. */
function givenAnswers({ answers, output }: NewArguments, known: Known): Given {
  const value = new Map<string, string>();
  const problems: Problem[] = [];
  for (const argument of answers) {
    const equals = argument.indexOf('=');
    const [key, answer] = [argument.slice(0, Math.max(0, equals)).trim(), argument.slice(equals + 1).trim()];
    const question = questions.find((one) => one.key === key);
    const wrong =
      question === undefined
        ? { message: 'is none of the answers', hint: questions.map((one) => `${one.key}=...`).join(', ') }
        : question.wrong(answer, known, value);
    if (wrong !== null) problems.push({ file: `--set "${argument}"`, line: 0, column: 0, path: '', ...wrong });
    else value.set(key, answer);
  }
  const name = basename(output ?? '', '.yaml');
  if (!value.has('name') && output !== null && /^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) value.set('name', name);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

/** Ctrl-C, or a terminal that is gone. */
function ended(streams: Streams): number {
  streams.stderr.write('\nEnded by the operator; nothing was written.\n');
  return EXIT.endedEarly;
}

/** Every question once, in order; `usual` are answers of an earlier round. No problem where the operator has ended it. */
async function answersTo(
  given: Answers,
  usual: Answers,
  known: Known,
  ask: Ask | null,
  defaults: boolean,
  streams: Streams,
): Promise<Given> {
  const answers = new Map<string, string>();
  const open: string[] = [];
  for (const question of questions) {
    const isClear = question.isClear?.(answers, known) === true;
    // An answer of an earlier round may have been to another reactor.
    const before = isClear ? undefined : usual.get(question.key);
    const fallback = before ?? question.usual(answers, known);
    const place = { known, answers };
    const said =
      given.get(question.key) ??
      (isClear ? fallback : ask === null ? null : await askedFor(question, fallback, place, ask, streams));
    if (said === null && ask !== null) return { ok: false, problems: [] };
    if (said === null && !defaults) open.push(question.key);
    answers.set(question.key, said ?? fallback);
    if (ask !== null && question.note !== undefined) streams.stderr.write(`  ${question.note(answers, known)}\n`);
  }
  if (open.length === 0) return { ok: true, value: answers };
  const message = `nobody answers ${open.join(', ')}`;
  const hint = 'a terminal, --set answer=value, or --yes for the defaults';
  return { ok: false, problems: [{ file: 'galvanode new', line: 0, column: 0, path: '', message, hint }] };
}

/** Until the answer is one; null where the input ends. */
async function askedFor(
  question: Question,
  usual: string,
  { known, answers }: { readonly known: Known; readonly answers: Answers },
  ask: Ask,
  streams: Streams,
): Promise<string | null> {
  while (true) {
    const line = await ask(`${question.ask} [${usual}]: `);
    if (line === null) return null;
    const answer = line.trim() === '' ? usual : line.trim();
    const wrong = question.wrong(answer, known, answers);
    if (wrong === null) return answer;
    streams.stderr.write(`  ${wrong.message} (would be right: ${wrong.hint})\n`);
  }
}

async function write(
  { output }: NewArguments,
  text: string,
  warnings: readonly string[],
  streams: Streams,
): Promise<number> {
  if (output === null || output === '-') {
    streams.stdout.write(text);
    return EXIT.done;
  }
  const problem = await writeNew(output, withSchema(text, output));
  if (problem !== null) {
    streams.stderr.write(`${formatProblem(problem)}\n`);
    return EXIT.refused;
  }
  const lines = [
    ...warnings.map((warning) => `  asks      ${warning}`),
    `  written   ${output}; it passes the checker`,
  ];
  streams.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.done;
}
