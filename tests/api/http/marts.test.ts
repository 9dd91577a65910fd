import { readdirSync } from 'node:fs';
import { type Table as ArrowTable, tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quarantinedEvents } from '../../../ingest/load/landing-tables.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { royalties } from '../../../transforms/marts/royalties.ts';
import { saleAllocations } from '../../../transforms/marts/sale_allocations.ts';
import { decimalOf } from '../../../warehouse/money.ts';
import { fillMarts, openTestApi, type TestApi } from '../test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await fillMarts(api.services);
});
afterAll(() => api.close());

type Json = Record<string, string | number | boolean | null>;

/** The rows of an Arrow table as the JSON format has them. */
function asJson(table: ArrowTable): Json[] {
  return Array.from({ length: table.numRows }, (_, index) =>
    Object.fromEntries(
      table.schema.fields.map(({ name, type }) => {
        const value: unknown = table.getChild(name)?.get(index) ?? null;
        if (value === null) return [name, null];
        if (value instanceof Uint32Array) return [name, decimalOf(signed(value))];
        if (String(type) === 'Timestamp<MICROSECOND, UTC>') return [name, new Date(Number(value)).toISOString()];
        return [name, typeof value === 'bigint' ? Number(value) : (value as string)];
      }),
    ),
  );
}

/** A signed 128-bit integer from its words, lowest first. */
function signed(words: Uint32Array): bigint {
  return BigInt.asIntN(
    128,
    words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n),
  );
}

describe('the list of marts', () => {
  test('of an analyst lacks those of which a row is found by what is personal', async () => {
    const [all, visible] = await Promise.all(
      (['finance', 'analyst'] as const).map(async (as) =>
        (await api.request(as, '/v1/marts')).json().data.map(({ mart }: { mart: string }) => mart),
      ),
    );
    expect(all.filter((mart: string) => !visible.includes(mart)).sort()).toEqual([
      ...['connected_accounts', 'connected_balances', 'connected_payouts', 'quarantined_events'],
    ]);
  });

  test('has the marts with the meaning of every column, and no internal model', async () => {
    const { data } = (await api.request('finance', '/v1/marts')).json();
    const marts = readdirSync(new URL('../../../transforms/marts', import.meta.url)).filter((file) =>
      /^\w+\.sql$/.test(file),
    );
    expect(data.map((mart: { mart: string }) => `${mart.mart}.sql`).sort()).toEqual(marts.sort());
    for (const { meaning, columns } of data) {
      expect(meaning).toMatch(/^One row /);
      for (const column of columns) expect(column.meaning, column.name).not.toBe('');
    }
  });
});

