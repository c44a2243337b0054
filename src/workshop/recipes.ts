/** Recipes for the page: the library, its texts, check, preview, scale, completion and saving. Owns the routes; each part is elsewhere. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { refuse, type Answer, type Asked, type Route } from '../console/api/exchange.js';
import {
  checkAsked,
  type CheckAnswer,
  completeAsked,
  previewAsked,
  type RecipeText,
  saveAsked,
  scaleAsked,
} from '../console/api/recipes.js';
import type { Clock } from '../model/clock.js';
import { completion } from '../recipe/completion.js';
import { loadBoard, readSeries } from '../recipe/files.js';
import { jsonSchemas } from '../recipe/json-schema.js';
import { savedNote, sha256Of } from '../recipe/saved.js';
import { allReactors } from '../recipe/shelf.js';
import { RecipeList, versionsTold } from './recipe-list.js';
import {
  fileNamed,
  type Meant,
  partsOf,
  planMeant,
  type PlannedMeant,
  type RecipePlace,
  toldProblem,
} from './recipe-place.js';
import { plansOf, shownPlan } from './recipe-plans.js';
import { Previews, type RunPreview } from './recipe-previews.js';
import { save } from './recipe-save.js';
import { scaleAnswerOf } from './recipe-scale.js';

export interface RecipeTools extends RecipePlace {
  readonly clock: Clock;
  readonly runPreview: RunPreview;
}

/** Where a board is not simulated: the twin that stands in for it. */
const TWIN = 'bench-sim';

export function recipeRoutes(tools: RecipeTools): Route[] {
  const list = new RecipeList(tools);
  const previews = new Previews(tools.runPreview);
  const schemas = jsonSchemas();
  return [
    {
      method: 'GET',
      path: '/api/recipes',
      handle: async () => ({ json: { board: tools.board, recipes: await list.rows() } }),
    },
    { method: 'GET', path: '/api/recipes/:name', handle: (asked) => textOf(asked, tools) },
    {
      method: 'POST',
      path: '/api/recipes/check',
      handle: (asked) => read(checkAsked, asked, (body) => checked(body, tools)),
    },
    {
      method: 'POST',
      path: '/api/recipes/preview',
      handle: (asked) => read(previewAsked, asked, (body) => previewed(body, asked, previews, tools)),
    },
    {
      method: 'POST',
      path: '/api/recipes/scale',
      handle: (asked) => read(scaleAsked, asked, (body) => scaled(body, tools)),
    },
    {
      method: 'POST',
      path: '/api/recipes/complete',
      handle: (asked) =>
        read(completeAsked, asked, async ({ text, line, column }) => {
          const reactors = (await allReactors()).map(({ read: { name } }) => name);
          return { json: completion(text, line, column, { reactors }, schemas) };
        }),
    },
    {
      method: 'PUT',
      path: '/api/recipes/:name',
      handle: (asked) =>
        read(saveAsked, asked, async (body) => {
          if (tools.saved === null) return refuse(409, 'nothing is kept here', 'a data directory');
          return save(asked.params['name'] ?? '', body, tools.saved, {
            user: asked.user,
            t: tools.clock.wallTime_ms(),
          });
        }),
    },
  ];
}

/** The body as it was agreed, or all that is wrong with it. */
async function read<S extends z.ZodType>(
  schema: S,
  { body }: Asked,
  work: (body: z.infer<S>) => Promise<Answer>,
): Promise<Answer> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return work(parsed.data);
  const [first, ...others] = parsed.error.issues.map(({ path, message }) => ({
    message,
    path: path.map(String).join('.'),
  }));
  return { status: 400, problems: [first ?? { message: 'not as agreed' }, ...others] };
}

function unknown(name: string): Answer {
  return refuse(404, `the library has no recipe "${name.slice(0, 80)}"`, 'a name that the list has');
}

async function textOf({ params, query }: Asked, place: RecipePlace): Promise<Answer> {
  const { version } = query;
  if (version !== undefined && !/^[1-9][0-9]{0,5}$/.test(version))
    return refuse(400, `"${version.slice(0, 20)}" is no version`, 'a number from 1');
  const written = params['name'] ?? '';
  const { name } = partsOf(written);
  const found = await fileNamed(version === undefined ? written : `${name}@${version}`, place);
  if (found === null) return unknown(version === undefined ? written : `${name}@${version}`);
  const { library, file } = found;
  const text = await readFile(file, 'utf8');
  const own = library.versions.find((one) => one.file === file) ?? null;
  const { sha256 } = own === null ? { sha256: null } : await savedNote(file);
  const series = await readSeries(file);
  const answer: RecipeText = {
    name,
    kind: series.ok ? 'series' : 'recipe',
    ships: library.ships,
    version: own?.version ?? null,
    newest: library.versions.at(-1)?.version ?? 0,
    versions: await versionsTold(library.versions),
    text,
    altered: sha256 !== null && sha256 !== sha256Of(text),
  };
  return { json: answer };
}

function problemsTold(meant: PlannedMeant, { saved }: RecipePlace): CheckAnswer['problems'] {
  return meant.planned.ok ? [] : meant.planned.problems.map((problem) => toldProblem(problem, meant, saved));
}

async function checked(asked: Meant, place: RecipePlace): Promise<Answer> {
  const meant = await planMeant(asked, place);
  if (meant === null) return unknown(asked.name ?? '');
  const { planned } = meant;
  const series = planned.ok && planned.value.kind === 'series' ? planned.value.series : null;
  const answer: CheckAnswer = {
    problems: problemsTold(meant, place),
    series: series === null ? null : { name: series.name, title: series.title },
    plans: planned.ok ? plansOf(planned.value).map(shownPlan) : [],
  };
  return { json: answer };
}

/** Of a series one entry: its curves are those of one run. */
async function previewed(asked: Meant, { user, gone }: Asked, previews: Previews, place: RecipePlace): Promise<Answer> {
  const own = await loadBoard(place.board);
  const board = own.ok && own.value.bus.kind === 'simulated' ? own : await loadBoard(TWIN);
  if (!board.ok) throw new Error(`the board ${TWIN} cannot be read`);
  const meant = await planMeant(asked, place, board.value.name);
  if (meant === null) return unknown(asked.name ?? '');
  const { planned } = meant;
  if (!planned.ok) return { json: { problems: problemsTold(meant, place), preview: null } };
  const [plan] = plansOf(planned.value);
  if (plan === undefined || planned.value.kind === 'series')
    return refuse(400, 'this is a series', 'one entry of it, as NAME#ENTRY');
  const preview = await previews.of(plan, board.value, user, gone);
  return 'course' in preview ? { json: { problems: [], preview } } : preview;
}

async function scaled(asked: z.infer<typeof scaleAsked>, place: RecipePlace): Promise<Answer> {
  const meant = await planMeant(asked, place);
  if (meant === null) return unknown(asked.name ?? '');
  const { planned } = meant;
  if (!planned.ok) return { json: { problems: problemsTold(meant, place), sweep: null, scaled: null } };
  if (planned.value.kind === 'series')
    return refuse(400, 'a series is not scaled as a whole', 'one entry of it, as NAME#ENTRY');
  return scaleAnswerOf(planned.value.plan, asked, place.board);
}
