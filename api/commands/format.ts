/** A plain value in words for people: its figures one a line, below them each list as a table and each part on its own. */
export function formatValue(value: object): string {
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  const figures = entries.filter(([, item]) => typeof item !== 'object');
  const width = Math.max(...figures.map(([name]) => name.length));
  const lines = figures.map(([name, item]) => `${said(name).padEnd(width)}  ${item}\n`);
  const parts = entries.filter(([, item]) => typeof item === 'object').map(([name, item]) => formatPart(name, item));
  return [...(lines.length > 0 ? [lines.join('')] : []), ...parts].join('\n');
}

/** Rows under the names of their columns, numbers to the right. */
export function formatTable(rows: readonly object[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => cell(new Map(Object.entries(row)).get(name))))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const aligned = (text: string, width = 0): string => (NUMBER.test(text) ? text.padStart(width) : text.padEnd(width));
  const joined = lines.map((line) => line.map((text, column) => aligned(text, widths[column])).join('  '));
  return joined.map((line) => `${line.trimEnd()}\n`).join('');
}

const NUMBER = /^-?\d+(\.\d+)?$/;

const said = (name: string): string => name.replaceAll('_', ' ');

function formatPart(name: string, part: object): string {
  if (!Array.isArray(part)) return `${said(name)}:\n${formatValue(part)}`;
  if (part.length === 0) return `${said(name)}: none\n`;
  const isTable = part.every((item) => isObject(item) && !Object.values(item).some(isObject));
  const isText = !part.some(isObject);
  const items = isTable
    ? formatTable(part)
    : part.map(isText ? (item) => `${cell(item)}\n` : formatValue).join(isText ? '' : '\n');
  return `${said(name)}:\n${items}`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function cell(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
