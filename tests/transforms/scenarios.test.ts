import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../transforms/engine/model.ts';
import { MODELS } from '../../transforms/models.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { signatureOf } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type GoogleSql, startGoogleSql } from '../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import { DECLARED_TABLES, type Scenario, scenariosFileOf, scenariosOf, tablesAsText } from '../support/scenarios.ts';

/** Each model gives what its scenarios expect, and the same on BigQuery: names, types, values, order. */

if (missingGoogleSql) console.warn(`Skipped: scenarios are not compared with BigQuery: ${missingGoogleSql}.`);

let warehouse: Warehouse;
let googleSql: GoogleSql | undefined;
beforeAll(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
  if (!missingGoogleSql) googleSql = await startGoogleSql(DECLARED_TABLES);
});
afterAll(async () => {
  googleSql?.stop();
  await warehouse?.close();
});

describe.each(MODELS.map((model) => ({ model, file: scenariosFileOf(model) })))('$model.name', ({ model, file }) => {
  test('has scenarios', () => {
    expect(existsSync(file)).toBe(true);
  });
  if (!existsSync(file)) return;
  const scenarios = scenariosOf(model, readFileSync(file, 'utf8'));

  test.each(scenarios)('$title', async (scenario) => {
    const { expected, ordered } = scenario;
    // The SELECT exactly as it stands.
    const rows = await among(scenario, (writer) => writer.query(model.sql));
    const [got, wanted] = tablesAsText([rows, expected.rows], { columns: expected.columns, ordered });
    expect(got, `${wanted}\n\nis expected, but ${model.name} gives\n\n${got}\n`).toBe(wanted);
    if (!googleSql) return;
    const sql = inOneOrder(model, scenario);
    const onDuckDb = await among(scenario, (writer) => writer.query(sql));
    // Strictly: 1n is not '1', and the names are in the same order.
    expect(told(await googleSql.evaluate(sql, scenario.inputs)), `${model.name} on BigQuery`).toEqual(told(onDuckDb));
  });

  test.skipIf(missingGoogleSql)('has the same columns on both engines', async () => {
    const [scenario] = scenarios as [Scenario, ...Scenario[]];
    const onDuckDb = await among(scenario, (writer) => writer.describeQuery(model.sql));
    expect(signatureOf((await googleSql?.analyze(model.sql)) ?? [])).toEqual(signatureOf(onDuckDb));
  });
});

/** Asks something where the tables hold what a scenario says, views too; nothing of it remains. */
async function among<T>({ inputs }: Scenario, ask: (writer: WarehouseWriter) => Promise<T>): Promise<T> {
  return warehouse.withRollback(async (writer) => {
    for (const { shape, rows } of inputs) {
      await writer.migrate([shape]);
      await writer.append(shape, rows);
    }
    return ask(writer);
  });
}

/** What has no order of its own is asked in order of all columns, so that texts and NULL must be ordered alike. */
function inOneOrder({ sql, columns }: Model, { ordered }: Scenario): string {
  const hasOrder = ordered || /\border by\b/i.test(atTop(sql));
  return hasOrder ? sql : `select * from (\n${sql}\n) as answer order by ${columns.map((_, at) => at + 1).join(', ')}`;
}

/** A SELECT without comments, quotes and all that stands in brackets. */
function atTop(sql: string): string {
  let rest = sql.replace(/--[^\n]*|'[^']*'/g, '');
  for (let before = ''; before !== rest; ) [before, rest] = [rest, rest.replace(/\([^()]*\)/g, '')];
  return rest;
}

const told = (rows: readonly ValueRow[]): string[] =>
  rows.map((row) =>
    Object.entries(row)
      .map(
        ([name, value]) =>
          `${name}: ${typeof value === 'string' ? JSON.stringify(value) : `${value} (${typeof value})`}`,
      )
      .join(', '),
  );
