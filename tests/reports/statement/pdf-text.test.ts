import { describe, expect, it } from 'vitest';
import { legible, legibleName, setFitting, setText, widthOf } from '../../../reports/render/pdf/paragraph.ts';
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
    ['日本語 の作品', '□'],
    ['مرحبا – Hello', '□ – Hello'],
    ['a 👩‍👩‍👧 b', 'a □ b'],
    ['re\u202everse\u200b\ufeff', 'reverse'],
  ])('%j is shown as %j', (text, shown) => {
    expect(legible(text)).toBe(shown);
  });

  it('adds the id to a name of which no letter can be drawn', () => {
    expect(legibleName('日本語の作品', 'asset_1')).toBe('□ (asset_1)');
    expect(legibleName('', 'asset_1')).toBe('asset_1');
    expect(legibleName('日本語 2', 'asset_1')).toBe('□ 2');
  });

  it('keeps the full text for screen readers', () => {
    expect(setText('日本', { style, width: 100 }).actual).toBe('日本');
    expect(setText('plain', { style, width: 100 }).actual).toBeUndefined();
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
