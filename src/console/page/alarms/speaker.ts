/** Tones by the browser's WebAudio, and the wish for them in its local storage. Owns both; knows no alarm. */
import type { Speaker, Wish } from './bell.js';
import type { Tone } from './tones.js';

/** Loudness of a tone, 0 to 1. */
const GAIN = 0.2;
/** A tone begins and ends so softly that it does not click, s. */
const EDGE_S = 0.01;
const KEY = 'galvanode.alarm-sound';

function sound(audio: AudioContext, { at_s, for_s, pitch_Hz }: Tone): void {
  const from_s = audio.currentTime + at_s;
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, from_s);
  gain.gain.linearRampToValueAtTime(GAIN, from_s + EDGE_S);
  gain.gain.setValueAtTime(GAIN, from_s + for_s - EDGE_S);
  gain.gain.linearRampToValueAtTime(0, from_s + for_s);
  const tone = new OscillatorNode(audio, { type: 'triangle', frequency: pitch_Hz });
  tone.connect(gain).connect(audio.destination);
  tone.start(from_s);
  tone.stop(from_s + for_s);
}

export function browserSpeaker(): Speaker {
  let audio: AudioContext | undefined;
  return {
    awake: () => {
      audio ??= new AudioContext();
      // without a press it stays pending for good: whoever asks again after one gets his answer
      return audio.state === 'running'
        ? Promise.resolve(true)
        : audio.resume().then(
            () => true,
            () => false,
          );
    },
    play: (tones) => {
      for (const tone of tones) if (audio?.state === 'running') sound(audio, tone);
    },
  };
}

/** A browser that keeps nothing for this page forgets the wish, and the page goes on. */
export function browserWish(): Wish {
  return {
    read: () => {
      try {
        return localStorage.getItem(KEY) === 'on';
      } catch {
        return false;
      }
    },
    write: (wanted) => {
      try {
        localStorage.setItem(KEY, wanted ? 'on' : 'off');
      } catch {
        // refused by the browser's settings: it holds for this visit
      }
    },
  };
}
