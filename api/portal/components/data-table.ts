import type { VNode } from 'preact';
import { type Children, html } from '../markup.ts';

export interface Column {
  readonly label: string;
  /** Aligned to the right, with digits of one width. */
  readonly isNumber?: boolean;
}

export interface DataTable {
  readonly caption: string;
  /** Where the heading above says the same, only those hear it who do not see the table. */
  readonly isCaptionHidden?: boolean;
  /** Whether the cells of a row stand below each other in a narrow window: for sentences that nobody should have to scroll to. */
  readonly isStacked?: boolean;
  readonly columns: readonly Column[];
  /** The cells of each row, in the order of the columns; the first one names the row. */
  readonly rows: readonly (readonly Children[])[];
}

/** A table that scrolls by itself where the window is narrow; what it is about stands above it, where it does not scroll away. */
export function dataTable({ caption, isCaptionHidden, isStacked, columns, rows }: DataTable): VNode {
  const classOf = (index: number): string | undefined => (columns[index]?.isNumber ? 'number' : undefined);
  // The roles say what browsers forget of a table whose cells are blocks.
  return html`${!isCaptionHidden && html`<p class="soft" aria-hidden="true">${caption}</p>`}
    <div class="scroll" role="region" aria-label=${caption} tabindex="0"><table role="table" class=${isStacked && 'stacked'}>
      <caption class="unseen">${caption}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map(
        ({ label }, index) => html`<th role="columnheader" scope="col" class=${classOf(index)}>${label}</th>`,
      )}</tr></thead>
      <tbody role="rowgroup">${rows.map(
        (cells) =>
          html`<tr role="row">${cells.map((cell, index) =>
            index === 0
              ? html`<th role="rowheader" scope="row" class=${classOf(index)}>${cell}</th>`
              : html`<td role="cell" class=${classOf(index)} data-label=${columns[index]?.label}>${cell}</td>`,
          )}</tr>`,
      )}</tbody>
    </table></div>`;
}
