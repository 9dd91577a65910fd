import { Conflict, messageOf, Unavailable } from '../errors.ts';

const DAMAGED = /Could not read enough bytes|[Cc]orrupt database file|does not match stored checksum|replaying WAL/;

/** The messages of DuckDB 1.5 about a file, and the error for each. The first that matches applies. */
const CAUSES: readonly { readonly text: RegExp; readonly error: (file: string, found: RegExpExecArray) => Error }[] = [
  {
    text: /PID (\d+)/,
    error: (file, [, pid]) =>
      new Unavailable(`The warehouse file ${file} is held by process ${pid}; stop that process, or use its API.`),
  },
  {
    text: /No space left on device/,
    error: (file) =>
      new Unavailable(
        `The warehouse file ${file} cannot be written: the disk is full; free space on it and try again.`,
      ),
  },
  {
    text: /Permission denied|Read-only file system|EACCES|EROFS/,
    error: (file) =>
      new Unavailable(
        `The warehouse file ${file} cannot be opened: this user may not read and write it and its folder; change their permissions, or start as their owner.`,
      ),
  },
  {
    text: /newer version of DuckDB/,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: a newer version of DuckDB wrote it; use the version of Tantieme that did.`,
      ),
  },
  {
    text: /not a valid DuckDB database|Is a directory/,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: it is not a DuckDB database; restore it from a backup, or correct WAREHOUSE_URL.`,
      ),
  },
  {
    text: DAMAGED,
    error: (file) =>
      new Conflict(
        `The warehouse file ${file} cannot be opened: it is truncated or damaged; restore it from a backup.`,
      ),
  },
];

/** An error in opening a DuckDB file, with the cause and what to do. */
export function toOpenError(thrown: unknown, file: string): Error {
  const message = messageOf(thrown);
  for (const { text, error } of CAUSES) {
    const found = text.exec(message);
    if (found) return error(file, found);
  }
  const reason = message.split('\n')[0];
  return new Conflict(
    `The warehouse file ${file} cannot be opened: ${reason}; correct WAREHOUSE_URL, or restore the file from a backup.`,
    { cause: thrown },
  );
}

/** As `toOpenError`, for the error of any query: a damaged block is only found when it is read. */
export function toReadError(thrown: unknown, file: string): unknown {
  if (!DAMAGED.test(messageOf(thrown))) return thrown;
  return new Conflict(
    `The warehouse file ${file} cannot be read: it is truncated or damaged; restore it from a backup.`,
  );
}

const PASSING =
  /Out of Memory Error|could not allocate block|IO Error|No space left on device|FATAL Error|INTERRUPT Error|^(?:ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|EACCES|EROFS):/i;

/** The error of a transaction: `Unavailable` if memory or the disk has failed, so that the same may succeed later. */
export function toWriteError(thrown: unknown): unknown {
  const [line = ''] = messageOf(thrown).split('\n');
  if (thrown instanceof Unavailable || !PASSING.test(line)) return thrown;
  return new Unavailable(`The warehouse could not be written: ${line}. Nothing was written; try again.`, {
    cause: thrown,
  });
}
