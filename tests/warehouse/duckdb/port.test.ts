import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { Conflict, InvariantBroken } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { defineTable, type TableShape } from '../../../warehouse/tables.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';

const sums = defineTable({
  name: 'test.sums',
  meaning: 'One row a period and creator.',
  fields: ['period', 'creator_id', 'amount_minor', 'reason?'],
  key: ['period', 'creator_id'],
});
const ada = (period: string, amount_minor: bigint): ValueRow => ({ period, creator_id: 'cr_ada', amount_minor });
const JANUARY = parsePeriod('2026-01');

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate([sums]));
});
afterEach(() => warehouse.close());

const all = () => warehouse.query('select period, amount_minor from test.sums order by period, amount_minor');

describe('a transaction', () => {
  test('gives what its work gives, and is then seen by everyone', async () => {
    const seen = await warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      expect(await all()).toEqual([]);
      return writer.query('select amount_minor from test.sums');
    });
    expect(seen).toEqual([{ amount_minor: 1n }]);
    expect(await all()).toEqual([{ period: '2026-01', amount_minor: 1n }]);
  });

  test('that throws leaves nothing: no row, no table, no column', async () => {
    const broken = warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      await writer.migrate([{ ...sums, name: 'test.others' }]);
      await writer.query('alter table test.sums add column colour varchar');
      throw new Conflict('It was not to be.');
    });
    await expect(broken).rejects.toThrow(new Conflict('It was not to be.'));
    expect(await all()).toEqual([]);
    await warehouse.rehearsal(async (writer) => {
      const described = await writer.describe('test');
      expect(described.has('others')).toBe(false);
      expect(described.get('sums')?.map(({ name }) => name)).not.toContain('colour');
    });
  });

  test('that is sparing gives the memory back, and says what really went wrong', async () => {
    const limit = () => warehouse.query(`select current_setting('memory_limit') as bytes`);
    const before = await limit();
    const sparing = { sparing: true };
    expect(await warehouse.transaction(async () => (await limit())[0]?.bytes, sparing)).not.toBe(before[0]?.bytes);
    const broken = warehouse.transaction((writer) => writer.query('select * from test.nowhere'), sparing);
    await expect(broken).rejects.toThrow(/nowhere/);
    expect(await limit()).toEqual(before);
  });

  test('that the engine breaks leaves nothing, and the next one works', async () => {
    const broken = warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      await writer.append(sums, [{ period: '2026-01', creator_id: null, amount_minor: 1n }]);
    });
    await expect(broken).rejects.toThrow(/NOT NULL/);
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-02', 2n)]));
    expect(await all()).toEqual([{ period: '2026-02', amount_minor: 2n }]);
  });

  test('waits for the one before it, so that a sum read within it stays true', async () => {
    const raise = () =>
      warehouse.transaction(async (writer) => {
        const [row] = await writer.query<{ highest: bigint | null }>(
          'select max(amount_minor) as highest from test.sums',
        );
        await writer.append(sums, [ada('2026-01', (row?.highest ?? 0n) + 1n)]);
      });
    const outcomes = await Promise.allSettled([
      raise(),
      raise(),
      warehouse.transaction(() => Promise.reject(new Conflict('no'))),
      warehouse.rehearsal((writer) => writer.append(sums, [ada('2026-01', 100n)])),
      raise(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((await all()).map((row) => row.amount_minor)).toEqual([1n, 2n, 3n]);
  });

  test('under way is waited for before the warehouse closes', async () => {
    const written = warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 1n)]));
    await warehouse.close();
    await expect(written).resolves.toBeUndefined();
    warehouse = await openDuckDb({ path: ':memory:' });
  });
});

test('a rehearsal shows what would come out, and leaves nothing', async () => {
  const rows = await warehouse.rehearsal(async (writer) => {
    await writer.append(sums, [ada('2026-01', 1n)]);
    return writer.query('select amount_minor from test.sums');
  });
  expect(rows).toEqual([{ amount_minor: 1n }]);
  expect(await all()).toEqual([]);
  await expect(warehouse.rehearsal(() => Promise.reject(new Conflict('no')))).rejects.toThrow(Conflict);
});

describe('replacing', () => {
  const SELECT = `select * from (values ('2026-01', 'cr_ada', 5, null), ('2026-02', 'cr_ada', 6, null)) as v(period, creator_id, amount_minor, reason)`;

  test('a partition touches no other period', async () => {
    await warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n), ada('2026-01', 2n), ada('2026-02', 3n)]);
      expect(await writer.replacePartition(sums, JANUARY, SELECT)).toBe(1);
      expect(await writer.replacePartition(sums, JANUARY, SELECT)).toBe(1);
    });
    expect(await all()).toEqual([
      { period: '2026-01', amount_minor: 5n },
      { period: '2026-02', amount_minor: 3n },
    ]);
  });

  test('a table makes the rows the whole of it', async () => {
    await warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-03', 3n)]);
      expect(await writer.replaceTable(sums, SELECT)).toBe(2);
    });
    expect((await all()).map((row) => row.period)).toEqual(['2026-01', '2026-02']);
  });

  test('goes by the names of columns, not by their order', async () => {
    const turned = `select null as reason, 7 as amount_minor, 'cr_ada' as creator_id, '2026-01' as period`;
    await warehouse.transaction((writer) => writer.replacePartition(sums, JANUARY, turned));
    expect(await all()).toEqual([{ period: '2026-01', amount_minor: 7n }]);
  });
});

