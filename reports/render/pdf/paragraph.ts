import { faceNameOf, hanFontOf } from './script-fonts.ts';
import { directionOf, type ShapedLine, shapeLine } from './shaping.ts';
import type { Style } from './theme.ts';
import { typefaces } from './typeface.ts';

/** Replaces characters that no font has. */
export const UNDRAWABLE = '□';

const PLAIN = /^[!-~]+( [!-~]+)*$/;
const ASCII = /^[ -~]*$/;
/** Characters that turn the order of others around: a name must not use them to look like another. */
const DIRECTING = /[\u202a-\u202e\u2066-\u2069]/g;
/** Invisible characters without which letters join, and pictures combine, in another way; and marks of direction, which cannot turn letters. */
const EFFECTIVE = /[\u200c-\u200f\u061c\u{e0020}-\u{e007f}]|\p{Variation_Selector}/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const MARK = /\p{M}/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text as it can be drawn: in composed form (NFC), with each run of white space and control characters as one space,
 * without invisible characters that change nothing, with the code point of characters that turn the order around
 * (`[U+202E]`), and with each run of characters that no font has as one `□`.
 */
export function legible(text: string): string {
  if (PLAIN.test(text)) return text;
  const spaced = text
    .normalize('NFC')
    .replace(DIRECTING, (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`)
    .replace(INVISIBLE, (character) => (EFFECTIVE.test(character) ? character : ''))
    .replace(/([^\S\u00a0]|\p{Cc})+/gu, ' ')
    .trim();
  if (isSimple(spaced)) return spaced;
  const drawn = Array.from(graphemes.segment(spaced), ({ segment }) => {
    if (segment.replace(INVISIBLE, '') === '') return '';
    return faceNameOf(segment, 'regular', 'sc') === undefined ? UNDRAWABLE : segment;
  });
  return drawn.join('').replace(/□(\s?□)+/gu, UNDRAWABLE);
}

/** Whether Inter draws it letter by letter, from left to right. */
function isSimple(text: string): boolean {
  return ASCII.test(text) || (!MARK.test(text) && text.search(INVISIBLE) < 0 && Array.from(text).every(covered));
}

/** As `legible`, for a name that identifies something: `id` is added where a part of it cannot be drawn as it is, or no part is a letter or digit. */
export function legibleName(name: string, id: string): string {
  const shown = legible(name);
  if (shown === '') return id;
  return isWhole(name, shown) ? shown : `${shown} (${id})`;
}

function isWhole(name: string, shown: string): boolean {
  return !shown.includes(UNDRAWABLE) && name.search(DIRECTING) < 0 && /[\p{L}\p{N}]/u.test(shown);
}

/** Breaks a name that identifies something into lines, with `id` where `legibleName` adds it. */
export function setName(name: string, id: string, options: Omit<SetOptions, 'actual'>): Block {
  const shown = legibleName(name, id);
  const hasId = legible(name) !== shown && name !== '';
  return setText(shown, { ...options, actual: name === '' ? id : hasId ? `${name} (${id})` : name });
}

/** A part of a line; `dx` is its distance from the left edge of the block, in points. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  readonly dx: number;
  /** Its glyphs, if Inter does not draw it letter by letter. */
  readonly shaped?: ShapedLine;
}

/** Text that is broken into lines and measured, but not drawn yet. `actual` is the full text where the lines show less, or in another order. */
export interface Block {
  readonly lines: readonly (readonly Span[])[];
  readonly leading: number;
  readonly height: number;
  readonly actual?: string;
}

interface SetOptions {
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
  const writer = writerOf(drawable, style);
  const broken = breakLines(drawable, writer, width);
  const cut = broken.length > maxLines;
  const lines = cut ? [...broken.slice(0, maxLines - 1), shortened(broken[maxLines - 1] ?? '', writer, width)] : broken;
  const spans = lines.map((line) => [writer.span(line, (wide) => (align === 'left' ? 0 : width - wide))]);
  const block = { lines: spans, leading: style.leading, height: lines.length * style.leading };
  return cut || drawable !== actual || !writer.isSimple ? { ...block, actual } : block;
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
  return isSimple(text) ? simpleWidth(text, style) : writerOf(text, style).widthOf(text);
}

function simpleWidth(text: string, style: Style): number {
  return typefaces[style.weight].widthOf(text, style.size, style.features);
}

/** Measures the words and lines of one text. */
interface Writer {
  readonly isSimple: boolean;
  /** In points. */
  widthOf(text: string): number;
  /** A line; `dxOf` places it by its width without the space at its end. */
  span(line: string, dxOf: (width: number) => number): Span;
}

function writerOf(text: string, style: Style): Writer {
  if (isSimple(text)) {
    const wide = (part: string) => simpleWidth(part, style);
    return {
      isSimple: true,
      widthOf: wide,
      span: (line, dxOf) => ({ text: line, style, dx: dxOf(wide(line.trimEnd())) }),
    };
  }
  const { weight, features } = style;
  const options = { weight, han: hanFontOf(text, style.han ?? 'sc'), direction: directionOf(text) };
  const shape = (part: string) => shapeLine(part, features ? { ...options, features } : options);
  return {
    isSimple: false,
    widthOf: (part) => (part === ' ' ? simpleWidth(part, style) : shape(part).width * style.size),
    span(line, dxOf) {
      // In a text from right to left, the space at its end would be drawn at its left.
      const shaped = shape(line.trimEnd());
      return { text: line, style, dx: dxOf(shaped.width * style.size), shaped };
    },
  };
}

function covered(character: string): boolean {
  return typefaces.regular.covers(character) && typefaces.strong.covers(character);
}

/** Every line ends with a space, so that screen readers and copied text keep words apart, unless it breaks inside a word. */
function breakLines(text: string, writer: Writer, width: number): string[] {
  const lines: string[] = [];
  const space = writer.widthOf(' ');
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
    const wide = writer.widthOf(word);
    if (wide <= width) add(word, wide, ' ');
    else {
      const pieces = fittingPieces(word, writer, width);
      pieces.forEach((piece, i) => {
        add(piece, writer.widthOf(piece), i === pieces.length - 1 ? ' ' : '');
      });
    }
  }
  return [...lines, line];
}

/** The pieces of a word that is wider than the line. */
function fittingPieces(word: string, writer: Writer, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of charactersOf(word, writer)) {
    if (piece !== '' && writer.widthOf(piece + character) > width) {
      // Break after the last hyphen or slash if there is one, rather than in the middle of a name.
      const cut = /^.*[-–/]/u.exec(piece)?.[0] ?? piece;
      pieces.push(cut);
      piece = piece.slice(cut.length);
    }
    piece += character;
  }
  return [...pieces, piece];
}

function shortened(line: string, writer: Writer, width: number): string {
  const characters = charactersOf(line.trimEnd(), writer);
  while (characters.length > 0 && writer.widthOf(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('').trimEnd()}… `;
}

/** What must not be broken: characters as a reader sees them. */
function charactersOf(text: string, { isSimple }: Writer): string[] {
  return isSimple ? Array.from(text) : Array.from(graphemes.segment(text), ({ segment }) => segment);
}
