import Table from 'cli-table3';
import stringWidth from 'string-width';

interface FormatOptions {
  /** The maximum line width in characters; undefined for no limit. */
  readonly width?: number | undefined;
}

/** A plain value as text: one line per figure, then each list as a table and each object as a section. */
export function formatValue(value: object, options: FormatOptions = {}): string {
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  const figures = entries.filter(([, item]) => typeof item !== 'object');
  const parts = entries.filter(([, item]) => typeof item === 'object');
  return [
    ...(figures.length > 0 ? [formatFigures(figures, options)] : []),
    ...parts.map(([name, item]) => formatPart(name, item, options)),
  ].join('\n');
}

/**
 * A table with a header and numbers aligned right. If it is too wide, text wraps; if it still does not fit, each row
 * becomes a block of lines. Nothing is truncated.
 */
export function formatTable(
  rows: readonly object[],
  { width, nameOf = (column) => column }: FormatOptions & { nameOf?: (column: string) => string } = {},
): string {
  const columns = Object.keys(rows[0] ?? {});
  const heads = columns.map((column) => cellOf(nameOf(column)));
  const cells = rows.map((row) => columns.map((column) => cellOf(Reflect.get(row, column))));
  const isNumeric = columns.map((_, index) => cells.every((row) => NUMBER.test(row[index] ?? '')));
  const widths = fittingWidths([heads, ...cells], width);
  if (!widths) return rows.map((row) => formatFigures(Object.entries(row), { width, nameOf })).join('\n');
  return drawn([heads, ...cells], { widths, colAligns: isNumeric.map((each) => (each ? 'right' : 'left')) });
}

/** Also matches an empty cell, so that null does not turn a numeric column into text. */
const NUMBER = /^(-?\d+(\.\d+)?)?$/;

/** The minimum width of a column whose text wraps. */
const NARROWEST = 10;

/** Spaces between two columns. */
const GAP = 2;

/** A name with a dot is one of a table, and stays as it is. */
const asWords = (name: string): string => (name.includes('.') ? name : name.replaceAll('_', ' '));

function formatFigures(
  figures: readonly (readonly [string, unknown])[],
  { width, nameOf = asWords }: FormatOptions & { nameOf?: (column: string) => string },
): string {
  const lines = figures.map(([name, item]) => [cellOf(nameOf(name)), cellOf(item)]);
  // If nothing fits, the terminal itself wraps the long words.
  const widths = fittingWidths(lines, width) ?? fittingWidths(lines) ?? [];
  return drawn(lines, { widths, colAligns: ['left', 'left'] });
}

function formatPart(name: string, part: object, options: FormatOptions): string {
  if (!Array.isArray(part)) return `${asWords(name)}:\n${formatValue(part, options)}`;
  if (part.length === 0) return `${asWords(name)}: none\n`;
  const isTable = part.every((item) => isObject(item) && !Object.values(item).some(isObject));
  if (isTable) return `${asWords(name)}:\n${formatTable(part, { ...options, nameOf: asWords })}`;
  const isText = !part.some(isObject);
  const items = part.map((item) => (isText ? `${cellOf(item)}\n` : formatValue(item, options)));
  return `${asWords(name)}:\n${items.join(isText ? '' : '\n')}`;
}

/**
 * Column widths with which each line fits. Words are never broken, so that ids can be copied; the widest columns shrink
 * first. Undefined if there are no such widths.
 */
function fittingWidths(
  lines: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): readonly number[] | undefined {
  const columns = (lines[0] ?? []).map((_, column) => lines.map((line) => line[column] ?? ''));
  const natural = columns.map((cells) => widest(cells));
  const least = columns.map((cells) => widest(cells.flatMap((cell) => cell.split(' '))));
  const free = width - GAP * (columns.length - 1);
  if (sumOf(natural) <= free) return natural;
  for (let limit = Math.min(free, Math.max(...natural)); limit >= NARROWEST; limit--) {
    const widths = natural.map((needed, column) => Math.max(least[column] ?? 0, Math.min(needed, limit)));
    if (sumOf(widths) <= free) return widths;
  }
  return undefined;
}

const sumOf = (widths: readonly number[]): number => widths.reduce((sum, each) => sum + each, 0);

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);

interface Drawing {
  readonly widths: readonly number[];
  readonly colAligns: ('left' | 'right')[];
}

/** The running time of cli-table3 is quadratic in the number of lines. */
const LINES_AT_ONCE = 20;

/** Lines without borders or colours. */
function drawn(lines: readonly (readonly string[])[], { widths, colAligns }: Drawing): string {
  const style = { 'padding-left': 0, 'padding-right': 0, head: [], border: [] };
  let text = '';
  for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
    const table = new Table({ chars: NO_BORDERS, style, colWidths: [...widths], colAligns, wordWrap: true });
    table.push(...lines.slice(from, from + LINES_AT_ONCE).map((line) => [...line]));
    text += `${table.toString().trimEnd()}\n`;
  }
  return text.replace(/ +$/gm, '');
}

const NAMES_OF_BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'] as const;
const MORE_BORDERS = ['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const;
const NO_BORDERS = {
  ...Object.fromEntries([...NAMES_OF_BORDERS, ...MORE_BORDERS].map((name) => [name, ''])),
  middle: ' '.repeat(GAP),
};

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** One line; control characters are escaped, so that a terminal does not execute them. */
function cellOf(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}
