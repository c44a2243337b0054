/**
 * What ends a start before there is a run that could be stopped: a signal or a stop over the network that comes while the
 * bench is opened. Owns that none of them is lost; drives nothing.
 */
import type { TelemetryLink } from '../telemetry/link.js';
import { onEndingSignal } from './signals.js';

export interface EarlyEnd {
  readonly actor: string;
  readonly reason: string;
}

export class Opening {
  private ended: EarlyEnd | null = null;
  private readonly releases: (() => void)[] = [];

  /** `givenUp`: whoever asked for the start takes it back; its reason in words. */
  constructor(telemetry: Pick<TelemetryLink, 'commands'>, givenUp: AbortSignal | undefined) {
    const stops = telemetry.commands.subscribe(({ actor }) => this.end(actor, `stopped by ${actor} over MQTT`));
    const back = (): void => this.end('operator', `stopped by ${String(givenUp?.reason)}`);
    if (givenUp?.aborted === true) back();
    givenUp?.addEventListener('abort', back);
    this.releases.push(
      () => stops.unsubscribe(),
      () => givenUp?.removeEventListener('abort', back),
    );
  }

  /** From here on a signal is no end of the program any more, since it takes care of itself. */
  hearSignals(): void {
    this.releases.push(onEndingSignal((signal) => this.end('operator', `stopped by ${signal}`)));
  }

  /** Throws when the start is not wanted any more. */
  check(): void {
    if (this.ended !== null) throw new Error(`${this.ended.reason} before it began; nothing was driven`);
  }

  /** Nothing is heard here any more; gives what has come until now. */
  release(): EarlyEnd | null {
    for (const release of this.releases.splice(0)) release();
    return this.ended;
  }

  private end(actor: string, reason: string): void {
    this.ended ??= { actor, reason };
  }
}
