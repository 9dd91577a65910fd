import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { ObjectFile } from './object-files.ts';

/** The content of a file is truncated or corrupt; reading it again does not help. */
export class CorruptFile extends Rejected {
  override name = 'CorruptFile';
}

/** The hash and the size of a file that was read to its end. */
interface StoredBytes {
  readonly sha256: string;
  readonly byte_count: number;
}

const MEBIBYTE = 1024 * 1024;
/** RudderStack refuses events of more than 4000 KiB. */
const MAX_LINE_BYTES = 32 * MEBIBYTE;

/** The non-blank lines of a file, without newlines and byte order mark, unzipped if the file is gzip. They can be read once. */
export interface Lines extends AsyncIterable<Buffer> {
  /** The number of the current line, counted from 1. */
  readonly number: number;
  /** Available when the lines have been read to their end. */
  readonly stored: StoredBytes;
}

/**
 * Reads the lines of a file, with only one of them and a few blocks in memory. Throws `CorruptFile` at the point where the
 * content turns out to be truncated or corrupt; lines that were read before must then be discarded. Throws `Unavailable` if
 * the bytes cannot be read.
 */
export function linesOf(file: ObjectFile): Lines {
  return new FileLines(file);
}

const NEWLINE = 0x0a;
/** The byte order mark of UTF-8, with which editors of Windows begin a file. */
const MARK = Buffer.from('\ufeff');

class FileLines implements Lines {
  readonly #file: ObjectFile;
  readonly #hash = createHash('sha256');
  #byteCount = 0;
  #begun = false;
  #stored: StoredBytes | undefined;
  number = 0;

  constructor(file: ObjectFile) {
    this.#file = file;
  }

  get stored(): StoredBytes {
    return requirePresent(
      this.#stored,
      `The hash of ${this.#file.name} is not available before its lines have been read to the end.`,
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    invariant(!this.#begun, `The lines of ${this.#file.name} can only be read once.`);
    this.#begun = true;
    const line = new PartialLine();
    for await (const chunk of this.#readContent()) {
      let from = 0;
      // Only a newline ends a line: U+2028 and similar characters are text.
      for (let to = chunk.indexOf(NEWLINE); to !== -1; from = to + 1, to = chunk.indexOf(NEWLINE, from)) {
        this.#grow(line, chunk.subarray(from, to));
        const whole = this.#next(line);
        if (!isBlank(whole)) yield whole;
      }
      this.#grow(line, chunk.subarray(from));
    }
    const last = this.#next(line);
    if (isBlank(last)) return;
    if (!isJson(last)) throw this.#corrupt(`it ends in the middle of line ${this.number}`);
    yield last;
  }

  #next(line: PartialLine): Buffer {
    this.number++;
    const whole = line.take();
    return this.number === 1 && whole.subarray(0, MARK.length).equals(MARK) ? whole.subarray(MARK.length) : whole;
  }

  #grow(line: PartialLine, bytes: Buffer): void {
    if (line.byteCount + bytes.length > MAX_LINE_BYTES) {
      throw this.#corrupt(`line ${this.number + 1} has more than ${MAX_LINE_BYTES / MEBIBYTE} MiB`);
    }
    line.grow(bytes);
  }

  /** The content of the file, unzipped if its first bytes are those of gzip, whatever its name. */
  async *#readContent(): AsyncGenerator<Buffer> {
    const stored = this.#readCounting();
    const head = await firstBytes(stored);
    if (head.length === 0 && this.#file.name.endsWith('.gz')) throw this.#corrupt('it is empty');
    const whole = headAndRest(head, stored);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* this.#unzip(whole);
    else yield* whole;
  }

  async *#unzip(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const gunzip = createGunzip({ chunkSize: MEBIBYTE / 8 });
    // An error of the source destroys the gunzip stream, which then throws it.
    pipeline(Readable.from(stored, { objectMode: false }), gunzip, () => undefined);
    try {
      yield* gunzip;
    } catch (error) {
      if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw this.#corrupt(messageOf(error));
      throw error;
    }
    // After a zero byte, gunzip ignores the rest as padding.
    if (gunzip.bytesWritten !== this.#byteCount) {
      throw this.#corrupt(`data that is not gzip follows its first ${gunzip.bytesWritten} bytes`);
    }
  }

  async *#readCounting(): AsyncGenerator<Buffer> {
    const { name, byte_count } = this.#file;
    for await (const chunk of this.#file.bytes()) {
      this.#hash.update(chunk);
      this.#byteCount += chunk.length;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
    if (this.#byteCount !== byte_count) {
      throw new Unavailable(
        `${name} cannot be read: it has ${this.#byteCount} bytes instead of ${byte_count}, so it is being changed. Try again.`,
      );
    }
    this.#stored = { sha256: this.#hash.digest('hex'), byte_count };
  }

  #corrupt(what: string): CorruptFile {
    return new CorruptFile(`${this.#file.name} is truncated or corrupt: ${what}.`);
  }
}

/** A line that is not complete yet. */
class PartialLine {
  #parts: Buffer[] = [];
  byteCount = 0;

  grow(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.byteCount += bytes.length;
  }

  /** Returns the line and starts a new one. */
  take(): Buffer {
    const [first, ...others] = this.#parts;
    const whole = first && others.length === 0 ? first : Buffer.concat(this.#parts, this.byteCount);
    this.#parts = [];
    this.byteCount = 0;
    return whole;
  }
}

/** The two bytes that distinguish gzip from text, or fewer if the file is shorter. */
async function firstBytes(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* headAndRest(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
