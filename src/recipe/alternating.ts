/** What a recipe gets that alternates the polarity and says no more. Knows no step. */

/** Ramp of a reversal, mA/s: what the board slews by itself, so that its current never points against its set point. */
export const REVERSAL_RAMP_MA_S = 50;
/** No current between two directions: the relay of a board that has one turns dry within 0.1 s. */
export const DEAD_TIME_S = 1;
