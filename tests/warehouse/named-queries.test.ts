import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parametersIn, parseNamedQueries, readQueries } from '../../warehouse/named-queries.ts';
import { temporaryFolder } from './folder.ts';

const TWO = `-- first_rows: The first rows of a
-- period; there may be none.
-- They are read by the report.
select *
from ledger.closes -- a remark of no matter;
where period = $1 and seal <> ';'
limit 3;

-- late_rows: Nothing is late.
select period from ledger.closes;
`;

describe('a file of named queries', () => {
  test('has each query with its name, sentence, text and line', () => {
    expect(parseNamedQueries(TWO, 'a.sql')).toEqual([
      {
        name: 'first_rows',
        sentence: 'The first rows of a period; there may be none.',
        sql: "select *\nfrom ledger.closes -- a remark of no matter;\nwhere period = $1 and seal <> ';'\nlimit 3",
        line: 4,
      },
      {
        name: 'late_rows',
        sentence: 'Nothing is late.',
        sql: 'select period from ledger.closes',
        line: 10,
      },
    ]);
    expect(parseNamedQueries('\n', 'a.sql')).toEqual([]);
  });

  test.each([
    ['a duplicate name', '-- a: A.\nselect 1;\n\n-- a: B.\nselect 2;\n', 'a.sql:5: the file has two queries a.'],
    ['a missing header', 'select 1;\n', 'a.sql:1: the file has a query without the header "-- name: Sentence.".'],
    ['a header without a sentence', '-- a:\nselect 1;\n', 'without the header'],
    ['a header without a name', '-- All rows.\nselect 1;\n', 'without the header'],
    ['an unknown qualifier', '-- a (by month): A.\nselect 1;\n', 'without the header'],
    ['a sentence without an end', '-- a: All\n-- rows\nselect 1;\n', 'has a query a whose sentence has no full stop'],
    [
      'a missing ";" at the end',
      '-- a: A.\nselect 1;\n-- b: B.\nselect 2\n',
      'a.sql:3: the file has a query that does not end with ";".',
    ],
    [
      'a missing ";" between two',
      '-- a: A.\nselect 1\n\n-- b: B.\nselect 2;\n',
      'has more than one query below the header a',
    ],
    ['two in one line', '-- a: A.\nselect 1; select 2;\n', 'has more than one query below the header a'],
    ['an empty query', '-- a: A.\n;\n', 'has no query below the header a'],
    ['an empty query before another', '-- a: A.\n\n-- b: B.\nselect 2;\n', 'has no query below the header a'],
  ])('with %s is refused', (_, text, why) => {
    expect(() => parseNamedQueries(text, 'a.sql')).toThrow(TypeError);
    expect(() => parseNamedQueries(text, 'a.sql')).toThrow(why);
  });
});

describe('queries that a module reads', () => {
  async function read(declared: Readonly<Record<string, readonly string[]>>) {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'a.queries.sql'), TWO);
    return readQueries(pathToFileURL(join(folder.path, 'module.ts')).href, 'a.queries.sql', declared);
  }

  test('are functions of their parameters', async () => {
    const queries = await read({ first_rows: ['period'], late_rows: [] });
    expect(queries.first_rows?.('2026-01')).toEqual([
      expect.stringMatching(/^select \*\n[^$]*where period = \$1 and seal <> ';'\nlimit 3$/),
      ['2026-01'],
    ]);
    expect(queries.late_rows?.()).toEqual(['select period from ledger.closes', []]);
  });

  test.each([
    [
      'one that the file does not have',
      { first_rows: ['period'], late_rows: [], later_rows: [] },
      'differ in later_rows',
    ],
    ['one less than the file has', { first_rows: ['period'] }, 'differ in late_rows'],
    [
      'a parameter too few',
      { first_rows: [], late_rows: [] },
      'a.queries.sql:4: the file has the parameters $1 in first_rows, not none.',
    ],
    [
      'a parameter too many',
      { first_rows: ['period'], late_rows: ['period'] },
      'has the parameters none in late_rows, not $1',
    ],
  ])('are refused at once where they declare %s', async (_, declared, why) => {
    await expect(read(declared)).rejects.toThrow(why);
  });

  test('have the parameters of their text, and none of its comments', () => {
    expect(parametersIn("select $10, $2, $1, $1 -- not $3\nfrom t where a <> '$4'")).toEqual(['$1', '$2', '$10']);
  });
});
