/** Why a file that an operator named cannot be read or written, in words. Opens nothing and knows no file by name. */

type Doing = 'reading' | 'writing';

const common: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'its name is too long',
};

const words: Readonly<Record<Doing, Readonly<Record<string, string>>>> = {
  reading: {
    ...common,
    ESPIPE: 'it is a pipe, not a file',
    ENOENT: 'there is no such file',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
  },
  writing: {
    ...common,
    ENOENT: 'there is no such folder',
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
  },
};

/** Of an error of the file system; another value is no fault of a file and goes on being thrown. */
export function fileFault(error: unknown, doing: Doing): string {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  // A code that is not listed: the words of the system, less the call and the path at their end.
  return words[doing][code] ?? error.message.replace(/, \w+( '.*')?$/, '');
}
