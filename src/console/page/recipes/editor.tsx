/** The text of a recipe to write in, in the page. Owns when the editor opens and closes; what it is made of is elsewhere. */
import { useEffect, useRef } from 'preact/hooks';
import type { ApiProblem } from '../../api/refusal.js';
import { openEditor, type CodeEditor } from './code-editor.js';
import type { RecipeDesk } from './desk.js';

interface EditorProps {
  readonly desk: RecipeDesk;
  readonly problems: readonly ApiProblem[];
  /** Given the editor when it is there. */
  readonly opened: (editor: CodeEditor) => void;
}

export function Editor({ desk, problems, opened }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const text = desk.text.value ?? '';
  useEffect(() => {
    if (host.current === null) return undefined;
    const own = openEditor(host.current, {
      text: desk.text.peek() ?? '',
      label: `Text of ${desk.name}`,
      changed: (next) => desk.write(next),
      complete: (whole, line, column) => desk.complete(whole, line, column),
    });
    editor.current = own;
    opened(own);
    return () => {
      own.close();
      editor.current = null;
    };
  }, [desk]);
  // what is there now, not what was drawn: somebody who types is ahead of that
  useEffect(() => editor.current?.setText(desk.text.peek() ?? ''), [desk, text]);
  useEffect(() => editor.current?.mark(problems), [problems]);
  return <div class="code-editor" ref={host} />;
}
