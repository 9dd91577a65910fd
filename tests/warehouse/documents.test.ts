import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { InvariantBroken, NotFound, Unavailable } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { temporaryFolder } from './folder.ts';

const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);

test('the same bytes are one document, found by its hash', async () => {
  await using folder = await temporaryFolder();
  const documents = documentsIn(join(folder.path, 'documents'));
  const hash = await documents.put(bytes);
  expect(hash).toBe(sha256Hex(bytes));
  expect(await documents.put(bytes.slice())).toBe(hash);
  expect(await documents.put(new Uint8Array())).toBe(sha256Hex(''));
  expect(Uint8Array.from(await documents.get(hash))).toEqual(bytes);
  expect(await documents.get(sha256Hex(''))).toHaveLength(0);
  expect(await readdir(join(folder.path, 'documents', hash.slice(0, 2)))).toEqual([hash]);
  // Another process, later.
  expect(await documentsIn(join(folder.path, 'documents')).get(hash)).toHaveLength(bytes.length);
});

test('what is deleted is gone, and deleting it again is no error', async () => {
  await using folder = await temporaryFolder();
  const documents = documentsIn(folder.path);
  const [first, other] = [await documents.put(bytes), await documents.put(Buffer.from('other'))];
  await documents.delete(first);
  await documents.delete(first);
  await expect(documents.get(first)).rejects.toThrow(NotFound);
  expect(String(await documents.get(other))).toBe('other');
});

test('the same bytes, stored many times concurrently, are complete', async () => {
  await using folder = await temporaryFolder();
  const documents = documentsIn(folder.path);
  const hashes = await Promise.all(Array.from({ length: 10 }, () => documents.put(bytes)));
  expect(new Set(hashes).size).toBe(1);
  expect(await readdir(join(folder.path, hashes[0]?.slice(0, 2) ?? ''))).toEqual([hashes[0]]);
});

test.each([
  ['are others', (path: string) => writeFile(path, 'forged')],
  ['are truncated', (path: string) => truncate(path, 99_999)],
])('bytes that %s are detected', async (_, corrupt) => {
  await using folder = await temporaryFolder();
  const documents = documentsIn(folder.path);
  const hash = await documents.put(bytes);
  await corrupt(join(folder.path, hash.slice(0, 2), hash));
  await expect(documents.get(hash)).rejects.toThrow(InvariantBroken);
});

test('a document that was never stored is not found, whatever its name', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'secret'), 'x');
  const documents = documentsIn(folder.path);
  for (const hash of [sha256Hex('x'), '../secret', 'secret', '', sha256Hex('x').toUpperCase()]) {
    await expect(documents.get(hash)).rejects.toThrow(NotFound);
  }
});

test('a folder that cannot be written, or a document that cannot be read, is Unavailable', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, 'x');
  await expect(documentsIn(file).put(bytes)).rejects.toThrow(Unavailable);
  expect(await readFile(file, 'utf8')).toBe('x');
  const documents = documentsIn(folder.path);
  const hash = await documents.put(bytes);
  await rm(join(folder.path, hash.slice(0, 2)), { recursive: true });
  await writeFile(join(folder.path, hash.slice(0, 2)), 'a file where a folder was');
  await expect(documents.get(hash)).rejects.toThrow(Unavailable);
});
