import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNamedQueries } from '../../../warehouse/named-queries.ts';
import { textList } from '../../../warehouse/text-list.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openTestWarehouse } from '../../transforms/small-month.ts';

const FILE = 'trace-record.queries.sql';
const BANK_PAYOUTS_OF = parseNamedQueries(
  readFileSync(new URL(`../../../jobs/trace/${FILE}`, import.meta.url), 'utf8'),
  FILE,
).find(({ name }) => name === 'bank_payouts_of')?.sql;

const READ = `timestamptz '2026-02-09' as pulled_at, timestamptz '2026-02-09' as recorded_at, '{}' as object_stripe`;

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  await warehouse.transaction(async (writer) => {
    await writer.query(
      `insert into stripe.transfers by name select 'tr_1' as id_stripe, 500 as amount_minor, 0 as reversed_minor, 'USD' as currency,
        'acct_ada' as destination_account_id_stripe, timestamptz '2026-02-01' as created_at, ${READ}`,
    );
    await writer.query(
      `insert into stripe.connected_payouts by name select 'acct_ada' as account_id_stripe, 'po_' || i as id_stripe, 500 as amount_minor, 'USD' as currency,
        'paid' as status_stripe, 'standard' as payout_method, true as is_automatic, timestamptz '2026-02-01' + to_days(i) as arrives_at,
        timestamptz '2026-02-01' + to_days(i) as created_at, ${READ}
      from range(1, 3) as counted(i)`,
    );
  });
});
afterAll(() => warehouse.close());

test('what Stripe says that a payout carried counts, also where another one would be inferred', async () => {
  const [inferred, attributed] = await warehouse.withRollback(async (writer) => {
    const found = async () => {
      const rows = await writer.query(String(BANK_PAYOUTS_OF), [textList(['tr_1'])]);
      return rows.map(({ id_stripe, is_attributed }) => [id_stripe, is_attributed]);
    };
    const before = await found();
    // The transfer became available only after the first payout.
    await writer.query(
      `insert into stripe.payout_transactions by name select 'acct_ada' as account_id_stripe, 'po_2' as payout_id_stripe,
        'txn_1' as balance_transaction_id_stripe, 'tr_1' as transfer_id_stripe, 500 as net_minor, 'USD' as currency,
        timestamptz '2026-02-09' as pulled_at, timestamptz '2026-02-09' as recorded_at`,
    );
    return [before, await found()];
  });
  expect(inferred).toEqual([['po_1', false]]);
  expect(attributed).toEqual([['po_2', true]]);
});
