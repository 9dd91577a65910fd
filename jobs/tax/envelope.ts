import type { SealedColumns } from '../../warehouse/operational/bank-tables.ts';
import { newKey, open, seal } from './sealed-value.ts';
import type { TaxKeys } from './tax-keys.ts';

/** The tables with sealed columns, and the column that names a row: `rotate-tax-keys` wraps the keys of all of them anew. */
export const ENVELOPE_TABLES = {
  bank_accounts: 'bank_account_id',
  payout_files: 'file_id',
  payout_bank_messages: 'message_hash',
  billing_profiles: 'profile_id',
} as const;

/** In the place of the id of the master key of a value that is erased: its own key is deleted. */
export const ERASED_KEY = 'erased';

/** The same of a value that an earlier version has stored as it is, and that is still to be sealed. */
export const UNSEALED_KEY = 'unsealed';

/** What a sealed value is bound to: its table and its key there. */
export type Place = readonly [table: keyof typeof ENVELOPE_TABLES, key: string];

/** What the wrapped key of a sealed value is bound to. */
const contextOf = (place: Place): string => JSON.stringify(place);

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

/** Wraps the key of a sealed value under the current master key. */
export async function wrapAnew(
  { wrapped_key: wrappedKey, master_key_id: masterKeyId }: Pick<SealedColumns, 'wrapped_key' | 'master_key_id'>,
  { taxKeys, place }: { taxKeys: TaxKeys; place: Place },
): Promise<Pick<SealedColumns, 'wrapped_key' | 'master_key_id'>> {
  const context = contextOf(place);
  const wrapped = await taxKeys.wrap(await taxKeys.unwrap({ masterKeyId, wrappedKey }, context), context);
  return { wrapped_key: wrapped.wrappedKey, master_key_id: wrapped.masterKeyId };
}
