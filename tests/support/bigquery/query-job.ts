import { readDescription } from './descriptions.ts';
import { rowOf } from './evaluation.ts';
import type { Outcome, QueryConfiguration, Statistics, Work } from './job-resource.ts';
import { addressOf } from './names.ts';
import { readParameters } from './parameters.ts';
import type { Plan } from './plan.ts';
import { invalid, Refusal, unable } from './refusal.ts';
import { fieldResource } from './schema.ts';
import { runScript } from './script-job.ts';
import { isStatementKind, kindOf, statementsOf } from './sql-text.ts';
import { unplaced, write } from './writes.ts';

const MEBIBYTE = 2 ** 20;
/** The minimum that is billed for each table that a query reads. */
const LEAST_BYTES = 10 * MEBIBYTE;

const KNOWN_KEYS = [
  'query',
  'useLegacySql',
  'parameterMode',
  'queryParameters',
  'destinationTable',
  'writeDisposition',
  'createDisposition',
  'maximumBytesBilled',
  'timePartitioning',
  'clustering',
  'useQueryCache',
  'priority',
  // Options of the client itself, which BigQuery ignores.
  'types',
  'maxResults',
  'wrapIntegers',
  'parseJSON',
  'skipParsing',
  'autoPaginate',
  'formatOptions',
];

/** Runs a query, a single statement that changes rows, or a script that is one transaction. */
export async function runQuery(configuration: QueryConfiguration, work: Work): Promise<Outcome> {
  assertSupported(configuration);
  const { query: sql, destinationTable } = configuration;
  const parameters = readParameters(configuration.parameterMode, configuration.queryParameters);
  const statements = statementsOf(sql);
  const [first] = statements;
  if (!first) throw new Refusal('invalidQuery', 'Syntax error: Unexpected end of statement at [1:1]');
  if (statements.length > 1 || kindOf(first.text) !== 'SELECT') {
    if (destinationTable) throw invalid('configuration.query.destinationTable cannot be set for scripts');
    return runScript(sql, { ...work, parameters });
  }
  const plan = await work.evaluation.plan(sql, parameters);
  const statistics = await assertWithinLimit(plan, { configuration, work });
  const result = await work.evaluation.run(plan);
  if (destinationTable) {
    const { storage } = work;
    write(storage, {
      address: addressOf(destinationTable, storage.projectId),
      disposition: configuration.writeDisposition ?? 'WRITE_EMPTY',
      createDisposition: configuration.createDisposition,
      fields: result.fields,
      rows: unplaced(result.rows.map((cells) => rowOf(result.fields, cells))),
      made: readDescription(configuration, result.fields),
    });
  }
  return { result, statistics };
}

/** The cost and the columns of a query, or the kind of statement; nothing runs. */
export async function dryRun(configuration: QueryConfiguration, work: Work): Promise<Statistics> {
  assertSupported(configuration);
  const statements = statementsOf(configuration.query);
  const [first] = statements;
  if (!first) throw new Refusal('invalidQuery', 'Syntax error: Unexpected end of statement at [1:1]');
  const kind = statements.length > 1 ? 'SCRIPT' : kindOf(first.text);
  if (kind !== 'SELECT') {
    if (kind !== 'SCRIPT' && !isStatementKind(kind)) await work.evaluation.plan(configuration.query);
    return { totalBytesProcessed: '0', query: { statementType: kind, totalBytesProcessed: '0' } };
  }
  const parameters = readParameters(configuration.parameterMode, configuration.queryParameters);
  const plan = await work.evaluation.plan(configuration.query, parameters);
  return assertWithinLimit(plan, { configuration, work });
}

async function assertWithinLimit(
  plan: Plan,
  { configuration, work }: { configuration: QueryConfiguration; work: Work },
): Promise<Statistics> {
  work.evaluation.refuseUnfiltered(plan);
  const { bytes, tables } = await work.evaluation.bytesRead(plan);
  const billed = bytes === 0 ? 0 : Math.max(Math.ceil(bytes / MEBIBYTE) * MEBIBYTE, tables * LEAST_BYTES);
  const { maximumBytesBilled } = configuration;
  if (maximumBytesBilled !== undefined && billed > Number(maximumBytesBilled)) {
    throw new Refusal(
      'bytesBilledLimitExceeded',
      `Query exceeded limit for bytes billed: ${maximumBytesBilled}. ${billed} or higher required.`,
    );
  }
  const totalBytesProcessed = String(bytes);
  return {
    totalBytesProcessed,
    query: {
      statementType: 'SELECT',
      totalBytesProcessed,
      totalBytesBilled: String(billed),
      cacheHit: false,
      schema: { fields: plan.fields.map(fieldResource) },
    },
  };
}

function assertSupported(configuration: QueryConfiguration): void {
  const odd = Object.keys(configuration).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`heed configuration.query.${odd}`);
  if (configuration.useLegacySql !== false) throw unable('run legacy SQL: useLegacySql must be false');
}
