/** A run as files to take away: report and every format of the exports. Links, so that a browser streams them to its disk. */
import type { RunDetailRow } from '../../api/runs.js';
import { runPath } from './pick.js';

interface Format {
  readonly path: string;
  readonly name: string;
  readonly means: string;
}

const FORMATS: readonly Format[] = [
  { path: '/export/csv', name: 'CSV', means: 'samples, a row each, with units in the heading' },
  { path: '/export/datapackage', name: 'Data package', means: 'ZIP: all tables, recipe and reactor, with checksums' },
  { path: '/export/mpt', name: 'EC-Lab text', means: '.mpt, for programs that read a potentiostat’s files' },
  { path: '/export/bdf', name: 'Battery Data Format', means: '.bdf.csv, for programs of battery people' },
];
const ANSWERS: Format = { path: '/answers.csv', name: 'Answers', means: 'CSV: what was asked of the operator' };

/** Those that a run has. */
export function formatsOf({ answers }: Pick<RunDetailRow, 'answers'>): readonly Format[] {
  return answers.length === 0 ? FORMATS : [...FORMATS, ANSWERS];
}

export function Downloads({ run }: { readonly run: RunDetailRow }) {
  const open = run.outcome === 'running';
  return (
    <section class="card downloads" aria-label="Downloads">
      <h2>Take away</h2>
      {open ? <p class="hint">The run is still going: a file has what is recorded so far.</p> : null}
      <ul>
        {formatsOf(run).map(({ path, name, means }) => (
          <li key={path}>
            <a href={runPath(run.run, path)} download>
              {name}
            </a>
            <span class="hint">{means}</span>
          </li>
        ))}
        <li>
          <a href={runPath(run.run, '/report.pdf')} download>
            Report as PDF
          </a>
          <span class="hint">printed by the reactor’s Chromium, where it has one</span>
        </li>
      </ul>
      <p class="hint">Times in files are UTC.</p>
    </section>
  );
}
