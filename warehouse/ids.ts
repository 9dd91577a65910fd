import { hash, randomBytes } from 'node:crypto';

/** SHA-256 of bytes or UTF-8 text, as 64 hex digits. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** An id that the same natural key always gives again, so that a retry finds what the first attempt made. */
export function derivedId(prefix: string, ...naturalKey: readonly string[]): string {
  return `${prefix}_${sha256Hex(JSON.stringify(naturalKey)).slice(0, 24)}`;
}

/** An id for something that has no natural key: 120 random bits. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(15).toString('hex')}`;
}
