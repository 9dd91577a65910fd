import type { _Object, S3Client } from '@aws-sdk/client-s3';
import { messageOf, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { invariant, present } from '../../warehouse/invariant.ts';
import { isEventFile, sourceIn } from './names.ts';
import type { ListOptions, ObjectFile, ObjectFiles } from './object-files.ts';

/** Where buckets are, and who asks. */
export interface S3Settings {
  /** The address of an S3-compatible store; undefined for Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined for what the machine has: environment, profile, role. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How often a request is tried in all. */
  readonly attempts?: number;
}

/** How often the rest of a file is asked for after a connection broke in the middle of it. */
const RESUMPTIONS = 4;

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** The object files of a bucket below a prefix. Throws `Rejected` for an address that names no bucket. */
export async function bucketFiles(address: string, settings: S3Settings): Promise<ObjectFiles> {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (!bucket) throw new Rejected(`${JSON.stringify(address)} names no bucket; it must be like s3://bucket/prefix.`);
  // A fifth of a second that only those wait who have a bucket.
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    region: settings.region,
    maxAttempts: settings.attempts ?? 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    // Not every store has the newer checksums; that a file is whole is checked by its size, and gzip checks its content.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
  return new BucketFiles({ sdk, client, bucket, prefix });
}

type Sdk = typeof import('@aws-sdk/client-s3');

class BucketFiles implements ObjectFiles {
  readonly address: string;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ sdk, client, bucket, prefix }: { sdk: Sdk; client: S3Client; bucket: string; prefix: string }) {
    this.address = `s3://${bucket}`;
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async *list({ after = '', onSkipped }: ListOptions = {}): AsyncGenerator<ObjectFile> {
    const asked = { Bucket: this.#bucket, Prefix: this.#prefix, ...(after === '' ? {} : { StartAfter: after }) };
    let token: string | undefined;
    do {
      const command = new this.#sdk.ListObjectsV2Command({ ...asked, ...(token ? { ContinuationToken: token } : {}) });
      const page = await this.#client.send(command).catch((error: unknown) => {
        throw failure(`${this.address}/${this.#prefix}`, error);
      });
      for (const object of page.Contents ?? []) {
        const file = this.#fileOf(object);
        if (!isBelow(file.name, this.#prefix)) continue;
        if (isEventFile(file.name)) yield file;
        else onSkipped?.(file.name);
      }
      invariant(
        !page.IsTruncated || page.NextContinuationToken,
        `${this.address} has more objects, but does not say how to list them.`,
      );
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  #fileOf({ Key, Size, ETag }: _Object): ObjectFile {
    const name = present(Key, `${this.address} lists an object without a key.`);
    const byte_count = present(Size, `${this.address} lists ${name} without its size.`);
    const version = present(ETag, `${this.address} lists ${name} without its ETag.`);
    const bytes = () => this.#bytesOf(name, { byte_count, version });
    return { name, source_id: sourceIn(name), byte_count, version, bytes };
  }

  /** Where a connection breaks in the middle, the rest is asked for: always of the version that was listed. */
  async *#bytesOf(
    name: string,
    { byte_count, version }: Pick<ObjectFile, 'byte_count' | 'version'>,
  ): AsyncGenerator<Uint8Array> {
    let at = 0;
    let broken: unknown;
    for (let asked = 0; at < byte_count; asked++) {
      if (asked > RESUMPTIONS) throw failure(`${this.address}/${name}`, broken);
      const body = await this.#bodyOf(name, { from: at, version });
      try {
        for await (const chunk of body) {
          at += chunk.length;
          yield chunk;
        }
        broken = new Error(`it ended after ${at} of ${byte_count} bytes`);
      } catch (error) {
        broken = error;
      }
    }
  }

  async #bodyOf(
    name: string,
    { from, version }: { from: number; version: string },
  ): Promise<AsyncIterable<Uint8Array>> {
    const rest = from === 0 ? {} : { Range: `bytes=${from}-` };
    const command = new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key: name, IfMatch: version, ...rest });
    const { Body, ContentRange } = await this.#client.send(command).catch((error: unknown) => {
      throw failure(`${this.address}/${name}`, error);
    });
    if (from > 0 && !ContentRange?.startsWith(`bytes ${from}-`)) {
      throw new Unavailable(
        `${this.address}/${name} broke off after ${from} bytes, and the store gives no rest of it.`,
      );
    }
    return present(Body, `${this.address}/${name} came without a body.`) as AsyncIterable<Uint8Array>;
  }
}

/** Whether a key is the prefix itself or in the folder that it names. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || prefix.endsWith('/') || key === prefix || key.startsWith(`${prefix}/`);
}

/** What comes right by asking again, though the store has refused: a timeout, a changed object, too many requests. */
const PASSING = [408, 409, 412, 429];

/** The store's refusal is for a person to mend; that it does not answer, or cannot, may pass. */
function failure(what: string, thrown: unknown): Rejected | Unavailable {
  const {
    name = '',
    code = '',
    $metadata,
  } = thrown as Partial<Record<'name' | 'code', string>> & {
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  const sentence = `${what} cannot be read: ${name}: ${messageOf(thrown) || code}`;
  if (name === 'CredentialsProviderError') {
    return new Rejected(`${sentence}. Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.`);
  }
  if (status === 301 || name === 'AuthorizationHeaderMalformed') {
    return new Rejected(`${sentence} Set S3_REGION to the region of the bucket.`);
  }
  if (status === 412) return new Unavailable(`${what} has changed since it was listed.`);
  if (name === 'NoSuchKey') return new Unavailable(`${what} is gone since it was listed.`);
  return status >= 400 && status < 500 && !PASSING.includes(status)
    ? new Rejected(sentence)
    : new Unavailable(sentence);
}
