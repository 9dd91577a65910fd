import { Ajv } from 'ajv';
import type { Selectable } from 'kysely';
import { vatIdFaultOf } from '../../reports/invoice/check-business.ts';
import { type Business, BusinessSchema } from '../../reports/invoice/invoice-file.ts';
import { faultOf } from '../../reports/settings-file.ts';
import { instant } from '../../warehouse/clock.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { BillingProfilesTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import type { Services } from '../job.ts';
import { ERASED_KEY, openEnvelope, type Place, sealInEnvelope, UNSEALED_KEY } from '../tax/envelope.ts';
import { logReading, type Opening } from '../tax/open-profile.ts';
import { requireTaxKeys, type TaxKeys } from '../tax/tax-keys.ts';

type PartyKind = BillingProfilesTable['party_kind'];
export const PARTY_KINDS: readonly PartyKind[] = ['creator', 'developer'];

/** A version of how a business stands on invoices. */
export interface BillingProfile
  extends Pick<
    Selectable<BillingProfilesTable>,
    'party_kind' | 'party_id' | 'version' | 'recorded_by' | 'recorded_at'
  > {
  readonly business: Business;
}

/** The same without what is sealed. */
export type KnownBusiness = Omit<BillingProfile, 'business'> &
  Pick<Selectable<BillingProfilesTable>, 'country' | 'has_vat_id' | 'language'>;

type SealedRow = Selectable<BillingProfilesTable>;

const isBusiness = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile<Business>(BusinessSchema);

const QUERIES = readQueries(import.meta.url, 'developers.queries.sql', { rows_of_developer: ['developer_id'] });

/**
 * Records a new version of how a business stands on invoices, sealed. Throws `Rejected` with every fault, each with party and field, `NotFound` for a
 * party of which nothing was reported, and `Unavailable` without a key.
 */
export async function recordBillingProfile(
  stores: Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys'>,
  { party_kind, party_id, business }: { party_kind: PartyKind; party_id: string; business: unknown },
  by: string,
): Promise<BillingProfile> {
  const { operational, warehouse, clock } = stores;
  const checked = requireBusiness(party_id, business);
  await requireParty(warehouse, { party_kind, party_id });
  const taxKeys = requireTaxKeys(stores, 'Billing profiles');
  return operational.transaction().execute(async (transaction) => {
    const last = await transaction
      .selectFrom('billing_profiles')
      .select(({ fn }) => fn.max('version').as('version'))
      .where('party_kind', '=', party_kind)
      .where('party_id', '=', party_id)
      .executeTakeFirst();
    const row = {
      ...{ party_kind, party_id, version: (last?.version ?? 0) + 1 },
      ...{ recorded_by: by, recorded_at: instant(clock.now()) },
    };
    const { address, vat_id, language = 'en' } = checked;
    const facts = { country: address.country, has_vat_id: vat_id !== null, language };
    const sealed = await sealInEnvelope(Buffer.from(JSON.stringify(checked)), { taxKeys, place: placeOf(row) });
    await transaction
      .insertInto('billing_profiles')
      .values({ ...row, ...facts, ...sealed, business: 'null' })
      .execute();
    return { ...row, business: checked };
  });
}

async function requireParty(
  warehouse: Services['warehouse'],
  { party_kind, party_id }: { party_kind: PartyKind; party_id: string },
): Promise<void> {
  if (party_kind === 'creator') {
    if (!(await creatorExists(warehouse, party_id))) throw unknownCreator(party_id);
  } else if (!(await developerExists(warehouse, party_id))) throw unknownDeveloper(party_id);
}

/** Whether something was reported of the developer: its sign-up, or an invoice for metered use. */
export async function developerExists(warehouse: Pick<Warehouse, 'query'>, developerId: string): Promise<boolean> {
  return (await warehouse.query(...QUERIES.rows_of_developer(developerId))).length > 0;
}

export const unknownDeveloper = (developerId: string): NotFound =>
  new NotFound(`There is no developer ${developerId}.`);

function requireBusiness(partyId: string, business: unknown): Business {
  if (isBusiness(business)) {
    const fault = vatIdFaultOf(business);
    if (fault === undefined) return business;
    throw new Rejected(`The billing profile of ${partyId} cannot be stored: vat_id ${fault}.`);
  }
  const lines = (isBusiness.errors ?? []).map(
    (error) => `\n  ${faultOf(error, { whole: 'The profile', of: partyId })}`,
  );
  throw new Rejected(
    `The billing profile of ${partyId} cannot be stored; correct what follows and send it again:${[...new Set(lines)].join('')}`,
  );
}

const placeOf = ({ party_kind, party_id, version }: Pick<SealedRow, 'party_kind' | 'party_id' | 'version'>): Place => [
  'billing_profiles',
  `${party_kind}/${party_id}/${version}`,
];

