import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font, type Glyph } from 'fontkit';
import { makeSubsetsFast } from './font-subset.ts';

/** Where the two weights are. */
export const FONT_FILES = {
  regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  strong: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
} as const;
/** The characters of columns of figures; in the font's tabular form each digit has the same width. */
const TABULAR = '0123456789+−.,';
const SPACE = 0x20;
/** The glyph id that every font uses for characters that it does not have. */
const MISSING = 0;
const UNKERNED = /[ 0-9]/;

export type Weight = keyof typeof FONT_FILES;

/** A glyph as it is drawn, with the kerning before the characters that may follow it, in font units. */
interface DrawnGlyph extends Glyph {
  readonly codePoints: readonly [number];
  readonly kerningBefore: Map<number, number>;
  /** False for spaces and digits. */
  readonly isKerned: boolean;
}

/** A font for pdfkit, with the measurements that are needed to set text before it is drawn. */
interface Typeface {
  readonly font: Font;
  /** Whether a character, given as one code point, can be drawn. */
  covers(character: string): boolean;
  /** The width of one line of text, in points. */
  widthOf(text: string, size: number, features?: readonly string[]): number;
  /** Calls `visit` with each glyph of a line and the kerning after it, in font units. */
  eachGlyph(text: string, features: readonly string[] | undefined, visit: GlyphVisitor): void;
}

type GlyphVisitor = (glyph: DrawnGlyph, kerning: number) => void;

/**
 * Inter in its two weights, read once per process. Glyphs are placed here instead of by the font engine: a document needs
 * kerning and tabular figures only, and with a cache per pair these take a tenth of the time. Each glyph has the character
 * that it was looked up by, so that the bytes of a document do not depend on what was rendered before it.
 */
export const typefaces: Readonly<Record<Weight, Typeface>> = { regular: load('regular'), strong: load('strong') };

function load(weight: Weight): Typeface {
  const file = readFileSync(fileURLToPath(import.meta.resolve(FONT_FILES[weight])));
  const font = create(file);
  makeSubsetsFast(font, file);
  const { unitsPerEm } = font;
  const tabularIds = new Map(
    font
      .layout(TABULAR, ['tnum'])
      .glyphs.map(({ id, advanceWidth }, i) => [TABULAR.codePointAt(i), { id, advanceWidth }]),
  );
  const plain = new Map<number, DrawnGlyph>();
  const tabular = new Map<number, DrawnGlyph>();

  const glyphOf = (codePoint: number, known: Map<number, DrawnGlyph>): DrawnGlyph => {
    const found = known.get(codePoint);
    if (found) return found;
    const { id, advanceWidth } =
      (known === tabular ? tabularIds.get(codePoint) : undefined) ?? font.glyphForCodePoint(codePoint);
    const isKerned = !UNKERNED.test(String.fromCodePoint(codePoint));
    const glyph = { id, advanceWidth, codePoints: [codePoint], kerningBefore: new Map(), isKerned } as const;
    known.set(codePoint, glyph);
    return glyph;
  };

  const kerningOf = (left: DrawnGlyph, right: DrawnGlyph): number => {
    // No kerning beside a space, so that a line is as wide as its words, nor beside a digit, so that a decimal point stays visible.
    if (!left.isKerned || !right.isKerned) return 0;
    const known = left.kerningBefore.get(right.codePoints[0]);
    if (known !== undefined) return known;
    const { glyphs, positions } = font.layout(String.fromCodePoint(left.codePoints[0], right.codePoints[0]));
    const kerning =
      glyphs.length === 2 && glyphs[0]?.id === left.id ? (positions[0]?.xAdvance ?? 0) - left.advanceWidth : 0;
    left.kerningBefore.set(right.codePoints[0], kerning);
    return kerning;
  };

  const eachGlyph: Typeface['eachGlyph'] = (text, features, visit) => {
    const known = features?.includes('tnum') ? tabular : plain;
    let left: DrawnGlyph | undefined;
    for (let at = 0; at < text.length; ) {
      const codePoint = text.codePointAt(at) ?? SPACE;
      at += codePoint > 0xffff ? 2 : 1;
      const glyph = glyphOf(codePoint, known);
      if (left) visit(left, kerningOf(left, glyph));
      left = glyph;
    }
    if (left) visit(left, 0);
  };

  return {
    font,
    covers: (character) => glyphOf(character.codePointAt(0) ?? SPACE, plain).id !== MISSING,
    widthOf(text, size, features) {
      let units = 0;
      eachGlyph(text, features, ({ advanceWidth }, kerning) => {
        units += advanceWidth + kerning;
      });
      return (units * size) / unitsPerEm;
    },
    eachGlyph,
  };
}
