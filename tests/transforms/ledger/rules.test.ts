import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import { deploy } from '../../../transforms/engine/deploy.ts';
import type { Model } from '../../../transforms/engine/model.ts';
import { allCloses, requireClose } from '../../../transforms/ledger/closing.ts';
import { rulesOf } from '../../../transforms/ledger/rules.ts';
import { requireSealed } from '../../../transforms/ledger/seal.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { MODELS } from '../../../transforms/models.ts';
import { SEEDS } from '../../../transforms/seeds/seeds.ts';
import { createFunctions } from '../../../warehouse/duckdb/ddl.ts';
import type { SqlFunction } from '../../../warehouse/functions/function.ts';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, JANUARY, recordEvents, withModels } from '../small-month.ts';

/** Closed books carry the rules that made them: whatever changes later, their seal holds, and building them again gives it. */

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];
const FEBRUARY = JANUARY.replaceAll('2026-01', '2026-02')
  .replaceAll(/2026-02-3[01]/g, '2026-02-28')
  .replaceAll(/\b(sale|use|ref|dis|inv|po|ch|re|dp|tr|txn)_(\d)/g, '$1_2$2');

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openClosedJanuary();
});
afterEach(() => warehouse.close());

/** Changes models as a later version would, deploys them, closes February by them, and restores them. */
async function laterVersion(changed: (model: Model) => Model, work: () => Promise<void> = async () => undefined) {
  await withModels(MODELS.map(changed), async () => {
    await deploy(warehouse, SOURCE_TABLES);
    await recordEvents(warehouse, '2026-03-01T00:00:00Z', FEBRUARY);
    await closeAt(warehouse, february, '2026-03-02T08:00:00Z');
    await work();
    // Of February, which is closed by the changed rules, and of January, whose books and rules are older.
    expect(await requireSealed(warehouse, february)).toMatchObject({ period: february });
    expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
  });
}

function edited(model: Model, name: string, [from, to]: readonly [string, string]): Model {
  if (model.name !== name) return model;
  invariant(model.sql.includes(from), `${name} does not contain ${from}.`);
  return { ...model, sql: model.sql.replaceAll(from, to) };
}

test('a column that is added to a mart', async () => {
  await laterVersion((model) =>
    model.name === 'tantieme.statement_lines'
      ? {
          ...edited(model, model.name, ['  $period as period,', '  terms_id as reason,\n  $period as period,']),
          columns: model.columns.toSpliced(0, 0, { name: 'reason', type: 'string', optional: true }),
        }
      : model,
  );
  // What was closed before the column was added has none.
  expect(
    await warehouse.query('select count(*) as line_count, count(reason) as reason_count from tantieme.statement_lines'),
  ).toEqual([{ line_count: 20n, reason_count: 10n }]);
});

test('a rule that is changed: the larger rest is no longer first', async () => {
  await laterVersion((model) => edited(model, 'steps.int_allocations', ['royalty_rest desc', 'royalty_rest']));
  const [first, second] = await allCloses(warehouse);
  expect(first?.rules_hash).not.toBe(second?.rules_hash);
});

test('a model that is renamed', async () => {
  const renamed = (text: string): string => text.replaceAll('steps.int_holders', 'steps.int_owners');
  await laterVersion((model) => ({
    ...model,
    name: renamed(model.name),
    reads: model.reads.map(renamed),
    sql: renamed(model.sql),
    checks: model.checks.map((check) => ({ ...check, sql: renamed(check.sql) })),
  }));
});

test('a fee that is added to the seed', async () => {
  const fees = requirePresent(
    SEEDS.find(({ name }) => name === 'seeds.platform_fees'),
    'a seed of fees',
  );
  const rows = fees.rows as Record<string, unknown>[];
  const original = [...rows];
  try {
    rows.splice(0, rows.length, ...original.map((row) => ({ ...row, fee_bps: 500n })));
    await laterVersion((model) => model);
  } finally {
    rows.splice(0, rows.length, ...original);
  }
  const fee = `select distinct period, fee_bps from tantieme.royalties order by period`;
  expect(await warehouse.query(fee)).toEqual([
    { period: january, fee_bps: 2000n },
    { period: february, fee_bps: 500n },
  ]);
});

test('a function that is changed', async () => {
  const functions = FUNCTIONS as SqlFunction[];
  const at = functions.findIndex(({ name }) => name === 'bps_of');
  const original = requirePresent(functions[at], 'the function');
  functions[at] = { ...original, duckdb: `(${original.duckdb}) / 2` };
  try {
    await warehouse.transaction(async (writer) => {
      for (const statement of createFunctions(functions)) await writer.query(statement);
    });
    await laterVersion((model) => model);
  } finally {
    functions[at] = original;
  }
});

test('columns that are added to the tables of the ledger', async () => {
  await warehouse.transaction(async (writer) => {
    for (const table of ['postings', 'statement_lines', 'balances', 'suspended_facts']) {
      await writer.query(`alter table ledger.${table} add column note varchar default 'new'`);
    }
  });
  await laterVersion((model) => model);
});

test('the rules are stored once, by their hash, and are found again as they ran', async () => {
  const { rules_hash } = await requireClose(warehouse, january);
  const rules = await rulesOf(warehouse, rules_hash);
  const stored = requirePresent(
    rules.models.find(({ name }) => name === 'steps.int_allocations'),
    'the model',
  );
  expect(stored.sql).toBe(MODELS.find(({ name }) => name === stored.name)?.sql);
  expect(rules.functions).toEqual(FUNCTIONS);
  const count = 'select count(*) as rule_count from ledger.rules';
  const before = await warehouse.query(count);
  await laterVersion((model) => model);
  expect(await warehouse.query(count)).toEqual(before);
});

test('a rule that is changed in the ledger is found', async () => {
  await warehouse.transaction((writer) =>
    writer.query(`update ledger.rules set rule_text = replace(rule_text, 'royalty_rest desc', 'royalty_rest')`),
  );
  await expect(verifyPeriod(warehouse, january)).rejects.toThrow('was changed after it was stored');
});
