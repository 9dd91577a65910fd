import { expect, test } from 'vitest';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { RESERVED } from './refusals.ts';
import { differences } from './subset.ts';

const found = (sql: string): string[] =>
  differences({ file: 'a.sql', line: 1, sql }).map((line) => line.split(' ').slice(1, 6).join(' '));

test.each([
  ['with new as (select 1 as one) select one from new', '"new" is reserved on BigQuery.'],
  ['with a as (select 1 as one), hash as (select one from a) select one from a', '"hash" is reserved on BigQuery.'],
  ['select a as At from t', '"At" is reserved on BigQuery.'],
  ['select a from t as rows', '"rows" is reserved on BigQuery.'],
  ['select -sum(a) as a from t group by b having sum(a) <> 0', '"a" is an aggregate of'],
  [
    'select b from (select b, sum(c) as c from t group by b having b > 1 and max(b + c) > 1) as u',
    '"c" is an aggregate of',
  ],
])('BigQuery refuses %s', (sql, why) => {
  expect(found(sql)).toEqual([expect.stringContaining(why)]);
});

test.each([
  'with recursive newest as (select 1 as hashes) select hashes from newest',
  'select cast(a as int64) as row_rank from t',
  'select -sum(t.a) as a from t group by b having sum(t.a) <> 0 order by sum(a)',
  'select sum(a) as c from t group by b having sum(a) <> 0',
  'select a, count(*) as n from (select sum(c) as c from t) as u group by a having sum(c) > 0',
  'select a, sum(c) over (partition by a) as c from t group by a, c having sum(c) > 0',
])('but not %s', (sql) => {
  expect(found(sql)).toEqual([]);
});

test('rows that are numbered without an order are found', () => {
  expect(found('select row_number() over () as n from t')).toHaveLength(1);
  expect(found('select row_number() over (partition by a) as n from t')).toHaveLength(1);
  expect(found('select row_number() over (partition by a order by b) as n, sum(a) over () as s from t')).toEqual([]);
});

test('no field has a reserved name', () => {
  expect(Object.keys(FIELDS).filter((name) => RESERVED.has(name))).toEqual([]);
});
