import { sha256Hex } from '../../warehouse/ids.ts';

/** A text as a field of a canonical row: its length in bytes, a colon, its bytes; `~` for null. */
export function netstring(text: string | null): string {
  return text === null ? '~' : `${Buffer.byteLength(text)}:${text}`;
}

export function hashOfFields(fields: readonly (string | null)[]): string {
  return sha256Hex(fields.map(netstring).join(''));
}

/**
 * A value that only who knows the secret of a closing can compute. A hash over it and some rows is bound to these rows, and reveals
 * nothing about them: who tries rows does not know the blind. What it is for is part of it: no such list of fields is the beginning of
 * another, so that from one blind no other can be computed.
 */
export function blindOf(secret: string, ...purpose: readonly string[]): string {
  return hashOfFields(['blind', secret, ...purpose]);
}
