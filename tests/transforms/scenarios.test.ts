import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../transforms/engine/model.ts';
import { bindWindow } from '../../transforms/engine/window.ts';
import { MODELS } from '../../transforms/models.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { isStep } from '../../warehouse/steps.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type GoogleSql, startGoogleSql } from '../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import {
  DECLARED_TABLES,
  INPUT_TABLES,
  type Scenario,
  scenariosFileOf,
  scenariosOf,
  tablesAsText,
} from '../support/scenarios.ts';
import { signatureOf } from '../support/signatures.ts';
import { warnSkipped } from '../support/skipped-tests.ts';

/** Each model returns what its scenarios expect, and the same on both engines: names, types, values and order. */

if (missingGoogleSql) warnSkipped(`the scenarios do not run on GoogleSQL: ${missingGoogleSql}.`);

let warehouse: Warehouse;
let googleSql: GoogleSql | undefined;
beforeAll(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
  await warehouse.transaction((writer) => writer.migrate(INPUT_TABLES.map(tableOf)));
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
    const sql = withTotalOrder(model, scenario);
    const rows = await withInputs(scenario, (writer) => writer.query(sql));
    const [got, wanted] = tablesAsText([rows, expected.rows], { columns: expected.columns, ordered });
    expect(got, `${wanted}\n\nis expected, but ${model.name} returns\n\n${got}\n`).toBe(wanted);
    if (!googleSql) return;
    // A strict comparison: 1n is not '1', and the names have the same order.
    const onGoogleSql = await googleSql.evaluate(sql, scenario.inputs);
    expect(rowsAsText(onGoogleSql), `${model.name} on GoogleSQL`).toEqual(rowsAsText(rows));
  });

  test('returns its declared columns, on both engines', async () => {
    const [scenario] = scenarios as [Scenario, ...Scenario[]];
    const sql = bindWindow(model.sql, scenario.window);
    const onDuckDb = signatureOf(await withInputs(scenario, (writer) => writer.describeQuery(sql)));
    expect(onDuckDb).toEqual(signatureOf(model.columns));
    if (googleSql) expect(signatureOf(await googleSql.analyze(sql))).toEqual(onDuckDb);
  });
});

/** Runs `work` on tables that contain the scenario's inputs, also in place of views; everything is rolled back. */
async function withInputs<T>({ inputs }: Scenario, work: (writer: WarehouseWriter) => Promise<T>): Promise<T> {
  return warehouse.withRollback(async (writer) => {
    for (const { shape, rows } of inputs) {
      const table = tableOf(shape);
      await writer.append(table, rows);
      if (isStep(shape.name)) await writer.createStep(modelNamed(shape.name), `select * from ${table.name}`);
    }
    return work(writer);
  });
}

/** The table into which an input is written; a step is then created from it, for it cannot be appended to. */
function tableOf(input: TableShape): TableShape {
  return isStep(input.name) ? { ...input, name: input.name.replace('steps.', 'scratch.') } : input;
}

function modelNamed(name: string): Model {
  return requirePresent(
    MODELS.find((model) => model.name === name),
    `No model is named ${name}.`,
  );
}

/** The model's SELECT with its parameters; without an order of its own, ordered by all columns, so that both engines must order texts and NULL alike. */
function withTotalOrder({ sql: unbound, columns }: Model, { ordered, window }: Scenario): string {
  const sql = bindWindow(unbound, window);
  const hasOrder = ordered || /\border by\b/i.test(outermost(sql));
  return hasOrder ? sql : `select * from (\n${sql}\n) as answer order by ${columns.map((_, at) => at + 1).join(', ')}`;
}

/** A SELECT without comments, string literals and everything in brackets. */
function outermost(sql: string): string {
  let rest = sql.replace(/--[^\n]*|'[^']*'/g, '');
  for (let before = ''; before !== rest; ) [before, rest] = [rest, rest.replace(/\([^()]*\)/g, '')];
  return rest;
}

const rowsAsText = (rows: readonly ValueRow[]): string[] =>
  rows.map((row) =>
    Object.entries(row)
      .map(
        ([name, value]) =>
          `${name}: ${typeof value === 'string' ? JSON.stringify(value) : `${value} (${typeof value})`}`,
      )
      .join(', '),
  );
