import { randomBytes, timingSafeEqual } from 'node:crypto';
import { randomId, sha256Hex } from '../../warehouse/ids.ts';

/** A new key. The secret is only in `key` and is never stored. */
export interface MadeKey {
  readonly apiKeyId: string;
  readonly key: string;
  readonly secretHash: string;
}

const KEY = /^rk_([0-9a-f]{30})_([0-9a-f]{64})$/;

/** `rk_{id}_{secret}`; the secret has 256 random bits, so storing its plain SHA-256 is safe. With the id of a key, another secret of it. */
export function makeKey(apiKeyId = randomId('key')): MadeKey {
  const secret = randomBytes(32).toString('hex');
  return { apiKeyId, key: `rk_${apiKeyId.slice('key_'.length)}_${secret}`, secretHash: sha256Hex(secret) };
}

/** The id and the secret of a key as it is sent; undefined if it is none. */
export function readKey(key: string): { readonly apiKeyId: string; readonly secret: string } | undefined {
  const [, id, secret] = KEY.exec(key) ?? [];
  return id === undefined || secret === undefined ? undefined : { apiKeyId: `key_${id}`, secret };
}

/** The `api_key_id` of a key. */
export const apiKeyIdOf = (key: string): string => readKey(key)?.apiKeyId ?? 'key_';

/** Compares in constant time, so that the response time does not reveal a partial match. */
export function isSecret(secret: string, secretHash: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(secret), 'hex'), Buffer.from(secretHash, 'hex'));
}
