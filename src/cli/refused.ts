/** What was asked for is not done, and nothing was touched. Its message says what would be right; the exit code is 2. */
export class Refused extends Error {}