/** Seals what an earlier version has stored as it is. Returns how many. */
export async function sealBillingProfiles(
  { operational }: Pick<Services, 'operational'>,
  taxKeys: TaxKeys,
): Promise<number> {
  const rows = await operational
    .selectFrom('billing_profiles')
    .selectAll()
    .where('master_key_id', '=', UNSEALED_KEY)
    .execute();
  for (const row of rows) {
    const sealed = await sealInEnvelope(Buffer.from(JSON.stringify(row.business)), { taxKeys, place: placeOf(row) });
    await operational
      .updateTable('billing_profiles')
      .set({ ...sealed, business: 'null' })
      .where('profile_id', '=', row.profile_id)
      .where('master_key_id', '=', UNSEALED_KEY)
      .execute();
  }
  return rows.length;
}

/** Whether a billing profile of an earlier version is still to be sealed, and can be. */
export async function isSealingDue({
  operational,
  taxKeys,
}: Pick<Services, 'operational' | 'taxKeys'>): Promise<boolean> {
  if (!taxKeys) return false;
  const row = await operational
    .selectFrom('billing_profiles')
    .select('profile_id')
    .where('master_key_id', '=', UNSEALED_KEY)
    .executeTakeFirst();
  return row !== undefined;
}

/** Erases the billing profiles of a creator that were recorded until an instant: with their keys. Returns how many. */
export async function eraseBillingProfiles(
  transaction: Operational,
  { creatorId, until }: { readonly creatorId: string; readonly until: string },
): Promise<number> {
  const erased = await transaction
    .updateTable('billing_profiles')
    .set({ wrapped_key: '', master_key_id: ERASED_KEY, nonce: '', ciphertext: '', tag: '', business: 'null' })
    .where('party_kind', '=', 'creator')
    .where('party_id', '=', creatorId)
    .where('recorded_at', '<=', until)
    .where('master_key_id', '<>', ERASED_KEY)
    .executeTakeFirst();
  return Number(erased.numUpdatedRows);
}

/** What is readable of the profiles in force of a kind of party, or of one party, by its id. */
export async function billingProfiles(
  db: Pick<Operational, 'selectFrom'>,
  of: { readonly party_kind: PartyKind; readonly party_id?: string },
): Promise<ReadonlyMap<string, KnownBusiness>> {
  const rows = await inForce(db, of)
    .select(['party_kind', 'party_id', 'version', 'country', 'has_vat_id', 'language', 'recorded_by', 'recorded_at'])
    .execute();
  return new Map(rows.map((row) => [row.party_id, row]));
}

/**
 * The profile in force of a party, opened; undefined if it has none. It has names, addresses and numbers, so the opening is logged before, as that of a
 * tax profile is. Throws `Unavailable` without its key, `InvariantBroken` if it was changed.
 */
export async function openBillingProfile(
  stores: Pick<Services, 'operational' | 'clock' | 'taxKeys'>,
  of: { readonly party_kind: PartyKind; readonly party_id: string },
  opening: Opening,
): Promise<BillingProfile | undefined> {
  const row = await inForce(stores.operational, of).selectAll().executeTakeFirst();
  if (!row) return undefined;
  await logReading(stores, { ...opening, document_id: placeOf(row).join('/'), subject: subjectOf(of) });
  const { party_kind, party_id, version, recorded_by, recorded_at } = row;
  return { party_kind, party_id, version, business: await businessOf(stores, row), recorded_by, recorded_at };
}

/** Whose opening it is in the log: a developer may be called as a creator is. */
const subjectOf = ({ party_kind, party_id }: { readonly party_kind: PartyKind; readonly party_id: string }): string =>
  party_kind === 'creator' ? party_id : `${party_kind}/${party_id}`;

async function businessOf(stores: Pick<Services, 'taxKeys'>, row: SealedRow): Promise<Business> {
  if (row.master_key_id === UNSEALED_KEY) return row.business as Business;
  const taxKeys = requireTaxKeys(stores, 'Billing profiles');
  const bytes = await openEnvelope(row, { taxKeys, place: placeOf(row) });
  return JSON.parse(bytes.toString()) as Business;
}

function inForce(
  db: Pick<Operational, 'selectFrom'>,
  { party_kind, party_id }: { readonly party_kind: PartyKind; readonly party_id?: string },
) {
  const query = db
    .selectFrom('billing_profiles')
    .distinctOn('party_id')
    .where('party_kind', '=', party_kind)
    .where('master_key_id', '<>', ERASED_KEY)
    .orderBy('party_id')
    .orderBy('version', 'desc');
  return party_id === undefined ? query : query.where('party_id', '=', party_id);
}
