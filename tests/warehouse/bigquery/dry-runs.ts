import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { estimateBuild } from '../../../transforms/engine/estimate.ts';
import type { BigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { inParallel } from '../../../warehouse/bigquery/client/in-parallel.ts';
import { parameterOf } from '../../../warehouse/bigquery/client/types.ts';
import { bigQuerySql } from '../../../warehouse/bigquery/schema/names.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { STATEMENTS_WITHOUT_STEPS, type Statement } from '../../support/statements.ts';
import { openTestWarehouse } from '../../transforms/small-month.ts';

const PERIOD = parsePeriod('2026-01');

/** An empty warehouse, and Google's own client of where it is. */
interface DryRunning {
  readonly warehouse: Warehouse;
  readonly address: BigQueryAddress;
  readonly client: BigQuery;
}

/**
 * Every statement of the software, or some of them, in a dry run: models, checks, named queries and what is composed, with parameters. Not the
 * scripts by which a transaction is committed, nor what is read within one: they name staged tables that are there only while it
 * lasts, and the small month runs them.
 */
export function dryRuns(
  open: () => Promise<DryRunning>,
  statements: readonly Statement[] = STATEMENTS_WITHOUT_STEPS,
): void {
  let running: DryRunning;
  beforeAll(async () => {
    running = await open();
    await openTestWarehouse(running.warehouse);
  });
  afterAll(() => running?.warehouse.close());

  test('each statement is taken in a dry run, with its parameters', async () => {
    expect(await refused(running, statements)).toEqual([]);
  });

  test('and one that cannot be answered is named', async () => {
    const odd = {
      name: 'odd',
      file: 'a.sql',
      line: 7,
      sql: 'select nope from raw.asset_used where use_id = $1',
      parameters: ['use_1'],
    };
    expect(await refused(running, [odd, { ...odd, sql: 'select use_id from raw.asset_used', parameters: [] }])).toEqual(
      [expect.stringMatching(/^a\.sql:7: odd: .*nope/)],
    );
  });

  test('and what a build would read is known beforehand', async () => {
    const parts = ['books', 'open'] as const;
    await expect(estimateBuild(running.warehouse, { period: PERIOD, parts })).resolves.toBeTypeOf('bigint');
  });
}

/** Why BigQuery does not take them, each with its place. */
async function refused({ client, address }: DryRunning, statements: readonly Statement[]): Promise<string[]> {
  const refusals = await inParallel(statements, async ({ name, file, line, sql, parameters }) => {
    try {
      await dryRun(client, { sql: bigQuerySql(sql, address), parameters, location: address.location });
      return [];
    } catch (error) {
      return [`${file}:${line}: ${name}: ${messageOf(error)} in\n${sql}`];
    }
  });
  return refusals.flat();
}

async function dryRun(
  client: BigQuery,
  { sql, parameters, location }: Pick<Statement, 'sql' | 'parameters'> & { location: string },
): Promise<void> {
  const named = { parameterMode: 'NAMED', queryParameters: parameters.map(parameterOf) };
  const query = { query: sql, useLegacySql: false, ...(parameters.length > 0 ? named : {}) };
  const [{ metadata }] = await client.createJob({ location, configuration: { dryRun: true, query } });
  expect(metadata.statistics.query.statementType).toBe('SELECT');
}
