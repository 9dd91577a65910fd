import { readQueries } from '../../warehouse/named-queries.ts';
import { textList } from '../../warehouse/text-list.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';

export const ACCOUNT_QUERIES = readQueries(import.meta.url, 'payout-accounts.queries.sql', {
  accounts_as_read: ['creator_id', 'account_ids'],
  account_readings: [],
  followed_accounts: ['account_ids'],
  reported_accounts: ['creator_ids'],
});

/** The account that was last reported of a creator, by the marketplace or by us. */
export interface ReportedAccount extends ValueRow {
  readonly creator_id: string;
  readonly account_id_stripe: string;
  readonly account_status: string;
}

/** The last reported account of each of some creators, by creator; of those without one, nothing. */
export async function reportedAccounts(
  warehouse: Pick<Warehouse, 'query'>,
  creatorIds: readonly string[],
): Promise<ReadonlyMap<string, ReportedAccount>> {
  const rows = await warehouse.query<ReportedAccount>(...ACCOUNT_QUERIES.reported_accounts(textList(creatorIds)));
  return new Map(rows.map((row) => [row.creator_id, row]));
}
