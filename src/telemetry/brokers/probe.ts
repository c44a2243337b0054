/**
 * Knocks as nobody at every door beyond this machine, and tells through which it got in. A broker that lets strangers in
 * lets them send commands and forge states; the control process refuses to arm a real bench then.
 */
import type { Clock, Timer } from '../../model/clock.js';
import type { AnonymousAnswer } from './client.js';
import type { Door } from './doors.js';

const KNOCK_MS = 3000;
/** A broker may be set up anew at any time. */
const AGAIN_MS = 3_600_000;
/** Links that come and go do not make it knock more often than this. */
const LEAST_MS = 60_000;

export type Knock = (url: string, clientId: string, limit_ms: number) => Promise<AnonymousAnswer>;

export interface ProbeOptions {
  readonly doors: readonly Door[];
  readonly clientId: string;
  readonly clock: Clock;
  readonly knock: Knock;
  /** After each round: the doors that were open, each with the address at which it was. */
  readonly told: (open: readonly string[]) => void;
}

export class Probe {
  private going = false;
  private last_ms = -Infinity;
  private timer: Timer | undefined;

  constructor(private readonly options: ProbeOptions) {}

  /** A round at once, and again every hour. */
  begin(): void {
    void this.round();
  }

  /** A round soon, since a broker is back and may be another one. */
  soon(): void {
    const { clock } = this.options;
    const wait_ms = Math.max(0, this.last_ms + LEAST_MS - clock.now());
    if (!this.going) this.plan(wait_ms);
  }

  end(): void {
    this.timer?.cancel();
  }

  private plan(wait_ms: number): void {
    this.timer?.cancel();
    this.timer = this.options.clock.after(wait_ms, () => void this.round());
  }

  private async round(): Promise<void> {
    const { doors, clock, told } = this.options;
    if (this.going || doors.length === 0) return;
    this.going = true;
    this.last_ms = clock.now();
    const answers = await Promise.all(doors.map((door) => this.tryDoor(door)));
    this.going = false;
    told(answers.flat());
    this.plan(AGAIN_MS);
  }

  private async tryDoor({ name, urls }: Door): Promise<string[]> {
    const { knock, clientId } = this.options;
    const answers = await Promise.all(urls.map((url, i) => knock(url, `${clientId}-probe-${i}`, KNOCK_MS)));
    const open = urls.filter((_url, index) => answers[index] === 'in');
    return open.map((url) => (url.startsWith(name) ? name : `${name} (${url})`));
  }
}
