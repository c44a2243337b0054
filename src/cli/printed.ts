/** Text and lines onto a stream, as its other end takes them. Knows no command. */
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An end that has seen enough, such as `head`, is no error. */
export async function pipeTo(lines: Readable, out: Writable): Promise<void> {
  try {
    await pipeline(lines, out, { end: false });
  } catch (error) {
    if (systemCode(error) !== 'EPIPE') throw error;
  }
}

export function print(out: Writable, text: string): Promise<void> {
  return pipeTo(Readable.from([text]), out);
}

/** Node's name of a failed system call, such as ENOSPC. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
