/**
 * Orders of the network to a run that is on: asked of the run as the terminal asks, and answered by what its journal says
 * then. Owns how long a reply waits for that; decides nothing that the procedure decides.
 */
import type { Subscription } from 'rxjs';
import type { Done, Order, Row } from '../command/executor.js';
import { hintOf, leavesOut, NO_ANSWER, readAnswer } from '../model/answer.js';
import type { Clock } from '../model/clock.js';
import type { Alarm, RunEvent } from '../model/event.js';
import type { Prompt } from '../procedure/types.js';
import type { Run } from '../reactor.js';
import type { Permit } from './permit.js';
import { refused } from './starting.js';

/** A cycle of the control loop takes 50 ms; a request that none has taken after this is not known to be taken, ms. */
const VERDICT_MS = 3000;

export interface Desk {
  readonly permit: Permit;
  readonly wall: Clock;
}

/** Of orders to a run. */
export type RunOrder = Extract<
  Order,
  { verb: 'hold' | 'unhold' | 'finish' | 'answer' | 'acknowledge' | 'shelve' | 'unshelve' }
>;

export function obey(run: Run, order: RunOrder, actor: string, desk: Desk): Promise<Done> {
  switch (order.verb) {
    case 'hold':
      return verdictOf(run, order.verb, actor, desk, () => run.hold(actor));
    case 'finish':
      return verdictOf(run, order.verb, actor, desk, () => run.finish(actor));
    case 'unhold':
      return unhold(run, actor, desk);
    case 'answer':
      return answer(run, order.args, actor, desk);
    case 'acknowledge':
      return Promise.resolve(acknowledge(run, order.args.alarm, actor));
    case 'shelve':
      return Promise.resolve(shelve(run, order.args, actor));
    case 'unshelve':
      return Promise.resolve(unshelve(run, order.args.alarm, actor));
  }
}

/** Questions that are open, the one that is shown first. */
export function openPrompts(run: Run): readonly Prompt[] {
  let open: readonly Prompt[] = [];
  run.state$
    .subscribe(({ prompt, unanswered }) => {
      open = prompt === null ? unanswered : [prompt, ...unanswered];
    })
    .unsubscribe();
  return open;
}

async function unhold(run: Run, actor: string, desk: Desk): Promise<Done> {
  if (!desk.permit.take('energise')) return refused(NO_PERMIT);
  return verdictOf(run, 'unhold', actor, desk, () => run.resume(actor));
}

export const NO_PERMIT =
  'there is no permit (would be right: somebody presses the arm button at the bench, and the command comes within 60 s)';

function answer(
  run: Run,
  { prompt, text }: { readonly prompt: string; readonly text: string },
  actor: string,
  desk: Desk,
): Promise<Done> {
  const asked = openPrompts(run).find(({ id, key = id }) => prompt === id || prompt === key);
  if (asked === undefined) return Promise.resolve(refused(`"${prompt}" is not asked now`));
  const form = asked.answer ?? NO_ANSWER;
  if (form.kind === 'photo' && !leavesOut(form, text))
    return Promise.resolve(refused('a photo is answered at the terminal of the controller, which takes its hash'));
  const read = readAnswer(form, text);
  if (!read.ok) return Promise.resolve(refused(`${read.message} (would be right: ${hintOf(form)})`));
  if (!desk.permit.take('answer')) return Promise.resolve(refused(NO_PERMIT));
  return verdictOf(run, 'answer', actor, desk, () => run.answer(asked.id, text === '' ? 'continued' : text, actor));
}

/** Without a name, all that are waiting for it. */
function acknowledge(run: Run, alarm: string | undefined, actor: string): Done {
  const waiting = run.alarms().filter(({ state }) => state === 'active' || state === 'cleared-unacknowledged');
  const meant = alarm === undefined ? waiting.filter(({ group }) => group === null) : waiting.filter(isCalled(alarm));
  if (meant.length === 0)
    return refused(alarm === undefined ? 'no alarm waits for it' : `no alarm "${alarm}" waits to be acknowledged`);
  for (const { id } of meant) run.acknowledge(id, actor);
  return { ok: true, reason: null, rows: meant.map(({ id }) => ({ alarm: id })) };
}

const isCalled =
  (name: string) =>
  ({ id }: Alarm): boolean =>
    id === name;

function shelve(run: Run, { alarm, minutes }: { alarm: string; minutes: number }, actor: string): Done {
  if (minutes > 0 && minutes <= 60 && run.shelve(alarm, minutes, actor)) return DONE;
  return refused(`not shelved: "${alarm}" must be an alarm that speaks for itself, for 1 h at most`);
}

function unshelve(run: Run, alarm: string, actor: string): Done {
  return run.unshelve(alarm, actor) ? DONE : refused(`no alarm "${alarm}" is on the shelf`);
}

const DONE: Done = { ok: true, reason: null };

/** Asks, and settles with what the journal then says of it. */
function verdictOf(run: Run, verb: RunOrder['verb'], actor: string, { wall }: Desk, ask: () => void): Promise<Done> {
  return new Promise((resolve) => {
    let heard: Subscription | undefined;
    const timer = wall.after(VERDICT_MS, () =>
      settle(refused(`the run has not said within ${VERDICT_MS / 1000} s what came of it`)),
    );
    const settle = (done: Done): void => {
      timer.cancel();
      heard?.unsubscribe();
      resolve(done);
    };
    heard = run.events$.subscribe({
      next: (event) => {
        const done = saidOf(event, verb, actor);
        if (done !== null) settle(done);
      },
      complete: () => settle(refused('the run has ended')),
    });
    ask();
  });
}

/** What an event says of an order; null: nothing. */
function saidOf({ kind, actor: who, data, text }: RunEvent, verb: RunOrder['verb'], actor: string): Done | null {
  if (who !== actor || data['via'] !== undefined) return null; // what the desk writes down is no word of the run
  if (kind === 'command' && data['ok'] === false && data['verb'] === (verb === 'unhold' ? 'resume' : verb))
    return refused(text);
  if (verb === 'finish') return kind === 'step' && data['verb'] === verb ? finishedAt(data) : null;
  if (verb === 'answer') return kind === 'answer' ? DONE : null;
  if (verb === 'hold' && kind === 'command' && text.startsWith('stays held')) return DONE;
  return kind === 'state' ? { ok: true, reason: null, data: { state: data['to'] ?? null } } : null;
}

function finishedAt({ charge_C = null, charge_F_mol = null }: RunEvent['data']): Done {
  return { ok: true, reason: null, data: { charge_C, charge_F_mol } };
}

/** The open questions as rows of a reply. */
export function promptRows(run: Run): Row[] {
  return openPrompts(run).map(({ id, text, answer: form = NO_ANSWER }) => ({
    prompt: id,
    text,
    answer: form.kind,
    hint: hintOf(form),
  }));
}
