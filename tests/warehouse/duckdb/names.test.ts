import { describe, expect, test } from 'vitest';
import { namesIn, resolveNames } from '../../../warehouse/duckdb/names.ts';

describe('a name in a statement for DuckDB', () => {
  test.each([
    [`select '\\' as x, y from steps.a -- steps.b\nwhere z = 'it''s steps.c'`, ['steps.a']],
    [`select e'\\' steps.a', "steps.b", $$ steps.c $$, $x$ $$ steps.d $x$ from raw.e`, ['raw.e']],
    ['select fn.x, fn.f(1), my.raw.x /* raw.y */ from draft.z where a = $1', ['fn.f', 'draft.z']],
  ])('is found outside of text only: %s', (sql, names) => expect(namesIn(sql)).toEqual(names));

  test('is replaced, and a parameter stays', () => {
    expect(resolveNames('select $1 from steps.a join steps.b', { name: (name) => `temp.${name}` })).toBe(
      'select $1 from temp.steps.a join temp.steps.b',
    );
  });
});
