import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import { requireSealed, sealOf } from '../../../transforms/ledger/seal.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { balances } from '../../../transforms/marts/balances.ts';
import { postings } from '../../../transforms/marts/postings.ts';
import { statementLines } from '../../../transforms/marts/statement_lines.ts';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { parseNamedQueries } from '../../../warehouse/named-queries.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../small-month.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

const SEAL_FILE = new URL('../../../transforms/ledger/seal.queries.sql', import.meta.url);
const SEAL_QUERIES = parseNamedQueries(readFileSync(SEAL_FILE, 'utf8'), 'seal.queries.sql');

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
});
afterEach(() => warehouse.close());

test('an open period has no close record', async () => {
  await expect(requireClose(warehouse, january)).rejects.toThrow(Conflict);
  await expect(verifyPeriod(warehouse, january)).rejects.toThrow('2026-01 is not closed');
});

test('the seal depends on every posting and on the previous seal, but not on the order of rows', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  const { seal, posting_count } = await requireClose(warehouse, january);
  const sealAfter = (statement: string, previousSeal: string | null = null): Promise<string> =>
    warehouse.withRollback(async (writer) => {
      await writer.query(statement);
      return (await sealOf(writer, { period: january, previousSeal })).seal;
    });
  const one = `where posting_id = (select min(posting_id) from tantieme.postings where period = '2026-01')`;
  const seals = [
    await sealAfter(`update tantieme.postings set posting_amount = posting_amount + 0.000000001 ${one}`),
    await sealAfter(`update tantieme.postings set account_owner_id = 'cr_eve' ${one}`),
    await sealAfter(`delete from tantieme.postings ${one}`),
    await sealAfter('select 1', 'f'.repeat(64)),
  ];
  expect(new Set([seal, ...seals]).size).toBe(5);
  expect(
    await sealAfter(
      'create or replace table tantieme.postings as select * from tantieme.postings order by posting_amount',
    ),
  ).toBe(seal);
  expect(posting_count).toBe(
    (await warehouse.query<{ n: bigint }>(`select count(*) as n from tantieme.postings where period = '2026-01'`))[0]
      ?.n,
  );
});

test('the seal can be computed from the books alone', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  const linesOf = async (
    table: string,
    { key, without = [] }: { key: string[]; without?: string[] },
  ): Promise<string[]> => {
    const rows = await warehouse.query(`select * from ${table} where period = '2026-01' order by ${key.join(', ')}`);
    return rows.map((row) => {
      const cells = Object.entries(row).filter(([name]) => !without.includes(name));
      const plain = cells.map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value] as const);
      return JSON.stringify(Object.fromEntries(plain.sort(([a], [b]) => (a < b ? -1 : 1))));
    });
  };
  const decisions = ['minimum_minor', 'payable_minor', 'payout_reason', 'account_id_stripe'];
  const lines = [
    '{"period":"2026-01","previous_seal":null}',
    ...(await linesOf('tantieme.postings', { key: ['posting_id'] })),
    ...(await linesOf('tantieme.statement_lines', { key: ['creator_id', 'currency', 'line_id'] })),
    ...(await linesOf('tantieme.balances', { key: ['creator_id', 'currency'], without: decisions })),
  ];
  const text = lines.map((line) => `${line}\n`).join('');
  expect((await requireClose(warehouse, january)).seal).toBe(createHash('sha256').update(text).digest('hex'));
});

test.each([
  `update tantieme.balances set closing_minor = closing_minor + 1`,
  `update tantieme.statement_lines set line_amount_minor = line_amount_minor + 1`,
])('changed books fail the check that precedes statements and payouts: %s', async (statement) => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await expect(requireSealed(warehouse, january)).resolves.toMatchObject({ period: '2026-01' });
  await warehouse.transaction((writer) =>
    writer.query(`${statement} where period = '2026-01' and creator_id = 'cr_ada'`),
  );
  await expect(requireSealed(warehouse, january)).rejects.toThrow('no longer match the seal');
  expect((await verifyPeriod(warehouse, january)).holds).toBe(false);
});

test('a closed period is verified from the raw events, and verifying changes nothing', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  const before = await warehouse.query('select * from tantieme.balances order by all');
  const { seal } = await requireClose(warehouse, january);
  const verified = { recorded: seal, stored: seal, recomputed: seal, holds: true };
  expect(await verifyPeriod(warehouse, january)).toEqual(verified);
  expect(await verifyPeriod(warehouse, january)).toEqual(verified);
  expect(await warehouse.query('select * from tantieme.balances order by all')).toEqual(before);
});

test('a posting changed after the closing fails verification', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await warehouse.transaction((writer) =>
    writer.query(`update tantieme.postings set posting_amount = -posting_amount where journal_id = 'sale_1'`),
  );
  const { recorded, stored, recomputed, holds } = await verifyPeriod(warehouse, january);
  expect(holds).toBe(false);
  expect(recomputed).toBe(recorded);
  expect(stored).not.toBe(recorded);
});

test('a raw event changed after the closing fails verification', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await warehouse.transaction((writer) =>
    writer.query(`update raw.asset_used set units = '12346' where use_id = 'use_2'`),
  );
  const { recorded, stored, recomputed, holds } = await verifyPeriod(warehouse, january);
  expect(holds).toBe(false);
  expect(stored).toBe(recorded);
  expect(recomputed).not.toBe(recorded);
});

