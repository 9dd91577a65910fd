import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font, type Glyph, type Position, type Run } from 'fontkit';

const FILES = {
  regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  strong: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
};
/** The characters of columns of figures; in the font's tabular form each digit has the same width. */
const TABULAR = '0123456789+−.,';
const SPACE = 0x20;
/** The glyph id that every font uses for characters that it does not have. */
const MISSING = 0;
const UNKERNED = /[ 0-9]/;

export type Weight = keyof typeof FILES;

/** A font for pdfkit, with the measurements that are needed to set text before it is drawn. */
export interface Typeface {
  readonly font: Font;
  /** Whether a character, given as one code point, can be drawn. */
  covers(character: string): boolean;
  /** The width of one line of text, in points. */
  widthOf(text: string, size: number, features?: readonly string[]): number;
}

/**
 * Inter in its two weights, read once per process. Glyphs are placed here instead of by the font engine: a document needs
 * kerning and tabular figures only, and with a cache per pair these take a tenth of the time. Each glyph has the character
 * that it was looked up by, so that the bytes of a document do not depend on what was rendered before it.
 */
export const typefaces: Readonly<Record<Weight, Typeface>> = { regular: load('regular'), strong: load('strong') };

function load(weight: Weight): Typeface {
  const font = create(readFileSync(fileURLToPath(import.meta.resolve(FILES[weight]))));
  const { unitsPerEm } = font;
  const shape = font.layout.bind(font);
  const tabularIds = new Map(
    shape(TABULAR, ['tnum']).glyphs.map(({ id, advanceWidth }, i) => [TABULAR[i], { id, advanceWidth }]),
  );
  const glyphs = new Map<string, Glyph>();
  const kernings = new Map<string, number>();

  const glyphOf = (character: string, tabular: boolean): Glyph => {
    const key = tabular ? `tnum ${character}` : character;
    const known = glyphs.get(key);
    if (known) return known;
    const codePoint = character.codePointAt(0) ?? SPACE;
    const { id, advanceWidth } = (tabular ? tabularIds.get(character) : undefined) ?? font.glyphForCodePoint(codePoint);
    const glyph = { id, advanceWidth, codePoints: [codePoint] };
    glyphs.set(key, glyph);
    return glyph;
  };

  const kerningOf = (pair: string, left: Glyph): number => {
    const known = kernings.get(pair);
    if (known !== undefined) return known;
    const { glyphs: shaped, positions } = shape(pair);
    const kerning =
      shaped.length === 2 && shaped[0]?.id === left.id ? (positions[0]?.xAdvance ?? 0) - left.advanceWidth : 0;
    kernings.set(pair, kerning);
    return kerning;
  };

  font.layout = (text, features) => {
    const tabular = features?.includes('tnum') ?? false;
    const characters = Array.from(text);
    const lineGlyphs = characters.map((character) => glyphOf(character, tabular));
    const positions = lineGlyphs.map((glyph, i) => {
      const [here = '', next = ' '] = [characters[i], characters[i + 1]];
      // No kerning beside a space, so that a line is as wide as its words, nor beside a digit, so that a decimal point stays visible.
      const kerned = !UNKERNED.test(here + next);
      return {
        xAdvance: glyph.advanceWidth + (kerned ? kerningOf(here + next, glyph) : 0),
        yAdvance: 0,
        xOffset: 0,
        yOffset: 0,
      };
    });
    return new GlyphRun(lineGlyphs, positions);
  };

  return {
    font,
    covers: (character) => glyphOf(character, false).id !== MISSING,
    widthOf: (text, size, features) => (font.layout(text, features).advanceWidth * size) / unitsPerEm,
  };
}

/** The width is summed on each read, because pdfkit scales the positions in place before it reads the width. */
class GlyphRun implements Run {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly Position[];

  constructor(glyphs: readonly Glyph[], positions: readonly Position[]) {
    this.glyphs = glyphs;
    this.positions = positions;
  }

  get advanceWidth(): number {
    return this.positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
  }
}
