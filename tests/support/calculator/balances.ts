import { PAYOUT_MINIMUMS } from '../../../transforms/seeds/payout-minimums.ts';
import { minorCeiling, minorFloor, minorUnit, NANOS, sumOf } from './amounts.ts';
import {
  type Balance,
  type Books,
  type Carry,
  keyOf,
  type Royalty,
  type StatementLine,
  type Withholding,
} from './books.ts';
import { isRead } from './doubts.ts';
import { compareTexts, factKey, inOrderOfRecording, latestIn } from './facts.ts';
import { markBooked, moneyOf, openFacts, reasonOfTime, suspend } from './judging.ts';
import { laterReversals } from './payout-reversals.ts';

/** Books the payouts that were sent by the end of the period. */
export function bookPayouts(books: Books, royalties: readonly Royalty[]): void {
  const known = new Set([
    ...latestIn(books.known, 'creator_signed_up', 'creator_id').keys(),
    ...[...(books.previous?.balances.values() ?? []), ...royalties].map(({ creatorId }) => creatorId),
  ]);
  for (const payout of openFacts(books, 'payout')) {
    const { amount, currency, reason: reasonOfMoney } = moneyOf(payout);
    const isKnown = known.has(payout.row.creator_id ?? '');
    const reason =
      reasonOfTime(books, payout) ??
      reasonOfMoney ??
      (isKnown ? undefined : 'creator_unknown') ??
      (isConfirmed(books, payout) ? undefined : 'payout_unconfirmed');
    if (reason) {
      suspend(books, payout, { reason, currency, amount: amount === undefined ? undefined : -amount });
      continue;
    }
    markBooked(books, payout);
    books.payouts.push(payout);
  }
}

interface Booked {
  readonly lines: readonly StatementLine[];
  readonly carries: ReadonlyMap<string, Carry>;
  readonly withholdings: readonly Withholding[];
}

/** The balances at the end of the period (rulings 19, 24, 29 to 34 and 109). */
export function balancesOf(books: Books, { lines, carries, withholdings }: Booked): Map<string, Balance> {
  const disputed = disputedIn(books);
  const heldByDisputes = heldWith(books, disputed);
  const doubtful = heldWith(
    books,
    new Set([...disputed, ...[...books.flagged.values()].flatMap(({ fact, other }) => (other ? [] : fact.id))]),
  );
  const isUnconfirmed = ({ reason }: { reason: string }): boolean => reason === 'payout_unconfirmed';
  const unconfirmed = summed([...books.suspended.values()].filter(isUnconfirmed).map(({ fact }) => paymentOf(fact)));
  const paid = paidIn(books);
  const back = summed(books.payoutReversals.map(returnOf));
  const ahead = paidAheadOf(books);
  const balances = new Map<string, Balance>();
  const owners = [
    ...carries.values(),
    ...[...paid.keys(), ...back.keys(), ...(books.previous?.balances.keys() ?? [])].map(ownerOf),
  ];
  for (const { creatorId, currency } of owners) {
    const key = keyOf({ creatorId, currency });
    const sum = (kind: Royalty['kind']): bigint =>
      sumOf(lines.filter((line) => keyOf(line) === key && line.kind === kind).map(({ minor }) => minor));
    const opening = books.previous?.balances.get(key)?.closing ?? 0n;
    const [earnings, refunds, adjustments] = [sum('earning'), -sum('refund'), sum('adjustment')];
    const payouts = paid.get(key) ?? 0n;
    const payoutReversals = back.get(key) ?? 0n;
    const withheld = sumOf(withholdings.filter((row) => keyOf(row) === key).map(({ minor }) => minor));
    const closing = opening + earnings - refunds + adjustments - withheld - payouts + payoutReversals;
    const inDoubt = doubtful.get(key) ?? 0n;
    const state = { closing, held: inDoubt + (unconfirmed.get(key) ?? 0n), paidAhead: ahead.get(key) ?? 0n };
    const heldByDispute = heldByDisputes.get(key) ?? 0n;
    const reason = reasonOf(books, { creatorId, currency }, { ...state, inDoubt, heldByDispute });
    balances.set(key, {
      ...(carries.get(key) ?? { creatorId, currency, carriedIn: 0n, carriedOut: 0n }),
      ...{ opening, earnings, refunds, adjustments, withheld, payouts, payoutReversals, ...state, reason },
      payable: reason === 'payable' ? closing - state.held - state.paidAhead : 0n,
    });
  }
  return balances;
}

/**
 * The sales with an open dispute (ruling 19). A dispute in suspense is open too: it may take all of it, whatever is wrong with its
 * amount. So is one whose outcome is void, but not one that is void itself (47).
 */
function disputedIn({ facts, endsAt, booked, voids, stillVoid }: Books): Set<string> {
  const disputed = new Set<string>();
  for (const { kind, id, occurredAt, row } of facts.values()) {
    const outcome = factKey('outcome', id);
    const isDecided = booked.has(outcome) && !voids.get(outcome)?.is && !stillVoid.has(outcome);
    if (kind !== 'dispute' || occurredAt >= endsAt || isDecided || voids.get(factKey('dispute', id))?.is) continue;
    disputed.add(row.sale_id ?? '');
  }
  return disputed;
}

