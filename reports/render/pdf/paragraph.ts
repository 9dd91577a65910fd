import type { Style } from './theme.ts';
import { typefaces } from './typeface.ts';

/** Stands for characters that the typeface lacks. */
export const UNDRAWABLE = '□';

const PLAIN = /^[!-~]+( [!-~]+)*$/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text as it can be drawn: composed (NFC), white space and control characters as single spaces, invisible characters
 * left out, and every run of characters that the typeface lacks as one `□`.
 */
export function legible(text: string): string {
  if (PLAIN.test(text)) return text;
  const spaced = text
    .normalize('NFC')
    .replace(/([^\S\u00a0]|\p{Cc})+/gu, ' ')
    .trim();
  if (spaced.search(INVISIBLE) < 0 && Array.from(spaced).every(covered)) return spaced;
  const drawn = Array.from(graphemes.segment(spaced), ({ segment }) => {
    const visible = segment.replace(INVISIBLE, '');
    return Array.from(visible).every(covered) ? visible : UNDRAWABLE;
  });
  return drawn.join('').replace(/□(\s?□)+/gu, UNDRAWABLE);
}

/** The same for a name that tells things apart: where nothing of it can be read, the id of what it names stands behind it. */
export function legibleName(name: string, id: string): string {
  const shown = legible(name);
  if (shown === '') return id;
  return /[\p{L}\p{N}]/u.test(shown) ? shown : `${shown} (${id})`;
}

/** One line's piece: `dx` points from the left edge of its block. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  readonly dx: number;
}

/** Text that is set and measured but not yet drawn. `actual` is the full text where the lines show less. */
export interface Block {
  readonly lines: readonly (readonly Span[])[];
  readonly leading: number;
  readonly height: number;
  readonly actual?: string;
}

export interface SetOptions {
  readonly style: Style;
  /** In points. */
  readonly width: number;
  readonly align?: 'left' | 'right';
  /** Beyond them the text ends with an ellipsis. */
  readonly maxLines?: number;
  /** The text in full, where `text` already shows less. */
  readonly actual?: string;
}

/** Breaks a text into lines. */
export function setText(text: string, options: SetOptions): Block {
  const { style, width, align = 'left', maxLines = 40, actual = text } = options;
  const drawable = legible(text);
  const broken = breakLines(drawable, style, width);
  const cut = broken.length > maxLines;
  const lines = cut ? [...broken.slice(0, maxLines - 1), shortened(broken[maxLines - 1] ?? '', style, width)] : broken;
  const spans = lines.map((line) => [
    { text: line, style, dx: align === 'left' ? 0 : width - widthOf(line.trimEnd(), style) },
  ]);
  const block = { lines: spans, leading: style.leading, height: lines.length * style.leading };
  return cut || drawable !== actual ? { ...block, actual } : block;
}

/** Sets one line in a smaller size where it is too wide for its place. */
export function setFitting(text: string, options: SetOptions): Block {
  const { style, width } = options;
  const size = style.size * Math.min(1, width / widthOf(legible(text), style));
  // A hair less than fits, so that no rounding breaks the line after all.
  return setText(text, { ...options, style: { ...style, size: size * 0.999 } });
}

/** Points that a line of text takes. */
export function widthOf(text: string, style: Style): number {
  return typefaces[style.weight].widthOf(text, style.size, style.features);
}

function covered(character: string): boolean {
  return typefaces.regular.covers(character) && typefaces.strong.covers(character);
}

/** Every line ends with a space, for those who hear or copy it, unless it breaks within a word. */
function breakLines(text: string, style: Style, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of text.split(' ').flatMap((word) => fittingPieces(word, style, width))) {
    const wide = widthOf(piece.trimEnd(), style);
    if (line !== '' && used + wide > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += piece;
    used += widthOf(piece, style);
  }
  return [...lines, line];
}

/** A word with the space behind it; one wider than the line in pieces that fit. */
function fittingPieces(word: string, style: Style, width: number): string[] {
  if (widthOf(word, style) <= width) return [`${word} `];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && widthOf(piece + character, style) > width) {
      // The last hyphen or slash is a better place to break than the middle of a name.
      const cut = /^.*[-–/]/u.exec(piece)?.[0] ?? piece;
      pieces.push(cut);
      piece = piece.slice(cut.length);
    }
    piece += character;
  }
  return [...pieces, `${piece} `];
}

function shortened(line: string, style: Style, width: number): string {
  const characters = Array.from(line.trimEnd());
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, style) > width) characters.pop();
  return `${characters.join('').trimEnd()}… `;
}
