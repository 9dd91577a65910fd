import type { Transaction } from 'kysely';
import { REGIME_OF, type TaxForm, type TaxProfile } from '../../ingest/tax/forms.ts';
import { divideProfile } from '../../ingest/tax/masked-profile.ts';
import { factsOf } from '../../ingest/tax/tax-facts.ts';
import { instant } from '../../warehouse/clock.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { TaxProfileValuesTable } from '../../warehouse/operational/tax-tables.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { type DataKey, keyForWriting } from './data-keys.ts';
import { formsInForce } from './forms-in-force.ts';
import { seal } from './sealed-value.ts';
import { requireTaxKeys } from './tax-keys.ts';
import { reportTaxStatus } from './tax-status.ts';

type TaxStores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys'>;

/** The field under which the masked profile as a whole is sealed: it has names and addresses. */
export const WHOLE = 'profile';

export interface GivenProfile {
  readonly creatorId: string;
  /** As it came from outside. */
  readonly profile: unknown;
  readonly by: string;
}

export interface RecordedProfile {
  readonly creator_id: string;
  readonly form: TaxForm;
  readonly version: number;
  readonly supersedes: string | null;
  readonly signed_on: string | null;
  readonly valid_until_on: string | null;
  readonly recorded_at: string;
  readonly recorded_by: string;
}

/**
 * Records a new version of a creator's profile, which is in force from now on, and reports the tax status if it is a form of the IRS, in one
 * transaction. Throws `NotFound` for an unknown creator, `Rejected` with every fault of the profile, and `Unavailable` without a key.
 */
export async function recordProfile(stores: TaxStores, given: GivenProfile): Promise<RecordedProfile> {
  const { operational, warehouse, clock } = stores;
  const { creatorId, by } = given;
  const taxKeys = requireTaxKeys(stores);
  if (!(await creatorExists(warehouse, creatorId))) throw unknownCreator(creatorId);
  const now = clock.now();
  // The checks have the numbers of ninety countries: they are loaded when they are needed.
  const { requireProfile } = await import('../../ingest/tax/check-profile.ts');
  const profile = requireProfile(creatorId, given.profile, now);
  return operational.transaction().execute(async (transaction) => {
    const dataKey = await keyForWriting(transaction, { taxKeys, creatorId, now });
    const facts = factsOf(profile);
    const { form } = profile;
    const row = {
      ...{ creator_id: creatorId, form, version: await nextVersion(transaction, creatorId, form) },
      supersedes: await superseded(transaction, creatorId, form),
      ...{ signed_on: facts.signed_on, valid_until_on: facts.valid_until_on },
      ...{ recorded_at: instant(now), recorded_by: by },
    };
    const stored = { ...row, regime: REGIME_OF[form], facts: JSON.stringify(facts), data_key_id: dataKey.id };
    await transaction.insertInto('tax_profiles').values(stored).execute();
    await transaction
      .insertInto('tax_profile_values')
      .values(sealedValues(profile, { ...row, dataKey }))
      .execute();
    if (REGIME_OF[form] === 'us') {
      const cause = ['profile', form, String(row.version)];
      await reportTaxStatus(transaction, { creatorId, cause, occurredAt: row.recorded_at });
    }
    return row;
  });
}

async function nextVersion(
  transaction: Transaction<OperationalTables>,
  creatorId: string,
  form: TaxForm,
): Promise<number> {
  const last = await transaction
    .selectFrom('tax_profiles')
    .select('version')
    .where('creator_id', '=', creatorId)
    .where('form', '=', form)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (last?.version ?? 0) + 1;
}

async function superseded(
  transaction: Transaction<OperationalTables>,
  creatorId: string,
  form: TaxForm,
): Promise<string | null> {
  const before = (await formsInForce(transaction, creatorId)).find(({ regime }) => regime === REGIME_OF[form]);
  return before ? `${before.form}/${before.version}` : null;
}

function sealedValues(
  profile: TaxProfile,
  {
    creator_id,
    form,
    version,
    dataKey,
  }: Pick<RecordedProfile, 'creator_id' | 'form' | 'version'> & { dataKey: DataKey },
): TaxProfileValuesTable[] {
  const { masked, secrets } = divideProfile(profile);
  return [[WHOLE, JSON.stringify(masked)] as const, ...secrets].map(([field, text]) => ({
    ...{ creator_id, form, version, field, data_key_id: dataKey.id },
    ...seal(text, { key: dataKey.key, place: placeOf({ creator_id, form, version, field }) }),
  }));
}

/** What a sealed value is bound to. */
export function placeOf({
  creator_id,
  form,
  version,
  field,
}: Pick<TaxProfileValuesTable, 'creator_id' | 'form' | 'version' | 'field'>): readonly string[] {
  return [creator_id, form, String(version), field];
}
