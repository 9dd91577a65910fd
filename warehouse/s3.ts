import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf, Rejected } from './errors.ts';

/** The store and the credentials: a plain value. */
export interface S3Settings {
  /** The address of an S3-compatible store; undefined for Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined for those of the machine: environment, profile, role. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** The total number of attempts of a request. */
  readonly attempts?: number;
}

export type S3Sdk = typeof import('@aws-sdk/client-s3');

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** A client of a store by the S3 protocol. Loading the SDK takes a fifth of a second, so it is loaded only if needed. */
export async function openS3(settings: S3Settings): Promise<{ readonly sdk: S3Sdk; readonly client: S3Client }> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    region: settings.region,
    maxAttempts: settings.attempts ?? 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    // Not every store supports the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
  });
  return { sdk, client };
}

/** The parts of `s3://bucket/prefix`. Throws `Rejected` for anything else. */
export function parseBucketAddress(address: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (!bucket)
    throw new Rejected(`${JSON.stringify(address)} is not the address of a bucket; write it as s3://bucket/prefix.`);
  return { bucket, prefix };
}

/** What a store has refused, or why it could not be reached. */
interface S3Failure {
  /** The code of the store or of the network: `NoSuchKey`, `ECONNREFUSED`. */
  readonly name: string;
  /** 0 without a response. */
  readonly status: number;
  /** The name and the message of the error. */
  readonly sentence: string;
  /** What a person must do so that it can succeed; undefined if a later attempt may succeed, or if that is not known. */
  readonly cure: string | undefined;
}

export function s3Failure(thrown: unknown): S3Failure {
  const {
    name = '',
    code = '',
    $metadata,
  } = thrown as Partial<Record<'name' | 'code', string>> & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return { name, status, sentence: `${name}: ${messageOf(thrown) || code}`, cure: cureOf(name, status) };
}

function cureOf(name: string, status: number): string | undefined {
  if (name === 'CredentialsProviderError') return 'Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.';
  if (status === 301 || name === 'AuthorizationHeaderMalformed') return 'Set S3_REGION to the region of the bucket.';
  return undefined;
}
