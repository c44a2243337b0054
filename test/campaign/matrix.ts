/** Every single fault, by each of its amounts, in every state of a run: executed and fired, or why it cannot be. */
import { PHASES, nameOf, type Phase } from './case.js';
import { CELLS } from './fault-cells.js';
import { doAll, type Done, type Job } from './jobs.js';
import { errorsOf, tell, verdictsOf, type Part, type Task } from './part.js';
import { whyNot } from './cannot.js';
import { failed, totals, type Verdict } from './verdict.js';

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

/** A fault of every other transfer, or that needs the value to move, may miss a short state by chance: tried so often. */
const TRIES = 12;

/** Each place once, and again by other seeds where the fault did not fire and nothing says why it could not. */
async function execute(all: readonly Place[], first: number, processes: number): Promise<Done[]> {
  const jobs = all.map(({ job }) => job);
  const done = [...(await doAll(jobs, { processes }))];
  for (let seed = first + 1; seed < first + TRIES; seed++) {
    const again = all.flatMap(({ name, phase, job }, index) =>
      hasFired(done[index]) || whyNot(name, phase) !== null ? [] : [{ index, job: { ...job, seed } }],
    );
    const redone = await doAll(
      again.map(({ job }) => job),
      { processes },
    );
    for (const [k, one] of redone.entries()) {
      const place = again[k];
      if (place !== undefined && !hasFailed(done[place.index])) done[place.index] = one;
    }
  }
  return done;
}

export async function matrix({ first, processes, say }: Task): Promise<Part> {
  const all = places(first);
  const done = await execute(all, first, processes);
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
  const contradicted = all.filter(({ name, phase }, index) => hasFired(done[index]) && whyNot(name, phase) !== null);
  for (const { name, phase } of contradicted) say(`  FIRED ${name} in ${phase}, where it "cannot"`);
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
  const ok = contradicted.length + unexplained.length + unsafe + silent + nuisance + errors.length === 0;
  const figures = {
    cells,
    ran: done.length,
    fired,
    cannotOccur: Object.fromEntries(reasons(quiet)),
    firedThough: contradicted.map(({ name, phase }) => `${name} @ ${phase}`),
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

const hasFailed = (one: Done | undefined): boolean => one !== undefined && (!('verdict' in one) || failed(one.verdict));

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
