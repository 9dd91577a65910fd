import type { Style } from './theme.ts';
import { typefaces } from './typeface.ts';

/** Replaces characters that the typeface does not have. */
export const UNDRAWABLE = '□';

const PLAIN = /^[!-~]+( [!-~]+)*$/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text as it can be drawn: in composed form (NFC), with each run of white space and control characters as one space,
 * without invisible characters, and with each run of characters that the typeface does not have as one `□`.
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

/** As `legible`, for a name that identifies something: where no letter or digit of it can be drawn, `id` is added. */
export function legibleName(name: string, id: string): string {
  const shown = legible(name);
  if (shown === '') return id;
  return /[\p{L}\p{N}]/u.test(shown) ? shown : `${shown} (${id})`;
}

/** A part of a line; `dx` is its distance from the left edge of the block, in points. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  readonly dx: number;
}

/** Text that is broken into lines and measured, but not drawn yet. `actual` is the full text where the lines show less. */
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
  /** Longer text is cut and ends with an ellipsis. */
  readonly maxLines?: number;
  /** The full text, where `text` already shows less. */
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

/** Sets text on one line, in a smaller size if it is wider than `width`. */
export function setFitting(text: string, options: SetOptions): Block {
  const { style, width } = options;
  const size = style.size * Math.min(1, width / widthOf(legible(text), style));
  // Slightly smaller than what fits, so that rounding never breaks the line.
  return setText(text, { ...options, style: { ...style, size: size * 0.999 } });
}

/** The width of one line of text, in points. */
export function widthOf(text: string, style: Style): number {
  return typefaces[style.weight].widthOf(text, style.size, style.features);
}

function covered(character: string): boolean {
  return typefaces.regular.covers(character) && typefaces.strong.covers(character);
}

/** Every line ends with a space, so that screen readers and copied text keep words apart, unless it breaks inside a word. */
function breakLines(text: string, style: Style, width: number): string[] {
  const lines: string[] = [];
  const space = widthOf(' ', style);
  let line = '';
  let used = 0;
  const add = (piece: string, wide: number, gap: '' | ' '): void => {
    if (line !== '' && used + wide > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += piece + gap;
    // There is no kerning beside a space.
    used += gap === '' ? wide : wide + space;
  };
  for (const word of text.split(' ')) {
    const wide = widthOf(word, style);
    if (wide <= width) add(word, wide, ' ');
    else {
      const pieces = fittingPieces(word, style, width);
      pieces.forEach((piece, i) => {
        add(piece, widthOf(piece, style), i === pieces.length - 1 ? ' ' : '');
      });
    }
  }
  return [...lines, line];
}

/** The pieces of a word that is wider than the line. */
function fittingPieces(word: string, style: Style, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && widthOf(piece + character, style) > width) {
      // Break after the last hyphen or slash if there is one, rather than in the middle of a name.
      const cut = /^.*[-–/]/u.exec(piece)?.[0] ?? piece;
      pieces.push(cut);
      piece = piece.slice(cut.length);
    }
    piece += character;
  }
  return [...pieces, piece];
}

function shortened(line: string, style: Style, width: number): string {
  const characters = Array.from(line.trimEnd());
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, style) > width) characters.pop();
  return `${characters.join('').trimEnd()}… `;
}
