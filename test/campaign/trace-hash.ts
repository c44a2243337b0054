/** One number for a whole trace: two runs with the same were the same to the last bit. Owns 64 bits of FNV-1a, in halves. */
export class TraceHash {
  private low = 0x811c9dc5;
  private high = 0xcbf29ce4;
  private readonly value = new Float64Array(1);
  private readonly words = new Uint32Array(this.value.buffer);

  add(...values: readonly number[]): void {
    for (const value of values) {
      this.value[0] = value;
      this.mix(this.words[0] ?? 0);
      this.mix(this.words[1] ?? 0);
    }
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i));
  }

  get hex(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  private mix(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193);
    this.high = Math.imul(this.high ^ word ^ (this.low >>> 15), 0x85ebca6b);
  }
}
