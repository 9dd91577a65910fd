import { type FaceName, faceOf } from './script-fonts.ts';
import type { PlacedGlyph, ShapedLine, ShapedRun } from './shaping.ts';
import type { Style } from './theme.ts';
import { typefaces } from './typeface.ts';

export interface Baseline {
  /** In points, from the left and the top edge of the page. */
  readonly x: number;
  readonly y: number;
}

/**
 * Draws one line of text from its baseline, with the glyphs and kerning of our typeface. The text methods of pdfkit measure
 * and split each text again, which takes most of the time of a document.
 */
export function showText(pdf: PDFKit.PDFDocument, text: string, style: Style, { x, y }: Baseline): void {
  if (text === '') return;
  const font = pdf.font(style.weight)._font;
  pdf.page.fonts[font.id] ??= font.ref();
  // Upright, because the y axis of the page points down.
  const at = `1 0 0 -1 ${rounded(x)} ${rounded(y)} Tm`;
  pdf.addContent(
    `${colourOf(style)} rg BT ${at} /${font.id} ${rounded(style.size)} Tf [${shown(font, text, style)}] TJ ET`,
  );
}

/** The operands of `TJ`: glyphs in hexadecimal, and after a kerned glyph how far the next one moves left. */
function shown({ subset, scale, widths, unicode }: PDFKit.EmbeddedFont, text: string, style: Style): string {
  let operands = '<';
  typefaces[style.weight].eachGlyph(text, style.features, ({ id, advanceWidth, codePoints }, kerning) => {
    const glyph = subset.includeGlyph(id);
    widths[glyph] ??= advanceWidth * scale;
    unicode[glyph] ??= codePoints;
    operands += hexadecimal(glyph);
    if (kerning !== 0) operands += `> ${rounded(-kerning * scale)} <`;
  });
  return `${operands}>`;
}

/**
 * Draws a shaped line from its baseline. Where it runs from right to left, each cluster is marked with its text: readers of PDFs
 * turn what runs from right to left around themselves.
 */
export function showShaped(pdf: PDFKit.PDFDocument, line: ShapedLine, style: Style, at: Baseline): void {
  for (const run of line.runs) {
    if (!line.hasRtl) showGlyphs(pdf, run, style, at);
    else {
      for (const glyphs of run.isRtl ? clustersOf(run) : [run.glyphs]) {
        const [marks, letters] = [glyphs.filter(({ isMark }) => isMark), glyphs.filter(({ isMark }) => !isMark)];
        showMarked(pdf, { ...run, glyphs: letters.length > 0 ? letters : marks }, style, {
          at,
          text: textOf(glyphs, run.isRtl),
        });
        if (letters.length > 0 && marks.length > 0) showMarked(pdf, { ...run, glyphs: marks }, style, { at, text: '' });
      }
    }
  }
}

/** Draws glyphs that stand for a text: none, where another one has it already. */
function showMarked(
  pdf: PDFKit.PDFDocument,
  run: ShapedRun,
  style: Style,
  { at, text }: { at: Baseline; text: string },
): void {
  if (text === '') pdf.addContent('/Span <</ActualText ()>> BDC');
  else pdf.markContent('Span', { actual: text });
  showGlyphs(pdf, run, style, at);
  if (text === '') pdf.addContent('EMC');
  else pdf.endMarkedContent();
}

const clustersOf = ({ glyphs }: ShapedRun): PlacedGlyph[][] => [...Map.groupBy(glyphs, ({ start }) => start).values()];

/** As readers of PDFs expect it: what runs from right to left from its last character to its first. */
function textOf(glyphs: readonly PlacedGlyph[], isRtl: boolean): string {
  const text = [...new Map(glyphs.map((glyph) => [glyph.start, glyph.text])).values()].join('');
  return isRtl ? Array.from(text).reverse().join('') : text;
}

function showGlyphs(pdf: PDFKit.PDFDocument, { face, glyphs }: ShapedRun, style: Style, { x, y }: Baseline): void {
  const { size } = style;
  const font = embedded(pdf, face);
  // Where the next glyph would be drawn without being placed.
  let next: Baseline | undefined;
  let operators = '';
  for (const { id, x: right, up, text } of glyphs) {
    const at = { x: x + right * size, y: y - up * size };
    if (!next || Math.abs(at.x - next.x) > NEAR || Math.abs(at.y - next.y) > NEAR)
      operators += `${operators && '> Tj '}1 0 0 -1 ${rounded(at.x)} ${rounded(at.y)} Tm <`;
    const glyph = font.subset.includeGlyph(id);
    font.widths[glyph] ??= faceOf(face).font.getGlyph(id).advanceWidth * font.scale;
    font.unicode[glyph] ??= Array.from(text, (character) => character.codePointAt(0) ?? 0);
    operators += hexadecimal(glyph);
    next = { x: at.x + ((font.widths[glyph] ?? 0) * size) / 1000, y: at.y };
  }
  if (operators) pdf.addContent(`${colourOf(style)} rg BT /${font.id} ${rounded(size)} Tf ${operators}> Tj ET`);
}

/** In points: nobody sees such a distance. */
const NEAR = 0.01;

function embedded(pdf: PDFKit.PDFDocument, face: FaceName): PDFKit.EmbeddedFont {
  // Registering it again would embed it again.
  if (pdf._registeredFonts[face] === undefined) pdf.registerFont(face, faceOf(face).font);
  const font = pdf.font(face)._font;
  pdf.page.fonts[font.id] ??= font.ref();
  return font;
}

const hexadecimals: string[] = [];

function hexadecimal(glyph: number): string {
  hexadecimals[glyph] ??= glyph.toString(16).padStart(4, '0');
  return hexadecimals[glyph];
}

const colours = new Map<string, string>();

/** `#0b5c5e` as the three numbers of `rg`. */
function colourOf({ colour }: Style): string {
  const known = colours.get(colour);
  if (known !== undefined) return known;
  const parts = [1, 3, 5].map((at) => rounded(Number(`0x${colour.slice(at, at + 2)}`) / 255));
  colours.set(colour, parts.join(' '));
  return parts.join(' ');
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
