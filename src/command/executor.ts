/**
 * The port between the desk, which judges what the network asks, and whoever drives the reactor, who does it. Words only:
 * whoever implements it judges again what only he can know (a permit that has just run out, a question that has just been
 * answered), and says so in the reply.
 */
import type { RunState } from '../model/state.js';

export type Scalar = string | number | boolean | null;
/** One level, as every payload. */
export type Row = Readonly<Record<string, Scalar>>;

/** Arguments of `start`: a recipe of the library by its name, or a whole one as text; one of the two. */
export interface StartArgs {
  /** Name in the library, FILE or FILE#entry; never a path. */
  readonly recipe?: string | undefined;
  /** A whole recipe in YAML that names no other file, 12 kB at most. */
  readonly text?: string | undefined;
  /** Durable id: this reactor runs it once, ever. */
  readonly entry?: string | undefined;
  /** Clears what the board has latched first. */
  readonly clear?: boolean | undefined;
  /** Codes of the warnings that are meant, with blanks between, as the refusal without them gives. */
  readonly accept?: string | undefined;
}

/** Arguments of `fault`: what breaks, in the words of `--fault`; with `off` it is taken out, by its name or "all". */
export interface FaultArgs {
  readonly fault: string;
  readonly off?: boolean | undefined;
}

/** What is asked, after the schema of its verb. `stop` goes another way, and needs none of this. */
export type Order =
  | { readonly verb: 'start'; readonly args: StartArgs }
  /** `run`: whole id of the run that is meant; without it nothing starts, and the reply says what is known. */
  | { readonly verb: 'resume'; readonly args: { readonly run?: string | undefined } }
  | { readonly verb: 'answer'; readonly args: { readonly prompt: string; readonly text: string } }
  | { readonly verb: 'hold' | 'unhold' | 'finish'; readonly args: object }
  /** Clears what the board has latched, while nothing runs. */
  | { readonly verb: 'clear'; readonly args: object }
  /** Without a name: all that wait for it. */
  | { readonly verb: 'acknowledge'; readonly args: { readonly alarm?: string | undefined } }
  | { readonly verb: 'shelve'; readonly args: { readonly alarm: string; readonly minutes: number } }
  | { readonly verb: 'unshelve'; readonly args: { readonly alarm: string } }
  /** A rehearsal on a simulated bench: breaks something now, or makes it whole again. */
  | { readonly verb: 'fault'; readonly args: FaultArgs }
  | { readonly verb: 'status' | 'recipes' | 'runs' | 'entries'; readonly args: object };
export type OrderVerb = Order['verb'];

/** Who asks, as the broker says, and by which command. */
export interface Asker {
  readonly actor: string;
  readonly id: string;
}

/** How a command came out. `rows` are bounded by whoever gives them. */
export interface Done {
  readonly ok: boolean;
  /** Why not, in words with what would be right; null when it was done. */
  readonly reason: string | null;
  readonly data?: Row;
  readonly rows?: readonly Row[];
}

/** How the reactor stands, for the judge. */
export interface Standing {
  readonly state: RunState;
  readonly run: string | null;
  /** Starts are taken here: the program is the service, and it is not about to end. */
  readonly takesStarts: boolean;
  /** Something may be energised by a command now: `start`, `resume`, `unhold`, `clear`. */
  readonly permit: boolean;
  /** Questions may be answered by a command now. */
  readonly answerPermit: boolean;
  /** UTC at which the window ends, ms: a label for people. null: no window, or one that never ends. */
  readonly permitUntil_ms: number | null;
  /** Alarms of the run that has ended last which still wait to be acknowledged. */
  readonly alarms: number;
  /** Ids of the questions that are open. */
  readonly prompts: readonly string[];
}

export interface Executor {
  standing(): Standing;
  /** Never rejects. */
  execute(order: Order, by: Asker): Promise<Done>;
}
