/** One seed once more, in this process and twice: what was asked, what was said, and what came of it. */
import { caseOf } from './generate.js';
import type { Part } from './part.js';
import { tell } from './part.js';
import { play } from './play.js';
import { failed, told, verdictOn } from './verdict.js';

export async function replay(seed: number, say: (line: string) => void): Promise<Part> {
  const planned = caseOf(seed);
  say(`seed ${seed}, ${planned.plan} plan: ${told(planned)}`);
  const played = await play(planned);
  for (const { elapsed_s, kind, actor, text } of played.events)
    say(`${elapsed_s.toFixed(3).padStart(9)} s  ${kind.padEnd(8)} ${actor.padEnd(10)} ${text}`);
  for (const { name, phase, at_s, fired, exposed_ms } of played.faults)
    say(
      `${name}: ${phase === null ? 'never put in' : `in ${phase} at ${at_s.toFixed(3)} s, fired ${fired} times, stood for ${exposed_ms} ms`}`,
    );
  const verdict = verdictOn(planned, played);
  const again = (await play(planned)).hash;
  const same = again === verdict.hash;
  tell(say, 'judged:', verdict);
  say(`${verdict.outcome}: ${played.reason}`);
  say(`trace ${verdict.hash}, once more ${again}: ${same ? 'the same' : 'NOT the same'}`);
  const { unsafe, silent, nuisance, fired, hash } = verdict;
  const counted = {
    unsafe: Math.sign(unsafe.length),
    silent: Math.sign(silent.length),
    nuisance: Math.sign(nuisance.length),
  };
  const figures = {
    ran: 1,
    seed,
    fired,
    ...counted,
    failures: failed(verdict) ? [{ seed, unsafe, silent, nuisance }] : [],
    hash,
    same,
  };
  return { ok: !failed(verdict) && same, figures };
}
