import { invariant } from '../../../warehouse/invariant.ts';

export interface StoredObject {
  readonly content: Buffer;
  /** In quotes, as in the header. */
  readonly etag: string;
}

const KNOWN = new Set(['list-type', 'prefix', 'start-after', 'continuation-token', 'max-keys', 'x-id']);

/** The response to ListObjectsV2: the keys below a prefix in byte order, page by page. */
export function listing(
  objects: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
  { bucket, pageCount }: { bucket: string; pageCount: number },
): string {
  for (const name of query.keys()) invariant(KNOWN.has(name), `The local S3 does not support the parameter ${name}.`);
  invariant(query.get('list-type') === '2', 'The local S3 supports ListObjectsV2 only.');
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  // A token continues where its page ended, wherever the list began.
  const after = Buffer.from(token ?? query.get('start-after') ?? '', token === null ? 'utf8' : 'base64url');
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), after) > 0)
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const page = keys.slice(0, Math.min(Number(query.get('max-keys') ?? 1000), pageCount));
  const isTruncated = page.length < keys.length;
  const next = Buffer.from(page.at(-1) ?? '').toString('base64url');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>1000</MaxKeys>`,
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    ...(isTruncated ? [`<NextContinuationToken>${next}</NextContinuationToken>`] : []),
    ...page.map((key) => entry(key, objects)),
    '</ListBucketResult>',
  ].join('');
}

function entry(key: string, objects: ReadonlyMap<string, StoredObject>): string {
  const object = objects.get(key);
  const about = `<ETag>${escaped(object?.etag ?? '')}</ETag><Size>${object?.content.length}</Size>`;
  return `<Contents><Key>${escaped(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>${about}<StorageClass>STANDARD</StorageClass></Contents>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
