/**
 * The questions that make a recipe: what each asks, what an answer must be, and what is taken where nobody answers. Defaults
 * come from a recipe that is there and from the reactor that was chosen. Pure; knows no terminal.
 */
import type { Reactor } from '../model/reactor.js';
import { type Kind, parseQuantity } from '../model/units.js';
import { bodies, fieldsOf, wordAt } from './scale-fields.js';
import { canonical } from './scale-quantity.js';
import { atMost } from './words.js';

export type Answers = ReadonlyMap<string, string>;

/** What is known when a question comes up: the recipe that defaults are taken from, and the reactors that ship. */
export interface Known {
  readonly template: unknown;
  readonly reactors: readonly Reactor[];
}

export interface Question {
  readonly key: string;
  readonly ask: string;
  /** What is wrong with an answer after those before it, and what would be right; null where it is one. */
  readonly wrong: (
    answer: string,
    known: Known,
    answers: Answers,
  ) => { readonly message: string; readonly hint: string } | null;
  readonly usual: (answers: Answers, known: Known) => string;
  /** Whether nobody has to be asked, as there is no other answer than the usual one. */
  readonly isClear?: (answers: Answers, known: Known) => boolean;
  /** What follows from the answer, for whoever gave it. */
  readonly note?: (answers: Answers, known: Known) => string;
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const roles = ['substrate', 'catalyst', 'electrolyte', 'reagent'] as const;

function quantity(...allowed: readonly Kind[]): Question['wrong'] {
  return (answer) => {
    const parsed = allowed.map((kind) => parseQuantity(kind, answer));
    const signed = allowed.includes('temperature');
    if (parsed.some((one) => one.ok && (signed || one.quantity.value > 0))) return null;
    const [first] = parsed;
    const hint = parsed.map((one) => (one.ok ? one.quantity.text : one.hint)).join(' or ');
    return { message: first === undefined || first.ok ? `"${answer}" is not above zero` : first.message, hint };
  };
}

function matching(pattern: RegExp, hint: string): Question['wrong'] {
  return (answer) => (pattern.test(answer) ? null : { message: `"${answer}" is not one`, hint });
}

const words = matching(/^[^\p{Cc}]{1,200}$/u, 'words, in one line');
const at =
  (...path: string[]) =>
  (_: Answers, { template }: Known): string =>
    wordAt(template, path);

export const questions: readonly Question[] = [
  {
    key: 'name',
    ask: 'Name',
    wrong: matching(namePattern, 'small letters, digits and hyphens, at most 64'),
    usual: () => 'my-recipe',
  },
  { key: 'title', ask: 'Title', wrong: words, usual: (answers) => answers.get('name') ?? '' },
  { key: 'source', ask: 'Where it comes from', wrong: words, usual: () => 'own work' },
  {
    key: 'reactor',
    ask: 'Reactor ("?" tells which there are)',
    wrong: reactorWrong,
    usual: at('cell', 'reactor'),
    note: reactorNote,
  },
  { key: 'mode', ask: 'recirculating or single-pass', wrong: modeWrong, usual: modeUsual, isClear: isStirred },
  { key: 'cathode', ask: 'Cathode', wrong: words, usual: at('cell', 'cathode', 'material') },
  { key: 'anode', ask: 'Anode', wrong: words, usual: at('cell', 'anode', 'material') },
  { key: 'solvent', ask: 'Solvent', wrong: words, usual: at('cell', 'solvent') },
  {
    key: 'limiting',
    ask: 'Limiting reagent, its short name',
    wrong: matching(idPattern, 'letters, digits, - and _'),
    usual: at('basis', 'limiting'),
  },
  { key: 'limiting-name', ask: 'Its chemical name', wrong: words, usual: limitingUsual('name') },
  { key: 'limiting-mass', ask: 'Its molar mass', wrong: quantity('molarMass'), usual: limitingUsual('molar_mass') },
  {
    key: 'reagents',
    ask: 'Other reagents, each as NAME; CHEMICAL NAME; ROLE; MOLAR MASS; EQUIVALENTS, and a | between',
    wrong: reagentsWrong,
    usual: reagentsUsual,
  },
  { key: 'amount', ask: 'Amount of the limiting reagent', wrong: quantity('amount'), usual: amountUsual },
  { key: 'charge', ask: 'Charge per mole of it', wrong: quantity('chargePerMole'), usual: at('basis', 'charge') },
  {
    key: 'current',
    ask: 'Current, or current density',
    wrong: quantity('current', 'currentDensity'),
    usual: currentUsual,
  },
  { key: 'temperature', ask: 'Temperature', wrong: quantity('temperature'), usual: temperatureUsual },
];

export function reactorOf(answers: Answers, { reactors }: Known): Reactor | undefined {
  return reactors.find(({ name }) => name === answers.get('reactor'));
}

function reactorWrong(answer: string, { reactors }: Known) {
  const names = reactors.map(({ name }) => name);
  return names.includes(answer)
    ? null
    : { message: `there is no reactor "${answer}"`, hint: `one of ${names.join(', ')}` };
}

/** The cell is the reactor's in every number: nobody is asked for an area. */
function reactorNote(answers: Answers, known: Known): string {
  const reactor = reactorOf(answers, known);
  if (reactor === undefined) return '';
  const { cell, transport, limits } = reactor;
  const kind = transport.kind === 'channel' ? `pumped at ${canonical('flow', transport.flow_mL_min)}` : 'stirred';
  const electrodes = `electrodes of ${canonical('area', cell.area_cm2)}, ${canonical('length', cell.gap_cm * 10)} apart`;
  return `gives ${electrodes}; ${canonical('volume', cell.liquid_mL)}, ${kind}; at most ${canonical('current', limits.current_mA)}`;
}

const modes = { stirred: ['batch'], channel: ['recirculating', 'single-pass'] } as const;

function isStirred(answers: Answers, known: Known): boolean {
  return reactorOf(answers, known)?.transport.kind === 'stirred';
}

function modeWrong(answer: string, known: Known, answers: Answers) {
  const { transport } = reactorOf(answers, known) ?? {};
  const open: readonly string[] = transport === undefined ? Object.values(modes).flat() : modes[transport.kind];
  if (open.includes(answer)) return null;
  const what =
    transport === undefined ? 'no mode' : `no mode of a ${transport.kind === 'channel' ? 'pumped' : 'stirred'} cell`;
  return { message: `"${answer}" is ${what}`, hint: open.join(' or ') };
}

/** A flow that takes hours for the whole liquid is laid out for one pass; one that recirculates takes minutes. */
const onePass_min = 60;

function modeUsual(answers: Answers, known: Known): string {
  const reactor = reactorOf(answers, known);
  if (reactor?.transport.kind !== 'channel') return 'batch';
  return reactor.cell.liquid_mL / reactor.transport.flow_mL_min > onePass_min ? 'single-pass' : 'recirculating';
}

function limitingUsual(field: string): Question['usual'] {
  return (_, { template }) => wordAt(template, ['reagents', wordAt(template, ['basis', 'limiting']), field]);
}

/** At the concentration for which the reactor is described. */
function amountUsual(answers: Answers, known: Known): string {
  const reactor = reactorOf(answers, known);
  if (reactor === undefined) return wordAt(known.template, ['basis', 'amount']);
  return canonical('amount', (reactor.solution.imine2a_mM * reactor.cell.liquid_mL) / 1000);
}

/** A reactor is laid out for its limit less a tenth. */
const belowLimit = 1.1;

/** The current density of the template on the area of the reactor, or what the reactor is laid out for where that is less. */
function currentUsual(answers: Answers, known: Known): string {
  const reactor = reactorOf(answers, known);
  const step = bodies(fieldsOf(known.template)['steps'], ['steps']).find(({ kind }) => kind === 'electrolyse');
  const current = parseQuantity('current', wordAt(step?.body, ['current']));
  const area = parseQuantity('area', wordAt(known.template, ['cell', 'cathode', 'area']));
  if (reactor === undefined || !current.ok || !area.ok) return '';
  const same_mA = (current.quantity.value / area.quantity.value) * reactor.cell.area_cm2;
  const most_mA = reactor.limits.current_mA / belowLimit;
  return same_mA <= most_mA ? canonical('current', same_mA) : `${atMost(most_mA, 2)} mA`;
}

function temperatureUsual(_: Answers, { template }: Known): string {
  const step = bodies(fieldsOf(template)['steps'], ['steps']).find(({ kind }) => kind === 'cool');
  return wordAt(step?.body, ['to']);
}

export interface Reagent {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly molarMass: string;
  readonly equivalents: string;
}

/** "none" is no reagent. */
export function reagentsIn(answer: string): Reagent[] {
  if (answer === 'none') return [];
  return answer.split('|').map((one) => {
    const [id = '', name = '', role = '', molarMass = '', equivalents = ''] = one.split(';').map((part) => part.trim());
    return { id, name, role, molarMass, equivalents };
  });
}

function reagentsWrong(answer: string) {
  const hint = '1a; N-allyl benzophenone imine; substrate; 221.30 g/mol; 3.0 eq, or none';
  for (const { id, name, role, molarMass, equivalents } of reagentsIn(answer)) {
    if (!idPattern.test(id) || name === '') return { message: `"${id}; ${name}" is no reagent`, hint };
    if (!roles.some((known) => known === role))
      return { message: `${id}: "${role}" is no role`, hint: roles.join(', ') };
    const mass = parseQuantity('molarMass', molarMass);
    if (!mass.ok) return { message: `${id}: ${mass.message}`, hint: mass.hint };
    const amount = parseQuantity('equivalents', equivalents);
    if (!amount.ok) return { message: `${id}: ${amount.message}`, hint: amount.hint };
  }
  return null;
}

function reagentsUsual(_: Answers, { template }: Known): string {
  const limiting = wordAt(template, ['basis', 'limiting']);
  const others = Object.entries(fieldsOf(fieldsOf(template)['reagents'])).filter(([id]) => id !== limiting);
  if (others.length === 0) return 'none';
  const fields = ['name', 'role', 'molar_mass', 'equivalents'];
  return others.map(([id, reagent]) => [id, ...fields.map((field) => wordAt(reagent, [field]))].join('; ')).join(' | ');
}
