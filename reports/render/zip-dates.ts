import { invariant } from '../../warehouse/invariant.ts';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

/**
 * A copy of a zip archive whose entries all carry one date, the given UTC instant, instead of the time of packing.
 * Layout of the headers: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. Throws `InvariantBroken` for bytes that
 * are no zip archive with a plain (not 64 bit) directory, and for years before 1980, which zip can't say.
 */
export function withZipDates(archive: Buffer, epochMs: number): Buffer {
  const zip = Buffer.from(archive);
  const { time, date } = dosTime(epochMs);
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  invariant(end >= 0 && zip.readUInt32LE(end) === END_OF_DIRECTORY, 'A zip archive must end with its directory.');
  let at = zip.readUInt32LE(end + 16);
  for (let entries = zip.readUInt16LE(end + 10); entries > 0; entries -= 1) {
    invariant(zip.readUInt32LE(at) === DIRECTORY_ENTRY, `A zip archive must have a directory entry at ${at}.`);
    const local = zip.readUInt32LE(at + 42);
    invariant(zip.readUInt32LE(local) === LOCAL_ENTRY, `A zip archive must have an entry at ${local}.`);
    zip.writeUInt16LE(time, at + 12);
    zip.writeUInt16LE(date, at + 14);
    zip.writeUInt16LE(time, local + 10);
    zip.writeUInt16LE(date, local + 12);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}

/** Two seconds is the finest that the format can say. */
function dosTime(epochMs: number): { time: number; date: number } {
  const at = new Date(epochMs);
  const year = at.getUTCFullYear();
  invariant(year >= 1980 && year <= 2107, `A zip archive can't carry the year ${year}.`);
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
