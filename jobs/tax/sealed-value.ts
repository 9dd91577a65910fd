import { createCipheriv, createDecipheriv } from 'node:crypto';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { randomSecret } from '../../warehouse/ids.ts';

/** A text that AES-256-GCM has encrypted; each part in base64. */
export interface SealedValue {
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

const CIPHER = 'aes-256-gcm';
/** 96 bits, as NIST SP 800-38D recommends; random, since a key seals far fewer than 2³² values. */
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** A new key of 256 bits. */
export function newKey(): Buffer {
  return Buffer.from(randomSecret(), 'hex').subarray(0, KEY_BYTES);
}

/** Encrypts text. It opens only with the same place, which says whose value it is and of which field. */
export function seal(text: string | Buffer, { key, place }: { key: Buffer; place: readonly string[] }): SealedValue {
  const nonce = Buffer.from(randomSecret(), 'hex').subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(place));
  const ciphertext = Buffer.concat([cipher.update(text as string, 'utf8'), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** The bytes that were encrypted. Throws `InvariantBroken` if anything was changed, comes from another place or had another key. */
export function open(
  { nonce, ciphertext, tag }: SealedValue,
  { key, place }: { key: Buffer; place: readonly string[] },
): Buffer {
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(nonce, 'base64'), { authTagLength: TAG_BYTES })
      .setAAD(boundTo(place))
      .setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()]);
  } catch {
    throw new InvariantBroken(
      `The sealed value ${place.join('/')} cannot be opened: it was changed, copied from elsewhere or sealed with another key; restore it from a backup.`,
    );
  }
}

/** JSON, so that no two places are written alike. */
const boundTo = (place: readonly string[]): Buffer => Buffer.from(JSON.stringify(place));
