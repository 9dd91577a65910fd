import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import { evaluateOnDuckDb } from './evaluate.ts';

describe('splits', () => {
  const holders = [
    { creator_id: 'cr_ada', share_bps: 3333 },
    { creator_id: 'cr_ben', share_bps: 6667 },
  ];
  const splits = JSON.stringify(holders);

  const types: ColumnType[] = ['json', 'int64'];
  const idAt = 'fn.element_at(fn.split_creator_ids(x0), x1)';
  const shareAt = 'fn.element_at(fn.split_shares(x0), x1)';

  test('are counted, and read from 1 on; after the last there is NULL', async () => {
    const count = { call: 'fn.element_count(fn.split_shares(x0))', types: ['json'] as const };
    expect(await evaluateOnDuckDb('element_count', { ...count, cases: [[splits], ['[]'], [null]] })).toEqual([
      2n,
      0n,
      null,
    ]);
    const cases = [1n, 2n, 3n].map((ordinal) => [splits, ordinal]);
    expect(await evaluateOnDuckDb('element_at', { call: idAt, types, cases })).toEqual(['cr_ada', 'cr_ben', null]);
    expect(await evaluateOnDuckDb('element_at', { call: shareAt, types, cases })).toEqual([3333n, 6667n, null]);
  });

  test('have a sum of shares, whatever it is', async () => {
    const under = splits.replace('6667', '6666');
    const cases = [[splits], [under], ['[]'], [splits.replace('6667', '6666.5')], [null]];
    expect(await evaluateOnDuckDb('split_share_sum', { types: ['json'], cases })).toEqual([
      10_000n,
      9999n,
      0n,
      null,
      null,
    ]);
  });

  test('may have spaces, and members in another order', async () => {
    const cases = [[' [ { "share_bps" : 10000 ,\n"creator_id" : "cr_ada" } ] ', 1n]];
    expect(await evaluateOnDuckDb('element_at', { call: idAt, types, cases })).toEqual(['cr_ada']);
    expect(await evaluateOnDuckDb('element_at', { call: shareAt, types, cases })).toEqual([10_000n]);
  });

  const odd = [
    ...['1.5', '1.0', '1e3', '-1', '"6667"', 'null', '06667', '100000'].map((part) => splits.replace('6667', part)),
    ...['{}', '7', 'null', '"a\\u0062"'].map((id) => splits.replace('"cr_ben"', id)),
    ...[splits.slice(1), `${splits} x`, `${splits.slice(0, -1)},]`, 'null', '{}', '""', '', '[1]'],
    splits.replace('}', ',"share_bps":1}'),
    splits.replace('}', ',"role":"author"}'),
    splits.replace('cr_ben', ''),
    JSON.stringify(Array.from({ length: 21 }, (_, at) => ({ creator_id: `cr_${at}`, share_bps: 1 }))),
  ];
  test.each(odd)('such as %s are NULL as a whole', async (text) => {
    expect(await evaluateOnDuckDb('split_share_sum', { types: ['json'], cases: [[text]] })).toEqual([null]);
  });
});
