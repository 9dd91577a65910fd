import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import * as loopback from '../loopback.ts';
import { listing, type StoredObject } from './listing.ts';
import { Refusal } from './refusal.ts';
import { assertSigned, type Keys } from './signature.ts';
import { versionsOf } from './versions.ts';

/**
 * The fault of one request.
 * - `slow_down`: 503, to be retried later. `access_denied`: 403.
 * - `reset`: the connection is reset in the middle of the body; `truncate`: it ends in the middle, before its content-length.
 * - `whole`: the requested range is ignored.
 * - `no_such_key`: 404 to a deletion of what is not there, as some stores answer. `no_conditions`: the store does not implement `If-None-Match`. `conflict`: another request writes the same key.
 * - `before`: something happens in the bucket just before the response.
 */
export type Fault =
  | 'slow_down'
  | 'access_denied'
  | 'reset'
  | 'truncate'
  | 'whole'
  | 'no_such_key'
  | 'no_conditions'
  | 'conflict'
  | { readonly before: () => void };

/** A request that a script decides about; `ordinal` counts all requests since the start, from 1. */
export interface FaultyRequest {
  readonly operation: 'list' | 'get' | 'put' | 'head' | 'delete';
  /** Empty for a list request. */
  readonly key: string;
  readonly ordinal: number;
}

export type FaultScript = loopback.FaultScript<FaultyRequest, Fault>;

export interface LocalServerOptions {
  readonly bucket: string;
  readonly keys: Keys;
  /** The page size of a list. */
  readonly pageCount?: number;
  /** Whether the bucket keeps versions: a deletion without one adds a mark. */
  readonly isVersioned?: boolean;
}

/** A local S3 with one bucket, for the real SDK. It supports what reading object files and storing documents takes, and refuses the rest. */
export interface LocalS3 extends loopback.LocalServer {
  /** Every request so far: `list <start>`, `get <key> <range>`, `put <key>` or `head <key>`. */
  readonly requests: readonly string[];
  put(key: string, content: string | Uint8Array): void;
  remove(key: string): void;
  /** How many versions and marks of deletion there are of a key. */
  versions(key: string): number;
  /** Sets the faults of further requests. */
  faults(script: FaultScript): void;
}

export async function startS3({
  bucket,
  keys,
  pageCount = 1000,
  isVersioned = false,
}: LocalServerOptions): Promise<LocalS3> {
  const versions = versionsOf();
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  let script: FaultScript = () => undefined;

  const answer = (
    { incoming: request, method, body: sent, ordinal }: loopback.ReceivedRequest,
    response: ServerResponse,
  ): void => {
    const url = new URL(request.url ?? '', 'http://s3');
    const [, name, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const operation = operationOf(method, key);
    const range = request.headers.range;
    requests.push(
      operation === 'list'
        ? `list ${url.searchParams.get('start-after') ?? ''}`.trim()
        : `${operation} ${key} ${range ?? ''}`.trim(),
    );
    assertSigned(request, keys);
    const fault = script({ operation, key, ordinal });
    if (fault === 'slow_down') throw new Refusal(503, 'SlowDown', 'Please reduce your request rate.');
    if (fault === 'access_denied') throw new Refusal(403, 'AccessDenied', 'Access Denied');
    if (typeof fault === 'object') fault.before();
    if (name !== bucket) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (operation === 'list' && url.searchParams.has('versions')) {
      const body = versions.list(url.searchParams.get('prefix') ?? '');
      response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    if (operation === 'list') {
      const body = listing(objects, url.searchParams, { bucket, pageCount });
      response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    if (operation === 'put') {
      assertWritable(request, { there: objects.has(key), sent, fault });
      objects.set(key, objectOf(sent));
      if (isVersioned) versions.add(key);
      response.writeHead(200, { etag: objectOf(sent).etag }).end();
      return;
    }
    if (operation === 'delete') {
      if (fault === 'no_such_key' && !objects.has(key))
        throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
      const version = url.searchParams.get('versionId');
      if (version === null) objects.delete(key);
      if (version === null && isVersioned) versions.add(key, { isMark: true });
      if (version !== null) versions.delete(key, version);
      response.writeHead(204, version === null && isVersioned ? { 'x-amz-delete-marker': 'true' } : {}).end();
      return;
    }
    const object = objects.get(key);
    if (operation === 'head') {
      response
        .writeHead(object ? 200 : 404, object && { 'content-length': object.content.length, etag: object.etag })
        .end();
      return;
    }
    if (!object) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== object.etag) {
      throw new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    }
    deliver(object, response, { range: fault === 'whole' ? undefined : range, fault });
  };

  const server = await loopback.startLocalServer({
    async answer(request, response) {
      try {
        answer(request, response);
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        deliverError(response, thrown);
      }
    },
    answerFailure(thrown, response) {
      deliverError(response, { status: 501, code: 'NotImplemented', message: messageOf(thrown) });
    },
  });
  return {
    ...server,
    requests,
    put(key, content) {
      objects.set(key, objectOf(content));
      if (isVersioned) versions.add(key);
    },
    remove: (key) => void objects.delete(key),
    versions: versions.count,
    faults(next) {
      script = next;
    },
  };
}

function objectOf(content: string | Uint8Array): StoredObject {
  return { content: Buffer.from(content), etag: `"${sha256Hex(content).slice(0, 32)}"` };
}

function operationOf(method: string, key: string): FaultyRequest['operation'] {
  if (method === 'GET') return key === '' ? 'list' : 'get';
  if (key !== '' && method === 'PUT') return 'put';
  if (key !== '' && method === 'HEAD') return 'head';
  if (key !== '' && method === 'DELETE') return 'delete';
  throw new Refusal(405, 'MethodNotAllowed', `The local S3 does not support ${method}.`);
}

function assertWritable(
  { headers }: IncomingMessage,
  { there, sent, fault }: { there: boolean; sent: Buffer; fault: Fault | undefined },
): void {
  const condition = headers['if-none-match'];
  if (condition !== undefined && fault === 'no_conditions')
    throw new Refusal(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented');
  if (condition !== undefined && fault === 'conflict')
    throw new Refusal(409, 'ConditionalRequestConflict', 'A conflicting operation is in progress');
  if (condition === '*' && there)
    throw new Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (headers['content-md5'] !== createHash('md5').update(sent).digest('base64'))
    throw new Refusal(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function deliverError(
  response: ServerResponse,
  { status, code, message }: Pick<Refusal, 'status' | 'code' | 'message'>,
) {
  const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}

function deliver(
  { content, etag }: StoredObject,
  response: ServerResponse,
  { range, fault }: { range: string | undefined; fault: Fault | undefined },
): void {
  const from = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
  if (!(from < Math.max(content.length, 1)))
    throw new Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  const body = content.subarray(from);
  const ranged =
    range === undefined ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(range === undefined ? 200 : 206, { 'content-length': body.length, etag, ...ranged });
  if (fault !== 'reset' && fault !== 'truncate') return void response.end(body);
  response.write(body.subarray(0, body.length >> 1), () => {
    if (fault === 'reset') response.socket?.resetAndDestroy();
    else response.destroy();
  });
}
