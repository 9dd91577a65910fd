import { Ajv } from 'ajv';
import { type Selectable, sql } from 'kysely';
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

export type PartyKind = BillingProfilesTable['party_kind'];
export const PARTY_KINDS: readonly PartyKind[] = ['creator', 'developer'];

export type BillingProfile = Omit<Selectable<BillingProfilesTable>, 'business'> & { readonly business: Business };

const isBusiness = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false }).compile<Business>(BusinessSchema);

const QUERIES = readQueries(import.meta.url, 'developers.queries.sql', { rows_of_developer: ['developer_id'] });

/**
 * Records a new version of how a business stands on invoices. Throws `Rejected` with every fault, each with party and field, `NotFound` for a party
 * of which nothing was reported.
 */
export async function recordBillingProfile(
  { operational, warehouse, clock }: Pick<Services, 'operational' | 'warehouse' | 'clock'>,
  { party_kind, party_id, business }: { party_kind: PartyKind; party_id: string; business: unknown },
  by: string,
): Promise<BillingProfile> {
  const checked = requireBusiness(party_id, business);
  await requireParty(warehouse, { party_kind, party_id });
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
    await transaction
      .insertInto('billing_profiles')
      .values({ ...row, business: JSON.stringify(checked) })
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

/** Empties the billing profiles of a creator that were recorded until an instant. Returns how many. */
export async function eraseBillingProfiles(
  transaction: Operational,
  { creatorId, until }: { readonly creatorId: string; readonly until: string },
): Promise<number> {
  const erased = await transaction
    .updateTable('billing_profiles')
    .set({ business: 'null' })
    .where('party_kind', '=', 'creator')
    .where('party_id', '=', creatorId)
    .where('recorded_at', '<=', until)
    .where(isNotErased)
    .executeTakeFirst();
  return Number(erased.numUpdatedRows);
}

const isNotErased = sql<boolean>`business <> 'null'`;

/** The profiles in force of a kind of party, or of one party, by its id. */
export async function billingProfiles(
  db: Pick<Operational, 'selectFrom'>,
  { party_kind, party_id }: { readonly party_kind: PartyKind; readonly party_id?: string },
): Promise<ReadonlyMap<string, BillingProfile>> {
  let query = db
    .selectFrom('billing_profiles')
    .distinctOn('party_id')
    .selectAll()
    .where('party_kind', '=', party_kind)
    .where(isNotErased)
    .orderBy('party_id')
    .orderBy('version', 'desc');
  if (party_id !== undefined) query = query.where('party_id', '=', party_id);
  const rows = (await query.execute()) as BillingProfile[];
  return new Map(rows.map((row) => [row.party_id, row]));
}
