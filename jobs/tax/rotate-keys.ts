import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import type { TaxDataKeysTable } from '../../warehouse/operational/tax-tables.ts';
import { sealBillingProfiles } from '../invoices/billing-profiles.ts';
import type { Job, Run } from '../job.ts';
import { wrappedAnew } from './data-keys.ts';
import { ENVELOPE_TABLES, ERASED_KEY, UNSEALED_KEY, wrapAnew } from './envelope.ts';
import { requireTaxKeys, type TaxKeys } from './tax-keys.ts';

const REMOVABLE =
  'No tax profile, bank account, billing profile or bank file needs any other key: those may now be removed.';

/** Read at once; each is wrapped in a transaction of its own. */
const BATCH = 500;

/**
 * Wraps the data key of each creator under the current master key, one after the other: an interrupted run is simply run again. After it no
 * value needs another master key, and the others can be removed.
 */
export const rotateTaxKeys: Job = {
  name: 'rotate-tax-keys',
  meaning:
    'Encrypts the keys of all tax profiles, bank accounts, billing profiles and bank files under the current key of TANTIEME_TAX_KEYS; after that, older keys can be removed. Seals the billing profiles that an earlier version has stored.',
  about: 'everything',
  async run(run) {
    const taxKeys = requireTaxKeys(run);
    const sealed = await sealBillingProfiles(run, taxKeys);
    let rotated = 0;
    for (;;) {
      // Another key may become the current one meanwhile.
      const current_key_id = await taxKeys.currentKeyId();
      const rows = await underOtherKeys(run, current_key_id);
      const envelopes = rows.length > 0 ? 0 : await rotateEnvelopes(run, { taxKeys, current_key_id });
      if (rows.length + envelopes === 0)
        return { current_key_id, rotated, ...(sealed > 0 && { sealed }), note: REMOVABLE };
      rotated += envelopes;
      for (const row of rows) {
        run.interruption.throwIfAborted();
        await rotate(run, { taxKeys, row });
        rotated += 1;
        if (rotated % 100 === 0) run.progress(`the keys of ${countOf(rotated, 'creator')} encrypted anew`);
      }
    }
  },
};

const TABLES = Object.keys(ENVELOPE_TABLES) as (keyof typeof ENVELOPE_TABLES)[];

/** How many are wrapped between two looks at the key that is current: a file may have megabytes. */
const ENVELOPES_AT_ONCE = 20;

/** Wraps the keys of some rows with sealed columns anew. Returns how many; 0 once there is none under another key. */
async function rotateEnvelopes(
  { operational, interruption }: Run,
  { taxKeys, current_key_id }: { taxKeys: TaxKeys; current_key_id: string },
): Promise<number> {
  let rotated = 0;
  for (const table of TABLES) {
    const rows = await operational
      .selectFrom(table)
      .selectAll()
      .where('master_key_id', 'not in', [current_key_id, ERASED_KEY, UNSEALED_KEY])
      .limit(ENVELOPES_AT_ONCE)
      .execute();
    for (const row of rows) {
      interruption.throwIfAborted();
      const { [ENVELOPE_TABLES[table]]: key }: Readonly<Record<string, unknown>> = { ...row };
      const wrapped = await wrapAnew(row, { taxKeys, place: [table, String(key)] });
      // A wrapped key has a nonce of its own, so it names its row.
      await operational.updateTable(table).set(wrapped).where('wrapped_key', '=', row.wrapped_key).execute();
      rotated += 1;
    }
  }
  return rotated;
}

function underOtherKeys({ operational }: Run, currentKeyId: string): Promise<TaxDataKeysTable[]> {
  return operational
    .selectFrom('tax_data_keys')
    .selectAll()
    .where('master_key_id', '<>', currentKeyId)
    .orderBy('data_key_id')
    .limit(BATCH)
    .execute();
}

async function rotate(
  { operational, clock, startedBy }: Run,
  { taxKeys, row }: { taxKeys: TaxKeys; row: TaxDataKeysTable },
): Promise<void> {
  const wrapped = await wrappedAnew(taxKeys, row);
  if (!wrapped) return;
  await operational.transaction().execute(async (transaction) => {
    const changed = await transaction
      .updateTable('tax_data_keys')
      .set(wrapped)
      .where('data_key_id', '=', row.data_key_id)
      .where('wrapped_key', '=', row.wrapped_key)
      .returning('creator_id')
      .executeTakeFirst();
    // It was erased meanwhile.
    if (!changed) return;
    await transaction
      .insertInto('tax_openings')
      .values({
        ...{ creator_id: row.creator_id, form: null, version: null, fields: 'data key', purpose: 'rotated' },
        ...{ because: null, opened_by: startedBy, opened_at: instant(clock.now()) },
      })
      .execute();
  });
}
