import type { connectedBalances } from '../../transforms/marts/connected_balances.ts';
import type { connectedPayouts } from '../../transforms/marts/connected_payouts.ts';
import { CURRENCIES } from '../../warehouse/currencies.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { ReportedNegative, ReportedReturn } from './document.ts';

/** A payout of a connected account that came back, and a balance that is negative, as the marts have them. */
export type ReturnedPayout = Pick<
  Row<typeof connectedPayouts>,
  | 'account_id_stripe'
  | 'id_stripe'
  | 'creator_id'
  | 'amount_minor'
  | 'currency'
  | 'bank_result'
  | 'failure_code'
  | 'created_at'
  | 'came_back_recorded_at'
>;
export type NegativeBalance = Row<typeof connectedBalances>;

/** Minor units stay as they are in a currency that this version does not know. */
export function decimalIn(minor: bigint, currency: string | null): string {
  return currency !== null && CURRENCIES.includes(currency) ? minorToDecimal(minor, currency) : String(minor);
}

export function returnOf({ currency, ...payout }: ReturnedPayout): ReportedReturn {
  const { account_id_stripe, creator_id, bank_result: result, failure_code: reason } = payout;
  return {
    ...{
      payout_id_stripe: payout.id_stripe,
      account_id_stripe,
      creator_id,
      created_on: payout.created_at.slice(0, 10),
    },
    ...{ recorded_on: (payout.came_back_recorded_at ?? payout.created_at).slice(0, 10), result, reason, currency },
    amount: decimalIn(payout.amount_minor, currency),
  };
}

export function negativeOf({ account_id_stripe, creator_id, currency, ...stock }: NegativeBalance): ReportedNegative {
  const [available, pending] = [stock.available_minor, stock.pending_minor].map((minor) => decimalIn(minor, currency));
  return {
    ...{ account_id_stripe, creator_id, currency, available: available ?? '', pending: pending ?? '' },
    read_on: stock.pulled_at.slice(0, 10),
  };
}
