/**
 * What native-lines.ts uses of onoff 6.0.3, typed from its sources: the package is optional, and without a compiler it is
 * not there, types and all. The program must build without it. No behaviour.
 */
declare module 'onoff' {
  export type BinaryValue = 0 | 1;
  export type ValueCallback = (error: Error | null | undefined, value: BinaryValue) => void;

  export class Gpio {
    constructor(
      gpio: number,
      direction: 'in' | 'out' | 'high' | 'low',
      edge?: 'none' | 'rising' | 'falling' | 'both',
      options?: {
        readonly debounceTimeout?: number;
        readonly activeLow?: boolean;
        readonly reconfigureDirection?: boolean;
      },
    );
    readSync(): BinaryValue;
    writeSync(value: BinaryValue): void;
    watch(callback: ValueCallback): void;
    unwatchAll(): void;
    direction(): string;
    setDirection(direction: 'in' | 'out' | 'high' | 'low'): void;
    edge(): string;
    setEdge(edge: 'none' | 'rising' | 'falling' | 'both'): void;
    activeLow(): boolean;
    setActiveLow(invert: boolean): void;
    unexport(): void;
  }
}
