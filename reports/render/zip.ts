import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
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
/** The version that is needed to read it: 2.0, for deflate. */
const VERSION = 20;
const DEFLATE = 8;

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

/**
 * A zip archive in which every file has the given UTC instant as its date, so that equal files give equal bytes. Layout of
 * the headers: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. Throws `InvariantBroken` for years outside 1980 to
 * 2107, the range of the format. For archives below 4 GiB.
 */
export function zipArchive(entries: readonly ZipEntry[], epochMs: number): Buffer {
  const at = dosTime(epochMs);
  const pieces: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(LOCAL_ENTRY, 0);
    writeCommon(header, 4, { entry, at });
    const name = Buffer.from(entry.name, 'latin1');
    directory.push(directoryEntry({ entry, at, offset }), name);
    pieces.push(header, name, entry.deflated);
    offset += header.length + name.length + entry.deflated.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, ...directory, end]);
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

function directoryEntry({ entry, at, offset }: { entry: ZipEntry; at: DosTime; offset: number }): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(DIRECTORY_ENTRY, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, { entry, at });
  header.writeUInt32LE(offset, 42);
  return header;
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
