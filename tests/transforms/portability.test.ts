import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../transforms/build.ts';
import type { Check, Model } from '../../transforms/model.ts';
import { MODELS } from '../../transforms/models.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { type ColumnShape, signatureOf } from '../../warehouse/tables.ts';
import { type GoogleSql, GoogleSqlError, startGoogleSql } from '../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import { DECLARED_TABLES, scenariosFileOf } from '../support/scenarios.ts';
import { openWorld } from './small-world.ts';

/** The same text must mean the same on DuckDB and on BigQuery; what stands in the way is named with its place. */

if (missingGoogleSql) console.warn(`Skipped: models and checks are not analysed as BigQuery SQL: ${missingGoogleSql}.`);

/** A statement of the house and where it stands. */
interface Text {
  /** From the root. */
  readonly file: string;
  /** The line of the file at which the statement begins, from 1. */
  readonly line: number;
  readonly sql: string;
}

const checks = MODELS.flatMap((model) => model.checks.map((check) => ({ model, check, name: model.name })));

function modelText(model: Model): Text {
  return { file: pathOf(model, 'sql'), line: 1, sql: model.sql };
}

function checkText(model: Model, { failures }: Check): Text {
  const file = pathOf(model, 'ts');
  const [before = ''] = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split(failures, 1);
  return { file, line: before.split('\n').length, sql: failures };
}

function pathOf(model: Model, suffix: 'sql' | 'ts'): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const mirrored = relative(root, fileURLToPath(scenariosFileOf(model))).replaceAll('\\', '/');
  return mirrored.replace('tests/', '').replace('scenarios.md', suffix);
}

/** What both engines take, or each in its own way, but do not mean alike. */
const DIFFERENT: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/(?<![.\w])\d+\.\d+/g, 'is a float on BigQuery; use fn.to_numeric'],
  [
    /\bas (numeric|decimal|float\w*|double|bigint|hugeint|varchar|text)\b/gi,
    'is another type or none on the other engine',
  ],
  [/\s\/\/?\s/g, 'divides in another way; use fn.num_div'],
  [/\b(avg|round|trunc|floor|ceil|mod|div)\s*\(/gi, 'rounds or divides; put it behind a function in fn'],
  [/\b(greatest|least|concat)\s*\(/gi, 'takes NULL in another way; use case or ||'],
  [/\b(any_value|first|last|arbitrary)\s*\(/gi, 'is not determined; use max'],
  [/\b(rollup|cube|grouping sets)\b/gi, 'is not evaluated alike; use union all'],
  [/\bgroup by all\b/gi, 'cannot be analysed as BigQuery SQL; name the columns'],
  [
    /\b\w*(date|time|timestamp)_(trunc|diff|add|sub|part)\s*\(/gi,
    'counts in another way; put it behind a function in fn',
  ],
  [/\b(extract|strftime|format_\w+|parse_\w+|now|current_\w+)\b\s*\(?/gi, 'hangs on the engine, the zone or the clock'],
  [/\b(i?like|similar to|regexp_\w+)\b/gi, 'matches in another way; use starts_with or strpos'],
  [/\b(md5|sha\d+|json_\w+|unnest|generate_\w+|range)\s*\(/gi, 'has another form; put it behind a function in fn'],
  [/\blimit\b/gi, 'picks rows; rank them by a total order with qualify'],
  [/::/g, 'is of DuckDB; use cast'],
  [/\bfilter\s*\(\s*where\b/gi, 'is of DuckDB; use case'],
];

/** Without comments and the insides of quotes, each place kept. */
function bare(sql: string): string {
  return sql.replace(/--[^\n]*|'[^']*'/g, (text) => ' '.repeat(text.length));
}

function differences({ file, line, sql }: Text): string[] {
  const code = bare(sql);
  return DIFFERENT.flatMap(([pattern, why]) =>
    [...code.matchAll(pattern)].map((found) => {
      const at = line + code.slice(0, found.index).split('\n').length - 1;
      return `${file}:${at}: "${found[0].trim()}" ${why}.`;
    }),
  );
}

describe('a statement uses nothing that the engines take differently', () => {
  test.each(MODELS)('$name', (model) => expect(differences(modelText(model))).toEqual([]));
  test.each(checks)('$name: $check.holds', ({ model, check }) => {
    expect(differences(checkText(model, check))).toEqual([]);
  });

  test('or is named with its place', () => {
    const sql = `-- round(1.5) in a comment\nselect 'avg(x)' as a,\n  round(x) as b, 0.5 as c\nfrom t limit 1`;
    expect(differences({ file: 'a.sql', line: 10, sql }).map((line) => line.split(' ', 2).join(' '))).toEqual([
      'a.sql:12: "0.5"',
      'a.sql:12: "round("',
      'a.sql:13: "limit"',
    ]);
  });
});

describe.skipIf(missingGoogleSql)('BigQuery', () => {
  let googleSql: GoogleSql;
  beforeAll(async () => {
    googleSql = await startGoogleSql(DECLARED_TABLES);
  });
  afterAll(() => googleSql?.stop());

  /** The columns of a statement; what BigQuery would refuse fails with its place. */
  async function analysed({ file, line, sql }: Text): Promise<readonly ColumnShape[]> {
    try {
      return await googleSql.analyze(sql);
    } catch (error) {
      if (!(error instanceof GoogleSqlError)) throw error;
      throw new Error(`${file}:${line + (error.line ?? 1) - 1}: ${error.message}`);
    }
  }

  test.each(MODELS)('takes $name, and gives the columns that it declares', async (model) => {
    expect(signatureOf(await analysed(modelText(model)))).toEqual(signatureOf(model.columns));
  });

  test.each(checks)('takes the check of $name: $check.holds', async ({ model, check }) => {
    const columns = await analysed(checkText(model, check));
    expect(columns.some(({ name }) => name === 'period')).toBe(check.hasPeriod ?? false);
  });

  test('takes every question that a build asks, as it is asked', async () => {
    const asked: string[] = [];
    const world = await openWorld();
    await world.rehearsal((writer) => {
      const overheard: typeof writer.query = (sql, parameters) => {
        asked.push(sql);
        return writer.query(sql, parameters);
      };
      return build({ ...writer, query: overheard }, parsePeriod('2026-01'), { parts: ['books', 'open'] });
    });
    await world.close();
    for (const sql of asked) await expect(googleSql.analyze(sql), sql).resolves.not.toEqual([]);
    // At least: keys are unique and nothing required is missing, in each model.
    expect(asked.length).toBeGreaterThan(2 * MODELS.length);
  });

  test('refuses what is only DuckDB, and says where', async () => {
    const text = { file: 'a.sql', line: 1, sql: 'select 1 as one,\n  strftime(current_timestamp, 1) as two' };
    await expect(analysed(text)).rejects.toThrow(/^a\.sql:2: Function not found: strftime/);
  });
});
