/** A short name of a warning of the checker. Owns how it is made; what is accepted by it, others decide. */
import { createHash } from 'node:crypto';

/** Names a warning: whoever accepts it by this has read this very text. */
export function warningCode(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
