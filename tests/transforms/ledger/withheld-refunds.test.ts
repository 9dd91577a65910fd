import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from '../../../reports/statement/verify-proof.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { nextPeriod, parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { composeStatements } from '../../reports/statement/composed.ts';
import { seeded } from '../../support/marketplace/prng.ts';
import { closeAt, eventTable, openTestWarehouse, recordEvents } from '../small-month.ts';

/**
 * Months of sales and metered use under rates that change: forms come, claim a treaty, and a number is missing. Each month takes back parts
 * of what earlier ones credited, and the last one takes back all that is left.
 */

const random = seeded(161);
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'] as const;
const LAST = '2026-05';
const SALES = ['a', 'b', 'c', 'd', 'e'];
/** What is left of each sale, in minor units. */
const left = new Map<string, number>();

const SALE = 'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe buyer_country timestamp';
const STATUS =
  'creator_id tax_form tax_country has_tin treaty_country treaty_claim backup_withholding tax_valid_from_at timestamp';

const TERMS = [
  eventTable(
    'asset_published',
    'terms_id asset_id license_type rate currency splits timestamp',
    ['one_time', 'metered'].map(
      (type) =>
        `terms_${type} | asset_1 | ${type} | 0.7 | USD | [{"creator_id":"cr_form","share_bps":3333},{"creator_id":"cr_number","share_bps":3333},{"creator_id":"cr_none","share_bps":3334}] | 2025-12-01`,
    ),
  ),
  eventTable('developer_signed_up', 'developer_id developer_name country timestamp', [
    'dev_us | A | US | 2025-12-01',
    'dev_de | B | DE | 2025-12-01',
  ]),
  eventTable('tax_settings_changed', 'payer_country undocumented_treatment valid_from_at decided_by timestamp', [
    'US | as_foreign | 2026-02-10 | Fay | 2026-01-01',
  ]),
  eventTable('tax_status_changed', STATUS, ['cr_number | w9 | US | false | | | false | 2026-01-01 | 2026-01-01']),
].join('');

/** The forms that come in a month. */
const FORMS: Readonly<Record<string, string>> = {
  '2026-03': eventTable('tax_status_changed', STATUS, [
    'cr_form | w8ben | MX | true | MX | 1000 | false | 2026-03-05 | 2026-03-05',
    'cr_number | w9 | US | true | | | false | 2026-03-05 | 2026-03-05',
  ]),
  '2026-04': eventTable('tax_status_changed', STATUS, [
    'cr_form | w8ben | DE | true | DE | 0 | false | 2026-04-05 | 2026-04-05',
  ]),
};

function eventsOf(month: string): string {
  const sales = SALES.map((name) => {
    const [id, minor] = [`${month}_${name}`, random.between(101, 9_999)];
    left.set(id, minor);
    const country = random.pick(['US', 'US', 'DE', '']);
    return `${id} | asset_1 | dev_de | ${minor / 100} | 0 | USD | ch_${id} | ${country} | ${month}-10`;
  });
  const uses = ['dev_us', 'dev_de', 'dev_us'].map(
    (developer, n) => `use_${month}_${n} | asset_1 | ${developer} | ${random.between(1, 999)} | ${month}-12`,
  );
  const parts = [...left]
    .filter(([id]) => !id.startsWith(month) && random.chance(0.4))
    .flatMap(([id, minor]) => refund(id, random.between(1, minor), month));
  return [
    eventTable('license_purchased', SALE, sales),
    eventTable('asset_used', 'use_id asset_id developer_id units timestamp', uses),
    ...takenBack(parts),
    FORMS[month] ?? '',
  ].join('');
}

function refund(sale: string, minor: number, month: string): string[] {
  const before = left.get(sale) ?? 0;
  left.set(sale, before - minor);
  const id = `${sale}_${month}`;
  return minor === 0 ? [] : [`ref_${id} | ${sale} | ${minor / 100} | 0 | USD | re_${id} | ${month}-20`];
}

