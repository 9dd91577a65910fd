import { createHash } from 'node:crypto';
import { InvariantBroken, Unavailable } from '../errors.ts';
import { requirePresent } from '../invariant.ts';
import { lazily } from '../lazily.ts';
import { openS3, type S3Settings, s3Failure } from '../s3.ts';
import { forEachAtOnce } from './at-once.ts';
import { documentsByHash } from './by-hash.ts';
import type { Documents } from './documents.ts';

interface BucketAddress {
  readonly bucket: string;
  /** What the keys begin with, a slash apart; '' for the bucket itself. */
  readonly prefix: string;
  readonly s3: S3Settings;
}

/** Requests in progress: each waits for the store, not for this machine. */
const AT_ONCE = 16;
/** Attempts while another process stores the same document: docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html. */
const CONFLICTS = 4;

type Opened = Awaited<ReturnType<typeof openS3>>;

/**
 * Documents in a bucket of a store that speaks the S3 protocol, as `prefix/ab/abcdef…`. A document counts as stored once the store has
 * confirmed it. Where the store has `If-None-Match`, what is there is not sent again in full to be replaced; else it is looked up first.
 */
export function documentsInBucket({ bucket, prefix, s3 }: BucketAddress): Documents {
  const start = prefix.replace(/\/+$/, '');
  const place = `s3://${bucket}${start && `/${start}`}`;
  const keyOf = (hash: string): string => `${start && `${start}/`}${hash.slice(0, 2)}/${hash}`;
  const open = lazily(() => openS3(s3));
  let isConditional = true;
  const store = async (hash: string, bytes: Uint8Array): Promise<void> => {
    const object = { Bucket: bucket, Key: keyOf(hash) };
    if (isConditional) isConditional = await putIfNew(await open(), { object, bytes });
    if (!isConditional) await putUnlessThere(await open(), { object, bytes });
  };
  return documentsByHash({
    async storeAll(documents) {
      await forEachAtOnce(documents, { atOnce: AT_ONCE, work: ([hash, bytes]) => store(hash, bytes) }).catch(
        (error: unknown) => {
          throw unavailable(`A document could not be stored in ${place}`, error);
        },
      );
    },
    async remove(hash) {
      await removeWhole(await open(), { Bucket: bucket, Key: keyOf(hash) }).catch((error: unknown) => {
        // S3 answers 204 to a key that is not there; other stores answer 404.
        if (isMissing(error)) return;
        throw unavailable(`A document could not be deleted in ${place}`, error);
      });
    },
    async read(hash) {
      return read(await open(), { Bucket: bucket, Key: keyOf(hash) }).catch((error: unknown) => {
        throw unavailable(`A document could not be read from ${place}`, error);
      });
    },
  });
}

interface S3Object {
  readonly Bucket: string;
  readonly Key: string;
}

/** In a bucket that keeps versions, a deletion only marks the object as deleted (the answer says so); then each version and mark is deleted. */
async function removeWhole({ sdk, client }: Opened, object: S3Object): Promise<void> {
  const { DeleteMarker } = await client.send(new sdk.DeleteObjectCommand({ ...object }));
  if (DeleteMarker !== true) return;
  const { Bucket, Key } = object;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key }),
    );
    const own = [...Versions, ...DeleteMarkers].filter((each) => each.Key === Key);
    if (own.length === 0) return;
    for (const { VersionId } of own) await client.send(new sdk.DeleteObjectCommand({ ...object, VersionId }));
  }
}

/** Returns false if the store does not support `If-None-Match`; the document is then not stored. */
async function putIfNew(
  { sdk, client }: Opened,
  { object, bytes }: { object: S3Object; bytes: Uint8Array },
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new sdk.PutObjectCommand({ ...contentOf(object, bytes), IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      const { status, name } = s3Failure(error);
      if (status === 412) return true;
      if (name === 'NotImplemented' || status === 501) return false;
      if (status !== 409 || attempt === CONFLICTS) throw error;
    }
  }
}

async function putUnlessThere(
  { sdk, client }: Opened,
  { object, bytes }: { object: S3Object; bytes: Uint8Array },
): Promise<void> {
  const size = await client.send(new sdk.HeadObjectCommand({ ...object })).then(
    ({ ContentLength }) => ContentLength,
    (error: unknown) => {
      if (s3Failure(error).status === 404) return undefined;
      throw error;
    },
  );
  if (size !== bytes.length) await client.send(new sdk.PutObjectCommand(contentOf(object, bytes)));
}

/** With the digest that every store checks, so that bytes that change on the way are refused. */
function contentOf(object: S3Object, bytes: Uint8Array) {
  const md5 = createHash('md5').update(bytes).digest('base64');
  return { ...object, Body: bytes, ContentLength: bytes.length, ContentMD5: md5 };
}

/** The bytes, or undefined if there is no such object. */
async function read({ sdk, client }: Opened, object: S3Object): Promise<Buffer | undefined> {
  try {
    const { Body } = await client.send(new sdk.GetObjectCommand({ ...object }));
    return Buffer.from(await requirePresent(Body, 'An object has a body.').transformToByteArray());
  } catch (error) {
    if (s3Failure(error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { name, status } = s3Failure(error);
  return status === 404 && name !== 'NoSuchBucket';
}

function unavailable(what: string, error: unknown): Unavailable | InvariantBroken {
  if (error instanceof InvariantBroken) return error;
  const { name, status, sentence, cure } = s3Failure(error);
  const todo =
    cure ??
    (name === 'NoSuchBucket' || status === 404
      ? 'Set DOCUMENTS_URL to a bucket that exists.'
      : status === 401 || status === 403
        ? 'Give the keys of S3_ACCESS_KEY_ID permission to read, write and delete there, also versions if the bucket keeps them.'
        : 'Check that the store can be reached at S3_ENDPOINT, and try again.');
  return new Unavailable(`${what} (${sentence.replace(/\.$/, '')}). ${todo}`);
}
