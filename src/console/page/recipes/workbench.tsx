/** One recipe: its text to write in, what the checker says beside it, and what can be done with it. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { recipesAnswer, type RecipeRow } from '../../api/recipes.js';
import { mayAs } from '../../../telemetry/verbs.js';
import { useAnswer } from '../history/asked.js';
import { Button } from '../parts/button.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { hashOf } from '../shell/route.js';
import type { CodeEditor } from './code-editor.js';
import { recipeDesk, type RecipeDesk } from './desk.js';
import { Editor } from './editor.js';
import { freeName } from './naming.js';
import { Numbers } from './numbers.js';
import { SaveDialog } from './save-dialog.js';
import { ScaleDialog } from './scale-dialog.js';
import { keepUnsaved, type Drawer } from './unsaved.js';
import { VersionsDialog } from './versions-dialog.js';

interface WorkbenchProps {
  readonly context: Context;
  readonly name: string;
  readonly version: string | null;
  readonly entry: string | null;
  readonly drawer?: Drawer;
}

type Open = 'save' | 'scale' | 'versions' | null;

/** null: may save. */
function whyNotSave({ desk: { session }, view }: Context): string | null {
  if (view.value.connection === 'lost') return 'The reactor cannot be reached. The text is kept in this tab.';
  const role = session.value?.role ?? null;
  if (role === null) return 'Sign in as operator to save.';
  return mayAs(role, 'operator') ? null : `Saving is for operators, and you are ${role}.`;
}

function whyNotRun(desk: RecipeDesk): string | null {
  if (desk.changed.value) return 'Save it first: a run takes what is saved.';
  const problems = desk.checked.value?.problems.length ?? 0;
  return problems > 0 ? 'The checker refuses it.' : null;
}