/** What is held of sales: all that was earned with each of them, rounded up together (rulings 19 and 50). */
function heldWith({ royalties }: Books, sales: ReadonlySet<string>): Map<string, bigint> {
  const ofSales = Map.groupBy(
    royalties.filter(({ saleId }) => saleId !== undefined && sales.has(saleId)),
    (royalty) => `${royalty.saleId} ${keyOf(royalty)}`,
  );
  const earned = summed(
    [...ofSales.values()].map((group) => {
      const [first] = group as [Royalty];
      const left = sumOf(group.map(({ royalty }) => royalty));
      return [keyOf(first), left > 0n ? left : 0n];
    }),
  );
  return new Map([...earned].map(([key, amount]) => [key, minorCeiling(amount, ownerOf(key).currency)]));
}

function paidIn({ payouts }: Books): Map<string, bigint> {
  return summed(payouts.map(paymentOf));
}

/** Whether Stripe has the transfer of a payout, which is that of no payout before, or its records of that day have not been read (ruling 58). */
function isConfirmed(books: Books, payout: Books['payouts'][number]): boolean {
  const { occurredAt, row } = payout;
  const [, paid] = paymentOf(payout);
  const isTransferred = books.known.some(
    ({ table, row: transfer }) =>
      table === 'stripe.transfers' &&
      transfer.id_stripe === row.transfer_id_stripe &&
      transfer.currency === row.currency &&
      transfer.amount_minor === `${paid}` &&
      transfer.destination_account_id_stripe === row.account_id_stripe,
  );
  const claims = books.known.filter(
    ({ table, row: sent }) => table === 'payout_sent' && sent.transfer_id_stripe === row.transfer_id_stripe,
  );
  const isItsOwn = inOrderOfRecording(claims)[0]?.row.payout_id === payout.id;
  return (isTransferred && isItsOwn) || !isRead(books, occurredAt);
}

/** Payouts of earlier balances that were sent after the end of the period and recorded before its closing, less what came back of them (ruling 29). */
function paidAheadOf(books: Books): Map<string, bigint> {
  const { facts, endsAt, period } = books;
  const ahead = [...facts.values()].filter(
    (fact) =>
      fact.kind === 'payout' &&
      fact.occurredAt >= endsAt &&
      (fact.row.payout_period ?? '') < period &&
      moneyOf(fact).reason === undefined,
  );
  const back = laterReversals(books).map((reversal): [string, bigint] => {
    const [key, minor] = returnOf(reversal);
    return [key, -minor];
  });
  return summed([...ahead.map(paymentOf), ...back]);
}

function paymentOf(payout: Books['payouts'][number]): [string, bigint] {
  const { amount = 0n, currency = '' } = moneyOf(payout);
  return [keyOf({ creatorId: payout.row.creator_id ?? '', currency }), minorFloor(amount, currency)];
}

function returnOf({ payout, amount }: Books['payoutReversals'][number]): [string, bigint] {
  const [key] = paymentOf(payout);
  return [key, minorFloor(amount, ownerOf(key).currency)];
}

/** Why a balance is not paid: the first reason that applies (ruling 31). */
function reasonOf(
  { known }: Books,
  { creatorId, currency }: { creatorId: string; currency: string },
  {
    closing,
    paidAhead,
    held,
    inDoubt,
    heldByDispute,
  }: { closing: bigint; paidAhead: bigint; held: bigint; inDoubt: bigint; heldByDispute: bigint },
): string {
  const owed = closing - paidAhead;
  const account = latestIn(known, 'creator_payout_account_updated', 'creator_id').get(creatorId);
  const identity = latestIn(known, 'creator_kyc_completed', 'creator_id').get(creatorId)?.kyc_status;
  if (owed === 0n) return 'nothing_owed';
  if (owed < 0n) return 'negative_balance';
  if (owed <= heldByDispute) return 'frozen_by_dispute';
  if (owed <= inDoubt) return 'charge_unconfirmed';
  if (owed <= held) return 'payout_unconfirmed';
  if (identity !== 'verified') return 'identity_not_verified';
  if (!account) return 'payout_account_missing';
  if (account.account_status !== 'active') return 'payout_account_not_active';
  const minimum = ((PAYOUT_MINIMUMS[currency] ?? 10n) * NANOS) / minorUnit(currency);
  return owed - held < minimum ? 'below_minimum' : 'payable';
}

function ownerOf(key: string): { creatorId: string; currency: string } {
  const [creatorId = '', currency = ''] = key.split(' ');
  return { creatorId, currency };
}

function summed(entries: readonly (readonly [string, bigint])[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [key, amount] of [...entries].sort(([a], [b]) => compareTexts(a, b)))
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  return sums;
}
