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
