import { createHash, hash, randomBytes, webcrypto } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of bytes or UTF-8 text, as 64 hex digits. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** SHA-256 in base64url, as better-auth stores tokens. */
export function sha256Base64Url(content: string): string {
  return hash('sha256', content, 'base64url');
}

/** SHA-256 of many bytes in hex, by another thread. */
export async function sha256HexAside(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex');
}

/** SHA-256 of a file in hex, of which a megabyte at a time is in memory. */
export async function sha256HexOfFile(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) digest.update(piece);
  return digest.digest('hex');
}

/** An id derived from a natural key: a retry gets the same id and finds what the first attempt created. */
export function derivedId(prefix: string, ...naturalKey: readonly string[]): string {
  return `${prefix}_${sha256Hex(JSON.stringify(naturalKey)).slice(0, 24)}`;
}

/** A UUID derived from a text, for what others identify by one. */
export function derivedUuid(text: string): string {
  const hex = sha256Hex(text);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** A random secret of 32 bytes, in hex. */
export function randomSecret(): string {
  return randomBytes(32).toString('hex');
}

/** A random id of 120 bits, for something without a natural key. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(15).toString('hex')}`;
}

const BANK_ACCOUNT = /^bank_[0-9a-f]{24}(?:_([0-9A-Z]{4}))?$/;

/** The id of a version of a creator's bank account, which ends with the last four characters of its number where they may be shown. */
export function bankAccountIdOf(creatorId: string, version: number, lastFour: string | null): string {
  const id = derivedId('bank', creatorId, String(version));
  return lastFour === null ? id : `${id}_${lastFour.toUpperCase()}`;
}

/** What may be shown of a bank account by its id alone; undefined for an account at Stripe. */
export function lastFourOf(accountId: string): { readonly lastFour: string | null } | undefined {
  const found = BANK_ACCOUNT.exec(accountId);
  return found ? { lastFour: found[1] ?? null } : undefined;
}