test('events recorded after the closing are booked in the next period, and the closed one still verifies', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(
    warehouse,
    '2026-02-03T00:00:00Z',
    `
\`raw.asset_used\`
| use_id   | asset_id   | developer_id | units | timestamp  |
| -------- | ---------- | ------------ | ----- | ---------- |
| use_late | asset_text | dev_x        | 10    | 2026-01-31 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_late  | sale_1  | 37.66  | 7.53       | EUR      | re_2             | 2026-01-19 |
`,
  );
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  expect(
    await warehouse.query(
      `select distinct movement_id, period, earned_period from tantieme.royalties where period = '2026-02' order by movement_id`,
    ),
  ).toEqual([
    { movement_id: 'ref_late', period: '2026-02', earned_period: '2026-01' },
    { movement_id: 'use_late', period: '2026-02', earned_period: '2026-01' },
  ]);
  // Two refunds in two periods cover the whole sale, so the royalties of each holder sum to zero.
  expect(
    await warehouse.query(
      `select creator_id, sum(royalty_amount) as left_over from tantieme.royalties where revenue_event_id = 'sale_1' group by creator_id order by creator_id`,
    ),
  ).toEqual([
    { creator_id: 'cr_ada', left_over: '0' },
    { creator_id: 'cr_ben', left_over: '0' },
  ]);
  const first = await verifyPeriod(warehouse, january);
  const second = await verifyPeriod(warehouse, february);
  expect([first.holds, second.holds]).toEqual([true, true]);
  expect((await requireClose(warehouse, february)).previous_seal).toBe(first.recorded);
});

test('terms recorded after the closing rate later events, and change nothing in the closed period', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(
    warehouse,
    '2026-02-03T00:00:00Z',
    `
\`raw.asset_published\`
| terms_id   | asset_id   | license_type | rate | currency | splits                                      | timestamp  |
| ---------- | ---------- | ------------ | ---- | -------- | ------------------------------------------- | ---------- |
| terms_late | asset_text | metered      | 9    | USD      | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-01-05 |

\`raw.asset_used\`
| use_id   | asset_id   | developer_id | units | timestamp  |
| -------- | ---------- | ------------ | ----- | ---------- |
| use_late | asset_text | dev_x        | 1     | 2026-01-15 |
`,
  );
  expect((await verifyPeriod(warehouse, january)).holds).toBe(true);
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  expect(
    await warehouse.query(
      `select movement_id, creator_id, gross_amount from tantieme.royalties where period = '2026-02'`,
    ),
  ).toEqual([{ movement_id: 'use_late', creator_id: 'cr_eve', gross_amount: '9' }]);
  expect((await verifyPeriod(warehouse, january)).holds).toBe(true);
});

test('a period with an outcome of an unknown dispute cannot be closed, because its loss would not be booked', async () => {
  await recordEvents(
    warehouse,
    '2026-02-01T00:00:01Z',
    `
\`raw.dispute_closed\`
| dispute_id | sale_id | dispute_outcome | timestamp  |
| ---------- | ------- | --------------- | ---------- |
| dis_1      | sale_1  | lost            | 2026-01-30 |
`,
  );
  const closing = closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await expect(closing).rejects.toThrow(InvariantBroken);
  await expect(closing).rejects.toThrow(
    'int_disputes, check outcome_of_known_dispute: Every dispute outcome refers to a recorded dispute. This is violated by dis_1 2026-01.',
  );
});

test('a period with an unrated event cannot be closed, and the error names the event', async () => {
  await recordEvents(
    warehouse,
    '2026-02-01T00:00:01Z',
    `
\`raw.asset_used\`
| use_id | asset_id      | developer_id | units | timestamp  |
| ------ | ------------- | ------------ | ----- | ---------- |
| use_9  | asset_unknown | dev_x        | 1     | 2026-01-15 |
`,
  );
  const closing = closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await expect(closing).rejects.toThrow(InvariantBroken);
  await expect(closing).rejects.toThrow('This is violated by use_9 asset_unknown metered 2026-01.');
});

/** Whether a balance can be paid depends on the day, so the seal does not cover it. */
const UNSEALED = ['minimum_minor', 'payable_minor', 'payout_reason', 'account_id_stripe'];

test.each([postings, statementLines, balances])(
  'the seal covers every column of $name that does not depend on the day',
  async (model) => {
    const sealed = SEAL_QUERIES.filter(({ sql }) => sql.includes(`from ${model.name}\n`));
    expect(sealed).toHaveLength(1);
    const named = await warehouse.withRollback((writer) =>
      writer.describeQuery((sealed[0]?.sql ?? '').replace('$1', `'2026-01'`)),
    );
    const expected = model.columns.map(({ name }) => name).filter((name) => !UNSEALED.includes(name));
    expect(named.map(({ name }) => name)).toEqual(expected);
  },
);

test('a column that is added later leaves every seal valid', async () => {
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await warehouse.transaction(async (writer) => {
    for (const table of ['postings', 'statement_lines', 'balances']) {
      await writer.query(`alter table tantieme.${table} add column note varchar default 'new'`);
    }
  });
  expect(await requireSealed(warehouse, january)).toMatchObject({ period: '2026-01' });
  expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
});
