import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import { requireSealed, sealOf } from '../../../transforms/ledger/seal.ts';
import { LEDGER_BOOKS } from '../../../transforms/ledger/tables.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../closed-january.ts';
import { closeAt, eventTable, recordEvents } from '../small-month.ts';
import { SEALED, sealByHand, sha256, UNSEALED } from './books-by-hand.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

const SEAL_SQL = readFileSync(new URL('../../../transforms/ledger/format-1.queries.sql', import.meta.url), 'utf8');

describe('a closed January', () => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await openClosedJanuary();
  });
  afterEach(() => warehouse.close());

  test('an open period has no close record', async () => {
    await expect(requireClose(warehouse, february)).rejects.toThrow(Conflict);
    await expect(verifyPeriod(warehouse, february)).rejects.toThrow('2026-02 is not closed');
  });

  test('the seal depends on every posting, the secret and the previous seal, but not on the order of rows', async () => {
    const close = await requireClose(warehouse, january);
    const { seal, posting_count } = close;
    const sealAfter = (statement: string, other: Partial<typeof close> = {}): Promise<string> =>
      warehouse.withRollback(async (writer) => {
        await writer.query(statement);
        return (await sealOf(writer, { ...close, ...other })).seal;
      });
    const one = `where journal_id = 'sale:sale_1' and account = 'platform_revenue'`;
    const seals = [
      await sealAfter(`update ledger.postings set posting_amount = posting_amount + 0.000000001 ${one}`),
      await sealAfter(`update ledger.postings set account_owner_id = 'cr_eve' ${one}`),
      await sealAfter(`delete from ledger.postings ${one}`),
      await sealAfter('select 1', { previous_seal: 'f'.repeat(64) }),
      await sealAfter('select 1', { blinding_secret: sha256('another secret') }),
    ];
    expect(new Set([seal, ...seals]).size).toBe(6);
    expect(
      await sealAfter(
        'create or replace table ledger.postings as select * from ledger.postings order by posting_amount',
      ),
    ).toBe(seal);
    expect(posting_count).toBe(
      (await warehouse.query<{ n: bigint }>(`select count(*) as n from tantieme.postings where period = '2026-01'`))[0]
        ?.n,
    );
  });

  test('the seal can be computed from the ledger alone', async () => {
    expect((await requireClose(warehouse, january)).seal).toBe(await sealByHand(warehouse, '2026-01'));
  });

  test('changed books fail the check that precedes statements and payouts', async () => {
    await expect(requireSealed(warehouse, january)).resolves.toMatchObject({ period: '2026-01' });
    const change = (statement: string) =>
      warehouse.transaction((writer) =>
        writer.query(`${statement} where period = '2026-01' and creator_id = 'cr_ada'`),
      );
    await change(`update ledger.balances set closing_minor = closing_minor + 1`);
    await expect(requireSealed(warehouse, january)).rejects.toThrow('no longer match the seal');
    await change(`update ledger.balances set closing_minor = closing_minor - 1`);
    await expect(requireSealed(warehouse, january)).resolves.toMatchObject({ period: '2026-01' });
    await change(`update ledger.statement_lines set line_amount_minor = line_amount_minor + 1`);
    await expect(requireSealed(warehouse, january)).rejects.toThrow('no longer match the seal');
  });

  test('a closed period is verified from the raw events, and verifying changes nothing', async () => {
    const before = await warehouse.query('select * from tantieme.balances order by all');
    const { seal } = await requireClose(warehouse, january);
    const verified = {
      recorded: seal,
      stored: seal,
      recomputed: seal,
      holds: true,
      changed_sources: [],
      changed_fact_keys: [],
    };
    expect(await verifyPeriod(warehouse, january)).toEqual(verified);
    expect(await warehouse.query('select * from tantieme.balances order by all')).toEqual(before);
  });

  test('a posting changed after the closing fails verification', async () => {
    await warehouse.transaction((writer) =>
      writer.query(`update ledger.postings set posting_amount = -posting_amount where journal_id = 'sale:sale_1'`),
    );
    const { recorded, stored, recomputed, holds } = await verifyPeriod(warehouse, january);
    expect(holds).toBe(false);
    expect(recomputed).toBe(recorded);
    expect(stored).not.toBe(recorded);
  });

  test('a raw event changed after the closing fails verification', async () => {
    await warehouse.transaction((writer) =>
      writer.query(`update raw.asset_used set units = '12346' where use_id = 'use_2'`),
    );
    const { recorded, stored, recomputed, holds } = await verifyPeriod(warehouse, january);
    expect(holds).toBe(false);
    expect(stored).toBe(recorded);
    expect(recomputed).not.toBe(recorded);
  });

  test('what is recorded after the closing is booked in the next period, by the terms known then, and changes nothing in the closed one', async () => {
    const late = [
      eventTable('asset_published', 'terms_id asset_id creator_id license_type rate currency splits timestamp', [
        'terms_late | asset_text | cr_ada | metered | 9 | USD | [{"creator_id":"cr_eve","share_bps":10000}] | 2026-01-05',
      ]),
      eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
        'use_early | asset_text | dev_x | 10 | 2026-01-04',
        'use_late | asset_text | dev_x | 1 | 2026-01-15',
      ]),
      eventTable('license_refunded', 'refund_id sale_id amount tax_amount currency refund_id_stripe timestamp', [
        'ref_late | sale_1 | 37.66 | 7.53 | EUR | re_2 | 2026-01-19',
      ]),
    ];
    await recordEvents(warehouse, '2026-02-03T00:00:00Z', late.join(''));
    await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
    expect(
      await warehouse.query(
        `select movement_id, earned_period, count(*) as holders, sum(gross_amount) as amount from tantieme.royalties
        where period = '2026-02' group by all order by movement_id`,
      ),
    ).toEqual([
      { movement_id: 'refund:ref_late', earned_period: '2026-01', holders: 2n, amount: '-37.66' },
      { movement_id: 'uses:2026-02:terms_late:2026-01:2000', earned_period: '2026-01', holders: 1n, amount: '9' },
      { movement_id: 'uses:2026-02:terms_text:2026-01:2000', earned_period: '2026-01', holders: 3n, amount: '0.01' },
    ]);
    expect(
      await warehouse.query(
        `select creator_id from tantieme.royalties where period = '2026-02' and terms_id = 'terms_late'`,
      ),
    ).toEqual([{ creator_id: 'cr_eve' }]);
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
    expect(first.holds).toBe(true);
    expect((await requireClose(warehouse, february)).previous_seal).toBe(first.recorded);
  });
});

test.each(LEDGER_BOOKS)('every column of $name is sealed, or listed as one that is not', ({ name, columns }) => {
  const table = name.replace('ledger.', '');
  const query =
    new RegExp(`'${table}' as sealed_table([^;]*?)\\n  from ledger\\.${table}\\n`).exec(SEAL_SQL)?.[1] ?? '';
  const sealed = [...query.slice(query.indexOf(`fn.field_text('${table}')`)).matchAll(/fn\.field_\w+\((\w+)\)/g)];
  expect(sealed.map(([, column]) => column)).toEqual(Object.keys(SEALED[table] ?? {}));
  expect([...Object.keys(SEALED[table] ?? {}), ...(UNSEALED[table] ?? [])].sort()).toEqual(
    columns.map((column) => column.name).sort(),
  );
});
