/** The versions of a recipe: who saved which when and why, and what differs from the text as it stands. */
import { useSignal } from '@preact/signals';
import { recipeText, type SavedVersion } from '../../api/recipes.js';
import { useAnswer } from '../history/asked.js';
import { When } from '../history/when.js';
import type { Http } from '../link/http.js';
import { Button } from '../parts/button.js';
import { Choices, Dialog } from '../parts/dialog.js';
import { Problems } from '../parts/notice.js';
import { hashOf } from '../shell/route.js';
import { pathOf } from './desk.js';
import { diffOf, hunksOf } from './diff.js';

interface VersionsProps {
  readonly http: Http;
  readonly name: string;
  readonly text: string;
  readonly onClose: () => void;
}

const MARKS = { same: ' ', gone: '−', new: '+' } as const;

export function Diff({ before, after }: { readonly before: string; readonly after: string }) {
  const hunks = hunksOf(diffOf(before, after));
  if (hunks.length === 0) return <p class="hint">The text as it stands is the same.</p>;
  return (
    <div class="diff" role="group" aria-label="Differences">
      {hunks.map(({ skipped, lines }, index) => (
        <div key={index}>
          {skipped === 0 ? null : <p class="hint">{skipped === 1 ? '1 line is' : `${skipped} lines are`} the same</p>}
          {lines.map(({ kind, old, text }, place) => (
            <p key={place} class={`is-${kind}`}>
              <span class="diff-line number">{old ?? ''}</span>
              <span class="diff-mark">{MARKS[kind]}</span>
              <span>{text}</span>
            </p>
          ))}
        </div>
      ))}
    </div>
  );
}

function Compared({ http, name, version, text }: Omit<VersionsProps, 'onClose'> & { readonly version: number | null }) {
  const path = pathOf(name, version === null ? null : String(version));
  const answered = useAnswer({ http, path }, recipeText);
  if (answered.kind === 'waiting') return <p class="hint">Fetching it.</p>;
  if (answered.kind === 'refused') return <Problems problems={answered.problems} />;
  return <Diff before={answered.value.text} after={text} />;
}

function Version({
  one,
  chosen,
  choose,
}: {
  readonly one: SavedVersion;
  readonly chosen: boolean;
  readonly choose: () => void;
}) {
  const { version, saved, user, remark, from } = one;
  return (
    <li class={chosen ? 'is-chosen' : ''}>
      <button type="button" aria-pressed={chosen} onClick={choose}>
        Version {version}
      </button>
      <span class="hint">
        {user ?? 'somebody'}, <When t_ms={saved} />
        {from === null ? '' : `, from ${from}`}
      </span>
      {remark === '' ? null : <p>{remark}</p>}
    </li>
  );
}

export function VersionsDialog({ http, name, text, onClose }: VersionsProps) {
  const now = useAnswer({ http, path: pathOf(name) }, recipeText); // others may have saved meanwhile
  const chosen = useSignal<number | null>(null);
  const versions = now.kind === 'here' ? now.value.versions.toReversed() : [];
  const version = chosen.value ?? versions[0]?.version ?? null;
  return (
    <Dialog title={`Versions of ${name}`} onClose={onClose} wide>
      {now.kind === 'refused' ? <Problems problems={now.problems} /> : null}
      {now.kind === 'here' && versions.length === 0 ? (
        <p class="hint">It came with the program, and nobody changes it here. Compared with that:</p>
      ) : null}
      <ol class="versions">
        {versions.map((one) => (
          <Version
            key={one.version}
            one={one}
            chosen={one.version === version}
            choose={() => {
              chosen.value = one.version;
            }}
          />
        ))}
      </ol>
      <h3>From {version === null ? 'there' : `version ${version}`} to the text as it stands</h3>
      {now.kind === 'here' ? <Compared http={http} name={name} version={version} text={text} /> : null}
      <Choices>
        {version === null || versions.length < 2 ? null : (
          <a class="button" href={hashOf('recipes', [name], { version: String(version) })} onClick={onClose}>
            Open version {version}
          </a>
        )}
        <Button kind="main" onPress={onClose}>
          Close
        </Button>
      </Choices>
    </Dialog>
  );
}
