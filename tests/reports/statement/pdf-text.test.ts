import { describe, expect, it } from 'vitest';
import { legible, legibleName, setFitting, setName, setText, widthOf } from '../../../reports/render/pdf/paragraph.ts';
import { type HanFont, hanFontOf } from '../../../reports/render/pdf/script-fonts.ts';
import { directionOf, shapeLine } from '../../../reports/render/pdf/shaping.ts';
import { STYLE } from '../../../reports/render/pdf/theme.ts';
import { formatDateRange, groupDigits, splitAmount } from '../../../reports/statement/format.ts';

const style = STYLE.body;
const linesOf = (text: string, width: number, maxLines = 9) =>
  setText(text, { style, width, maxLines }).lines.map((spans) => spans.map((span) => span.text).join(''));

describe('text that can be drawn', () => {
  it.each([
    ['Žluťoučký Ελληνικά Русский Tiếng Việt 12 €', 'Žluťoučký Ελληνικά Русский Tiếng Việt 12 €'],
    ['Zoe\u0308', 'Zoë'],
    [' tabs\tand\r\nlines\0 ', 'tabs and lines'],
    ['日本語 の作品', '日本語 の作品'],
    ['مرحبا – Hello', 'مرحبا – Hello'],
    ['a 👩‍👩‍👧 b', 'a 👩‍👩‍👧 b'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['re\u202everse\u200b\ufeff', 're[U+202E]verse'],
    ['ᏣᎳᎩ ᏣᎳᎩ – Hello', '□ – Hello'],
  ])('%j is shown as %j', (text, shown) => {
    expect(legible(text)).toBe(shown);
  });

  it('adds the id to a name that cannot be drawn as it is, or that has no letter', () => {
    expect(legibleName('ᏣᎳᎩ', 'asset_1')).toBe('□ (asset_1)');
    expect(legibleName('ᏣᎳᎩ 2', 'asset_1')).toBe('□ 2 (asset_1)');
    expect(legibleName('Ada \u202egnp.exe', 'asset_1')).toBe('Ada [U+202E]gnp.exe (asset_1)');
    expect(legibleName('🎧', 'asset_1')).toBe('🎧 (asset_1)');
    expect(legibleName('', 'asset_1')).toBe('asset_1');
    expect(legibleName('日本語 2', 'asset_1')).toBe('日本語 2');
  });

  it('keeps the full text for screen readers', () => {
    const options = { style, width: 300 };
    expect(setText('日本', options).actual).toBe('日本');
    expect(setText('plain', options).actual).toBeUndefined();
    expect(setName('Ada \u202egnp.exe', 'asset_1', options).actual).toBe('Ada \u202egnp.exe (asset_1)');
    expect(setName('', 'asset_1', options).actual).toBeUndefined();
  });
});

/** What a line looks like: of each run, its font and its text from left to right; what runs from right to left is in arrows. */
const look = (text: string, han: HanFont = 'sc') =>
  shapeLine(text, { weight: 'regular', han, direction: directionOf(text) }).runs.map(({ face, isRtl, glyphs }) => {
    const texts = [...new Map(glyphs.map((glyph) => [glyph.start, glyph.text])).values()].join('');
    return `${face} ${isRtl ? `←${texts}` : texts}`;
  });

describe('a line in any script', () => {
  it.each([
    ['王小明', ['sc 王小明']],
    ['김민지', ['kr 김민지']],
    ['Sam 🧑🏽‍🎤', ['regular Sam ', 'emoji 🧑🏽‍🎤']],
    ['נועה לוי', ['hebrew ←יול', 'regular ← ', 'hebrew ←העונ']],
    // UAX #9, N0: the brackets belong to the Hebrew words around them, and the number stays as it is.
    ['A לב 2 (שם)', ['regular A ', 'regular ←)', 'hebrew ←םש', 'regular ←( ', 'regular 2', 'regular ← ', 'hebrew ←בל']],
    ['می\u200cخ', ['arabic ←\u200cخیم']],
  ])('%j is drawn as %j', (text, runs) => {
    expect(look(text)).toEqual(runs);
  });

  it.each([
    // A medial form is not the glyph of the letter alone.
    ['joined letters', 'ليل', 'ل ي ل'],
    ['a vowel before its consonant, and a conjunct', 'प्रिया', 'प ् र ि य ा'],
    ['a tone mark above the vowel that is above its consonant', 'น้ำ', 'น ้ ำ'],
    ['a family in one picture', '👩‍👩‍👧', '👩 👩 👧'],
  ])('has %s', (_what, joined, apart) => {
    const idsOf = (text: string) =>
      shapeLine(text, { weight: 'regular', han: 'sc', direction: 'ltr' }).runs.flatMap(({ glyphs }) =>
        glyphs.map(({ id }) => id),
      );
    const alone = new Set(idsOf(apart));
    expect(idsOf(joined).some((id) => !alone.has(id))).toBe(true);
  });

  it('puts a vowel before the consonant after which it is written', () => {
    const [{ glyphs } = { glyphs: [] }] = shapeLine('မေ', { weight: 'regular', han: 'sc', direction: 'ltr' }).runs;
    const [consonant] = shapeLine('မ', { weight: 'regular', han: 'sc', direction: 'ltr' }).runs.flatMap(
      (run) => run.glyphs,
    );
    expect(glyphs.map(({ id }) => id).indexOf(consonant?.id ?? -1)).toBe(1);
  });

  it('has the forms of Han characters that the letters beside them or the given language demand', () => {
    expect(hanFontOf('直樹のアルバム', 'sc')).toBe('jp');
    expect(hanFontOf('金 김', 'sc')).toBe('kr');
    expect(hanFontOf('直樹', 'jp')).toBe('jp');
    expect(look('直樹', 'jp')).toEqual(['jp 直樹']);
    // A character that only one font has is drawn all the same.
    expect(look('䶮', 'jp')).toEqual(['sc 䶮']);
  });

  it('is broken between characters as a reader sees them, and loses nothing', () => {
    for (const text of ['👩‍👩‍👧'.repeat(9), 'น้ำใจ'.repeat(9), 'مُحَمَّد '.repeat(9).trim()]) {
      const lines = linesOf(text, 50, 99);
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.join('').trimEnd()).toBe(text);
      for (const line of lines) {
        expect(line).not.toMatch(/^[\p{M}\u200d]/u);
        expect(widthOf(line.trimEnd(), style)).toBeLessThanOrEqual(50);
      }
    }
  });
});

