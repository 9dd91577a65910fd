import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import { hashOfFactKeys } from '../../../transforms/ledger/fact-keys.ts';
import { requireSealed } from '../../../transforms/ledger/seal.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt } from '../small-month.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];
const OF_USE_2 = `key_hash = fn.key_hash('use:use_2')`;
const BOOKED = 'ledger.fact_keys lacks 1 key of uses that are booked in 2026-01, such as of use_2: ';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openClosedJanuary();
  await closeAt(warehouse, february, '2026-03-02T08:00:00Z');
});
afterAll(() => warehouse.close());

/** Runs a statement on the ledger, then `work`, and restores the keys. */
async function after<T>(statement: string, work: () => Promise<T>): Promise<T> {
  const run = (sql: string) => warehouse.transaction((writer) => writer.query(sql));
  await run('create table main.kept as select * from ledger.fact_keys');
  try {
    await run(statement);
    return await work();
  } finally {
    await run('delete from ledger.fact_keys');
    await run('insert into ledger.fact_keys by name select * from main.kept');
    await run('drop table main.kept');
  }
}

test.each([
  ['removed', `delete from ledger.fact_keys where ${OF_USE_2}`, [BOOKED]],
  [
    'added',
    `insert into ledger.fact_keys by name select '2026-01' as period, 5 as key_hash, 6 as key_check`,
    ['ledger.fact_keys has 1 key that no use of 2026-01 has, such as key_hash and key_check 5 and 6 in 2026-01: '],
  ],
  [
    'changed',
    `update ledger.fact_keys set key_check = 7 where ${OF_USE_2}`,
    [BOOKED, /^ledger\.fact_keys has 1 key .* and 7 in 2026-01: /],
  ],
  ['moved to a later period', `update ledger.fact_keys set period = '2026-02' where ${OF_USE_2}`, [BOOKED]],
  [
    'added to a period before the first, which no closing has',
    `insert into ledger.fact_keys by name select '2020-01' as period, 5 as key_hash, 6 as key_check`,
    ['ledger.fact_keys has 1 key that no use of 2026-01 has, such as key_hash and key_check 5 and 6 in 2020-01: '],
  ],
  [
    'added without a period',
    `insert into ledger.fact_keys by name select '' as period, 5 as key_hash, 6 as key_check`,
    ['ledger.fact_keys has 1 key that no use of 2026-01 has'],
  ],
  [
    'added beyond the numbers that keys have',
    `insert into ledger.fact_keys by name select '2026-01' as period, -(9223372036854775807) as key_hash, 6 as key_check`,
    [/^ledger\.fact_keys has 1 key /],
  ],
] as const)('a key that was %s does not match the seal, and is named', async (_what, statement, sentences) => {
  await after(statement, async () => {
    await expect(requireSealed(warehouse, january)).rejects.toThrow('no longer match the seal');
    const { recorded, stored, recomputed, holds, changed_fact_keys } = await verifyPeriod(warehouse, january);
    expect({ holds, recomputed }).toEqual({ holds: false, recomputed: recorded });
    expect(stored).not.toBe(recorded);
    expect(changed_fact_keys).toEqual(
      sentences.map((sentence) =>
        typeof sentence === 'string' ? expect.stringContaining(sentence) : expect.stringMatching(sentence),
      ),
    );
  });
});

test('a key added between two closed periods is of the later one', async () => {
  const statement = `insert into ledger.fact_keys by name select '2026-01x' as period, 5 as key_hash, 6 as key_check`;
  await after(statement, async () => {
    expect(await requireSealed(warehouse, january)).toMatchObject({ period: january });
    expect((await verifyPeriod(warehouse, february)).changed_fact_keys).toEqual([
      expect.stringContaining('5 and 6 in 2026-01x'),
    ]);
  });
});

test('the hash of keys depends neither on their order nor on how many are hashed at a time', async () => {
  const close = await requireClose(warehouse, january);
  const hash = await hashOfFactKeys(warehouse, close);
  expect(await hashOfFactKeys(warehouse, close, { keysAtOnce: 1 })).toBe(hash);
  const reordered = 'create or replace table ledger.fact_keys as select * from ledger.fact_keys order by key_hash desc';
  await after(reordered, async () => expect(await hashOfFactKeys(warehouse, close)).toBe(hash));
});
