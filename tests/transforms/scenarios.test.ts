import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../transforms/model.ts';
import { MODELS } from '../../transforms/models.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { type Scenario, scenariosFileOf, scenariosOf, tablesAsText } from '../support/scenarios.ts';

describe.each(MODELS.map((model) => ({ model, file: scenariosFileOf(model) })))('$model.name', ({ model, file }) => {
  test('has scenarios', () => {
    expect(existsSync(file)).toBe(true);
  });
  if (!existsSync(file)) return;
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openDuckDb({ path: ':memory:' });
  });
  afterAll(() => warehouse.close());

  test.each(scenariosOf(model, readFileSync(file, 'utf8')))('$title', async (scenario) => {
    const { expected, ordered } = scenario;
    const rows = await answer(warehouse, { model, scenario });
    const [got, wanted] = tablesAsText([rows, expected.rows], { columns: expected.columns, ordered });
    expect(got, `${wanted}\n\nis expected, but ${model.name} gives\n\n${got}\n`).toBe(wanted);
  });
});

/** What the model's SELECT, exactly as it stands, makes of a scenario on DuckDB; nothing of it remains. */
async function answer(
  warehouse: Warehouse,
  { model, scenario }: { model: Model; scenario: Scenario },
): Promise<ValueRow[]> {
  return warehouse.rehearsal(async (writer) => {
    for (const { shape, rows } of scenario.inputs) {
      await writer.migrate([shape]);
      await writer.append(shape, rows);
    }
    return writer.query(model.sql);
  });
}
