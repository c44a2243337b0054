/**
 * What a start over the network is to run: a recipe of the library by its name, or a text that stands alone, made a plan by
 * the one checker on this reactor's own board. Owns which names there are and what of the findings fits a reply; starts
 * nothing. No name becomes a path: it is looked up among those that the library has.
 */
import type { Done, Row, StartArgs } from '../command/executor.js';
import type { Board } from '../model/board.js';
import type { Plan } from '../model/plan.js';
import type { Outcome, Problem } from '../model/problem.js';
import { loadBoard, planFile, planText } from '../recipe/files.js';
import { libraryRecipes } from '../recipe/library.js';
import { warningCode } from '../recipe/warning-code.js';

/** Most findings in a reply, and the length of each of their texts: a reply stays within 16 kB. */
const ROWS_MAX = 12;
const TEXT_MAX = 400;
/** Largest recipe that comes as text, bytes: an envelope of 16 kB holds it. */
export const TEXT_MAX_BYTE = 12_288;
/** Longest name that is repeated to whoever sent it. */
const NAME_MAX = 80;

export interface Wanted {
  readonly plan: Plan;
  readonly board: Board;
  /** Warnings that were accepted by their codes. */
  readonly accepted: readonly string[];
}

/** What a start needs of its surroundings. */
export interface Shelf {
  /** Name of the board in boards/. */
  readonly board: string;
  /** Names to addresses; the recipes that ship by default. */
  readonly library?: () => Promise<ReadonlyMap<string, string>>;
}

/** The plan, or the refusal as a reply. */
export async function wantedBy(args: StartArgs, shelf: Shelf): Promise<Wanted | Done> {
  const planned = await planOf(args, shelf);
  if ('reason' in planned) return planned;
  if (!planned.ok) return refusedBy(planned.problems);
  const board = await loadBoard(shelf.board);
  if (!board.ok) return refusedBy(board.problems);
  const plan = planned.value;
  const missing = plan.warnings.filter((text) => !codesIn(args.accept).has(warningCode(text)));
  if (missing.length > 0) return unaccepted(missing);
  return { plan, board: board.value, accepted: plan.warnings };
}

export const isWanted = (found: Wanted | Done): found is Wanted => 'plan' in found;

async function planOf(args: StartArgs, { board, library = libraryRecipes }: Shelf): Promise<Outcome<Plan> | Done> {
  const { recipe, text } = args;
  if (recipe !== undefined && text !== undefined)
    return refused(
      'a start names a recipe or brings a text, and not both (would be right: one of `recipe` and `text`)',
    );
  if (text !== undefined) {
    const bytes = Buffer.byteLength(text);
    if (!(bytes <= TEXT_MAX_BYTE))
      return refused(`the recipe has ${bytes} bytes (would be right: at most ${TEXT_MAX_BYTE})`);
    return planText('the text', text, { board });
  }
  if (recipe === undefined)
    return refused('nothing is named (would be right: `recipe`, a name of the library, or `text`)');
  const address = (await library()).get(recipe);
  if (address === undefined)
    return refused(`the library has no recipe "${shown(recipe)}" (would be right: a name that \`recipes\` lists)`);
  return planFile(address, { board });
}

export { warningCode };

const codesIn = (accept = ''): ReadonlySet<string> => new Set(accept.split(/[\s,]+/).filter((code) => code !== ''));

function unaccepted(warnings: readonly string[]): Done {
  const codes = warnings.map(warningCode).join(' ');
  const one = warnings.length === 1 ? 'one warning was' : `${warnings.length} warnings were`;
  return {
    ok: false,
    reason: `${one} not accepted (would be right: read them, then \`accept\`: "${codes}")`,
    rows: warnings.slice(0, ROWS_MAX).map((text) => ({ code: warningCode(text), warning: clipped(text) })),
  };
}

function refusedBy(problems: readonly Problem[]): Done {
  const many = problems.length === 1 ? 'the recipe has a fault' : `the recipe has ${problems.length} faults`;
  const left = problems.length > ROWS_MAX ? `; the first ${ROWS_MAX} are told` : '';
  return { ok: false, reason: `${many}${left}`, rows: problems.slice(0, ROWS_MAX).map(rowOf) };
}

/** Without the file: where it lies on this computer is nobody's business. */
function rowOf({ line, path, message, hint }: Problem): Row {
  return { line: line > 0 ? line : null, path: clipped(path), message: clipped(message), right: clipped(hint ?? '') };
}

export function refused(reason: string): Done {
  return { ok: false, reason };
}

const clipped = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text);

/** A name from the network as it may stand in a sentence. */
function shown(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll('"', "'");
  return plain.length > NAME_MAX ? `${plain.slice(0, NAME_MAX)}…` : plain;
}
