import { stripeAmountOf, transferableOf } from '../../../../ingest/stripe/amounts.ts';
import type { Run } from '../../../job.ts';
import { transferGroupOf } from '../../batch-ids.ts';
import { PAYOUT_QUERIES } from '../../queries.ts';
import { type DueToAccount, missingAccount, type PayoutAccount, type PayoutRail, type PayoutToMake } from '../rail.ts';
import { readAccounts } from './read-accounts.ts';
import type { TransferBody } from './transfer.ts';

/** Payouts by transfers to the connected accounts. */
export const STRIPE_RAIL: PayoutRail = {
  payableOf: transferableOf,
  requestOf: transferRequestOf,
  async accountsOf(run, { period, due }) {
    const read = await readAccounts(run, { period, accountIds: due.map(({ account_id }) => account_id) });
    const minimums = await stripeMinimums(run);
    return due.map((each) => {
      const account = read.get(each.account_id) ?? missingAccount(each.account_id);
      return { account, reason: reasonNotToPlan(account, each, minimums) };
    });
  },
};

/** The request for a payout; undefined if Stripe's units cannot express its amount, or if that is 0. */
function transferRequestOf({ amount_minor, currency, account_id, ...payout }: PayoutToMake): TransferBody | undefined {
  const amount = amount_minor > 0n ? stripeAmountOf(amount_minor, currency) : undefined;
  if (amount === undefined) return undefined;
  const { payout_id, batch_id, creator_id } = payout;
  return {
    amount,
    currency: currency.toLowerCase(),
    destination: account_id,
    transfer_group: transferGroupOf({ batch_id, payout_id }),
    metadata: { payout_id, batch_id, creator_id },
  };
}

/** What else is against an account holds its payout until it is over. */
function reasonNotToPlan(
  { exists, country }: PayoutAccount,
  { currency, payable_minor }: DueToAccount,
  minimums: ReadonlyMap<string, bigint>,
): string | undefined {
  if (!exists) return 'payout_account_missing';
  return payable_minor < (minimums.get(`${country}/${currency}`) ?? 0n) ? 'below_stripe_minimum' : undefined;
}

/** Stripe's smallest payouts, by country and currency: at the closing, the country of an account may not have been known. */
async function stripeMinimums({ warehouse }: Run): Promise<ReadonlyMap<string, bigint>> {
  const rows = await warehouse.query<{ country: string; currency: string; minimum_minor: bigint }>(
    ...PAYOUT_QUERIES.stripe_minimums(),
  );
  return new Map(rows.map(({ country, currency, minimum_minor }) => [`${country}/${currency}`, minimum_minor]));
}
