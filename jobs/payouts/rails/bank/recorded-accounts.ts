import type { Services } from '../../../job.ts';
import { bankAccounts } from '../../../payout-accounts/bank-accounts.ts';
import type { PayoutAccount } from '../rail.ts';

/** What we have recorded of some bank accounts, in the form in which Stripe's accounts are approved, by id. */
export async function recordedAccounts(
  { operational }: Pick<Services, 'operational'>,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, PayoutAccount>> {
  if (accountIds.length === 0) return new Map();
  const wanted = new Set(accountIds);
  const found = (await bankAccounts(operational)).filter(({ bank_account_id }) => wanted.has(bank_account_id));
  return new Map(
    found.map(({ bank_account_id: account_id, creator_id, country, currency, stopped_because }) => [
      account_id,
      {
        ...{ account_id, exists: true, transfers_status: null, payouts_enabled: stopped_because === null },
        ...{ disabled_reason: stopped_because, country, default_currency: currency, bank_currencies: [currency] },
        creator_id,
      },
    ]),
  );
}
