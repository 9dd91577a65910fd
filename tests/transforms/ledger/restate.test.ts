import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restatePeriod } from '../../../transforms/ledger/restate.ts';
import { MODELS } from '../../../transforms/models.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents, withModels } from '../small-month.ts';
import { EVERY_LATE, textOf } from './late-facts.ts';

const january = parsePeriod('2026-01');

const LINES = `select
    creator_id, currency, line_kind, asset_id, license_type, earned_period,
    sum(line_amount_exact) as line_amount_exact, cast(sum(line_amount_minor) as bigint) as line_amount_minor
  from tantieme.statement_lines where period = '2026-01' group by all order by all`;

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openClosedJanuary();
});
afterEach(() => warehouse.close());

test('an open period cannot be restated', async () => {
  await expect(restatePeriod(warehouse, parsePeriod('2026-02'))).rejects.toThrow(Conflict);
});

test('without anything new, nothing differs', async () => {
  expect(await restatePeriod(warehouse, january)).toEqual({ lines: 10, differing: [] });
});

test('with all that is known now, it is as if the period had been closed only now; nothing is posted', async () => {
  const { differing } = await expectAsIfClosedLate(textOf(EVERY_LATE));
  expect(
    differing.find(({ creator_id, line_kind }) => creator_id === 'cr_ada' && line_kind === 'refund'),
  ).toMatchObject({
    original_exact: '-5.9232',
    restated_exact: '-6.408',
    difference_exact: '-0.4848',
    difference_minor: -48n,
  });
});

test.runIf(FULL_RUN)('the same of any of the facts that come late', async () => {
  const some = fc.shuffledSubarray([...EVERY_LATE], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(some, async (late) => {
      await expectAsIfClosedLate(textOf(late));
    }),
    { seed: 20_260_202, numRuns: 3 },
  );
});

/** Closes January, records `late`, and restates January: its lines become those of a January that is closed with `late`. */
async function expectAsIfClosedLate(late: string): Promise<Awaited<ReturnType<typeof restatePeriod>>> {
  const closed = await openClosedJanuary();
  await recordEvents(closed, '2026-02-03T00:00:00Z', late);
  const before = await closed.query(LINES);
  const restated = await restatePeriod(closed, january);
  expect(await closed.query(LINES)).toEqual(before);
  await closed.close();

  const closedLate = await openTestWarehouse();
  await recordEvents(closedLate, '2026-02-01T00:00:00Z', JANUARY);
  await recordEvents(closedLate, '2026-02-03T00:00:00Z', late);
  await closeAt(closedLate, january, '2026-02-04T08:00:00Z');
  const expected = await closedLate.query(LINES);
  await closedLate.close();

  const lines = new Map(before.map((line) => [keyOf(line), line]));
  for (const line of restated.differing) {
    const { restated_exact: line_amount_exact, restated_minor: line_amount_minor } = line;
    lines.set(keyOf(line), { ...line, line_amount_exact, line_amount_minor });
  }
  const shown = (rows: Iterable<ValueRow>): string[] =>
    [...rows]
      .map((row) => `${keyOf(row)} ${row.line_amount_exact} ${row.line_amount_minor}`)
      .filter((row) => !row.endsWith(' 0 0'))
      .sort();
  expect(shown(lines.values())).toEqual(shown(expected));
  return restated;
}

const KEY = ['creator_id', 'currency', 'line_kind', 'asset_id', 'license_type', 'earned_period'] as const;
const keyOf = (line: object): string => KEY.map((name) => Reflect.get(line, name)).join(' ');

test('a rule that has changed since shows what it would have changed', async () => {
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
