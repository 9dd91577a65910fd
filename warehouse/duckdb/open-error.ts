import { Conflict, messageOf, Unavailable } from '../errors.ts';

const DAMAGED = /Could not read enough bytes|[Cc]orrupt database file|does not match stored checksum|replaying WAL/;

/** What DuckDB 1.5 says of a file, and what that means for a person; the first that matches is it. */
const CAUSES: readonly { readonly says: RegExp; readonly error: (file: string, found: RegExpExecArray) => Error }[] = [
  {
    says: /PID (\d+)/,
    error: (file, [, pid]) =>
      new Unavailable(`The warehouse file ${file} is held by process ${pid}; stop that process, or use its API.`),
  },
  {
    says: /No space left on device/,
    error: (file) =>
      new Unavailable(
        `The warehouse file ${file} cannot be written: the disk is full; free space on it and try again.`,
      ),
  },
  {
    says: /Permission denied|Read-only file system|EACCES|EROFS/,
    error: (file) =>
      new Unavailable(
        `The warehouse file ${file} cannot be opened: this user may not read and write it and its folder; change their permissions, or start as their owner.`,
      ),
  },
  {
    says: /newer version of DuckDB/,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: a newer version of DuckDB wrote it; use the version of Tantieme that did.`,
      ),
  },
  {
    says: /not a valid DuckDB database|Is a directory/,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: it is not a DuckDB database; restore it from a backup, or correct WAREHOUSE_URL.`,
      ),
  },
  {
    says: DAMAGED,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: it is truncated or damaged; restore it from a backup.`,
      ),
  },
];

/** The sentence with the cause and what to do, of whatever went wrong when a DuckDB file was opened. */
export function toOpenError(thrown: unknown, file: string): Error {
  const message = messageOf(thrown);
  for (const { says, error } of CAUSES) {
    const found = says.exec(message);
    if (found) return error(file, found);
  }
  return new Conflict(`The warehouse file ${file} cannot be opened: ${message.split('\n')[0]}`, { cause: thrown });
}

/** As `toOpenError`, for what may come of any query: a damaged block is only found when it is read. */
export function toReadError(thrown: unknown, file: string): unknown {
  if (!DAMAGED.test(messageOf(thrown))) return thrown;
  return new Conflict(
    `The warehouse file ${file} cannot be read: it is truncated or damaged; restore it from a backup.`,
  );
}
