import { afterEach, beforeEach, expect, test } from 'vitest';
import { restatePeriod } from '../../../transforms/ledger/restate.ts';
import { MODELS } from '../../../transforms/models.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents, withModels } from '../small-month.ts';

const january = parsePeriod('2026-01');

/** What is recorded only after the closing. */
const LATE = `
\`raw.asset_used\`
| use_id   | asset_id   | developer_id | units | timestamp  |
| -------- | ---------- | ------------ | ----- | ---------- |
| use_late | asset_text | dev_y        | 7777  | 2026-01-15 |

\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_late  | sale_3  | 10     | 0          | EUR      | re_late          | 2026-01-20 |
`;
const LINES = `select creator_id, currency, line_kind, asset_id, line_amount_exact, line_amount_minor
from tantieme.statement_lines where period = '2026-01' order by all`;

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
});
afterEach(() => warehouse.close());

test('an open period cannot be restated', async () => {
  await expect(restatePeriod(warehouse, january)).rejects.toThrow(Conflict);
});

test('without anything new, nothing differs', async () => {
  await closeAt(warehouse, january, '2026-02-02T08:00:00Z');
  expect(await restatePeriod(warehouse, january)).toEqual({ lines: 10, differing: [] });
});

test('with all that is known now, it is as if the period had been closed only now; nothing is posted', async () => {
  await closeAt(warehouse, january, '2026-02-02T08:00:00Z');
  await recordEvents(warehouse, '2026-02-03T00:00:00Z', LATE);
  const before = await warehouse.query(LINES);
  const { differing } = await restatePeriod(warehouse, january);
  expect(await warehouse.query(LINES)).toEqual(before);

  const late = await openTestWarehouse();
  await recordEvents(late, '2026-02-01T00:00:00Z', JANUARY);
  await recordEvents(late, '2026-02-03T00:00:00Z', LATE);
  await closeAt(late, january, '2026-02-04T08:00:00Z');
  const closedLate = await late.query(LINES);
  await late.close();

  const lines = new Map(before.map((line) => [`${line.creator_id} ${line.line_kind} ${line.asset_id}`, line]));
  for (const line of differing) {
    lines.set(`${line.creator_id} ${line.line_kind} ${line.asset_id}`, {
      creator_id: line.creator_id,
      currency: line.currency,
      line_kind: line.line_kind,
      asset_id: line.asset_id,
      line_amount_exact: line.restated_exact,
      line_amount_minor: line.restated_minor,
    });
  }
  const sorted = (rows: Iterable<object>) => [...rows].map((row) => JSON.stringify(row, text)).sort();
  expect(sorted(lines.values())).toEqual(sorted(closedLate));
  expect(
    differing.find(({ creator_id, line_kind }) => creator_id === 'cr_ada' && line_kind === 'refund'),
  ).toMatchObject({
    original_exact: '-5.9232',
    restated_exact: '-10.7232',
    difference_exact: '-4.8',
    difference_minor: -480n,
  });
});

test('a rule that has changed since shows what it would have changed', async () => {
  await closeAt(warehouse, january, '2026-02-02T08:00:00Z');
  const models = MODELS.map((model) =>
    model.name === 'steps.int_fees'
      ? { ...model, sql: model.sql.replace('    fee_bps,', '    fee_bps // 2 as fee_bps,') }
      : model,
  );
  const { differing } = await withModels(models, () => restatePeriod(warehouse, january));
  expect(differing.map(({ difference_exact }) => difference_exact.startsWith('-'))).toContain(false);
  expect(
    differing.find(
      ({ creator_id, line_kind, currency }) => creator_id === 'cr_cai' && line_kind === 'earning' && currency === 'JPY',
    ),
  ).toMatchObject({ original_exact: '784', restated_exact: '882', difference_minor: 98n });
});

const text = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
