import { requireExponent } from '../../../warehouse/currencies.ts';
import { decimalOf } from '../../../warehouse/money.ts';
import type { Random } from '../marketplace/prng.ts';
import type { Drafted, Known } from './drafted-corrections.ts';
import { badAmount } from './oddities.ts';

/** A payout, mostly with its transfer at Stripe, and sometimes with what came back of it: a part, all of it, or more. */
export function draftedPayout(
  random: Random,
  { events, creators, idOf, instant, currency: anyCurrency }: Known,
): Drafted[] {
  const payout_id = idOf(`po_${events.length}`);
  const currency = anyCurrency();
  const creator_id = random.chance(0.15) ? idOf('cr_none') : random.pick(creators);
  const minor = BigInt(random.between(0, 2000));
  const amount = badAmount(random) ?? amountOf(minor, currency);
  const transfer_id_stripe = `tr_${payout_id}`;
  const ids = { payout_id, creator_id, account_id_stripe: `acct_${creator_id}`, transfer_id_stripe };
  const payout_period = random.pick(['2025-12', '2026-01', '2026-02', '2026-03']);
  const timestamp = instant();
  const sent = { table: 'payout_sent', row: { ...ids, amount, currency, payout_period, timestamp } };
  if (random.chance(0.2)) return [sent];
  const amount_minor = random.chance(0.9) ? `${minor}` : '1';
  const moved = { amount_minor, reversed_minor: '0', destination_account_id_stripe: ids.account_id_stripe };
  const made = { currency: random.chance(0.9) ? currency : anyCurrency(), created_at: timestamp, timestamp };
  const transfer = { id_stripe: transfer_id_stripe, ...moved, ...made, object_stripe: '{}' };
  const count = random.pick([0, 0, 1, 1, 2, 3]);
  const reversals = Array.from({ length: count }, (_, index) => {
    const about = { ...ids, payout_period, currency: random.chance(0.95) ? currency : anyCurrency() };
    return reversed(random, { id: `trr_${payout_id}_${index}`, minor, at: random.pick([timestamp, instant()]), about });
  });
  return [sent, { table: 'stripe.transfers', row: transfer }, ...reversals.flat()];
}

interface Reversed {
  readonly id: string;
  /** Of the payout, in minor units. */
  readonly minor: bigint;
  readonly at: string;
  readonly about: Readonly<Record<string, string>> & { readonly currency: string; readonly transfer_id_stripe: string };
}

function reversed(random: Random, { id, minor, at, about }: Reversed): Drafted[] {
  const back = random.pick([minor, minor / 2n, minor / 2n, minor / 3n, minor + 1n]);
  const amount = badAmount(random) ?? amountOf(back, about.currency);
  const transfer_id_stripe = random.chance(0.95) ? about.transfer_id_stripe : 'tr_other';
  const report = { ...about, reversal_id_stripe: id, transfer_id_stripe, amount, timestamp: at };
  const reported = { table: 'payout_reversed', row: report };
  if (random.chance(0.3)) return [reported];
  const amount_minor = random.chance(0.95) ? `${back}` : '1';
  const { currency } = about;
  const made = { id_stripe: id, transfer_id_stripe: about.transfer_id_stripe, amount_minor, currency, created_at: at };
  return [reported, { table: 'stripe.transfer_reversals', row: { ...made, timestamp: at, object_stripe: '{}' } }];
}

function amountOf(minor: bigint, currency: string): string {
  return decimalOf(minor, requireExponent(currency));
}
