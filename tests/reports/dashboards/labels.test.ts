import { expect, test } from 'vitest';
import { CARDS } from '../../../reports/dashboards/cards.ts';
import { LABELS } from '../../../reports/dashboards/labels.ts';
import { FIELDS, type FieldName } from '../../../warehouse/vocabulary/fields.ts';

/** Columns of cards whose values are a list of codes; currencies are read as they are. */
const coded = [...new Set([...CARDS.values()].flatMap(({ columns }) => columns.map(({ name }) => name as FieldName)))]
  .filter((name) => name in FIELDS)
  .map((name) => ({ name, codes: 'values' in FIELDS[name] ? (FIELDS[name].values ?? []) : [] }))
  .filter(({ name, codes }) => name !== 'currency' && codes.length > 0);

test.each(coded)(
  '$name has a word in each language for every code of the vocabulary, and no other',
  ({ name, codes }) => {
    expect(Object.keys(LABELS[name] ?? {}).sort()).toEqual([...codes].sort());
  },
);

test('two codes of a column have two words, which SQL can quote', () => {
  for (const [name, labels] of Object.entries(LABELS)) {
    for (const language of ['en', 'de'] as const) {
      const texts = Object.values(labels).map((label) => label[language]);
      expect(new Set(texts).size, name).toBe(texts.length);
      expect(texts.filter((text) => /['\\]/.test(text))).toEqual([]);
    }
  }
});
