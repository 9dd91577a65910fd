import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import { evaluateOnDuckDb } from './evaluate.ts';

describe('splits', () => {
  const holders = [
    { creator_id: 'cr_ada', share_bps: 3333 },
    { creator_id: 'cr_ben', share_bps: 6667 },
  ];
  const splits = JSON.stringify(holders);

  test('are counted, and read from 1 on; after the last there is NULL', async () => {
    expect(await evaluateOnDuckDb('split_count', { types: ['json'], cases: [[splits], ['[]'], [null]] })).toEqual([
      2n,
      0n,
      null,
    ]);
    const cases = [
      [splits, 1n],
      [splits, 2n],
      [splits, 3n],
    ];
    const types: ColumnType[] = ['json', 'int64'];
    expect(await evaluateOnDuckDb('split_creator_id', { types, cases })).toEqual(['cr_ada', 'cr_ben', null]);
    expect(await evaluateOnDuckDb('split_share_bps', { types, cases })).toEqual([3333n, 6667n, null]);
  });

  test('have no holder at 0 or below', async () => {
    const cases = [0n, -1n, -2n].map((ordinal) => [splits, ordinal]);
    expect(await evaluateOnDuckDb('split_creator_id', { types: ['json', 'int64'], cases })).toEqual([null, null, null]);
    expect(await evaluateOnDuckDb('split_share_bps', { types: ['json', 'int64'], cases })).toEqual([null, null, null]);
  });

  test('may have spaces, and members in another order', async () => {
    const cases = [[' [ { "share_bps" : 10000 ,\n"creator_id" : "cr_ada" } ] ', 1n]];
    const types: ColumnType[] = ['json', 'int64'];
    expect(await evaluateOnDuckDb('split_creator_id', { types, cases })).toEqual(['cr_ada']);
    expect(await evaluateOnDuckDb('split_share_bps', { types, cases })).toEqual([10_000n]);
  });

  const odd = [
    ...['1.5', '1.0', '1e3', '-1', '"6667"', 'null', '06667', '100000'].map((part) => splits.replace('6667', part)),
    ...['{}', '7', 'null', '"a\\u0062"'].map((id) => splits.replace('"cr_ben"', id)),
    ...[splits.slice(1), `${splits} x`, `${splits.slice(0, -1)},]`, 'null', '{}', '""', '', '[1]'],
    splits.replace('}', ',"share_bps":1}'),
    splits.replace('}', ',"role":"author"}'),
  ];
  test.each(odd)('such as %s are NULL as a whole', async (text) => {
    expect(await evaluateOnDuckDb('split_count', { types: ['json'], cases: [[text]] })).toEqual([null]);
    expect(await evaluateOnDuckDb('split_creator_id', { types: ['json', 'int64'], cases: [[text, 1n]] })).toEqual([
      null,
    ]);
    expect(await evaluateOnDuckDb('split_share_bps', { types: ['json', 'int64'], cases: [[text, 1n]] })).toEqual([
      null,
    ]);
  });
});
