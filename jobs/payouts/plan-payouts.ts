import { stripeAmountOf, transferableOf } from '../../ingest/stripe/amounts.ts';
import { requireSealed } from '../../transforms/ledger/seal.ts';
import type { balances } from '../../transforms/marts/balances.ts';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { batchIdOf, transferGroupOf } from '../../warehouse/functions/batches.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/schema.ts';
import { nextPeriod, type Period } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { Job, Run } from '../job.ts';
import { catchUp } from '../load-events.ts';
import { type QuarantinedMoney, quarantinedMoney } from '../quarantined-money.ts';
import { currentHolds } from './holds.ts';
import { lastComparison } from './last-comparison.ts';
import {
  assertLatestClosedPeriod,
  assertPayoutsSettled,
  endLapsedPayouts,
  payoutIdOf,
  type TransferBody,
} from './payouts.ts';
import { PAYOUT_QUERIES } from './queries.ts';

export const planPayouts: Job = {
  name: 'plan-payouts',
  meaning:
    'Plans the payouts of a closed period: a payout for each payable balance, and a reason for each of the others.',
  about: 'period',
  async run(run, period) {
    await requireSealed(run.warehouse, period);
    await assertLatestClosedPeriod(run, period);
    const batch_id = batchIdOf(period);
    const existing = await run.operational
      .selectFrom('payout_batches')
      .select('state')
      .where('batch_id', '=', batch_id)
      .executeTakeFirst();
    if (existing) throw new Conflict(`The payouts of ${period} are already ${existing.state}.`);
    await catchUp(run);
    await assertPayoutsSettled(run, { writer: run.warehouse, period, act: 'paid out' });
    const comparison = run.stripe && (await lastComparison(run, period));
    if (comparison) run.progress(comparison.comparison);
    const now = run.clock.now();
    const holds = await currentHolds(run);
    const lines = (await currentBalances(run, period)).map((balance) => {
      const due = currentReason(balance, { now, holdMs: run.accountHoldMs });
      return lineOf(balance, {
        batch_id,
        due: due === 'payable' && holds.has(balance.creator_id) ? 'break_open' : due,
      });
    });
    await run.operational.transaction().execute(async (transaction) => {
      await endLapsedPayouts(transaction, period);
      await transaction
        .insertInto('payout_batches')
        .values({
          batch_id,
          period,
          state: 'planned',
          planned_by: run.startedBy,
          planned_at: instant(run.clock.now()),
          approved_by: null,
          approved_at: null,
        })
        .execute();
      for (let from = 0; from < lines.length; from += 500) {
        await transaction
          .insertInto('payout_lines')
          .values(lines.slice(from, from + 500))
          .execute();
      }
    });
    const payable = lines.filter(({ reason }) => reason === 'payable').length;
    const onHold = lines.filter(({ reason }) => reason === 'break_open').length;
    const waiting = await quarantinedMoney(run.warehouse, nextPeriod(period));
    return {
      batch_id,
      payouts: payable,
      skipped: lines.length - payable,
      // Left out of this batch for good; what they are owed stays in the balance.
      ...(onHold > 0 && { on_hold: onHold }),
      ...comparison,
      ...(waiting.length > 0 && { quarantined_money: waiting.map(countedOf) }),
    };
  },
};

/** What waits in the quarantine since the closing, and may change what is owed. */
function countedOf({ source_id, event, reason, fact_count }: QuarantinedMoney): object {
  return { source_id, event, reason, events: Number(fact_count) };
}

/** A balance as closed, with the current identity check and payout account of its creator. */
type CurrentBalance = Row<typeof balances> & {
  readonly kyc_status: string | null;
  readonly account_now: string | null;
  readonly account_status: string | null;
  readonly paid_since_count: bigint;
  /** How many creators' account it is, by what was reported last of each. */
  readonly claimant_count: bigint;
  /** The creator whom the account names at Stripe. */
  readonly named_creator_id: string | null;
  /** When the account was first reported, if it is not the creator's first one. */
  readonly changed_at: string | null;
};

async function currentBalances({ warehouse }: Run, period: Period): Promise<CurrentBalance[]> {
  return warehouse.query<CurrentBalance>(...PAYOUT_QUERIES.balances_to_pay(period));
}

/**
 * The reason on the statement, unless a payout since the closing, the identity check or the account now prevents the payout. A
 * balance that was not payable at the closing is not paid now: it is carried forward.
 */
function currentReason(balance: CurrentBalance, hold: { now: number; holdMs: number }): string {
  const { payout_reason, paid_since_count, kyc_status, account_now, account_status } = balance;
  if (payout_reason !== 'payable') return payout_reason;
  if (paid_since_count > 0n) return 'paid_since_closing';
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

/** The payout of a balance, or the reason why there is none. What Stripe cannot express is left out, and stops nobody else's payout. */
function lineOf(balance: CurrentBalance, { batch_id, due }: { batch_id: string; due: string }): PayoutLinesTable {
  const { creator_id, currency, payable_minor, account_now } = balance;
  const payout_id = payoutIdOf({ batch_id, creator_id, currency });
  // What Stripe's units leave over stays in the balance.
  const amount_minor = transferableOf(payable_minor, currency);
  const amount = stripeAmountOf(amount_minor, currency);
  const reason = due === 'payable' && !amount ? 'amount_not_transferable' : due;
  const line = { payout_id, batch_id, creator_id, currency, reason };
  if (reason !== 'payable') return { ...line, amount_minor: 0n, account_id_stripe: null, body: null, body_hash: null };
  invariant(
    account_now && amount !== undefined && amount > 0,
    `The balance of ${creator_id} in ${currency} is payable, but has no account or nothing to transfer.`,
  );
  const { closing_minor, paid_ahead_minor, held_minor } = balance;
  invariant(
    payable_minor === closing_minor - paid_ahead_minor - held_minor,
    `What is to be paid to ${creator_id} in ${currency} is not what the sealed balance leaves.`,
  );
  const request: TransferBody = {
    amount,
    currency: currency.toLowerCase(),
    destination: account_now,
    transfer_group: transferGroupOf({ batch_id, payout_id }),
    metadata: { payout_id, batch_id, creator_id },
  };
  const body = canonicalJson(request);
  return { ...line, amount_minor, account_id_stripe: account_now, body, body_hash: sha256Hex(body) };
}
