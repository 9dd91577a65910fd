import { describe, expect, test } from 'vitest';
import { textList } from '../../../warehouse/text-list.ts';
import { evaluateOnDuckDb } from './evaluate.ts';

describe('lists', () => {
  test('contain exactly the texts that were written', async () => {
    const texts = ['', 'a', 'A', '"', '\\', '\n', '\u0000', '\u001f', 'é', '😀', '1', 'null'];
    const list = textList(texts);
    const cases = [...texts, 'b', 'a ', '\ufffd', '01', null].map((member) => [member, list]);
    expect(await evaluateOnDuckDb('is_in_list', { types: ['string', 'json'], cases })).toEqual([
      ...texts.map(() => true),
      ...[false, false, false, false, null],
    ]);
  });

  test('without texts contain nothing; for NULL the result is NULL', async () => {
    const cases = [...['a', '', null].map((member) => [member, textList([])]), ['a', null]];
    expect(await evaluateOnDuckDb('is_in_list', { types: ['string', 'json'], cases })).toEqual([
      false,
      false,
      null,
      null,
    ]);
  });

  test.each(['', 'null', '{}', '"a"', '["a"', '["a",]', '[1]', '[null]', '[["a"]]', '["\\ud800"]'])(
    'are refused if malformed, not treated as empty: %s',
    async (list) => {
      const result = evaluateOnDuckDb('is_in_list', { types: ['string', 'json'], cases: [['a', list]] });
      await expect(result).rejects.toThrow(/not a JSON array of texts|Malformed JSON/);
    },
  );
});
