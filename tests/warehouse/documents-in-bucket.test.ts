import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDocuments } from '../../warehouse/documents/open-documents.ts';
import { InvariantBroken, NotFound, Unavailable } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import type { S3Settings } from '../../warehouse/s3.ts';
import { type LocalS3, startS3 } from '../support/s3/local-s3.ts';

const KEYS = { region: 'eu-central-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local/secret+key' };
const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
const hash = sha256Hex(bytes);
const key = `issued/${hash.slice(0, 2)}/${hash}`;

let s3: LocalS3;
beforeEach(async () => {
  s3 = await startS3({ bucket: 'documents', keys: KEYS });
});
afterEach(() => s3[Symbol.asyncDispose]());

/** One attempt, because the SDK waits between its attempts. */
const documentsWith = (change: Partial<S3Settings> = {}, bucket = 'documents') =>
  openDocuments({
    ...{ kind: 's3', bucket, prefix: 'issued/' },
    s3: { endpoint: s3.url, region: KEYS.region, credentials: KEYS, attempts: 1, ...change },
  });

test('the same bytes are one document, found by its hash, and stored once', async () => {
  const documents = documentsWith();
  expect(await documents.putAll([bytes, new Uint8Array(), bytes.slice()])).toEqual([hash, sha256Hex(''), hash]);
  expect(await documents.put(bytes)).toBe(hash);
  expect(Uint8Array.from(await documents.get(hash))).toEqual(bytes);
  expect(await documentsWith().get(sha256Hex(''))).toHaveLength(0);
  expect(s3.requests.filter((request) => request === `put ${key}`)).toHaveLength(2);
});

test('what is deleted is gone, deleting it again is no error, and it can be stored again', async () => {
  const documents = documentsWith();
  await documents.put(bytes);
  await documents.delete(hash);
  await documents.delete(hash);
  await expect(documents.get(hash)).rejects.toThrow(NotFound);
  expect(await documents.put(bytes)).toBe(hash);
  expect(await documents.get(hash)).toHaveLength(bytes.length);
  s3.faults(() => 'no_such_key');
  await documents.delete(hash);
  await documents.delete(hash);
  s3.faults(() => 'access_denied');
  await expect(documents.delete(hash)).rejects.toThrow(/^A document could not be deleted in s3:/);
});

test('in a bucket that keeps versions each of them is deleted, or the deletion fails and is tried again as a whole', async () => {
  await using versioned = await startS3({ bucket: 'documents', keys: KEYS, isVersioned: true });
  const documents = documentsWith({ endpoint: versioned.url });
  versioned.put(key, 'an earlier version');
  versioned.put(`${key}0`, 'another object');
  versioned.remove(key);
  await documents.put(bytes);
  versioned.faults(({ operation, ordinal }) => (operation === 'delete' && ordinal > 2 ? 'access_denied' : undefined));
  await expect(documents.delete(hash)).rejects.toThrow(
    /could not be deleted .* also versions if the bucket keeps them/,
  );
  expect(versioned.versions(key)).toBe(3);
  versioned.faults(() => undefined);
  await documents.delete(hash);
  expect([versioned.versions(key), versioned.versions(`${key}0`)]).toEqual([0, 1]);
  await expect(documents.get(hash)).rejects.toThrow(NotFound);
});

test('what is stored is never replaced, even if it is damaged, and damage is found when it is read', async () => {
  s3.put(key, 'forged');
  const documents = documentsWith();
  expect(await documents.put(bytes)).toBe(hash);
  await expect(documents.get(hash)).rejects.toThrow(InvariantBroken);
});

test('a store without conditions is asked first whether it has the document', async () => {
  s3.faults(() => 'no_conditions');
  const documents = documentsWith();
  await documents.put(bytes);
  await documents.put(bytes);
  expect(Uint8Array.from(await documents.get(hash))).toEqual(bytes);
  expect(s3.requests).toEqual([`put ${key}`, `head ${key}`, `put ${key}`, `head ${key}`, `get ${key}`]);
});

test('a document that another process is storing is tried again', async () => {
  s3.faults(({ ordinal }) => (ordinal < 3 ? 'conflict' : undefined));
  expect(await documentsWith().put(bytes)).toBe(hash);
  expect(s3.requests).toEqual([`put ${key}`, `put ${key}`, `put ${key}`]);
});

test('a document that was never stored is not found, whatever its name', async () => {
  s3.put('issued/secret', 'x');
  for (const name of [sha256Hex('x'), '../secret', 'secret', '']) {
    await expect(documentsWith().get(name)).rejects.toThrow(NotFound);
  }
});

test.each<[string, () => ReturnType<typeof documentsWith>, RegExp]>([
  [
    'a bucket that does not exist',
    () => documentsWith({}, 'elsewhere'),
    /^A document could not be (stored in|read from) s3:\/\/elsewhere\/issued \(NoSuchBucket: .*\)\. Set DOCUMENTS_URL to a bucket that exists\.$/,
  ],
  [
    'another key',
    () => documentsWith({ credentials: { ...KEYS, accessKeyId: 'AKIDOTHER' } }),
    /\(InvalidAccessKeyId: .*\)\. Give the keys of S3_ACCESS_KEY_ID permission to read, write and delete there, also versions if the bucket keeps them\.$/,
  ],
  ['another region', () => documentsWith({ region: 'us-east-1' }), /\. Set S3_REGION to the region of the bucket\.$/],
  [
    'a store that does not respond',
    () => documentsWith({ endpoint: 'http://127.0.0.1:1' }),
    /ECONNREFUSED.*\)\. Check that the store can be reached at S3_ENDPOINT, and try again\.$/,
  ],
])('%s is Unavailable, with what to do', async (_, open, sentence) => {
  for (const work of [() => open().put(bytes), () => open().get(hash)]) {
    const error: unknown = await work().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unavailable);
    expect((error as Error).message).toMatch(sentence);
  }
});
