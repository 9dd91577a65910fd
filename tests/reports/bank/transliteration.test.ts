import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankReferenceOf } from '../../../reports/bank/payment-order.ts';
import { isBasicLatin, listCharacters, transliterate } from '../../../reports/bank/transliteration.ts';

/** Latin, Greek and Cyrillic letters, what stands between them, and some that cannot be written. */
const character = fc
  .oneof(fc.integer({ min: 1, max: 0x52f }), fc.integer({ min: 0x1e00, max: 0x20ff }))
  .map((code) => String.fromCodePoint(code));

describe('a text for a bank', () => {
  test.each([
    ["O'Neil-Smith (A/B), c. +1: ok?", "O'Neil-Smith (A/B), c. +1: ok?"],
    ['Zoë Müßig', 'Zoe Musig'],
    ['Łukasz Żółć', 'Lukasz Zolc'],
    ['Ærø Œuvre Þór Đặng', 'Aro Ouvre Thor Dang'],
    ['İbrahim Işık', 'Ibrahim Isik'],
    ['Θωμάς Ψαράς', 'Thomas Psaras'],
    ['ΘΩΜΑΣ ΧΑΪΔΗΣ', 'THOMAS CHAIDIS'],
    ['Жана Щерева', 'Zhana Shtereva'],
    ['Юлия Ёлкина', 'Yuliya Elkina'],
    ['Љубица Ђорђевић', 'Ljubitsa Djordjevic'],
    ['Ґалаґан Єва', 'Galagan Yeva'],
    ['Rock & Roll — “live”…', "Rock + Roll - 'live'..."],
    ['a_b; 5 €', 'a-b, 5 E'],
    ['a@b.c #1!', 'a.b.c .1.'],
    ['Ａ\u00a0 ﬁ', 'A fi'],
    ['  two   blanks  ', 'two blanks'],
    ['e\u0301', 'e'],
  ])('%s is written as %s', (text, written) => expect(transliterate(text)).toEqual({ text: written, unknown: [] }));

  test.each([
    ['李小龍', ['李', '小', '龍']],
    ['Ana 🎵🎵', ['🎵']],
    ['محمد', ['م', 'ح', 'د']],
    ['a\tb', ['\t']],
    ['½', ['½']],
  ])('%s cannot be written', (text, unknown) => expect(transliterate(text).unknown).toEqual(unknown));

  test('has only characters of the basic set, which stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        const { text: written } = transliterate(text);
        expect(isBasicLatin(written)).toBe(true);
        expect(transliterate(written)).toEqual({ text: written, unknown: [] });
      }),
    );
  });

  test('names characters for a person, also those that cannot be seen', () => {
    expect(listCharacters(['好', '\t', '🎵'])).toBe('“好” (U+597D), (U+0009), “🎵” (U+1F3B5)');
  });
});

test('the id of a payout at the bank is its own where that fits, and never that of another payout', () => {
  expect(bankReferenceOf('po_0123456789abcdef01234567', 'sepa')).toBe('po-0123456789abcdef01234567');
  const ids = ['po_1', 'po-1', 'po__1', 'po_1_2', 'pö_1', '', `po_${'1'.repeat(40)}`, `po_${'1'.repeat(41)}`];
  for (const scheme of ['sepa', 'ach'] as const) {
    const references = ids.map((id) => bankReferenceOf(id, scheme));
    expect(new Set(references).size).toBe(ids.length);
    for (const reference of references)
      expect(reference).toMatch(scheme === 'ach' ? /^[0-9A-F]{15}$/ : /^[A-Za-z0-9-]{4,35}$/);
  }
});
