import { describe, expect, test } from 'vitest';
import { parseBigQueryAddress } from '../../../../warehouse/bigquery/client/address.ts';
import { bigQuerySql, namesIn, pathOf, quoted } from '../../../../warehouse/bigquery/schema/names.ts';
import { InvariantBroken } from '../../../../warehouse/errors.ts';

const ADDRESS = parseBigQueryAddress('bigquery://acme-prod/books');
const sqlOf = (sql: string): string => bigQuerySql(sql, ADDRESS);

describe('a name', () => {
  test.each([
    ['select * from tantieme.postings', 'select * from `acme-prod.books.postings`'],
    ['select * from raw.tracks as raw_tracks', 'select * from `acme-prod.books_raw.tracks` as raw_tracks'],
    ['from landing.loads,stripe.events', 'from `acme-prod.books_landing.loads`,`acme-prod.books_stripe.events`'],
    ['(select x from seeds.periods)', '(select x from `acme-prod.books_seeds.periods`)'],
    ['ledger.closes', '`acme-prod.books_ledger.closes`'],
    ['fn.month_of(fn.later (used_at))', '`acme-prod.books_fn.month_of`(`acme-prod.books_fn.later` (used_at))'],
  ])('%s is one quoted path: %s', (sql, resolved) => expect(sqlOf(sql)).toBe(resolved));

  test.each([
    'select draw.x, my_raw.y, other.raw.x, `raw.x` from facts',
    'select \'raw.x\', "landing.loads", \'\'\'it\'s raw.x\'\'\', """a " raw.x"""',
    'select \'a\\\' from raw.x\', "\\" raw.x"',
    'select 1 -- raw.x and $1\n# seeds.periods\n/* ledger.closes\n $2 */',
    'select fn.x, rawest.x, @raw.x',
  ])('is left alone in text, or as part of a longer path: %s', (sql) => expect(sqlOf(sql)).toBe(sql));

  test('is found after text that contains a quote or the start of a comment', () => {
    expect(sqlOf("select '--', \"'\", '/*' from raw.x -- it's\nwhere y in (select y from raw.z)")).toBe(
      "select '--', \"'\", '/*' from `acme-prod.books_raw.x` -- it's\nwhere y in (select y from `acme-prod.books_raw.z`)",
    );
  });

  test('is listed once, however often it occurs', () => {
    expect(namesIn("select fn.a(x) from raw.x join raw.x on '--' <> 'raw.y' join seeds.z")).toEqual([
      'fn.a',
      'raw.x',
      'seeds.z',
    ]);
  });

  test('may contain the quote of a path', () => expect(quoted('a`b\\c')).toBe('`a\\`b\\\\c`'));

  test('of an unknown dataset is refused', () => {
    expect(() => pathOf('attic.x', ADDRESS)).toThrow(InvariantBroken);
  });
});

test('a parameter is named by its position, counted from 0', () => {
  expect(sqlOf("select $1, $12 from raw.x where y = '$1' and z = $2 -- $3")).toBe(
    "select @p0, @p11 from `acme-prod.books_raw.x` where y = '$1' and z = @p1 -- $3",
  );
});
