/** Whether the record of a run is as it was written: asked for, and told in words. */
import { useState } from 'preact/hooks';
import { verifyAnswer, type Proof } from '../../api/runs.js';
import { Button } from '../parts/button.js';
import { Problems } from '../parts/notice.js';
import type { Context } from '../shell/context.js';
import { problemsOf, type Answered } from './asked.js';
import type { Outcome } from './outcome.js';
import { runPath } from './pick.js';

export interface ProofWords {
  readonly tone: 'good' | 'open' | 'bad';
  readonly headline: string;
  readonly text: string;
}

const counted = ({ events, samples, ledger }: Proof): string =>
  `${events} events, ${samples} samples and ${ledger} rows of the ledger`;

export function proofWords(proof: Proof, outcome: Outcome): ProofWords {
  switch (proof.verdict) {
    case 'proven':
      return {
        tone: 'good',
        headline: 'Proven.',
        text: `${counted(proof)} are as they were written. Somebody who made the whole chain anew would show only against a head that was published: galvanode runs verify --head.`,
      };
    case 'unproven':
      return {
        tone: 'open',
        headline: 'Not proven.',
        text:
          outcome === 'running'
            ? `Nothing wrong was found in ${counted(proof)}, but what came last is not under a seal yet: the run goes on.`
            : `Nothing wrong was found in ${counted(proof)}, but not all of it is under a seal.`,
      };
    case 'tampered':
      return {
        tone: 'bad',
        headline: 'Not as it was written.',
        text: 'Something was changed, added or taken away after it was recorded:',
      };
  }
}

const MARK = { good: '✓', open: '?', bad: '✕' } as const;

function Verdict({ proof, outcome }: { readonly proof: Proof; readonly outcome: Outcome }) {
  const { tone, headline, text } = proofWords(proof, outcome);
  return (
    <div class={`verdict is-${tone}`} role="status">
      <p>
        <span class="verdict-mark" aria-hidden="true">
          {MARK[tone]}
        </span>
        <strong>{headline}</strong> {text}
      </p>
      {proof.findings.length === 0 ? null : (
        <ul>
          {proof.findings.map((finding, index) => (
            <li key={index}>{finding}</li>
          ))}
        </ul>
      )}
      <p class="hint">
        Head <code>{proof.head}</code>
      </p>
    </div>
  );
}

interface ProofProps {
  readonly context: Context;
  readonly run: string;
  readonly outcome: Outcome;
}

export function ProofCard({ context, run, outcome }: ProofProps) {
  const [answered, setAnswered] = useState<Answered<Proof> | null>(null);
  const look = (): void => {
    setAnswered({ kind: 'waiting' });
    context.http.send('POST', runPath(run, '/verify'), {}, verifyAnswer).then(
      (value) => setAnswered({ kind: 'here', value }),
      (error: unknown) => setAnswered({ kind: 'refused', problems: problemsOf(error) }),
    );
  };
  return (
    <section class="card proof" aria-label="Proof of the record">
      <h2>Is the record as it was written?</h2>
      {answered?.kind === 'here' ? <Verdict proof={answered.value} outcome={outcome} /> : null}
      {answered?.kind === 'refused' ? <Problems problems={answered.problems} /> : null}
      <div class="row">
        <Button busy={answered?.kind === 'waiting'} onPress={look}>
          {answered?.kind === 'here' ? 'Verify once more' : 'Verify the record'}
        </Button>
        {answered === null ? <span class="hint">Every event, sample and seal is read again.</span> : null}
      </div>
    </section>
  );
}
