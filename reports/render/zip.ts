import { promisify } from 'node:util';
import { crc32, deflateRaw, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { invariant } from '../../warehouse/invariant.ts';
import { FAST } from './compression.ts';

/** A file of an archive, already compressed, so that parts that never change are compressed once. */
export interface ZipEntry {
  /** The path in the archive, in ASCII. */
  readonly name: string;
  readonly deflated: Uint8Array;
  readonly crc: number;
  readonly byteCount: number;
}

const LOCAL_ENTRY = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_EXTRA = 1;
/** The largest figures of the headers, which say that Zip64 has the figure. */
const MOST_16 = 0xffff;
const MOST_32 = 0xffff_ffff;
/** The version that is needed to read it: 2.0, for deflate. */
const VERSION = 20;
const VERSION_ZIP64 = 45;
const DEFLATE = 8;

const deflateAside = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

/** The latest file of each name with its text: archives that are made one after the other have equal files. */
const latest = new Map<string, { readonly text: string; readonly entry: ZipEntry }>();

/** Compresses a text, in UTF-8, as a file of an archive. */
export function zipEntry(name: string, text: string): ZipEntry {
  const known = latest.get(name);
  if (known?.text === text) return known.entry;
  const entry = zipBytes(name, Buffer.from(text));
  latest.set(name, { text, entry });
  return entry;
}

/** Compresses bytes as a file of an archive. */
export function zipBytes(name: string, bytes: Uint8Array): ZipEntry {
  return { name, deflated: deflateRawSync(bytes, FAST), crc: crc32(bytes), byteCount: bytes.length };
}

/** The same, compressed by another thread. */
export async function zipBytesAside(name: string, bytes: Uint8Array): Promise<ZipEntry> {
  return { name, deflated: await deflateAside(bytes, FAST), crc: crc32(bytes), byteCount: bytes.length };
}

/**
 * A zip archive in which every file has the given UTC instant as its date, so that equal files give equal bytes. Layout of
 * the headers: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. Throws `InvariantBroken` for years outside 1980 to
 * 2107, the range of the format. For archives below 4 GiB.
 */
export function zipArchive(entries: readonly ZipEntry[], epochMs: number): Buffer {
  const archive = new ZipWriter(epochMs);
  return Buffer.concat([...entries.flatMap((entry) => archive.file(entry)), ...archive.end()]);
}

/**
 * The same archive in pieces, a file after the other, so that only one file and the directory, about 100 bytes a file, are in memory.
 * Beyond 65,534 files or 4 GiB it is written by Zip64: sections 4.3.14, 4.3.15 and 4.5.3.
 */
export async function* zipStream(entries: AsyncIterable<ZipEntry>, epochMs: number): AsyncGenerator<Buffer> {
  const archive = new ZipWriter(epochMs);
  for await (const entry of entries) yield Buffer.concat(archive.file(entry));
  yield Buffer.concat(archive.end());
}

class ZipWriter {
  readonly #at: DosTime;
  readonly #directory: Buffer[] = [];
  #offset = 0;
  #count = 0;

  constructor(epochMs: number) {
    this.#at = dosTime(epochMs);
  }

  file(entry: ZipEntry): Uint8Array[] {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(LOCAL_ENTRY, 0);
    writeCommon(header, 4, { entry, at: this.#at });
    const name = Buffer.from(entry.name, 'latin1');
    this.#directory.push(directoryEntry({ entry, at: this.#at, offset: this.#offset, name }));
    this.#offset += header.length + name.length + entry.deflated.length;
    this.#count += 1;
    return [header, name, entry.deflated];
  }

  end(): Buffer[] {
    const size = this.#directory.reduce((sum, piece) => sum + piece.length, 0);
    const directory = { count: this.#count, size, offset: this.#offset };
    const isLarge = this.#count >= MOST_16 || this.#offset >= MOST_32;
    return [...this.#directory, ...(isLarge ? zip64End(directory) : []), endOfDirectory(directory)];
  }
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** A figure that does not fit is all ones; Zip64 has it. */
function endOfDirectory({ count, size, offset }: Directory): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(Math.min(count, MOST_16), 8);
  end.writeUInt16LE(Math.min(count, MOST_16), 10);
  end.writeUInt32LE(Math.min(size, MOST_32), 12);
  end.writeUInt32LE(Math.min(offset, MOST_32), 16);
  return end;
}

/** The Zip64 end of the directory and its locator. */
function zip64End({ count, size, offset }: Directory): Buffer[] {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(ZIP64_END_OF_DIRECTORY, 0);
  // The size of the rest of this record.
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(ZIP64_LOCATOR, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  // The number of disks.
  locator.writeUInt32LE(1, 16);
  return [end, locator];
}

/** The files of an archive that `zipArchive` has made. Throws `InvariantBroken` if one is damaged. */
export function filesInArchive(archive: Buffer): { readonly name: string; readonly bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let at = 0; archive.readUInt32LE(at) === LOCAL_ENTRY; ) {
    const [nameAt, nameLength] = [at + 30, archive.readUInt16LE(at + 26)];
    const contentAt = nameAt + nameLength;
    at = contentAt + archive.readUInt32LE(at + 18);
    const name = archive.toString('latin1', nameAt, contentAt);
    const bytes = inflateRawSync(archive.subarray(contentAt, at));
    invariant(crc32(bytes) === archive.readUInt32LE(nameAt - 16), `${name} must be whole in the archive.`);
    files.push({ name, bytes });
  }
  return files;
}

interface DosTime {
  readonly time: number;
  readonly date: number;
}

function directoryEntry({
  entry,
  at,
  offset,
  name,
}: {
  entry: ZipEntry;
  at: DosTime;
  offset: number;
  name: Buffer;
}): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(DIRECTORY_ENTRY, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, { entry, at });
  header.writeUInt32LE(Math.min(offset, MOST_32), 42);
  if (offset < MOST_32) return Buffer.concat([header, name]);
  header.writeUInt16LE(VERSION_ZIP64, 6);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(offset), 4);
  header.writeUInt16LE(extra.length, 30);
  return Buffer.concat([header, name, extra]);
}

/** The fields that both headers of a file have in the same order. */
function writeCommon(header: Buffer, from: number, { entry, at }: { entry: ZipEntry; at: DosTime }): void {
  header.writeUInt16LE(VERSION, from);
  header.writeUInt16LE(DEFLATE, from + 4);
  header.writeUInt16LE(at.time, from + 6);
  header.writeUInt16LE(at.date, from + 8);
  header.writeUInt32LE(entry.crc, from + 10);
  header.writeUInt32LE(entry.deflated.length, from + 14);
  header.writeUInt32LE(entry.byteCount, from + 18);
  header.writeUInt16LE(entry.name.length, from + 22);
}

/** The format has a resolution of two seconds. */
function dosTime(epochMs: number): DosTime {
  const at = new Date(epochMs);
  const year = at.getUTCFullYear();
  invariant(year >= 1980 && year <= 2107, `A date in a zip archive must be between 1980 and 2107, not ${year}.`);
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
