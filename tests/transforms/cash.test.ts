import { expect, test } from 'vitest';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { STRIPE_BALANCE_TYPES } from '../../transforms/seeds/stripe-movements.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { FULL_RUN } from '../support/full-run.ts';
import { CLOSINGS, type Movement, record } from './months-recorder.ts';
import { minorText, PaidMonths } from './paid-months.ts';
import { closeAt, openThoroughWarehouse } from './small-month.ts';

const SEEDS = FULL_RUN ? Array.from({ length: 3 }, (_, index) => index + 1) : [1];

test.each(SEEDS)(
  'of months in which everything is paid, nothing stays open and the balances are those at Stripe (%i)',
  async (seed) => {
    const months = new PaidMonths(seed);
    const warehouse = await openThoroughWarehouse();
    let since = '';
    for (const { period, endsAt, cutoff } of CLOSINGS) {
      const seen = months.recorded.filter(({ recordedAt }) => since <= recordedAt && recordedAt < cutoff);
      await warehouse.transaction((writer) => record(writer, seen));
      await closeAt(warehouse, period, cutoff);
      since = cutoff;
      const known = months.movements.filter(({ createdAt, recordedAt }) => createdAt < endsAt && recordedAt < cutoff);
      expect(await sumsOf(warehouse, BALANCES)).toEqual(balancesOf(known));
    }
    expect(await sumsOf(warehouse, ['buyers_receivable', 'connected_accounts', 'disputes'])).toEqual([]);
    const owed = [...months.taxes].map(
      ([currency, minor]) => `tax_payable platform ${currency} ${minorText(-minor, currency)}`,
    );
    expect(await sumsOf(warehouse, ['tax_payable'])).toEqual(owed.sort());
    expect(await postedOtherwise(warehouse)).toEqual([]);
    // Of January, much was recorded only after its closing.
    expect(await verifyPeriod(warehouse, parsePeriod('2026-01'))).toMatchObject({ holds: true });
    await warehouse.close();
  },
);

const BALANCES = [...Object.values(STRIPE_BALANCE_TYPES), 'stripe_other_balance'];

/** The balance transactions that are posted against another account, or with another amount, than the comparison with Stripe has them. */
async function postedOtherwise(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.query<{ id_stripe: string }>(
    `select movements.id_stripe
    from tantieme.int_stripe_movements as movements
    join seeds.currencies as currencies on currencies.currency = movements.own_currency
    left join ledger.postings as postings
      on postings.journal_id = 'stripe:' || movements.id_stripe
      and postings.currency = movements.own_currency
      and postings.account = case when movements.movement_class is null then 'suspense' else movements.account end
    where postings.posting_amount is distinct from fn.minor_amount(-movements.own_minor, currencies.minor_per_unit)`,
  );
  return rows.map(({ id_stripe }) => id_stripe);
}

/** The balances of accounts that are not zero, by owner and currency, as text. */
async function sumsOf(warehouse: Warehouse, accounts: readonly string[]): Promise<string[]> {
  const rows = await warehouse.query(
    `select account, account_owner_id, currency, sum(posting_amount) as amount from ledger.postings
    where account in (${accounts.map((account) => `'${account}'`).join(', ')})
    group by account, account_owner_id, currency having sum(posting_amount) <> 0`,
  );
  return rows.map((row) => Object.values(row).join(' ')).sort();
}

function balancesOf(movements: readonly Movement[]): string[] {
  const sums = new Map<string, bigint>();
  for (const { balanceType, currency, net } of movements) {
    const account = STRIPE_BALANCE_TYPES[balanceType as keyof typeof STRIPE_BALANCE_TYPES] ?? 'stripe_other_balance';
    const key = `${account} platform ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + net);
  }
  const texts = [...sums]
    .filter(([, net]) => net !== 0n)
    .map(([key, net]) => `${key} ${minorText(net, key.slice(-3))}`);
  return texts.sort();
}