describe('lines', () => {
  it('are no wider than the given width and lose no text', () => {
    const text =
      'An archive of Hohenlohe-Schillingsfürst-Waldenburg-Oehringen and Unbreakableunbreakableunbreakable words';
    for (const width of [40, 75, 130]) {
      const lines = linesOf(text, width, 99);
      for (const line of lines) expect(widthOf(line.trimEnd(), style)).toBeLessThanOrEqual(width);
      expect(lines.join('').trimEnd()).toBe(text);
    }
  });

  it('break long names at their hyphens', () => {
    expect(linesOf('Schillingsfürst-Waldenburg', 90)).toEqual(['Schillingsfürst-', 'Waldenburg ']);
  });

  it('end with an ellipsis where there are too many, with the full text for screen readers', () => {
    const text = 'one two three four five six seven eight nine ten';
    const block = setText(text, { style, width: 60, maxLines: 2 });
    expect(block.lines).toHaveLength(2);
    expect(block.lines[1]?.[0]?.text).toMatch(/…/);
    expect(block.actual).toBe(text);
  });

  it('are set smaller for a figure that is too wide, on one line', () => {
    const block = setFitting('USD\u00a01,234,567,890,123.45', { style: STYLE.amount, width: 100 });
    const [span] = block.lines[0] ?? [];
    expect(block.lines).toHaveLength(1);
    expect(span && widthOf(span.text.trimEnd(), span.style)).toBeLessThanOrEqual(100);
  });

  it('have the same width for every digit of a figure', () => {
    const widths = new Set(Array.from('0123456789', (digit) => widthOf(`1${digit}1`, STYLE.figure)));
    expect(widths.size).toBe(1);
  });
});

describe('the format', () => {
  it.each([
    ['0', '0'],
    ['-1234567.50', '−1,234,567.50'],
    ['999.123456', '999.123456'],
  ])('groups the digits of %s as %s', (amount, shown) => {
    expect(groupDigits(amount)).toBe(shown);
  });

  it.each([
    ['1234.5', 'USD', '1,234.50', ''],
    ['-0.001', 'USD', '−0.00', '1'],
    ['12', 'JPY', '12', ''],
    ['12.345', 'JPY', '12', '.345'],
    ['12.345600000', 'KWD', '12.345', '6'],
  ])('splits %s %s after the minor unit', (amount, currency, main, tail) => {
    expect(splitAmount(amount, currency)).toEqual({ main, tail });
  });

  it.each([
    ['2026-01-01', '2026-01-31', '1–31 January 2026'],
    ['2025-12-16', '2026-01-15', '16 December 2025 – 15 January 2026'],
  ])('writes the dates from %s to %s as one range', (first, last, text) => {
    expect(formatDateRange(first, last)).toBe(text);
  });
});