describe('a mart', () => {
  test('is one JSON array, for one period or for all periods', async () => {
    const response = await api.request('analyst', '/v1/marts/royalties?period=2026-01');
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    const rows = response.json();
    expect(rows.map((row: Json) => `${row.movement_id} ${row.creator_id}`)).toEqual([
      'sale_1 cr_ada',
      'sale_1 cr_ben',
      'sale_2 cr_ada',
      'sale_2 cr_ben',
    ]);
    expect(rows[2]).toMatchObject({
      royalty_amount: '-10.000000001',
      fee_bps: 2000,
      occurred_at: '2026-01-05T10:00:00.123Z',
    });
    expect((await api.request('analyst', '/v1/marts/royalties')).json()).toHaveLength(6);
    expect((await api.request('analyst', '/v1/marts/royalties?period=2020-01')).body).toBe('[]\n');
  });

  test('keeps every digit of an integer', async () => {
    expect((await api.request('finance', '/v1/marts/balances')).body).toContain('"closing_minor":-9007199254740993,');
  });

  test('as CSV contains no formula that a spreadsheet would run', async () => {
    await api.services.warehouse.transaction(async (writer) => {
      const [row] = await writer.query<Record<string, string | bigint>>(
        `select * from ${saleAllocations.name} limit 1`,
      );
      await writer.append(builtTableOf(saleAllocations), [
        { ...row, period: '2026-03', movement_id: '=cmd()', asset_id: 'a,"b"' },
      ]);
    });
    const response = await api.request('operator', '/v1/marts/royalties?period=2026-03&format=csv');
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="royalties-2026-03.csv"',
    });
    const [header, line, ...rest] = response.body.split('\r\n');
    expect(header).toBe(royalties.columns.map(({ name }) => name).join(','));
    expect(line).toMatch(/^2026-03,'=cmd\(\),cr_\w+,.*,"a,""b""",/);
    expect(rest).toEqual(['']);
    const february = await api.request('operator', '/v1/marts/royalties?period=2026-01&format=csv');
    expect(february.body).toContain(',-10.000000001,');
  });

  test.each(['royalties', 'balances', 'breaks', 'payouts'])(
    '%s has the same rows in Arrow as in JSON',
    async (mart) => {
      const arrow = await api.request('analyst', `/v1/marts/${mart}?format=arrow`);
      expect(arrow.headers['content-type']).toBe('application/vnd.apache.arrow.stream');
      const table = tableFromIPC(arrow.rawPayload);
      const json = (await api.request('analyst', `/v1/marts/${mart}`)).json();
      expect(asJson(table)).toEqual(json);
    },
  );

  test('has exact types in Arrow', async () => {
    const table = tableFromIPC((await api.request('analyst', '/v1/marts/royalties?format=arrow')).rawPayload);
    const typeOf = (name: string) => String(table.schema.fields.find((field) => field.name === name)?.type);
    expect([typeOf('royalty_amount'), typeOf('fee_bps'), typeOf('occurred_at'), typeOf('currency')]).toEqual([
      'Decimal[38e+9]',
      'Int64',
      'Timestamp<MICROSECOND, UTC>',
      'Utf8',
    ]);
    const balances = tableFromIPC((await api.request('analyst', '/v1/marts/balances?format=arrow')).rawPayload);
    expect(balances.getChild('closing_minor')?.get(0)).toBe(-9_007_199_254_740_993n);
  });

  test('that is a view can be read: the quarantined events', async () => {
    const { warehouse } = api.services;
    await warehouse.transaction((writer) =>
      writer.query(
        `insert into ${quarantinedEvents.name} by name
         select 'msg_1' as message_id, 'shop' as source_id, false as is_from_browser, false as is_about_money, null as event, 'Unplanned-Event' as violation,
           '/event' as violation_path, 'It has no name.' as reason, '{}' as message,
           timestamptz '2026-01-05 10:00:00Z' as received_at, timestamptz '2026-01-05 10:01:00Z' as loaded_at`,
      ),
    );
    const response = await api.request('operator', '/v1/marts/quarantined_events');
    expect(response.json()).toEqual([
      {
        source_id: 'shop',
        event: null,
        violation: 'Unplanned-Event',
        violation_path: '/event',
        reason: 'It has no name.',
        still_quarantined_count: 1,
        landed_since_count: 0,
        first_received_at: '2026-01-05T10:00:00.000Z',
        last_received_at: '2026-01-05T10:00:00.000Z',
      },
    ]);
  });

  test('that is large is complete in every format', async () => {
    await api.services.warehouse.transaction((writer) =>
      writer.query(
        `insert into ${builtTableOf(saleAllocations).name} by name
         select * exclude (n) replace ('2026-04' as period, 'sale_x' || n as movement_id)
         from (select * from ${saleAllocations.name} limit 1), range(5000) as numbers(n)`,
      ),
    );
    const url = '/v1/marts/royalties?period=2026-04';
    const rows = (await api.request('analyst', url)).json();
    expect(new Set(rows.map((row: Json) => row.movement_id)).size).toBe(5000);
    expect(asJson(tableFromIPC((await api.request('analyst', `${url}&format=arrow`)).rawPayload))).toEqual(rows);
    expect((await api.request('analyst', `${url}&format=csv`)).body.split('\r\n')).toHaveLength(5002);
  });

  test.each([
    ['creator', '/v1/marts/royalties', 403],
    ['analyst', '/v1/marts/int_period_assignments', 404],
    ['analyst', '/v1/marts/nothing', 404],
    ['analyst', '/v1/marts/royalties?period=january', 400],
    ['analyst', '/v1/marts/quarantined_events', 404],
    ['finance', '/v1/marts/quarantined_events?period=2026-01', 400],
  ] as const)('is refused to %s at %s: %i', async (as, url, status) => {
    expect((await api.request(as, url)).statusCode).toBe(status);
  });
});
