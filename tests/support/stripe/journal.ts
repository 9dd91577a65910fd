import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Unavailable } from '../../../warehouse/errors.ts';

/** A file with one line per mutation, written before the response. */
export interface Journal {
  /** The lines of the file when it was opened, oldest first. */
  readonly lines: readonly string[];
  /** Appends one line in one write, which survives a kill of the process. Throws `Unavailable` if the disk is full. */
  append(line: string): void;
  close(): void;
}

const NEWLINE = 0x0a;

/** Opens or creates a journal. A last line without its newline was never acknowledged, and is removed. */
export function openJournal(path: string): Journal {
  const fd = openSync(path, 'a+');
  const content = readFileSync(fd);
  let length = content.lastIndexOf(NEWLINE) + 1;
  if (length < content.length) ftruncateSync(fd, length);
  let closed = false;
  const text = content.toString('utf8', 0, length);
  return {
    lines: text === '' ? [] : text.slice(0, -1).split('\n'),
    append(line) {
      // The number of a closed descriptor may belong to another file by now.
      if (closed) throw new Unavailable(`The journal ${path} is closed.`);
      const bytes = Buffer.from(`${line}\n`);
      const written = writeSync(fd, bytes);
      if (written !== bytes.length) {
        ftruncateSync(fd, length);
        throw new Unavailable(`Only ${written} of ${bytes.length} bytes could be written to the journal ${path}.`);
      }
      length += written;
    },
    close() {
      closed = true;
      closeSync(fd);
    },
  };
}
