import { afterAll, beforeAll, expect, test } from 'vitest';
import { templateOf } from '../../../reports/dashboards/card-sql.ts';
import { CARDS, PUBLICATION_CARD } from '../../../reports/dashboards/cards.ts';
import { publishedSql } from '../../../transforms/metrics/published-sql.ts';
import { tablesOf } from '../../../transforms/published/published.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';

/** BI tools run cards as an analyst, who has fewer tables and columns than the warehouse. */

let published: Warehouse;
beforeAll(async () => {
  published = await openDuckDb({ path: ':memory:' });
  const tables = tablesOf('analyst').map((table) => ({ ...table, name: `tantieme.${table.name}` }));
  await published.transaction((writer) => writer.migrate(tables));
});
afterAll(() => published.close());

test('every card runs on what analysts may read', async () => {
  const refused: string[] = [];
  for (const card of [...CARDS.values(), PUBLICATION_CARD]) {
    const template = publishedSql(templateOf(card), { engine: 'duckdb', schema: 'tantieme' });
    const sql = template.replace(/\[\[|\]\]/g, '').replace(/\{\{\w+\}\}/g, `'USD'`);
    await published.query(sql).catch((error: unknown) => refused.push(`${card.name}: ${messageOf(error)}`));
  }
  expect(refused).toEqual([]);
});
