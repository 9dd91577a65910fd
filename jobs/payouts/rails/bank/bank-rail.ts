import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import { type DueToAccount, missingAccount, type PayoutAccount, type PayoutRail } from '../rail.ts';
import { bankRequestOf } from './bank-request.ts';
import { recordedAccounts } from './recorded-accounts.ts';

/** Payouts by files for a bank: every minor unit, to the accounts that we have recorded, each in its one currency. */
export function bankRail(name: BankRail): PayoutRail {
  return {
    payableOf: (amount_minor) => amount_minor,
    requestOf: (payout) => bankRequestOf(payout, name),
    async accountsOf(run, { due }) {
      const accountIds = due.map(({ account_id }) => account_id);
      const recorded = await recordedAccounts(run, accountIds);
      return due.map((each) => {
        const account = recorded.get(each.account_id) ?? missingAccount(each.account_id);
        return { account, reason: reasonNotToPlan(account, each) };
      });
    },
  };
}

function reasonNotToPlan({ exists, default_currency }: PayoutAccount, { currency }: DueToAccount): string | undefined {
  if (!exists) return 'payout_account_missing';
  return default_currency === currency ? undefined : 'currency_not_of_account';
}
