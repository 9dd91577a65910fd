import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GoogleSql, GoogleSqlError, startGoogleSql } from '../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import type { Question } from '../support/overhearing.ts';
import { DECLARED_TABLES } from '../support/scenarios.ts';
import { differences } from '../support/subset.ts';
import { distinct, overheardMonth } from './overheard-month.ts';

/**
 * What the house asks beside its models, in ingest, jobs, reports and the API: a small month is lived through while every
 * question is overheard, and each must be BigQuery SQL too. A place that asks and is not reached fails.
 */

if (missingGoogleSql)
  console.warn(`Skipped: what production asks is not analysed as BigQuery SQL: ${missingGoogleSql}.`);

const ROOT = join(import.meta.dirname, '../..');
/** Where what is asked is somebody's own question. */
const OWN_QUESTIONS = ['api/commands/warehouse.ts'];

let asked: readonly Question[];
let googleSql: GoogleSql | undefined;
beforeAll(async () => {
  if (!missingGoogleSql) googleSql = await startGoogleSql(DECLARED_TABLES);
  asked = await overheardMonth();
});
afterAll(() => googleSql?.stop());

test('every place that asks is reached', () => {
  const reached = new Set(asked.map(({ file, line }) => `${file}:${line}`));
  expect(placesThatAsk().filter((place) => !reached.has(place))).toEqual([]);
  expect(reached.size).toBeGreaterThan(25);
});

test('both engines mean what is asked alike', () => {
  expect([...new Set(asked.flatMap((question) => differences(question, { mayCut: true })))]).toEqual([]);
});

test.skipIf(missingGoogleSql)('BigQuery takes what is asked', async () => {
  const refused: string[] = [];
  for (const question of distinct(asked)) {
    const { file, line, sql, parameters } = question;
    await googleSql?.analyze(sql, parameters).catch((error: unknown) => {
      if (!(error instanceof GoogleSqlError)) throw error;
      refused.push(`${file}:${line}: ${error.message} in\n${sql}`);
    });
  }
  expect(refused).toEqual([]);
});

/** Each place in the code of production at which a warehouse is asked, as `file:line`. */
function placesThatAsk(): string[] {
  const files = ['ingest', 'transforms', 'reports', 'jobs', 'api'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  return files
    .filter((file) => !OWN_QUESTIONS.includes(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((code, at) => (/\.(query|stream|explain|reader)\s*[<(]/.test(code) ? [`${file}:${at + 1}`] : [])),
    );
}
