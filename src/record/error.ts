/** What can be wrong with a record, as one closed set of reasons. Owns no reaction: the guard and the command line decide. */

export type RecordFailure =
  /** Another galvanode writes this record, or somebody locks the file. */
  | 'busy'
  /** No space left. */
  | 'full'
  /** The disk or file system failed; after a failed sync nothing that it says later can be trusted. */
  | 'io'
  | 'read-only'
  /** The file is an SQLite database, but damaged. */
  | 'corrupt'
  /** The file is not a record of this program. */
  | 'foreign'
  /** Written by a newer program, with a schema that this one does not know. */
  | 'too-new'
  /** Not there, not a file, or not permitted. */
  | 'cannot-open'
  /** More rows wait for the disk than the buffer may hold. */
  | 'overflow'
  /** Anything else: an error in this program. */
  | 'fault';

export class RecordError extends Error {
  override readonly name = 'RecordError';
  constructor(
    readonly reason: RecordFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Any thrown value as a RecordError, unchanged when it is one. */
export function asRecordError(error: unknown): RecordError {
  if (error instanceof RecordError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RecordError('fault', `the record failed: ${message}`, { cause: error });
}
