/**
 * A text editor for YAML in a shadow root, where its styles are let in by the page's policy. Owns CodeMirror; knows a text,
 * places in it and who completes it, and no recipe. Tab leaves it, as every field.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, syntaxTree } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, RangeSetBuilder, type Text } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { Candidate } from '../../api/recipes.js';
import type { ApiProblem } from '../../api/refusal.js';

export interface CodeEditor {
  readonly text: string;
  setText(text: string): void;
  /** Marks what stands at a line. */
  mark(problems: readonly ApiProblem[]): void;
  goTo(line: number, column: number): void;
  close(): void;
}

export interface CodeEditorOptions {
  readonly text: string;
  readonly label: string;
  readonly changed: (text: string) => void;
  /** `from`: column from 1 at which the word begins. */
  readonly complete: (
    text: string,
    line: number,
    column: number,
  ) => Promise<{ readonly from: number; readonly candidates: readonly Candidate[] } | null>;
}

/** Parts of YAML that have a colour, by their names in the parser. */
const COLOURED: Readonly<Record<string, string>> = {
  Key: 'cm-key',
  QuotedLiteral: 'cm-quoted',
  BlockLiteralContent: 'cm-quoted',
  Comment: 'cm-comment',
};

function coloursOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges)
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: ({ name, from: begin, to: end }) => {
        const kind = COLOURED[name];
        if (kind === undefined || begin === end) return true;
        builder.add(begin, end, Decoration.mark({ class: kind }));
        return false; // what stands in a key is of the key
      },
    });
  return builder.finish();
}

const colours = ViewPlugin.define(
  (view) => ({
    marks: coloursOf(view),
    update({ docChanged, viewportChanged, startState, state, view: now }: ViewUpdate) {
      if (docChanged || viewportChanged || syntaxTree(startState) !== syntaxTree(state)) this.marks = coloursOf(now);
    },
  }),
  { decorations: ({ marks }) => marks },
);

const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace';

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--card)', color: 'var(--ink)', fontSize: '13.5px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '10px 0' },
  '.cm-key, .cm-key *': { color: 'var(--accent)' },
  '.cm-quoted': { color: 'var(--green)' },
  '.cm-comment': { color: 'var(--soft)', fontStyle: 'italic' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--card)', borderRight: '1px solid var(--line)', color: 'var(--soft)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent-soft) 35%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--accent-soft)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--amber-soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--amber-soft)', outline: '1px solid var(--amber)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-panels': { backgroundColor: 'var(--paper)', borderColor: 'var(--line)', color: 'var(--ink)' },
  '.cm-panels input, .cm-panels button': {
    backgroundColor: 'var(--card)',
    backgroundImage: 'none',
    border: '1px solid var(--edge)',
    borderRadius: '6px',
    color: 'var(--ink)',
    font: 'inherit',
    padding: '3px 8px',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--card)',
    border: '1px solid var(--edge)',
    borderRadius: '8px',
    color: 'var(--ink)',
    maxWidth: 'min(520px, 88vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: MONO, maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-fill)',
    color: '#fff',
  },
  '.cm-completionInfo': { fontFamily: 'system-ui, sans-serif', padding: '6px 10px' },
  '.cm-diagnostic': { padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--red)' },
  // the library's own marks are pictures in data addresses, which the page's policy refuses
  '.cm-lint-marker-error': {
    backgroundColor: 'var(--red)',
    borderRadius: '50%',
    content: 'normal',
    height: '0.7em',
    margin: '0.35em 0.1em',
    width: '0.7em',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--red) 1.5px',
    textUnderlineOffset: '3px',
  },
});

function offsetOf(document: Text, line: number, column: number): number {
  const { from, to } = document.line(Math.min(Math.max(1, line), document.lines));
  return Math.min(to, from + Math.max(0, column - 1));
}

function diagnosticsOf(document: Text, problems: readonly ApiProblem[]): Diagnostic[] {
  return problems.flatMap(({ line = 0, column = 1, end_column, message, hint, path }): Diagnostic[] => {
    if (!(line > 0)) return [];
    const from = offsetOf(document, line, column);
    const to = end_column === undefined ? document.lineAt(from).to : offsetOf(document, line, end_column);
    const said = [
      path === undefined || path === '' ? '' : `${path}: `,
      message,
      hint === undefined ? '' : `. Would be right: ${hint}`,
    ];
    return [{ from, to: Math.max(to, from), severity: 'error', message: said.join('') }];
  });
}

const TYPES = { key: 'property', value: 'enum', example: 'constant' } as const;

type Complete = CodeEditorOptions['complete'];

/** What can stand at the place, as the library of the editor wants it told. */
function sourceOf(complete: Complete): (context: CompletionContext) => Promise<CompletionResult | null> {
  return async ({ state, pos, explicit }) => {
    const line = state.doc.lineAt(pos);
    const column = pos - line.from + 1;
    if (!explicit && !/[\w.{,:-]\s?$|^\s*$/.test(line.text.slice(0, column - 1))) return null;
    const found = await complete(state.doc.toString(), line.number, column);
    if (found === null || found.candidates.length === 0) return null;
    return {
      from: line.from + found.from - 1,
      options: found.candidates.map(({ label, kind, detail, insert }, index) => ({
        label,
        type: TYPES[kind],
        apply: insert,
        boost: -index / 100,
        ...(detail === '' ? {} : { info: detail }),
      })),
      validFor: /^[\w.-]*$/,
    };
  };
}

const KEYS = keymap.of([
  ...closeBracketsKeymap,
  ...completionKeymap,
  ...searchKeymap,
  ...historyKeymap,
  ...lintKeymap,
  ...defaultKeymap,
]);

function extensionsOf(label: string, complete: Complete): Extension[] {
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    yaml(),
    colours,
    autocompletion({ override: [sourceOf(complete)], icons: false, maxRenderedOptions: 60 }),
    KEYS,
    EditorView.contentAttributes.of({
      'aria-label': label,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
    }),
    look,
  ];
}

export function openEditor(host: HTMLElement, { text, label, changed, complete }: CodeEditorOptions): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  let quiet = false; // what the page itself puts in is no change of a person
  const listening = EditorView.updateListener.of(({ docChanged, state }) => {
    if (docChanged && !quiet) changed(state.doc.toString());
  });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: text, extensions: [extensionsOf(label, complete), listening] }),
  });
  view.scrollDOM.tabIndex = 0; // a long line is looked at without a mouse too
  return {
    get text() {
      return view.state.doc.toString();
    },
    setText: (next) => {
      if (next === view.state.doc.toString()) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      quiet = false;
    },
    mark: (problems) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc, problems))),
    goTo: (line, column) => {
      const at = offsetOf(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}
