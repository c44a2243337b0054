/** What is known in the control process of doors beyond loopback that are open to anybody. Judges nothing. */
import type { Clock } from '../model/clock.js';
import { doorsBeyond } from './brokers/doors.js';
import type { NetworkSettings } from './settings.js';

/** Knocking takes 3 s at most; a network process that has died meanwhile is not waited for. */
const KNOWN_WITHIN_MS = 6000;

export class OpenDoors {
  private open: readonly string[] | undefined;
  private readonly waiting: ((open: readonly string[]) => void)[] = [];

  constructor(
    network: NetworkSettings,
    private readonly wall: Clock,
    private readonly report: (text: string) => void,
  ) {
    if (doorsBeyond(network).length === 0) this.open = [];
  }

  tell(open: readonly string[]): void {
    if (open.join('\n') !== (this.open ?? []).join('\n')) for (const door of open) this.report(warningOf(door));
    this.open = open;
    for (const resolve of this.waiting.splice(0)) resolve(open);
  }

  known(): Promise<readonly string[]> {
    if (this.open !== undefined) return Promise.resolve(this.open);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.wall.after(KNOWN_WITHIN_MS, () => {
        if (this.open === undefined) this.report('whether the brokers let strangers in is not known yet');
        resolve(this.open ?? []);
      });
    });
  }
}

function warningOf(door: string): string {
  return `WARNING: ${door} lets anybody in, without a name; no real bench is armed while it does`;
}
