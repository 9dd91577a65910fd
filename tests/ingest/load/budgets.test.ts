import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COLUMNS_PER_TABLE, NEW_COLUMNS_PER_LOAD, sizeViolation } from '../../../ingest/load/budgets.ts';
import { RawRows } from '../../../ingest/load/raw-rows.ts';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import type { JsonObject, JsonValue } from '../../../warehouse/json.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { Loading, signUp } from './loading.ts';
import type { Message } from './receipts.ts';

const members = (count: number, prefix = 'c'): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 1]));

describe('the size of an event', () => {
  const nested = (levels: number): JsonValue => JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`);
  test.each<[string, JsonValue, JsonValue, string]>([
    ['members', { properties: members(1_999) }, { properties: members(2_000) }, 'more than 2000 properties'],
    ['the length of a name', { a: { ['b'.repeat(996)]: 1 } }, { a: { ['b'.repeat(998)]: 1 } }, 'longer than 1000'],
    ['levels', nested(1_000), nested(1_002), 'deeper than 1000 levels'],
    ['numbers', { a: [1e308] }, { a: [-Infinity] }, 'too large to be stored'],
    ['members of arrays, which get no columns', { a: [members(3_000)] }, { a: [{ b: [Infinity] }] }, 'too large'],
    ['names of prototypes', { constructor: {} }, JSON.parse('{"a":{"__proto__":1}}'), 'named __proto__'],
  ])('is limited: %s', (_, allowed, refused, reason) => {
    expect(sizeViolation(allowed)).toBeUndefined();
    expect(sizeViolation(refused)?.reason).toContain(reason);
  });
});

describe('the columns', () => {
  let loading: Loading;
  beforeEach(async () => {
    loading = await Loading.open();
  });
  afterEach(() => loading[Symbol.asyncDispose]());

  const page = (id: string, properties: JsonObject): Message => ({
    type: 'page',
    messageId: id,
    userId: 'u',
    properties,
  });
  const reasons = (): Promise<ValueRow[]> =>
    loading.rows('select message_id, reason from landing.quarantined_events order by message_id');
  const widthOf = async (table: string): Promise<number> =>
    (await loading.warehouse.withRollback((writer) => writer.describe('raw'))).get(table)?.length ?? 0;

  test('of an event and a table are limited: for what a table has no room, that is discarded and the event lands', async () => {
    await loading.send(page('m_1', members(151, 'a')), page('m_2', members(150, 'b')), page('m_3', members(100, 'c')), {
      ...page('m_4', { b1: 2 }),
      name: 'Home',
      context: { library: { name: 'web' } },
    });
    expect(await loading.load()).toMatchObject({ landed: 3, quarantined: 1 });
    expect(await reasons()).toEqual([
      { message_id: 'm_1', reason: 'The event needs more than 150 new columns in one table.' },
    ]);
    // m_2 has filled the table but for what the load itself and RudderStack set.
    const lost = await loading.rows(
      `select row_id, table_name, column_name, column_value, reason from raw.rudder_discards order by column_name desc limit 1`,
    );
    expect(lost).toEqual([
      {
        row_id: 'm_3',
        table_name: 'pages',
        column_name: 'c99',
        column_value: '1',
        reason: 'the table has 200 columns, or the load has added 2000',
      },
    ]);
    expect(await loading.rows('select id, b1, name, context_library_name from raw.pages order by id')).toEqual([
      { id: 'm_2', b1: 1n, name: null, context_library_name: null },
      { id: 'm_3', b1: null, name: null, context_library_name: null },
      { id: 'm_4', b1: 2n, name: 'Home', context_library_name: 'web' },
    ]);

    await loading.send(signUp(1, { context: members(140, 'a') }), signUp(2, { context: members(151, 'b') }));
    await loading.send(signUp(3, { context: { ...members(140, 'c'), library: { name: 'web' } } }));
    expect(await loading.load()).toMatchObject({ landed: 2, quarantined: 1 });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_3']);
    const widths = [await widthOf('creator_signed_up'), await widthOf('tracks')];
    expect(widths).toEqual([200, 200]);
    // Of the context, what has no column is among the discards, whole.
    const kept = await loading.rows(
      `select count(*) as n from raw.rudder_discards where row_id = '${signUp(3).messageId}'`,
    );
    const room = 2 * COLUMNS_PER_TABLE - 2 * 140 - widthOfDeclared('creator_signed_up') - widthOfDeclared('tracks');
    expect(kept).toEqual([{ n: BigInt(2 * 140 - room) }]);
  });

  test('of a load are limited; the next load has room again', async () => {
    await loading.warehouse.transaction(async (writer) => {
      const add = (raw: RawRows, message: Message): string | undefined =>
        raw.add({ message: message as JsonObject, metadata: {} });
      const raw = await RawRows.open(writer, { loadedAt: '2026-02-01T00:00:00.000Z', engine: 'duckdb' });
      const rounds = Math.floor(NEW_COLUMNS_PER_LOAD / 150);
      for (let nth = 0; nth < rounds; nth++) {
        const viewed = { ...page(`m_${nth}`, members(150)), type: 'track', event: `Asset Viewed ${nth}` };
        expect(add(raw, viewed)).toBeUndefined();
      }
      const columns = (batch: ReturnType<RawRows['take']>): number =>
        batch.tables.find(({ table }) => table === 'pages')?.buffer.columns.size ?? 0;
      expect(add(raw, page('m_page', members(150)))).toBeUndefined();
      const full = raw.take({ all: true });
      expect(columns(full)).toBeLessThan(150);
      expect(full.discards.filter(({ row_id }) => row_id === 'm_page').length).toBeGreaterThan(100);
      const next = await RawRows.open(writer, { loadedAt: '2026-02-02T00:00:00.000Z', engine: 'duckdb' });
      expect(add(next, page('m_page', members(150)))).toBeUndefined();
      expect(columns(next.take({ all: true }))).toBeGreaterThan(150);
    });
  });

  test('Rows are full by their size, with what is discarded', async () => {
    await loading.warehouse.transaction(async (writer) => {
      const raw = await RawRows.open(writer, { loadedAt: '2026-02-01T00:00:00.000Z', engine: 'duckdb' });
      const add = (id: string, text: JsonValue): unknown =>
        raw.add({ message: page(id, { text }) as JsonObject, metadata: {} });
      add('m_1', 1);
      add('m_2', 'x'.repeat(9_000_000));
      expect(raw.isFull).toBe(false);
      add('m_3', 'x'.repeat(9_000_000));
      expect([raw.isFull, raw.take({ all: false }).discards.length, raw.isFull]).toEqual([true, 2, false]);
    });
  });
});

function widthOfDeclared(table: string): number {
  return RAW_TABLES.find(({ name }) => name === `raw.${table}`)?.columns.length ?? 0;
}
