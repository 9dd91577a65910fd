import type { Transaction } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { randomId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { TaxDataKeysTable } from '../../warehouse/operational/tax-tables.ts';
import { newKey } from './sealed-value.ts';
import type { TaxKeys } from './tax-keys.ts';

/** The key of a creator, ready to seal and open with. */
export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

type Named = Pick<TaxDataKeysTable, 'data_key_id' | 'creator_id'>;

/**
 * Whose key seals what is about all creators. Every creator's id has at least one character, so this is no creator, whatever one is called, and
 * no erasure finds it.
 */
export const PLATFORM_KEY_OWNER = '';

/** Binds a wrapped key to its creator, so that it opens nothing in the row of another one. */
const contextOf = ({ data_key_id, creator_id }: Named): string => JSON.stringify([creator_id, data_key_id]);

export interface KeyRequest {
  readonly taxKeys: TaxKeys;
  readonly creatorId: string;
  readonly now: number;
}

/** The key of a creator for what is recorded now, created at first; locks it until the transaction ends, so that versions follow one another. */
export async function keyForWriting(
  transaction: Transaction<OperationalTables>,
  { taxKeys, creatorId, now }: KeyRequest,
): Promise<DataKey> {
  const inUse = () =>
    transaction
      .selectFrom('tax_data_keys')
      .selectAll()
      .where('creator_id', '=', creatorId)
      .where('retired_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
  const found = await inUse();
  if (found) return { id: found.data_key_id, key: await unwrapped(taxKeys, found) };
  const named = { data_key_id: randomId('tdk'), creator_id: creatorId };
  const { masterKeyId, wrappedKey } = await taxKeys.wrap(newKey(), contextOf(named));
  await transaction
    .insertInto('tax_data_keys')
    .values({
      ...named,
      ...{ wrapped_key: wrappedKey, master_key_id: masterKeyId, created_at: instant(now), retired_at: null },
    })
    // Another request has created it meanwhile.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const made = requirePresent(await inUse(), 'A data key that was created can be read.');
  return { id: made.data_key_id, key: await unwrapped(taxKeys, made) };
}

/** The key for opening; undefined once it is deleted, and what it has sealed is erased. */
export async function keyForReading(
  operational: Operational,
  { taxKeys, dataKeyId }: { taxKeys: TaxKeys; dataKeyId: string },
): Promise<Buffer | undefined> {
  const found = await operational
    .selectFrom('tax_data_keys')
    .selectAll()
    .where('data_key_id', '=', dataKeyId)
    .executeTakeFirst();
  return found && unwrapped(taxKeys, found);
}

/** Wraps a data key under the current master key. Returns the wrapped key, or undefined if it is wrapped so already. */
export async function wrappedAnew(
  taxKeys: TaxKeys,
  row: TaxDataKeysTable,
): Promise<Pick<TaxDataKeysTable, 'wrapped_key' | 'master_key_id'> | undefined> {
  if (row.master_key_id === (await taxKeys.currentKeyId())) return undefined;
  const { masterKeyId, wrappedKey } = await taxKeys.wrap(await unwrapped(taxKeys, row), contextOf(row));
  return { wrapped_key: wrappedKey, master_key_id: masterKeyId };
}

function unwrapped(taxKeys: TaxKeys, row: TaxDataKeysTable): Promise<Buffer> {
  const { master_key_id: masterKeyId, wrapped_key: wrappedKey } = row;
  return taxKeys.unwrap({ masterKeyId, wrappedKey }, contextOf(row));
}
