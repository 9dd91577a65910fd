import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import {
  filesInArchive,
  type ZipEntry,
  zipArchive,
  zipBytesAside,
  zipEntry,
  zipStream,
} from '../../../reports/render/zip.ts';

const AT = Date.parse('2026-02-02T08:00:00.000Z');

async function* streamOf(entries: Iterable<ZipEntry>): AsyncGenerator<ZipEntry> {
  yield* entries;
}

test('an archive in pieces has the bytes of the whole one, a piece for each file', async () => {
  const entries = [
    zipEntry('a.txt', 'Ada'),
    await zipBytesAside('b.bin', Uint8Array.of(0, 255)),
    zipEntry('c.txt', ''),
  ];
  const pieces: Buffer[] = [];
  for await (const piece of zipStream(streamOf(entries), AT)) pieces.push(piece);
  expect(pieces).toHaveLength(4);
  const archive = Buffer.concat(pieces);
  expect(archive).toEqual(zipArchive(entries, AT));
  expect(filesInArchive(archive).map(({ name, bytes }) => [name, bytes.toString('latin1')])).toEqual([
    ['a.txt', 'Ada'],
    ['b.bin', '\0\xff'],
    ['c.txt', ''],
  ]);
});

test('an archive of more files than its headers can count has them in Zip64', async () => {
  const count = 70_000;
  const entry = zipEntry('x', 'x');
  const archive = await buffer(zipStream(streamOf(Array.from({ length: count }, () => entry)), AT));
  const end = archive.length - 22;
  expect([archive.readUInt32LE(end), archive.readUInt16LE(end + 10)]).toEqual([0x06054b50, 0xffff]);
  const locator = end - 20;
  expect(archive.readUInt32LE(locator)).toBe(0x07064b50);
  const record = Number(archive.readBigUInt64LE(locator + 8));
  expect([archive.readUInt32LE(record), archive.readBigUInt64LE(record + 32)]).toEqual([0x06064b50, BigInt(count)]);
  const directory = Number(archive.readBigUInt64LE(record + 48));
  expect(archive.readUInt32LE(directory)).toBe(0x02014b50);
  expect(directory + Number(archive.readBigUInt64LE(record + 40))).toBe(record);
});