describe('migrating', () => {
  const shape = (columns: TableShape['columns']): TableShape => ({ name: 'test.sums', meaning: '', columns });

  test('adds what is missing, keeps what is there, and changes nothing the second time', async () => {
    const wider = shape([...sums.columns, { name: 'amount', type: 'numeric', optional: false }]);
    await warehouse.transaction(async (writer) => {
      await writer.append(sums, [ada('2026-01', 1n)]);
      await writer.migrate([wider]);
      await writer.migrate([wider]);
      // The version before this one, started once more, takes no column away.
      await writer.migrate([sums]);
    });
    expect(await warehouse.query('select amount_minor, amount from test.sums')).toEqual([
      { amount_minor: 1n, amount: null },
    ]);
    const described = await warehouse.rehearsal(async (writer) => (await writer.describe('test')).get('sums'));
    expect(described).toEqual([
      { name: 'period', type: 'string', optional: false },
      { name: 'creator_id', type: 'string', optional: false },
      { name: 'amount_minor', type: 'int64', optional: false },
      { name: 'reason', type: 'string', optional: true },
      { name: 'amount', type: 'numeric', optional: true },
    ]);
  });

  test('refuses another type for a column', async () => {
    const retyped = shape([{ name: 'amount_minor', type: 'numeric', optional: false }]);
    await expect(warehouse.transaction((writer) => writer.migrate([retyped]))).rejects.toThrow(
      new Conflict(
        'The column amount_minor of test.sums is BIGINT in the warehouse but DECIMAL(38,9) in this version; columns never change their type, so use a new name.',
      ),
    );
  });

  test('takes any name for a table and a column, as RudderStack makes them', async () => {
    const NAME = `we"ird 'name'`;
    const odd: TableShape = {
      name: 'test.select',
      meaning: '',
      columns: [{ name: NAME, type: 'string', optional: true }],
    };
    const rows = await warehouse.rehearsal(async (writer) => {
      await writer.migrate([odd]);
      await writer.append(odd, [{ [NAME]: 'x' }]);
      await writer.append(
        odd,
        Array.from({ length: 500 }, () => ({ [NAME]: 'y' })),
      );
      return writer.query('select count(*) as n from test."select"');
    });
    expect(rows).toEqual([{ n: 501n }]);
  });
});

test('a select is described without running it', async () => {
  const described = await warehouse.rehearsal((writer) =>
    writer.describeQuery(
      `-- A comment.\nselect period, amount_minor, 1 / 0 as x, cast(1 as decimal(38, 9)) as exact from test.sums`,
    ),
  );
  expect(described.map(({ name, type }) => [name, type])).toEqual([
    ['period', 'string'],
    ['amount_minor', 'int64'],
    ['x', 'float'],
    ['exact', 'numeric'],
  ]);
});

test('a stream gives a large result piece by piece, and can be left early', async () => {
  let count = 0;
  let pieces = 0;
  for await (const rows of warehouse.stream<{ x: bigint }>(
    'select range as x from range(cast($1 as bigint)) order by range',
    [10_000n],
  )) {
    for (const { x } of rows) expect(x).toBe(BigInt(count++));
    pieces++;
  }
  expect(count).toBe(10_000);
  expect(pieces).toBeGreaterThan(1);
  for await (const rows of warehouse.stream('select range as x from range(10000)')) if (rows.length > 0) break;
  expect(await all()).toEqual([]);
});

describe('reading through Kysely', () => {
  interface Tables {
    'test.sums': { period: string; amount_minor: bigint };
  }

  test('binds parameters and gives exact values', async () => {
    await warehouse.transaction((writer) => writer.append(sums, [ada('2026-01', 9_007_199_254_740_993n)]));
    const rows = await warehouse
      .reader<Tables>()
      .selectFrom('test.sums')
      .select(['amount_minor'])
      .where('period', '=', '2026-01')
      .where('amount_minor', 'in', [9_007_199_254_740_993n, 1n])
      .orderBy('amount_minor', 'desc')
      .limit(10)
      .execute();
    expect(rows).toEqual([{ amount_minor: 9_007_199_254_740_993n }]);
  });

  test('is all it does: a transaction is refused', async () => {
    const transaction = warehouse.reader<Tables>().transaction();
    await expect(transaction.execute(async () => undefined)).rejects.toThrow(InvariantBroken);
  });
});
