import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { TableShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { type GoogleSql, startGoogleSql } from '../../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../../support/googlesql/server.ts';
import { warnSkipped } from '../../support/skipped-tests.ts';
import type { Inputs } from './inputs/arbitrary.ts';
import { INPUTS } from './inputs.ts';

/**
 * Each function returns the same on DuckDB and on BigQuery, or fails on both, for every input at an edge and for many
 * random ones. `AGREEMENT_SEED=<seed>` chooses others, `AGREEMENT_INPUTS=<count>` more of them.
 */

if (missingGoogleSql) warnSkipped(`functions are not compared with BigQuery: ${missingGoogleSql}.`);

const SEED = Number(process.env.AGREEMENT_SEED ?? 20_260_131);
const INPUT_COUNT = Number(process.env.AGREEMENT_INPUTS ?? (FULL_RUN ? 5_000 : 200));
/** GoogleSQL accepts 4 MB per request. */
const ROWS_PER_REQUEST = 2_500;

interface Question {
  readonly call: string;
  readonly shape: TableShape;
  readonly rows: readonly (ValueRow & { readonly nth: bigint })[];
}

interface Answer {
  readonly nth: bigint;
  readonly refused: boolean;
  readonly got: Value;
}

describe.skipIf(missingGoogleSql)('DuckDB and BigQuery agree on', () => {
  let warehouse: Warehouse;
  let googleSql: GoogleSql;
  beforeAll(async () => {
    warehouse = await openDuckDb({ path: ':memory:' });
    googleSql = await startGoogleSql([]);
  });
  afterAll(async () => {
    googleSql?.stop();
    await warehouse?.close();
  });

  test.each(FUNCTIONS.map(({ name }) => name))('%s', async (name) => {
    const question = questionOf(name, requirePresent(INPUTS[name], `inputs.ts has no inputs for ${name}.`));
    const onBigQuery = await bigQueryAnswers(googleSql, question);
    const onDuckDb = await duckDbAnswers(warehouse, { question, onBigQuery });
    const differences = question.rows.flatMap((row, at) => {
      const [duckdb, bigquery] = [show(onDuckDb.get(row.nth)), show(onBigQuery[at])];
      return duckdb === bigquery ? [] : [`${callOf(question, row)} is ${duckdb} on DuckDB, ${bigquery} on BigQuery`];
    });
    expect(differences.slice(0, 20), `${differences.length} differences with seed ${SEED}`).toEqual([]);
    // Inputs that are refused, or give NULL, prove little.
    const answered = onBigQuery.filter(({ got }) => got !== null);
    expect(answered.length).toBeGreaterThan(0.3 * INPUT_COUNT);
  });
});

function questionOf(name: string, { call, types, edges, random }: Inputs): Question {
  const columns = types.map((type, at) => ({ name: `x${at}`, type, optional: true }));
  const inputs = [...edges, ...fc.sample(random, { seed: SEED, numRuns: INPUT_COUNT })];
  return {
    call: call ?? `fn.${name}(${columns.map((column) => column.name).join(', ')})`,
    shape: {
      name: `scratch.${name}`,
      meaning: 'Arguments.',
      columns: [{ name: 'nth', type: 'int64', optional: false }, ...columns],
    },
    rows: inputs.map((values, nth) => ({
      nth: BigInt(nth),
      ...Object.fromEntries(values.map((value, at) => [`x${at}`, value])),
    })),
  };
}

async function bigQueryAnswers(googleSql: GoogleSql, { call, shape, rows }: Question): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_REQUEST) {
    const sql = `select nth, iserror(${call}) as refused, nulliferror(${call}) as got from ${shape.name} order by nth`;
    const some = { shape, rows: rows.slice(from, from + ROWS_PER_REQUEST) };
    answers.push(...(await googleSql.evaluate<Answer & ValueRow>(sql, [some])));
  }
  return answers;
}

/** One refused input fails the query for all, so those that BigQuery refuses are queried one by one. A parameter is planned twice. */
async function duckDbAnswers(
  warehouse: Warehouse,
  { question: { call, shape, rows }, onBigQuery }: { question: Question; onBigQuery: readonly Answer[] },
): Promise<Map<bigint, Answer>> {
  await warehouse.transaction(async (writer) => {
    const refused = { name: 'refused', type: 'bool', optional: false } as const;
    const table = { ...shape, columns: [...shape.columns, refused] };
    await writer.migrate([table]);
    await writer.append(
      table,
      rows.map((row, at) => ({ ...row, refused: onBigQuery[at]?.refused ?? false })),
    );
  });
  const asking = `select nth, false as refused, ${call} as got from ${shape.name}`;
  const between = async (from: number, until: number): Promise<Answer[]> => {
    try {
      const where = `where not refused and nth >= ${from} and nth < ${until} order by nth`;
      return await warehouse.query<Answer & ValueRow>(`${asking} ${where}`);
    } catch {
      if (until - from === 1) return [{ nth: BigInt(from), refused: true, got: null }];
      const middle = Math.floor((from + until) / 2);
      return [...(await between(from, middle)), ...(await between(middle, until))];
    }
  };
  const answers = await between(0, rows.length);
  for (const { nth, refused } of onBigQuery) {
    if (!refused) continue;
    const alone = warehouse.query<Answer & ValueRow>(`${asking} where nth = ${nth}`);
    answers.push(...(await alone.catch((error: unknown) => [{ nth, refused: isRefusal(error), got: null }])));
  }
  return new Map(answers.map((answer) => [answer.nth, answer]));
}

/** An invalid statement is not a refusal of an input. */
function isRefusal(error: unknown): boolean {
  return /^(Invalid Input|Conversion|Out of Range) Error/.test(messageOf(error));
}

function show(answer: Answer | undefined): string {
  if (!answer) return 'missing';
  return answer.refused ? 'refused' : literal(answer.got);
}

function callOf({ call, shape }: Question, row: ValueRow): string {
  const values = shape.columns.slice(1).map(({ name }) => literal(row[name] ?? null));
  return call.replace(/\bx(\d)\b/g, (_, at: string) => values[Number(at)] ?? '');
}

const literal = (value: Value): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));
