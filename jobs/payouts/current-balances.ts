import type { balances } from '../../transforms/marts/balances.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import type { Services } from '../job.ts';
import { bankAccounts } from '../payout-accounts/bank-accounts.ts';
import { PAYOUT_QUERIES } from './queries.ts';
import type { RailName } from './rails/rail.ts';
import { RAILS } from './rails/rails.ts';

/** A balance as closed, with the current identity check and payout account of its creator. */
export type CurrentBalance = Row<typeof balances> & {
  readonly kyc_status: string | null;
  readonly account_now: string | null;
  readonly account_status: string | null;
  /** What payouts of this or an earlier balance that were recorded since the closing have paid, less what came back of them. */
  readonly paid_since_minor: bigint;
  /** How many creators' account it is, by what was reported last of each. */
  readonly claimant_count: bigint;
  /** The creator whom the account names at Stripe. */
  readonly named_creator_id: string | null;
  /** When the account was first reported, if it is not the creator's first one. */
  readonly changed_at: string | null;
  /** How `account_now` is paid: by bank files if it is a bank account that we have recorded. */
  readonly account_rail: RailName;
};

/** What a balance and its payouts have in common. */
export function balanceKeyOf({ creator_id, currency }: { creator_id: string; currency: string }): string {
  return `${creator_id}/${currency}`;
}

type ReadBalance = Omit<CurrentBalance, 'account_rail'> & ValueRow;

export async function currentBalances(
  { warehouse, operational }: Pick<Services, 'warehouse' | 'operational'>,
  period: Period,
): Promise<CurrentBalance[]> {
  const recorded = new Map((await bankAccounts(operational)).map((account) => [account.bank_account_id, account]));
  const balances = await warehouse.query<ReadBalance>(...PAYOUT_QUERIES.balances_to_pay(period));
  return balances.map((balance) => {
    const account = recorded.get(balance.account_now ?? '');
    if (account === undefined) return { ...balance, account_rail: 'stripe' };
    const { creator_id: named_creator_id, payout_rail: account_rail, stopped_because } = account;
    // The event of a stop may not be loaded yet.
    const account_status = stopped_because === null ? balance.account_status : 'restricted';
    return { ...balance, named_creator_id, account_rail, account_status };
  });
}

/** What of a balance its rail can pay, in minor units; the rest stays in the balance. */
export function payableByRail({ payable_minor, currency, account_rail }: CurrentBalance): bigint {
  return RAILS[account_rail].payableOf(payable_minor, currency);
}

/**
 * The reason on the statement, unless a payout since the closing, the identity check or the account now prevents the payout. A
 * balance that was not payable at the closing is not paid now: it is carried forward.
 */
export function currentReason(balance: CurrentBalance, hold: { now: number; holdMs: number }): string {
  const { payout_reason, paid_since_minor, kyc_status, account_now, account_status } = balance;
  if (payout_reason !== 'payable') return payout_reason;
  if (paid_since_minor > 0n) return 'paid_since_closing';
  if (kyc_status !== 'verified') return 'identity_not_verified';
  if (account_now === null) return 'payout_account_missing';
  if (account_status !== 'active') return 'payout_account_not_active';
  return reasonAgainstAccount(balance, hold) ?? 'payable';
}

/**
 * An account is paid if it names no other creator at Stripe. One that is not the creator's first, or that another one has too, must name
 * this creator; and a changed one waits, so that whoever took over a login is noticed before money leaves.
 */
function reasonAgainstAccount(
  { creator_id, named_creator_id, claimant_count, changed_at }: CurrentBalance,
  { now, holdMs }: { now: number; holdMs: number },
): string | undefined {
  const isNamed = named_creator_id === creator_id;
  if (!isNamed && (named_creator_id !== null || claimant_count > 1n)) return 'payout_account_of_another';
  if (changed_at === null) return undefined;
  return isNamed && now - Date.parse(changed_at) >= holdMs ? undefined : 'payout_account_changed';
}
