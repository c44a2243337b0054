/**
 * Checks that are told as stories: pairs of what is and what should be. A test runs them over the program, the mutation
 * check over copies of it with a fault; so they give what is wrong in words and use no matcher.
 */
import { isDeepStrictEqual } from 'node:util';

export type Pairs = readonly (readonly [is: unknown, should: unknown])[];

/** What is wrong, each with its story in front; a story that throws is wrong too. */
export function untrue(stories: Readonly<Record<string, () => Pairs>>): string[] {
  return Object.entries(stories).flatMap(([name, story]) => {
    try {
      return story().flatMap(([is, should], k) =>
        isDeepStrictEqual(is, should) ? [] : [`${name}, ${k}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`],
      );
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : 'threw'}`];
    }
  });
}
