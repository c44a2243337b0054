/** Signals that end a program, as promises and callbacks. */

/** What a person or a supervisor sends to end a run. SIGHUP is not of them: it says that the terminal has gone. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
const TERMINAL_GONE: readonly NodeJS.Signals[] = ['SIGHUP'];

type Heard = (signal: NodeJS.Signals) => void;

/** Calls `heard` for each ending signal until it is released. */
export function onEndingSignal(heard: Heard): () => void {
  return listen(ENDING_SIGNALS, heard);
}

/** Calls `heard` when the terminal goes, until it is released. */
export function onTerminalGone(heard: Heard): () => void {
  return listen(TERMINAL_GONE, heard);
}

function listen(signals: readonly NodeJS.Signals[], heard: Heard): () => void {
  for (const signal of signals) process.on(signal, heard);
  return () => {
    for (const signal of signals) process.off(signal, heard);
  };
}

export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const release = listen([...ENDING_SIGNALS, ...TERMINAL_GONE], () => {
      release();
      resolve();
    });
  });
}
