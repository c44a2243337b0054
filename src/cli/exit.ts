/** Exit codes of every command; a contract with scripts and service managers. */
export const EXIT = {
  done: 0,
  /** An error of the program itself. */
  ownError: 1,
  /** Bad recipe, board or argument; nothing was touched. */
  refused: 2,
  /** Ended by an interlock or by the operator. */
  endedEarly: 3,
  /** Hardware or bus not there. */
  noHardware: 4,
} as const;
