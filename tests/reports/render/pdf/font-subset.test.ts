import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';
import { expect, test } from 'vitest';
import { makeSubsetsFast } from '../../../../reports/render/pdf/font-subset.ts';

const FILE = readFileSync(
  fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
);

/** The outline of a glyph as a path, with its metrics. */
function drawnBy(font: Font, id: number): unknown {
  const glyph = font.getGlyph(id) as unknown as { path: { toSVG(): string }; advanceWidth: number };
  return { path: glyph.path.toSVG(), advanceWidth: glyph.advanceWidth };
}

test('a subset draws its glyphs as the font does, also those that consist of others', () => {
  const font = create(FILE);
  makeSubsetsFast(font, FILE);
  const subset = font.createSubset();
  const ids = Array.from('A Žé½…', (character) => font.glyphForCodePoint(character.codePointAt(0) ?? 0).id);
  expect(ids.some((id) => (font.getGlyph(id)._decode()?.components?.length ?? 0) > 1)).toBe(true);
  const placed = ids.map((id) => subset.includeGlyph(id));
  expect(placed).toEqual([1, 2, 3, 4, 5, 6]);
  const bytes = subset.encode();
  const embedded = create(bytes);
  expect(placed.map((id) => drawnBy(embedded, id))).toEqual(ids.map((id) => drawnBy(font, id)));
  expect(drawnBy(embedded, 0)).toEqual(drawnBy(font, 0));
  expect(bytes.length).toBeLessThan(FILE.length / 50);
  // What was embedded before makes no difference.
  const again = font.createSubset();
  for (const id of ids) again.includeGlyph(id);
  expect(Buffer.from(again.encode()).equals(bytes)).toBe(true);
});
