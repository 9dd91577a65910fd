import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import type { PayoutLinesTable } from '../../../../warehouse/operational/payout-tables.ts';
import { BANK_RAILS, type PayoutToMake, type RailName } from '../rail.ts';

/** The request for a payout by a bank file, which is fixed and approved when it is planned. The numbers are those of the account with this id. */
interface BankRequest {
  readonly payout_rail: BankRail;
  readonly payout_id: string;
  readonly batch_id: string;
  readonly creator_id: string;
  readonly bank_account_id: string;
  /** Minor units, as a decimal string. */
  readonly amount_minor: string;
  readonly currency: string;
}

export function bankRequestOf(
  { payout_id, batch_id, creator_id, amount_minor, currency, account_id }: PayoutToMake,
  payout_rail: BankRail,
): BankRequest | undefined {
  if (amount_minor <= 0n) return undefined;
  const amount = { amount_minor: amount_minor.toString(), currency };
  return { payout_rail, payout_id, batch_id, creator_id, bank_account_id: account_id, ...amount };
}

/** Whether a value from the store is such a request. */
export function isBankRequest(value: unknown): value is BankRequest {
  const { payout_rail, creator_id, bank_account_id, currency } = (value ?? {}) as Partial<BankRequest>;
  const texts = [creator_id, bank_account_id, currency];
  return BANK_RAILS.some((rail) => rail === payout_rail) && texts.every((text) => typeof text === 'string');
}

/** The rail of a line, by its request; that is what was approved only if its hash is. */
export function railOf({ body }: Pick<PayoutLinesTable, 'body'>): RailName {
  if (body === null) return 'stripe';
  try {
    const { payout_rail } = JSON.parse(body) as Partial<BankRequest>;
    return BANK_RAILS.find((rail) => rail === payout_rail) ?? 'stripe';
  } catch {
    return 'stripe';
  }
}
