import type { _Object, S3Client } from '@aws-sdk/client-s3';
import { Rejected, Unavailable } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { openS3, parseBucketAddress, type S3Sdk, type S3Settings, s3Failure } from '../../warehouse/s3.ts';
import { isEventFile, sourceIn } from './names.ts';
import type { ListOptions, ObjectFile, ObjectFiles } from './object-files.ts';

/** How often the rest of a file is requested after a broken connection. */
const RESUMPTIONS = 4;

/** The object files of a bucket below a prefix. Throws `Rejected` for an invalid address. */
export async function bucketFiles(address: string, settings: S3Settings): Promise<ObjectFiles> {
  const place = parseBucketAddress(address);
  return new BucketFiles({ ...place, ...(await openS3(settings)) });
}

class BucketFiles implements ObjectFiles {
  readonly address: string;
  readonly #sdk: S3Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ sdk, client, bucket, prefix }: { sdk: S3Sdk; client: S3Client; bucket: string; prefix: string }) {
    this.address = `s3://${bucket}`;
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async *list({ after = '', onSkipped }: ListOptions = {}): AsyncGenerator<ObjectFile> {
    const input = { Bucket: this.#bucket, Prefix: this.#prefix, ...(after === '' ? {} : { StartAfter: after }) };
    let token: string | undefined;
    do {
      const command = new this.#sdk.ListObjectsV2Command({ ...input, ...(token ? { ContinuationToken: token } : {}) });
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
        `${this.address} has more objects but returned no continuation token.`,
      );
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  #fileOf({ Key, Size, ETag }: _Object): ObjectFile {
    const name = requirePresent(Key, `${this.address} returned an object without a key.`);
    const byte_count = requirePresent(Size, `${this.address} returned ${name} without its size.`);
    const version = requirePresent(ETag, `${this.address} returned ${name} without its ETag.`);
    const bytes = () => this.#readBytes(name, { byte_count, version });
    return { name, source_id: sourceIn(name), byte_count, version, bytes };
  }

  /** After a broken connection the rest of the file is requested, always of the version that was listed. */
  async *#readBytes(
    name: string,
    { byte_count, version }: Pick<ObjectFile, 'byte_count' | 'version'>,
  ): AsyncGenerator<Uint8Array> {
    let at = 0;
    let broken: unknown;
    for (let attempt = 0; at < byte_count; attempt++) {
      if (attempt > RESUMPTIONS) throw failure(`${this.address}/${name}`, broken);
      const body = await this.#requireBody(name, { from: at, version });
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

  async #requireBody(
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
        `${this.address}/${name} cannot be read: the connection broke after ${from} bytes, and the store does not support reading the rest. Try again.`,
      );
    }
    return requirePresent(Body, `${this.address}/${name} was returned without a body.`) as AsyncIterable<Uint8Array>;
  }
}

/** Whether a key is the prefix itself or in the folder that it names. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || prefix.endsWith('/') || key === prefix || key.startsWith(`${prefix}/`);
}

/** Statuses below 500 after which a retry may succeed: a timeout, a changed object, too many requests. */
const PASSING = [408, 409, 412, 429];

/** `Rejected` if a person must act on the store's refusal, `Unavailable` if a retry may succeed. */
function failure(what: string, thrown: unknown): Rejected | Unavailable {
  const { name, status, sentence: reason, cure } = s3Failure(thrown);
  const sentence = `${what} cannot be read: ${reason}`;
  if (cure !== undefined) return new Rejected(`${sentence.replace(/\.?$/, '.')} ${cure}`);
  if (status === 412) return new Unavailable(`${what} cannot be read: it has changed since it was listed. Try again.`);
  if (name === 'NoSuchKey')
    return new Unavailable(`${what} cannot be read: it was deleted after it was listed. Try again.`);
  return status >= 400 && status < 500 && !PASSING.includes(status)
    ? new Rejected(sentence)
    : new Unavailable(sentence);
}
