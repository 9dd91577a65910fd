import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { nextPeriod, parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, eventTable, openTestWarehouse, recordEvents } from '../small-month.ts';

/**
 * Eve's payer withholds nothing in November, while Ada's does. With the new year Eve has the payer that withholds 30 %, and finance changes
 * what November credited: in both directions, and by more than November left.
 */

const SALE = 'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe buyer_country timestamp';
const sales = (rows: readonly string[]): string => eventTable('license_purchased', SALE, rows);
const corrections = (rows: readonly string[]): string =>
  eventTable(
    'correction_approved',
    'correction_id corrected_kind corrected_id units correction_reason timestamp',
    rows,
  );

const EVENTS: Readonly<Record<string, readonly string[]>> = {
  '2026-11': [
    eventTable('asset_published', 'terms_id asset_id license_type rate currency splits timestamp', [
      'terms_ada | asset_ada | one_time | 1 | USD | [{"creator_id":"cr_ada","share_bps":10000}] | 2026-10-01',
      'terms_eve | asset_eve | one_time | 1 | USD | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-10-01',
      'terms_use | asset_eve | metered | 1 | USD | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-10-01',
    ]),
    eventTable(
      'tax_settings_changed',
      'payer_id payer_country undocumented_treatment valid_from_at decided_by timestamp',
      ['main | US | as_foreign | 2026-10-01 | Fay | 2026-10-01'],
    ),
    eventTable('creator_payer_assigned', 'creator_id payer_id payer_country valid_from_at decided_by timestamp', [
      'cr_eve | ireland | IE | 2026-01-01 | Fay | 2026-10-01',
      'cr_eve | main | US | 2027-01-01 | Fay | 2026-10-01',
    ]),
    sales([
      'sale_ada | asset_ada | dev_1 | 100 | 0 | USD | ch_ada | US | 2026-11-10',
      'sale_eve | asset_eve | dev_1 | 100 | 0 | USD | ch_eve | US | 2026-11-10',
    ]),
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
      'use_1 | asset_eve | dev_1 | 10 | 2026-11-12',
    ]),
    corrections(['cor_part | use | use_1 | 4 | Four units too many. | 2026-11-20']),
  ],
  '2026-12': [
    sales(['sale_dec | asset_eve | dev_1 | 100 | 0 | USD | ch_dec | US | 2026-12-10']),
    eventTable('license_refunded', 'refund_id sale_id amount tax_amount currency refund_id_stripe timestamp', [
      'ref_1 | sale_eve | 50 | 0 | USD | re_1 | 2026-12-11',
    ]),
  ],
  '2027-01': [
    sales(['sale_jan | asset_eve | dev_1 | 10 | 0 | USD | ch_jan | US | 2027-01-10']),
    corrections([
      'cor_refund | refund | ref_1 |  | The refund never reached the buyer. | 2027-01-11',
      'cor_back | correction | cor_part |  | The four units were right. | 2027-01-12',
    ]),
  ],
  '2027-02': [corrections(['cor_whole | use | use_1 |  | A test of the developer. | 2027-02-11'])],
};

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  for (const [month, events] of Object.entries(EVENTS)) {
    const after = nextPeriod(parsePeriod(month));
    await recordEvents(warehouse, `${after}-01T00:00:00Z`, events.join(''));
    await closeAt(warehouse, month, `${after}-02T08:00:00Z`);
  }
});
afterAll(() => warehouse.close());

test('what an untaxed month credited stays untaxed; what it did not leave is taxed on the day that does', async () => {
  const rows = await warehouse.query<{
    at: string;
    credited_amount: string;
    withheld_minor: bigint;
    withheld_of_year_minor: bigint;
  }>(
    `select period || ' of ' || cast(credited_on as string) as at, credited_amount, withheld_minor, withheld_of_year_minor
     from ledger.withholdings where creator_id = 'cr_eve' order by period, credited_on`,
  );
  const told = rows.map(({ at, credited_amount, withheld_minor, withheld_of_year_minor }) =>
    [at, credited_amount, withheld_minor, withheld_of_year_minor].join(' | '),
  );
  expect(told).toEqual([
    // 80 % of the sale of December; the refund of November's sale gives nothing back.
    '2026-12 of 2027-01-01 | 80 | 2400 | 2400',
    // 80 % of the sale of January and of the four units that November did not leave; the refund that is void withholds nothing.
    '2027-01 of 2027-02-01 | 11.2 | 336 | 2736',
    // Of the ten units, six were untaxed; the tax on four comes back.
    '2027-02 of 2027-02-01 | -3.2 | -96 | 2640',
  ]);
});

test('each closing verifies', async () => {
  for (const month of ['2027-01', '2027-02'])
    expect(await verifyPeriod(warehouse, parsePeriod(month))).toMatchObject({ holds: true });
});
