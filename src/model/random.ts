/** Seeded random numbers for the twin and for tests: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A stream of its own for a named part, so that adding a part does not move the noise of the others. */
  fork(name: string): Random;
}

/** 32-bit FNV-1a of a name, to seed a fork. */
function hash32(text: string, seed: number): number {
  let h = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  return h;
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, a few integer operations a number. */
class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(private readonly seed: number) {
    this.a = 0;
    this.b = seed | 0;
    this.c = 0x9e3779b9 | 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  private next(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    return t >>> 0;
  }

  uniform(): number {
    return this.next() / 4294967296;
  }

  /** Marsaglia's polar method without the second number, so that a stream's length does not depend on its use. */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  fork(name: string): Random {
    return new Sfc32(hash32(name, this.seed));
  }
}

export function seeded(seed: number): Random {
  return new Sfc32(seed);
}
