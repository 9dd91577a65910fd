import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { invariant, present } from '../../warehouse/invariant.ts';
import type { ObjectFile } from './object-files.ts';

/** The content of a file is torn or corrupt, and no second reading will mend it. */
export class CorruptFile extends Rejected {
  override name = 'CorruptFile';
}

/** What a file was when it was read to its end. */
export interface StoredBytes {
  readonly sha256: string;
  readonly byte_count: number;
}

const MEBIBYTE = 1024 * 1024;
/** RudderStack takes no event of more than 4000 KiB. */
const MAX_LINE_BYTES = 32 * MEBIBYTE;

/** The lines of a file that are not blank, without their newlines, unzipped where the file is gzip. To be read once. */
export interface Lines extends AsyncIterable<Buffer> {
  /** Which line of the file, from 1, was given last. */
  readonly number: number;
  /** What was read, once the lines have ended. */
  readonly stored: StoredBytes;
}

/**
 * Reads the lines of a file, no more than one of them and some blocks in memory. Throws `CorruptFile` for content that is
 * torn or corrupt, at the place where that shows: what was given before it is not to be kept either. Throws `Unavailable`
 * where the bytes themselves cannot be had.
 */
export function linesOf(file: ObjectFile): Lines {
  return new FileLines(file);
}

const NEWLINE = 0x0a;

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
    return present(this.#stored, `The lines of ${this.#file.name} have not ended, so its bytes are not known.`);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    invariant(!this.#begun, `The lines of ${this.#file.name} can be read once.`);
    this.#begun = true;
    const line = new BegunLine();
    for await (const chunk of this.#content()) {
      let from = 0;
      // A line ends at a newline alone: U+2028 and its like are text.
      for (let to = chunk.indexOf(NEWLINE); to !== -1; from = to + 1, to = chunk.indexOf(NEWLINE, from)) {
        this.#grow(line, chunk.subarray(from, to));
        const whole = line.take();
        this.number++;
        if (!isBlank(whole)) yield whole;
      }
      this.#grow(line, chunk.subarray(from));
    }
    const last = line.take();
    if (isBlank(last)) return;
    this.number++;
    if (!isJson(last)) throw this.#corrupt(`it breaks off in line ${this.number}`);
    yield last;
  }

  #grow(line: BegunLine, bytes: Buffer): void {
    if (line.byteCount + bytes.length > MAX_LINE_BYTES) {
      throw this.#corrupt(`line ${this.number + 1} has more than ${MAX_LINE_BYTES / MEBIBYTE} MiB`);
    }
    line.grow(bytes);
  }

  /** What the file says, unzipped by its first bytes, whatever its name. */
  async *#content(): AsyncGenerator<Buffer> {
    const stored = this.#counted();
    const head = await firstBytes(stored);
    if (head.length === 0 && this.#file.name.endsWith('.gz')) throw this.#corrupt('it is empty');
    const whole = headAndRest(head, stored);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* this.#unzipped(whole);
    else yield* whole;
  }

  async *#unzipped(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const gunzip = createGunzip({ chunkSize: MEBIBYTE / 8 });
    // An error of the source destroys what reads it, and comes out there.
    pipeline(Readable.from(stored, { objectMode: false }), gunzip, () => undefined);
    try {
      yield* gunzip;
    } catch (error) {
      if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw this.#corrupt(messageOf(error));
      throw error;
    }
    // Behind a zero byte the unzipper takes everything for padding.
    if (gunzip.bytesWritten !== this.#byteCount) {
      throw this.#corrupt(`something that is no gzip follows its first ${gunzip.bytesWritten} bytes`);
    }
  }

  async *#counted(): AsyncGenerator<Buffer> {
    const { name, byte_count } = this.#file;
    for await (const chunk of this.#file.bytes()) {
      this.#hash.update(chunk);
      this.#byteCount += chunk.length;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
    if (this.#byteCount !== byte_count) {
      throw new Unavailable(`${name} gave ${this.#byteCount} bytes instead of ${byte_count}: it is being changed.`);
    }
    this.#stored = { sha256: this.#hash.digest('hex'), byte_count };
  }

  #corrupt(what: string): CorruptFile {
    return new CorruptFile(`${this.#file.name} is torn or corrupt: ${what}.`);
  }
}

/** A line of which not all has come. */
class BegunLine {
  #parts: Buffer[] = [];
  byteCount = 0;

  grow(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.byteCount += bytes.length;
  }

  /** What has come, after which another line begins. */
  take(): Buffer {
    const [first, ...others] = this.#parts;
    const whole = first && others.length === 0 ? first : Buffer.concat(this.#parts, this.byteCount);
    this.#parts = [];
    this.byteCount = 0;
    return whole;
  }
}

/** As much as tells gzip from text, or less where there is less. */
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
