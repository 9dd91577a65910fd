import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS } from '../transforms/models.ts';
import { messageOf } from '../warehouse/errors.ts';
import { isStep } from '../warehouse/steps.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type GoogleSql, GoogleSqlError, startGoogleSql } from './support/googlesql/googlesql.ts';
import { missingGoogleSql } from './support/googlesql/server.ts';
import { DECLARED_TABLES } from './support/scenarios.ts';
import { signatureOf } from './support/signatures.ts';
import { warnSkipped } from './support/skipped-tests.ts';
import {
  CHECK_STATEMENTS,
  COMPOSED_STATEMENTS,
  ESTIMATED_STATEMENTS,
  MODEL_STATEMENTS,
  QUERY_STATEMENTS,
  STATEMENTS,
  type Statement,
} from './support/statements.ts';
import { differences } from './support/subset.ts';
import { openTestWarehouse } from './transforms/small-month.ts';

/** Every statement is valid SQL on both engines and evaluated alike. A violation is reported with its place. */

if (missingGoogleSql) warnSkipped(`SQL is not analysed for BigQuery: ${missingGoogleSql}.`);

describe('the engines evaluate alike', () => {
  test.each([...MODEL_STATEMENTS, ...CHECK_STATEMENTS])('$name', (statement) => {
    expect(differences(statement)).toEqual([]);
  });

  test.each(QUERY_STATEMENTS)('$file: $name', (statement) => {
    expect(differences(statement, { mayCut: true })).toEqual([]);
  });

  test('every composed statement', () => {
    expect(COMPOSED_STATEMENTS.flatMap((statement) => differences(statement, { mayCut: true }))).toEqual([]);
  });
});

test('a model and its checks have no parameters but those of the window', () => {
  const withParameters = [...MODEL_STATEMENTS, ...CHECK_STATEMENTS].filter(({ sql }) => sql.includes('$'));
  expect(withParameters.map(({ name }) => name)).toEqual([]);
});

test('there are statements of every kind', () => {
  expect(MODEL_STATEMENTS.length).toBeGreaterThan(30);
  expect(CHECK_STATEMENTS.length).toBeGreaterThan(5);
  expect(QUERY_STATEMENTS.length).toBeGreaterThan(25);
  // Each model has at least the checks of its key and of its required fields, and the selection of its rows.
  expect(COMPOSED_STATEMENTS.length).toBeGreaterThan(3 * MODEL_STATEMENTS.length);
});

describe('DuckDB', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => warehouse.close());

  test('runs every statement', async () => {
    const refused = await warehouse.withRollback(async (writer) => {
      await writer.createEmptySteps(MODELS.filter(({ name }) => isStep(name)));
      return refusals(STATEMENTS, ({ sql, parameters }) => writer.query(sql, parameters));
    });
    expect(refused).toEqual([]);
  });
});

describe.skipIf(missingGoogleSql)('BigQuery', () => {
  let googleSql: GoogleSql;
  beforeAll(async () => {
    googleSql = await startGoogleSql(DECLARED_TABLES);
  });
  afterAll(() => googleSql?.stop());

  test.each(MODEL_STATEMENTS)('accepts $name, which returns its declared columns', async (statement) => {
    const refused = await refusals([statement], async ({ sql }) => {
      expect(signatureOf(await googleSql.analyze(sql))).toEqual(signatureOf(statement.model.columns));
    });
    expect(refused).toEqual([]);
  });

  test.each(CHECK_STATEMENTS)('accepts the check $name', async (statement) => {
    expect(await refusals([statement], ({ sql }) => googleSql.analyze(sql))).toEqual([]);
  });

  test.each(QUERY_STATEMENTS)('accepts $file: $name', async (statement) => {
    expect(await refusals([statement], ({ sql, parameters }) => googleSql.analyze(sql, parameters))).toEqual([]);
  });

  test('accepts every composed statement, and those of estimates', async () => {
    const analyze = ({ sql, parameters }: Statement) => googleSql.analyze(sql, parameters);
    expect(await refusals([...COMPOSED_STATEMENTS, ...ESTIMATED_STATEMENTS], analyze)).toEqual([]);
  });

  test('refuses DuckDB-only SQL and a parameter compared with another type, with the place of the error', async () => {
    const odd: Statement = { name: 'odd', file: 'a.sql', line: 7, sql: '', parameters: ['1'] };
    const onlyDuckDb = { ...odd, sql: 'select 1 as one,\n  strftime(current_timestamp, $1) as two' };
    const otherType = { ...odd, sql: 'select posting_id from tantieme.postings where posting_amount + $1 = 0' };
    const analyze = ({ sql, parameters }: Statement) => googleSql.analyze(sql, parameters);
    expect(await refusals([onlyDuckDb, otherType], analyze)).toEqual([
      expect.stringMatching(/^a\.sql:8: odd: Function not found: strftime/),
      expect.stringMatching(/^a\.sql:7: odd: No matching signature/),
    ]);
  });
});

/** The errors of the statements that are refused, each with its place. */
async function refusals(
  statements: readonly Statement[],
  run: (statement: Statement) => Promise<unknown>,
): Promise<string[]> {
  const refused: string[] = [];
  for (const statement of statements) {
    await run(statement).catch((error: unknown) => {
      const line = statement.line + ((error instanceof GoogleSqlError && error.line) || 1) - 1;
      refused.push(`${statement.file}:${line}: ${statement.name}: ${messageOf(error)}`);
    });
  }
  return refused;
}
