import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { Refusal } from './refusal.ts';

export interface Keys {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Throws `Refusal`, like S3, unless the request is signed with these keys by Signature Version 4. */
export function assertSigned(request: IncomingMessage, { region, accessKeyId, secretAccessKey }: Keys): void {
  const [, scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  const [id, day = '', ...rest] = scope.split('/');
  if (signature === '') throw new Refusal(403, 'AccessDenied', 'Anonymous access is forbidden.');
  if (id !== accessKeyId) {
    throw new Refusal(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (rest.join('/') !== `${region}/s3/aws4_request`) {
    throw new Refusal(400, 'AuthorizationHeaderMalformed', `The region '${rest[0]}' is wrong; expecting '${region}'`);
  }
  const header = (name: string): string => String(request.headers[name] ?? '').trim();
  const [path, query = ''] = (request.url ?? '').split('?');
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...names.split(';').map((name) => `${name}:${header(name)}`),
    '',
    names,
    header('x-amz-content-sha256'),
  ].join('\n');
  const scoped = [day, region, 's3', 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', header('x-amz-date'), scoped.join('/'), sha256Hex(canonical)].join('\n');
  const hmac = (key: string | Buffer, value: string): Buffer => createHmac('sha256', key).update(value).digest();
  const key = scoped.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  if (hmac(key, text).toString('hex') !== signature) {
    throw new Refusal(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature.',
    );
  }
}
