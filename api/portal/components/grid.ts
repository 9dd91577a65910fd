import type { VNode } from 'preact';
import { type Children, html } from '../markup.ts';
import { type DataTable, dataTable, type Column as Heading } from './data-table.ts';

export interface Column<T> extends Heading {
  readonly cell: (row: T) => Children;
}

export interface Grid<T> extends Pick<DataTable, 'caption' | 'isCaptionHidden'> {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Shown instead of a table without rows. */
  readonly none: string;
}

/** A table with a row for each of what is listed. The first column names the row. */
export function grid<T>({ columns, rows, none, ...table }: Grid<T>): VNode {
  if (rows.length === 0) return html`<p class="soft">${none}</p>`;
  return dataTable({ ...table, columns, rows: rows.map((row) => columns.map(({ cell }) => cell(row))) });
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
