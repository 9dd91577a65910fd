import type { Selectable } from 'kysely';
import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { TaxProfilesTable } from '../../warehouse/operational/tax-tables.ts';

/** The last version of a regime that a creator has given and that is not erased. */
export type FormInForce = Selectable<Omit<TaxProfilesTable, 'facts'>> & { readonly facts: TaxFacts };

/** The forms that count, by creator and regime; of all creators without an id. A W-8 that has expired is among them. */
export async function formsInForce(db: Pick<Operational, 'selectFrom'>, creatorId?: string): Promise<FormInForce[]> {
  let query = db
    .selectFrom('tax_profiles as profile')
    .innerJoin('tax_data_keys as key', 'key.data_key_id', 'profile.data_key_id')
    .distinctOn(['profile.creator_id', 'profile.regime'])
    .selectAll('profile')
    .orderBy('profile.creator_id')
    .orderBy('profile.regime')
    .orderBy('profile.entry', 'desc');
  if (creatorId !== undefined) query = query.where('profile.creator_id', '=', creatorId);
  return (await query.execute()) as FormInForce[];
}

/** Every version that is not erased, by creator and regime, the first one first. */
export async function formVersions(db: Pick<Operational, 'selectFrom'>): Promise<FormInForce[]> {
  const query = db
    .selectFrom('tax_profiles as profile')
    .innerJoin('tax_data_keys as key', 'key.data_key_id', 'profile.data_key_id')
    .selectAll('profile')
    .orderBy('profile.creator_id')
    .orderBy('profile.regime')
    .orderBy('profile.entry');
  return (await query.execute()) as FormInForce[];
}

/** Whether a form has expired: of a W-8, from the day after its last one. */
export function isExpired({ valid_until_on }: Pick<FormInForce, 'valid_until_on'>, today: string): boolean {
  return valid_until_on !== null && valid_until_on < today;
}
