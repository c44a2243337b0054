/** A recipe at another size for the page, by the words of `galvanode scale`. Owns what is told of it; scales nothing itself. */
import type * as z from 'zod';
import { refuse, type Answer } from '../console/api/exchange.js';
import type { scaleAsked, ScaleAnswer } from '../console/api/recipes.js';
import type { ApiProblem } from '../console/api/refusal.js';
import { readDocument } from '../model/document.js';
import type { Plan } from '../model/plan.js';
import { parseQuantity, unitsOf } from '../model/units.js';
import { nameOf } from '../recipe/paths.js';
import { invariants } from '../recipe/scale-invariants.js';
import { scalePlan, type ScaledFile, type ScaleRequest, type Way } from '../recipe/scale-plan.js';
import { endOf } from './recipe-place.js';

type Asked = z.infer<typeof scaleAsked>;

/** All that is wrong with what was asked, at once; or the request. */
function requestOf(asked: Asked, board: string): ApiProblem[] | Omit<ScaleRequest, 'file'> {
  const problems: ApiProblem[] = [];
  const { to, by, cells, reactor, cathode_area: area, fix_sweep: sweep = false, new_name: name } = asked;
  const above = (path: string, kind: 'amount' | 'area', text: string): number | undefined => {
    const parsed = parseQuantity(kind, text);
    if (!parsed.ok) problems.push({ path, message: parsed.message, hint: parsed.hint });
    else if (!(parsed.quantity.value > 0))
      problems.push({ path, message: `"${text}" is not above zero`, hint: unitsOf(kind).example });
    return parsed.ok ? parsed.quantity.value : undefined;
  };
  above('to', 'amount', to);
  const area_cm2 = area === undefined ? undefined : above('cathode_area', 'area', area);
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name))
    problems.push({
      path: 'new_name',
      message: `"${name}" is not a name`,
      hint: 'small letters, digits and hyphens, at most 64',
    });
  if (by === 'cells' && (area ?? reactor) !== undefined)
    problems.push({
      path: 'by',
      message: 'cells are all like the one of the recipe',
      hint: 'cells with reactor or cathode area, without a way',
    });
  if (problems.length > 0) return problems;
  return {
    to,
    board,
    sweep,
    ...(by === undefined ? {} : { by }),
    ...(cells === undefined ? {} : { cells }),
    ...(reactor === undefined || reactor === '' ? {} : { reactor }),
    ...(area_cm2 === undefined ? {} : { area_cm2 }),
    ...(name === undefined ? {} : { name }),
  };
}

export async function scaleAnswerOf(plan: Plan, asked: Asked, board: string): Promise<Answer> {
  const request = requestOf(asked, board);
  if ('length' in request) {
    const [first, ...others] = request;
    return first === undefined ? refuse(400, 'not as agreed') : { status: 400, problems: [first, ...others] };
  }
  const whole = { ...request, file: 'recipe.yaml' };
  const scaled = await scalePlan(plan, whole);
  if (!scaled.ok) {
    const problems = scaled.problems.map(({ message, hint }) => ({ message, hint, path: 'to' }));
    return { json: { problems, sweep: null, scaled: null } satisfies ScaleAnswer };
  }
  const { way } = scaled.value;
  const problems = way.checked.ok ? [] : way.checked.problems.map((one) => problemOf(one, way.scaled.text));
  const sweep = onlySweepFails(way) && !whole.sweep ? await sweepThatHolds(plan, whole) : null;
  return { json: { problems, sweep, scaled: shown(scaled.value) } satisfies ScaleAnswer };
}

function problemOf(
  {
    line,
    column,
    path,
    message,
    hint,
  }: {
    readonly line: number;
    readonly column: number;
    readonly path: string;
    readonly message: string;
    readonly hint: string;
  },
  text: string,
): ApiProblem {
  return { message, hint, path, ...(line > 0 ? { line, column, ...endOf(text, line, column) } : {}) };
}

function onlySweepFails({ checked }: Way): boolean {
  return !checked.ok && checked.problems.every(({ path }) => /^purge(-\d+)?\./.test(path));
}

/** "250 mL/min for 1 min": what would be written, where that holds. */
async function sweepThatHolds(plan: Plan, request: ScaleRequest): Promise<string | null> {
  const fixed = await scalePlan(plan, { ...request, sweep: true });
  if (!fixed.ok || !fixed.value.way.checked.ok) return null;
  const { changes } = fixed.value.way.scaled;
  const [sweep, time] = ['sweep', 'for'].map(
    (field) => changes.find(({ path }) => path.at(-1) === field && path.includes('purge'))?.to,
  );
  return [sweep ?? 'the old sweep', time ?? 'the old time'].join(' for ');
}

function shown({ data, way, others }: ScaledFile): NonNullable<ScaleAnswer['scaled']> {
  const { scaled } = way;
  const after = readDocument(scaled.name, Buffer.from(scaled.text, 'utf8')).document?.data;
  const promised = invariants(data, after).map(({ name, before, after: now, isKept }) => ({
    name,
    before,
    after: now,
    isKept,
  }));
  const plain = promised.map(({ isKept, ...one }) => ({ isKept, one }));
  return {
    name: scaled.name,
    text: scaled.text,
    way: wayShown(way),
    others: others.map(wayShown),
    kept: plain.filter(({ isKept }) => isKept).map(({ one }) => one),
    lost: plain.filter(({ isKept }) => !isKept).map(({ one }) => one),
    changes: scaled.changes.map(({ path, from, to }) => ({ path: nameOf(path, data), from, to })),
    unsure: scaled.unsure.map(({ line, found, grown }) => ({ line, found, grown })),
  };
}

function wayShown({ fit, checked }: Way): NonNullable<ScaleAnswer['scaled']>['way'] {
  const [first] = checked.ok ? [] : checked.problems;
  const refused = first === undefined ? null : `${first.path}: ${first.message}`;
  return { by: [...fit.by], reactor: fit.reactor.name, cells: fit.cells, refused };
}
