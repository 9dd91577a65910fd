import { invariant } from '../../warehouse/invariant.ts';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

/**
 * A copy of a zip archive in which every entry has the given UTC instant as its date, instead of the time of packing.
 * Layout of the headers: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. Throws `InvariantBroken` for bytes that
 * are not a zip archive with a 32-bit directory, and for years outside 1980 to 2107, the range of the format.
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

/** The format has a resolution of two seconds. */
function dosTime(epochMs: number): { time: number; date: number } {
  const at = new Date(epochMs);
  const year = at.getUTCFullYear();
  invariant(year >= 1980 && year <= 2107, `A date in a zip archive must be between 1980 and 2107, not ${year}.`);
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