/** As it is written, where the checker says nothing of it. */
function titleIn(text: string): string | null {
  return /^title:[ ]+["']?([^\n"']+)/m.exec(text)?.[1] ?? null;
}

function Head({ desk }: { readonly desk: RecipeDesk }) {
  const taken = desk.taken.value;
  const plan = desk.checked.value?.plans[0];
  const title = desk.checked.value?.series?.title ?? plan?.title ?? titleIn(desk.text.value ?? '') ?? desk.name;
  const standing =
    taken === null
      ? 'not saved yet'
      : taken.ships
        ? 'came with the program'
        : `version ${taken.version ?? '?'} of ${taken.newest}`;
  return (
    <div class="workbench-head">
      <p>
        <a href={hashOf('recipes')}>Recipes</a>
      </p>
      <h1>{title}</h1>
      <p class="hint">
        <code>{desk.name}</code>
        <span class="tag">{standing}</span>
        {desk.changed.value ? <span class="tag is-changed">changed, not saved</span> : null}
        {taken?.altered === true ? <span class="tag is-changed">the file was changed by hand</span> : null}
      </p>
    </div>
  );
}

export function Workbench({ context, name, version, entry: first, drawer = sessionStorage }: WorkbenchProps) {
  const { http, clock } = context;
  const desk = useMemo(() => recipeDesk(name, version, { http, clock, drawer }), [name, version]);
  useEffect(() => () => desk.close(), [desk]);
  const names = useAnswer({ http, path: '/api/recipes' }, recipesAnswer);
  const editor = useRef<CodeEditor | null>(null);
  const entry = useSignal(first);
  const open = useSignal<Open>(null);
  const text = desk.text.value;
  if (text === null)
    return desk.refused.value.length > 0 ? <Missing desk={desk} /> : <p class="hint">Fetching {name}.</p>;
  const problems = desk.checked.value?.problems ?? [];
  const rows = names.kind === 'here' ? names.value.recipes : [];
  const goTo = (line: number, column: number): void => editor.current?.goTo(line, column);
  const series = desk.checked.value?.series !== null;
  const shown = series ? (entry.value ?? desk.checked.value?.plans[0]?.entry ?? null) : null;
  const whole = shown === null ? name : `${name}#${shown}`;
  return (
    <>
      <section class="card workbench" aria-label="Recipe">
        <Head desk={desk} />
        <Deeds context={context} desk={desk} run={whole} open={(what) => (open.value = what)} />
        <Kept desk={desk} />
      </section>
      <div class="workbench-parts">
        <section class="card text-card" aria-label="Text">
          <Editor desk={desk} problems={problems} opened={(own) => (editor.current = own)} />
          <p class="hint text-keys">
            <kbd>Ctrl Space</kbd> offers what can stand here, <kbd>Ctrl F</kbd> searches, <kbd>Tab</kbd> leaves the
            text; <kbd>Ctrl ]</kbd> and <kbd>Ctrl [</kbd> move lines in and out
          </p>
        </section>
        <Numbers desk={desk} context={context} entry={entry.value} choose={(one) => (entry.value = one)} goTo={goTo} />
      </div>
      <Dialogs context={context} desk={desk} drawer={drawer} whole={whole} rows={rows} open={open} />
    </>
  );
}

interface DialogsProps {
  readonly context: Context;
  readonly desk: RecipeDesk;
  readonly drawer: Drawer;
  /** NAME, or NAME#ENTRY. */
  readonly whole: string;
  readonly rows: readonly RecipeRow[];
  readonly open: Signal<Open>;
}

/** The one that is open. */
function Dialogs({ context, desk, drawer, whole, rows, open }: DialogsProps) {
  const { http, clock } = context;
  const { name } = desk;
  const text = desk.text.value ?? '';
  const taken = new Set(rows.map((one) => one.name));
  const ships = rows.some((one) => one.name === name && one.ships);
  const close = (): void => {
    open.value = null;
  };
  const go = (there: string, query: Readonly<Record<string, string>> = {}): void => {
    close();
    location.hash = hashOf('recipes', [there], query);
  };
  switch (open.value) {
    case 'save':
      return (
        <SaveDialog
          desk={desk}
          http={http}
          name={ships ? freeName(name, taken) : name}
          problems={desk.checked.value?.problems.length ?? 0}
          onSaved={(saved) => {
            desk.forget();
            go(saved, { saved: String(clock.wallTime_ms()) }); // the same name once more is opened anew
          }}
          onClose={close}
        />
      );
    case 'scale':
      return (
        <ScaleDialog
          http={http}
          name={whole}
          text={text}
          onTaken={(scaled, next) => {
            const free = freeName(scaled, taken);
            keepUnsaved(drawer, free, { text: next, base: 0, from: desk.from.value });
            go(free);
          }}
          onClose={close}
        />
      );
    case 'versions':
      return <VersionsDialog http={http} name={name} text={text} onClose={close} />;
    case null:
      return null;
  }
}

function Missing({ desk }: { readonly desk: RecipeDesk }) {
  return (
    <section class="card workbench" aria-label="Recipe">
      <Head desk={desk} />
      <Problems problems={desk.refused.value} />
    </section>
  );
}

/** What is only in this tab. */
function Kept({ desk }: { readonly desk: RecipeDesk }) {
  if (!desk.kept.value)
    return <p class="notice is-refused">This browser keeps no more: save the text, or copy it, before you leave.</p>;
  if (!desk.restored.value || !desk.changed.value) return null;
  return (
    <p class="notice is-done row">
      This text was not saved and was kept in this tab.
      {desk.taken.value === null ? null : <Button onPress={() => desk.revert()}>Take what is saved instead</Button>}
    </p>
  );
}

interface DeedsProps {
  readonly context: Context;
  readonly desk: RecipeDesk;
  /** NAME, or NAME#ENTRY. */
  readonly run: string;
  readonly open: (what: Open) => void;
}

function Deeds({ context, desk, run, open }: DeedsProps) {
  const whySave = whyNotSave(context);
  const whyRun = whyNotRun(desk);
  const holds = desk.checked.value !== null && desk.checked.value.problems.length === 0;
  return (
    <>
      <div class="row">
        {whyRun === null ? (
          <a class="button is-main" href={hashOf('run', [], { recipe: run })}>
            Run this
          </a>
        ) : (
          <Button kind="main" why={whyRun}>
            Run this
          </Button>
        )}
        <Button why={whySave} onPress={() => open('save')}>
          Save as new version
        </Button>
        <Button why={holds ? null : 'It is scaled once it holds.'} onPress={() => open('scale')}>
          Another size
        </Button>
        <Button why={desk.taken.value === null ? 'It was never saved.' : null} onPress={() => open('versions')}>
          Versions
        </Button>
      </div>
      {whySave === null && (whyRun === null || !desk.changed.value) ? null : (
        <p class="hint">{[whyRun, whySave].filter((why) => why !== null).join(' ')}</p>
      )}
    </>
  );
}
