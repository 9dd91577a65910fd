import { hash, randomBytes, webcrypto } from 'node:crypto';

/** SHA-256 of bytes or UTF-8 text, as 64 hex digits. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** The same of many bytes, by another thread. */
export async function sha256HexAside(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex');
}

/** An id derived from a natural key: a retry gets the same id and finds what the first attempt created. */
export function derivedId(prefix: string, ...naturalKey: readonly string[]): string {
  return `${prefix}_${sha256Hex(JSON.stringify(naturalKey)).slice(0, 24)}`;
}

/** A random secret of 32 bytes, in hex. */
export function randomSecret(): string {
  return randomBytes(32).toString('hex');
}

/** A random id of 120 bits, for something without a natural key. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(15).toString('hex')}`;
}
