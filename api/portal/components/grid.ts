import type { VNode } from 'preact';
import { type Children, html } from '../markup.ts';

export interface Column<T> {
  readonly label: string;
  /** Aligned to the right, with digits of one width. */
  readonly isNumber?: boolean;
  readonly cell: (row: T) => Children;
}

export interface Grid<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Shown instead of a table without rows. */
  readonly none: string;
}

/** A table that scrolls by itself where it is too wide. The first column names the row. */
export function grid<T>({ caption, columns, rows, none }: Grid<T>): VNode {
  if (rows.length === 0) return html`<p class="soft">${none}</p>`;
  const align = ({ isNumber }: Column<T>) => (isNumber ? 'number' : undefined);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table>
    <caption>${caption}</caption>
    <thead><tr>${columns.map((column) => html`<th scope="col" class=${align(column)}>${column.label}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr>${columns.map((column) => html`<td class=${align(column)}>${column.cell(row)}</td>`)}</tr>`,
    )}</tbody>
  </table></div>`;
}

/** The link to the next page of a list, if there is one. */
export function nextPage({
  cursor,
  path,
  label,
}: {
  cursor: string | null;
  path: string;
  label: string;
}): VNode | null {
  if (cursor === null) return null;
  const joint = path.includes('?') ? '&' : '?';
  return html`<p><a href=${`${path}${joint}cursor=${encodeURIComponent(cursor)}`}>${label}</a></p>`;
}
