import type { SealedColumns } from '../../warehouse/operational/bank-tables.ts';
import { newKey, open, seal } from './sealed-value.ts';
import type { TaxKeys } from './tax-keys.ts';

/** What a sealed value is bound to: its table and its key there. */
export type Place = readonly string[];

/** What the wrapped key of a sealed value is bound to. */
export const contextOf = (place: Place): string => JSON.stringify(place);

/** Encrypts bytes under a new key of their own, which the current master key wraps. Throws `Unavailable`. */
export async function sealInEnvelope(
  content: Buffer,
  { taxKeys, place }: { taxKeys: TaxKeys; place: Place },
): Promise<SealedColumns> {
  const key = newKey();
  const { masterKeyId, wrappedKey } = await taxKeys.wrap(key, contextOf(place));
  return { ...seal(content, { key, place }), wrapped_key: wrappedKey, master_key_id: masterKeyId };
}

/** The bytes. Throws `Unavailable` without the master key, `InvariantBroken` if anything was changed. */
export async function openEnvelope(
  { wrapped_key: wrappedKey, master_key_id: masterKeyId, ...sealed }: SealedColumns,
  { taxKeys, place }: { taxKeys: TaxKeys; place: Place },
): Promise<Buffer> {
  const key = await taxKeys.unwrap({ masterKeyId, wrappedKey }, contextOf(place));
  return open(sealed, { key, place });
}
