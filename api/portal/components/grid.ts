import type { VNode } from 'preact';
import { type Children, html } from '../markup.ts';
import { fromCursor } from '../page-reads.ts';

export interface Column<T> {
  readonly label: string;
  /** Aligned to the right, with digits of one width. */
  readonly isNumber?: boolean;
  /** The cell of a row; that of the first column names the row. */
  readonly cell: (row: T) => Children;
}

interface Grid<T> {
  readonly caption: string;
  /** Where the heading above says the same, only those hear it who do not see the table. */
  readonly isCaptionHidden?: boolean;
  /** Whether the cells of a row stand below each other in a narrow window, where more than three columns do not fit; fewer ones if they hold sentences. */
  readonly isStacked?: boolean;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** A last row with the sums, one cell a column. */
  readonly sums?: readonly Children[];
  /** Shown instead of a table without rows. */
  readonly none: string;
}

/**
 * A table with a row for each of what is listed. It scrolls by itself where the window is narrow; what it is about stands above it, where it does
 * not scroll away.
 */
export function grid<T>({ caption, isCaptionHidden, columns, rows, sums, none, ...options }: Grid<T>): VNode {
  if (rows.length === 0) return html`<p class="soft">${none}</p>`;
  const { isStacked = columns.length > 3 } = options;
  // The roles say what browsers forget of a table whose cells are blocks.
  return html`${!isCaptionHidden && html`<p class="soft" aria-hidden="true">${caption}</p>`}
    <div class="scroll" role="region" aria-label=${caption} tabindex="0"><table role="table" class=${isStacked && 'stacked'}>
      <caption class="unseen">${caption}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map(
        (column) => html`<th role="columnheader" scope="col" class=${classOf(column)}>${column.label}</th>`,
      )}</tr></thead>
      <tbody role="rowgroup">${rows.map(
        (row) =>
          html`<tr role="row">${columns.map((column, index) =>
            index === 0
              ? html`<th role="rowheader" scope="row" class=${classOf(column)}>${column.cell(row)}</th>`
              : html`<td role="cell" class=${classOf(column)} data-label=${column.label}>${column.cell(row)}</td>`,
          )}</tr>`,
      )}</tbody>
      ${sums && html`<tfoot role="rowgroup">${sumRow(columns, sums)}</tfoot>`}
    </table></div>`;
}

const classOf = <T>({ isNumber }: Column<T>): string | undefined => (isNumber ? 'number' : undefined);

function sumRow<T>(columns: readonly Column<T>[], sums: readonly Children[]): VNode {
  return html`<tr role="row">${columns.map((column, index) =>
    index === 0
      ? html`<th role="rowheader" scope="row">${sums[index]}</th>`
      : html`<td role="cell" class=${classOf(column)} data-label=${column.label}>${sums[index]}</td>`,
  )}</tr>`;
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
  return html`<p><a href=${fromCursor(path, cursor)}>${label}</a></p>`;
}
