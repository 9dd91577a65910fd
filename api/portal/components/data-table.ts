import type { VNode } from 'preact';
import { type Children, html } from '../markup.ts';

export interface Column {
  readonly label: string;
  readonly isNumber?: boolean;
}

export interface DataTable {
  readonly caption: string;
  /** Where the heading above says the same, only those hear it who do not see the table. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column[];
  /** The cells of each row, in the order of the columns; the first one names the row. */
  readonly rows: readonly (readonly Children[])[];
}

/** A table that scrolls by itself where the window is narrow; what it is about stands above it, where it does not scroll away. */
export function dataTable({ caption, isCaptionHidden, columns, rows }: DataTable): VNode {
  const classOf = (index: number): string | undefined => (columns[index]?.isNumber ? 'number' : undefined);
  return html`${!isCaptionHidden && html`<p class="soft" aria-hidden="true">${caption}</p>`}<div class="scroll" role="region" aria-label=${caption} tabindex="0"><table>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map(({ label }, index) => html`<th scope="col" class=${classOf(index)}>${label}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (cells) =>
        html`<tr>${cells.map((cell, index) =>
          index === 0 ? html`<th scope="row">${cell}</th>` : html`<td class=${classOf(index)}>${cell}</td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>`;
}
