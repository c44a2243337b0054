/** Every single fault, by each of its amounts, in every state of a run: executed and fired, or why it cannot be. */
import { PHASES, nameOf, type Phase } from './case.js';
import { CELLS } from './fault-cells.js';
import { doAll, type Done, type Job } from './jobs.js';
import { errorsOf, tell, verdictsOf, type Part, type Task } from './part.js';
import { whyNot } from './cannot.js';
import { totals, type Verdict } from './verdict.js';

interface Place {
  readonly name: string;
  readonly phase: Phase;
  readonly job: Job;
}

function places(seed: number): Place[] {
  return CELLS.flatMap((cell, index) =>
    cell.amounts.flatMap((amount, at) =>
      PHASES.map((phase) => ({
        name: nameOf({ ...cell, amount }),
        phase,
        job: { kind: 'single', seed, cell: index, amount: at, phase } as const,
      })),
    ),
  );
}

export async function matrix({ first, processes, say }: Task): Promise<Part> {
  const all = places(first);
  const done = await doAll(
    all.map(({ job }) => job),
    { processes },
  );
  const verdicts = verdictsOf(done);
  const errors = errorsOf(done);
  const quiet = all.filter((_, index) => !hasFired(done[index]));
  const unexplained = quiet.filter(({ name, phase }) => whyNot(name, phase) === null);
  for (const [index, { name, phase }] of all.entries()) {
    const one = done[index];
    if (one !== undefined && 'verdict' in one) tell(say, `${name} in ${phase}:`, one.verdict);
  }
  for (const { error } of errors) say(`the program failed: ${error}`);
  for (const [reason, count] of reasons(quiet)) say(`${count} cells cannot occur: ${reason}`);
  for (const { name, phase } of unexplained) say(`  NOT FIRED ${name} in ${phase}`);
  const borne = unremarkedIn('steady', all, done);
  say(
    `${borne.length} faults at full current were borne without a word, since none of their rows is met: ${borne.join(', ')}`,
  );
  const { unsafe, silent, nuisance, simulated_h } = totals(verdicts);
  const cells = all.length;
  const fired = cells - quiet.length;
  say(
    `${cells} cells, ${done.length} executed, ${fired} fired, ${quiet.length - unexplained.length} cannot occur, ${unsafe} unsafe, ${silent} silent`,
  );
  const ok = unexplained.length + unsafe + silent + nuisance + errors.length === 0;
  const figures = {
    cells,
    ran: done.length,
    fired,
    cannotOccur: Object.fromEntries(reasons(quiet)),
    notFired: unexplained.map(({ name, phase }) => `${name} @ ${phase}`),
    borneWithoutAWord: borne,
    unsafe: unsafe + errors.length,
    silent,
    nuisance,
    simulated_h,
    failures: failures(all, done),
  };
  return { ok, figures };
}

const hasFired = (one: Done | undefined): boolean => one !== undefined && 'verdict' in one && one.verdict.fired > 0;

function unremarkedIn(phase: Phase, all: readonly Place[], done: readonly Done[]): string[] {
  return all.flatMap((place, index) => {
    const one = done[index];
    return place.phase === phase && one !== undefined && 'verdict' in one ? one.verdict.unremarked : [];
  });
}

function reasons(quiet: readonly Place[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name, phase } of quiet) {
    const reason = whyNot(name, phase);
    if (reason !== null) found.set(reason, 1 + (found.get(reason) ?? 0));
  }
  return found;
}

function failures(all: readonly Place[], done: readonly Done[]): object[] {
  return all.flatMap(({ name, phase }, index) => {
    const one = done[index];
    if (one === undefined || !('verdict' in one)) return [];
    const { unsafe, silent, nuisance }: Verdict = one.verdict;
    return unsafe.length + silent.length + nuisance.length > 0 ? [{ cell: name, phase, unsafe, silent, nuisance }] : [];
  });
}
