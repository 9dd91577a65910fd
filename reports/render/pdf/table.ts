import type { PageWriter, Tag } from './page-writer.ts';
import { type Block, setFitting, setText } from './paragraph.ts';
import { COLOUR, PAGE, STYLE } from './theme.ts';

export interface Column {
  readonly title: string;
  /** Left edge, from the left edge of the table, and width, in points. */
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export interface Row {
  /** `group` starts a group and stays on the page of the next row; `total` ends it and stays on the page of the row before; `field` is a low line. */
  readonly kind: 'group' | 'line' | 'field' | 'total';
  /** For every column its blocks, from top to bottom. */
  readonly cells: readonly (readonly Block[])[];
  /** Drawn below the cells over the whole width, and tagged as a part of the last cell. */
  readonly note?: Block;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const PADDING = {
  group: { above: 9, below: 3 },
  line: { above: 6, below: 6 },
  field: { above: 3, below: 3 },
  total: { above: 5, below: 5 },
} as const;
const NOTE_GAP = 1.5;
/** The height of the head, in points. */
export const HEAD = 20;

/** Draws a table with its title on as many pages as it needs. Each page repeats the head; no title or head stands alone. */
export function drawTable(page: PageWriter, { title, columns, rows }: Table): void {
  const heading = setText(title, { style: STYLE.heading, width: PAGE.right - PAGE.left });
  page.ensureSpace(heading.height + 4 + HEAD + spaceFor(rows, 0));
  page.write('H2', heading);
  page.y += 4;
  const table = page.open(page.root, 'Table');
  drawHead(page, columns, table);
  rows.forEach((row, i) => {
    if (page.ensureSpace(spaceFor(rows, i))) drawHead(page, columns);
    drawRow(page, { table, columns, row, closing: i === rows.length - 1 });
  });
  table.end();
}

/** Where a row of a table begins: its page, counted from 1, and points from the top of it. */
export interface Place {
  readonly page: number;
  readonly y: number;
}

/** Where a table goes on after `count` of its rows, of which the first one begins at `start`. */
export function placeAfter(rows: readonly Row[], start: Place, count = rows.length): Place {
  let { page, y } = start;
  for (const [i, row] of rows.slice(0, count).entries()) {
    if (y + spaceFor(rows, i) > PAGE.bottom) [page, y] = [page + 1, PAGE.top + HEAD];
    y += heightOf(row);
  }
  return { page, y };
}

/** The height of a row and of the rows after it that must stand on the same page. */
function spaceFor(rows: readonly Row[], index: number): number {
  const [row, next] = [rows[index], rows[index + 1]];
  if (!row) return 0;
  const keepsNext = row.kind === 'group' || next?.kind === 'total';
  return heightOf(row) + (keepsNext ? spaceFor(rows, index + 1) : 0);
}

function heightOf({ kind, cells, note }: Row): number {
  const { above, below } = PADDING[kind];
  return above + cellsHeight(cells) + (note ? NOTE_GAP + note.height : 0) + below;
}

function cellsHeight(cells: Row['cells']): number {
  return Math.max(...cells.map((blocks) => blocks.reduce((sum, { height }) => sum + height, 0)));
}

/** Without `table`, the head is a repeated one and is drawn as an artifact. */
function drawHead(page: PageWriter, columns: readonly Column[], table?: Tag): void {
  const row = table && page.open(table, 'TR');
  for (const { title, x, width, align } of columns) {
    const block = setFitting(title, { style: STYLE.columnTitle, width, align });
    const at = { x: PAGE.left + x, y: page.y + 4 };
    if (row) page.mark(row, 'TH', { scope: 'Column' }, () => page.drawText(block, at));
    else page.decorate(() => page.drawText(block, at));
  }
  row?.end();
  page.y += HEAD;
  page.rule(page.y, { colour: COLOUR.text, weight: 0.8 });
}

function drawRow(
  page: PageWriter,
  options: { table: Tag; columns: readonly Column[]; row: Row; closing: boolean },
): void {
  const { table, columns, row, closing } = options;
  const { above } = PADDING[row.kind];
  const top = page.y + above;
  const tag = page.open(table, 'TR');
  columns.forEach(({ x }, i) => {
    const isHeader = i === 0 && (row.kind === 'group' || row.kind === 'total');
    const [only, ...others] = row.cells[i] ?? [];
    const note = i === columns.length - 1 ? row.note : undefined;
    if (only && others.length === 0 && !isHeader && !note) {
      page.print(tag, 'TD', only, { x: PAGE.left + x, y: top });
      return;
    }
    const cell = page.open(tag, isHeader ? 'TH' : 'TD', isHeader ? { scope: 'Row' } : {});
    let y = top;
    for (const block of row.cells[i] ?? []) {
      page.print(cell, 'P', block, { x: PAGE.left + x, y });
      y += block.height;
    }
    if (note) {
      page.print(cell, 'P', note, { x: PAGE.left, y: top + cellsHeight(row.cells) + NOTE_GAP });
    }
    cell.end();
  });
  tag.end();
  page.y += heightOf(row);
  if (row.kind !== 'group') page.rule(page.y, closing ? { colour: COLOUR.text, weight: 0.8 } : {});
}
