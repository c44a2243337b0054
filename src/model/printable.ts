/** Words that came over the network, fit for a terminal and a journal. */

const LONGEST = 500;

/** Control characters would act on the terminal that shows them; what is too long is cut. */
export function printable(text: string, longest = LONGEST): string {
  const clean = text.replaceAll(/[\p{C}\u2028\u2029]/gu, '?');
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}
