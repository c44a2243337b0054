/**
 * A password from whoever is there: asked for twice at a terminal, which does not show it, or one line of the input. Owns
 * that it is never shown; it is never an argument, since others on the machine can read those.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Lines } from './lines.js';

export interface SecretSource {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Questions, never what is answered. */
  readonly questions: Writable;
}

/** The password, or why there is none. */
export async function askedPassword({
  input,
  questions,
}: SecretSource): Promise<{ password: string } | { why: string }> {
  const terminal = input.isTTY === true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = new Lines(createInterface({ input, output: nowhere, terminal }));
  const ask = async (question: string): Promise<string | null> => {
    if (terminal) questions.write(question);
    const answer = await lines.next();
    if (terminal) questions.write('\n');
    return answer;
  };
  try {
    const password = await ask('Password: ');
    if (password === null) return { why: 'no password was given (would be right: one line of input, or --generate)' };
    if (terminal && (await ask('The same again: ')) !== password) return { why: 'the two are not the same' };
    return { password };
  } finally {
    lines.close();
  }
}
