import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapMessage } from '../../../../ingest/rudder/map.ts';
import { openBigQuery } from '../../../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { Conflict, Rejected } from '../../../../warehouse/errors.ts';
import type { TableShape } from '../../../../warehouse/vocabulary/tables.ts';
import { type Books, openBooks, PROJECT } from '../books.ts';

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.localBigQuery.stop());

/** A title as RudderStack's mapping stores it under its setting `jsonPaths`. */
function asRudderStackStores(asset_title: string): string {
  const { rows } = mapMessage({
    message: { type: 'track', event: 'Asset Uploaded', messageId: 'm', properties: { asset_title } },
    metadata: {},
    destConfig: { jsonPaths: 'track.properties.asset_title' },
  });
  return String(rows.find(({ table }) => table === 'asset_uploaded')?.data.asset_title);
}

describe('raw tables that RudderStack loads', () => {
  const tracks: TableShape = {
    name: 'raw.tracks',
    meaning: 'What happened.',
    columns: [
      { name: 'id', type: 'string', optional: true },
      { name: 'received_at', type: 'timestamp', optional: true },
      { name: 'event_version', type: 'int64', optional: true },
    ],
  };
  const missing: TableShape = { ...tracks, name: 'raw.license_purchased' };

  /** A table as RudderStack creates it. */
  async function rudderTable(dataset: string, fields: readonly object[], tableId = 'tracks'): Promise<void> {
    const at = `${books.localBigQuery.url}/bigquery/v2/projects/${PROJECT}/datasets`;
    const post = (url: string, body: object) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await post(at, { datasetReference: { datasetId: dataset }, location: 'US' });
    await post(`${at}/${dataset}/tables`, {
      tableReference: { projectId: PROJECT, datasetId: dataset, tableId },
      schema: { fields },
      timePartitioning: { type: 'DAY' },
    });
  }

  test('are read through views of the declared columns, with NULL for missing ones', async () => {
    await rudderTable('rudder', [
      { name: 'id', type: 'STRING' },
      { name: 'received_at', type: 'TIMESTAMP' },
      { name: 'anything', type: 'FLOAT' },
    ]);
    const warehouse = books.open({ search: '?raw=rudder' });
    await warehouse.transaction((writer) => writer.migrate([tracks, missing]));
    expect(await warehouse.query('select * from raw.tracks')).toEqual([]);
    expect(await warehouse.query('select * from raw.license_purchased')).toEqual([]);
    const described = await warehouse.withRollback((writer) => writer.describe('raw'));
    expect(described.get('tracks')?.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'string'],
      ['received_at', 'timestamp'],
      ['event_version', 'int64'],
    ]);
    const { view } = (await books.resource('/datasets/books_raw/tables/tracks')) as { view: { query: string } };
    expect(view.query).toBe(
      `select \`id\`, \`received_at\`, cast(null as INT64) as \`event_version\` from \`${PROJECT}.rudder.tracks\``,
    );
    const before = books.localBigQuery.requests.length;
    await warehouse.transaction((writer) => writer.migrate([tracks, missing]));
    expect(books.changesSince(before)).toEqual([]);
  });

  test('show the rows that RudderStack loaded', async () => {
    const loader = openBigQuery({
      address: parseBigQueryAddress(`bigquery://${PROJECT}/loader`),
      apiEndpoint: books.localBigQuery.url,
      wait: async () => undefined,
    });
    await loader.transaction(async (writer) => {
      await writer.migrate([missing]);
      await writer.append(missing, [{ id: 'x', received_at: '2026-01-31T23:59:59.999Z', event_version: 1n }]);
    });
    const warehouse = books.open({ search: '?raw=loader_raw' });
    await warehouse.transaction((writer) => writer.migrate([missing]));
    expect(await warehouse.query('select * from raw.license_purchased')).toEqual([
      { id: 'x', received_at: '2026-01-31T23:59:59.999Z', event_version: 1n },
    ]);
  });

  test('show free text as it was sent, which RudderStack stores as JSON text or, without its setting, as it is', async () => {
    const texts = [
      '1984-01-01',
      '007',
      'null',
      '"quoted" \\ "twice"',
      'two\nlines',
      '<b>&\u2028',
      '\u202eمرحبا 👩‍👩‍👧',
    ];
    const title = { name: 'asset_title', type: 'string', optional: true } as const;
    const stored: TableShape = { ...tracks, name: 'raw.asset_uploaded', columns: [...tracks.columns, title] };
    const declared: TableShape = {
      ...stored,
      columns: [...tracks.columns, { ...title, isQuotedByRudderStack: true }],
    };
    const loader = openBigQuery({
      address: parseBigQueryAddress(`bigquery://${PROJECT}/quoting`),
      apiEndpoint: books.localBigQuery.url,
      wait: async () => undefined,
    });
    await loader.transaction(async (writer) => {
      await writer.migrate([stored]);
      await writer.append(stored, [
        ...texts.map((text, index) => ({ id: `m_${index}`, asset_title: asRudderStackStores(text) })),
        { id: 'm_8', asset_title: 'Song "x"' },
        { id: 'm_9', asset_title: null },
      ]);
    });
    const warehouse = books.open({ search: '?raw=quoting_raw' });
    await warehouse.transaction((writer) => writer.migrate([declared]));
    const shown = await warehouse.query('select asset_title from raw.asset_uploaded order by id');
    expect(shown.map(({ asset_title }) => asset_title)).toEqual([...texts, 'Song "x"', null]);
  });

  test('can appear, and get columns, between a start and a transaction', async () => {
    const loader = openBigQuery({
      address: parseBigQueryAddress(`bigquery://${PROJECT}/later`),
      apiEndpoint: books.localBigQuery.url,
      wait: async () => undefined,
    });
    const first = { ...missing, columns: missing.columns.slice(0, 2) };
    const warehouse = books.open({ search: '?raw=later_raw' });
    await warehouse.transaction((writer) => writer.migrate([missing]));
    const seen = () =>
      warehouse.transaction((writer) => writer.query('select * from raw.license_purchased order by id'));
    expect(await seen()).toEqual([]);
    await loader.transaction(async (writer) => {
      await writer.migrate([first]);
      await writer.append(first, [{ id: 'x' }]);
    });
    expect(await seen()).toEqual([{ id: 'x', received_at: null, event_version: null }]);
    await loader.transaction(async (writer) => {
      await writer.migrate([missing]);
      await writer.append(missing, [{ id: 'y', event_version: 1n }]);
    });
    const before = books.localBigQuery.requests.length;
    const now = [
      { id: 'x', received_at: null, event_version: null },
      { id: 'y', received_at: null, event_version: 1n },
    ];
    expect(
      await warehouse.withRollback((writer) => writer.query('select * from raw.license_purchased order by id')),
    ).toEqual(now);
    expect(await seen()).toEqual(now);
    expect(books.changesSince(before)).toEqual(['tables.update']);
  });

  test('cannot replace tables that our loader has filled', async () => {
    const address = parseBigQueryAddress(`bigquery://${PROJECT}/moving`);
    const open = (raw: string | undefined) =>
      openBigQuery({ address: { ...address, raw }, apiEndpoint: books.localBigQuery.url, wait: async () => undefined });
    await open(undefined).transaction((writer) => writer.migrate([tracks]));
    await expect(open(`${PROJECT}.rudder`).transaction((writer) => writer.migrate([tracks]))).rejects.toThrow(
      new Conflict(
        `The view moving_raw.tracks over RudderStack's table in ${PROJECT}.rudder cannot be created: there is a table of that name. Use a dataset in WAREHOUSE_URL into which nothing was loaded yet, or remove raw=.`,
      ),
    );
  });

  test('refuse rows of our loader', async () => {
    const append = books.open({ search: '?raw=rudder' }).transaction((writer) => writer.append(tracks, [{ id: 'x' }]));
    await expect(append).rejects.toThrow(
      new Rejected(
        'Rows cannot be appended to raw.tracks: RudderStack itself loads the raw tables, according to raw=… in WAREHOUSE_URL.',
      ),
    );
  });

  test('with a type other than the declared one are reported', async () => {
    await rudderTable('rudder_odd', [{ name: 'event_version', type: 'FLOAT' }]);
    const migrated = books.open({ search: '?raw=rudder_odd' }).transaction((writer) => writer.migrate([tracks]));
    await expect(migrated).rejects.toThrow(
      new Conflict(
        'The table raw.tracks cannot be migrated: its column event_version is FLOAT64 in the warehouse but INT64 in this version. Columns never change their type; use a new name.',
      ),
    );
  });
});
