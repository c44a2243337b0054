/**
 * The sound of alarms in this browser: on when somebody has asked for it, heard from burst to burst until all is
 * acknowledged. Owns the wish, which the browser keeps, and when the next burst is due. Must not know how a tone is made.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Clock, Timer } from '../../../model/clock.js';
import type { AlarmPayload } from '../../../telemetry/topics.js';
import { burstOf, voiceOf, type Tone } from './tones.js';
import type { Severity } from './order.js';

export interface Speaker {
  /** Browsers are silent until somebody has pressed something. True when it may sound now. */
  readonly awake: () => Promise<boolean>;
  readonly play: (tones: readonly Tone[]) => void;
}

/** Where the wish is kept between visits. */
export interface Wish {
  readonly read: () => boolean;
  readonly write: (wanted: boolean) => void;
}

/** mute: wanted, and the browser waits for a click. */
export type BellState = 'off' | 'on' | 'mute';

export class Bell {
  private readonly shown = signal<BellState>('off');
  private voice: Severity | null = null;
  private next: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly speaker: Speaker,
    private readonly wish: Wish,
  ) {
    if (wish.read()) void this.switchTo(true);
  }

  get state(): ReadonlySignal<BellState> {
    return this.shown;
  }

  async switchTo(wanted: boolean): Promise<void> {
    this.wish.write(wanted);
    this.shown.value = wanted ? 'mute' : 'off';
    if (wanted && (await this.speaker.awake()) && this.shown.value === 'mute') this.shown.value = 'on';
    this.ring();
  }

  /** Somebody has pressed something: what was mute may sound now. */
  touched(): void {
    if (this.shown.value === 'mute') void this.switchTo(true);
  }

  /** A short tone, so that one hears that it works. */
  tryOut(): void {
    if (this.shown.value === 'on') this.speaker.play(burstOf('advisory').tones);
  }

  follow(alarms: readonly AlarmPayload[]): void {
    const voice = voiceOf(alarms);
    if (voice === this.voice) return;
    this.voice = voice;
    this.ring();
  }

  private ring(): void {
    this.next?.cancel();
    this.next = undefined;
    if (this.voice === null || this.shown.value !== 'on') return;
    const { tones, every_s } = burstOf(this.voice);
    this.speaker.play(tones);
    this.next = this.clock.after(1000 * every_s, () => this.ring());
  }
}
