/** Signals that end a program, as promises and callbacks. */

export const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Calls `heard` for each ending signal until it is released. */
export function onEndingSignal(heard: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of ENDING_SIGNALS) process.on(signal, heard);
  return () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, heard);
  };
}

export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const release = onEndingSignal(() => {
      release();
      resolve();
    });
  });
}