const takenBack = (refunds: readonly string[]): string[] => [
  eventTable('license_refunded', 'refund_id sale_id amount tax_amount currency refund_id_stripe timestamp', refunds),
];

/** A lost dispute takes the rest of one sale, corrections the uses, and refunds all else. */
function everythingBack(): string {
  const [lost = '', ...others] = left.keys();
  return [
    ...takenBack(others.flatMap((id) => refund(id, left.get(id) ?? 0, LAST))),
    eventTable('dispute_opened', 'dispute_id sale_id amount tax_amount currency dispute_id_stripe timestamp', [
      `dis_1 | ${lost} | ${(left.get(lost) ?? 0) / 100} | 0 | USD | dp_1 | ${LAST}-11`,
    ]),
    eventTable('dispute_closed', 'dispute_id sale_id dispute_outcome timestamp', [
      `dis_1 | ${lost} | lost | ${LAST}-12`,
    ]),
    eventTable(
      'correction_approved',
      'correction_id corrected_kind corrected_id correction_reason timestamp',
      MONTHS.flatMap((month) =>
        [0, 1, 2].map((n) => `cor_${month}_${n} | use | use_${month}_${n} | A test. | ${LAST}-13`),
      ),
    ),
  ].join('');
}

let warehouse: Warehouse;
const close = (month: string) => closeAt(warehouse, month, `${nextPeriod(parsePeriod(month))}-02T08:00:00Z`);

beforeAll(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-01-01T00:00:00Z', TERMS);
  for (const month of MONTHS) {
    await recordEvents(warehouse, `${nextPeriod(parsePeriod(month))}-01T00:00:00Z`, eventsOf(month));
    await close(month);
  }
  await recordEvents(warehouse, '2026-06-01T00:00:00Z', everythingBack());
  await close(LAST);
});
afterAll(() => warehouse.close());

const rates = (having: string) =>
  warehouse.query<{ rate: string }>(
    `select creator_id || ' ' || withholding_rule_id || ' ' || cast(credited_on as string) as rate
     from ledger.withholdings group by creator_id, withholding_rule_id, credited_on having ${having} order by rate`,
  );

test('nothing is withheld of what is all taken back, at any rate; of each there was something', async () => {
  expect(await rates('sum(withheld_minor) <> 0 or sum(not_given_back_minor) <> 0')).toEqual([]);
  const taxed = (await rates('max(withheld_minor) > 0 and min(withheld_minor) < 0')).map(({ rate }) => rate);
  expect(taxed).toEqual([
    'cr_form US-foreign 2026-03-01',
    'cr_form US-foreign_treaty-MX 2026-04-01',
    'cr_none US-foreign 2026-03-01',
    'cr_none US-foreign 2026-04-01',
    'cr_none US-foreign 2026-05-01',
    'cr_number US-domestic_unidentified 2026-03-01',
  ]);
  // January was credited before tax was withheld: nothing of it is given back.
  expect(await warehouse.query(`select period from ledger.withholdings where credited_on < date '2026-03-01'`)).toEqual(
    [],
  );
  const [posted] = await warehouse.query(
    `select sum(posting_amount) as amount from ledger.postings where account in ('withholding', 'creators_payable')`,
  );
  expect(posted).toEqual({ amount: '0' });
});

test('the months verify, and each statement has the tax of each day of credit under the seal', async () => {
  for (const month of ['2026-04', LAST])
    expect(await verifyPeriod(warehouse, parsePeriod(month))).toMatchObject({ holds: true });
  const statements = await composeStatements(warehouse, { period: parsePeriod(LAST), issuerName: 'Tantieme' });
  expect(statements.flatMap(problemsOf)).toEqual([]);
  expect(statements.map(({ creator, tax }) => [creator.creator_id, ...tax.map(({ rate }) => rate)])).toEqual([
    ['cr_form', '0 %', '10 %', '30 %'],
    ['cr_none', '30 %', '30 %', '30 %'],
    ['cr_number', '0 %', '0 %', '24 %'],
  ]);
});
