import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setText } from '../../render/pdf/paragraph.ts';
import { drawTable, HEAD, type Place, placeAfter, type Row } from '../../render/pdf/table.ts';
import { SECTION_GAP, STYLE, WIDTH } from '../../render/pdf/theme.ts';
import type { StatementDocument, StatementLine } from '../document.ts';
import { languageOf } from '../language.ts';
import { type Group, groupsOf, LineRows } from './line-rows.ts';

/**
 * Draws the lines grouped by kind, each with the calculation of its amount. Lines that come to nothing are one row of their group; so are
 * those beyond the pages that the statement has for lines. Each group adds up to its total.
 */
export function drawLines(page: PageWriter, doc: StatementDocument): void {
  const { lines: say } = languageOf(doc.locale).say;
  if (doc.lines.length === 0) {
    const [heading, body] = [
      setText(say.title, { style: STYLE.heading, width: WIDTH }),
      setText(say.none, { style: STYLE.body, width: WIDTH }),
    ];
    page.ensureSpace(heading.height + body.height);
    page.write('H2', heading);
    page.write('P', body);
  } else {
    const rows = new LineRows(doc);
    const from = page.y + STYLE.heading.leading + 4 + HEAD;
    const fitting = rowsWithin(rows, { groups: groupsOf(doc), from, pages: Number(doc.detail_pages) });
    drawTable(page, { title: say.title, columns: rows.columns, rows: fitting });
  }
  page.y += SECTION_GAP;
}

interface Space {
  readonly groups: readonly Group[];
  /** Where the first row begins on the first page. */
  readonly from: number;
  readonly pages: number;
}

/** A page has at least so many rows, however long the sentences are. */
const LEAST_ROWS = 4;
/** So many lines of each kind have room for each page, however many there are of the kinds before. */
const KEPT_FOR_EACH_PAGE = 2;

/** The rows of all groups; from the first line of a group on that does not leave room for the rest, its lines are summed up. */
function rowsWithin(build: LineRows, { groups, from, pages }: Space): Row[] {
  const fits = groups.reduce((sum, { booked }) => sum + booked.length, 0) <= LEAST_ROWS * (pages - 2);
  const placed = new PlacedRows(from);
  for (const [index, group] of groups.entries()) {
    placed.add(build.head(group));
    let rest: Row[] | undefined;
    const hasRoom = (row: Row): boolean => {
      rest ??= leastRest(build, { groups: groups.slice(index), kept: pages * KEPT_FOR_EACH_PAGE });
      return placed.lastPageWith([row, ...rest]) <= pages;
    };
    const summedUp: StatementLine[] = [];
    for (const line of group.booked) {
      const row = summedUp.length === 0 ? build.line(line) : undefined;
      if (row !== undefined && (fits || hasRoom(row))) placed.add(row);
      else summedUp.push(line);
    }
    for (const row of build.ending(group, summedUp)) placed.add(row);
  }
  return placed.rows;
}

/** Rows, and where the last few of them are. */
class PlacedRows {
  readonly rows: Row[] = [];
  /** Where the row at `#settled` begins, whatever follows. */
  #place: Place;
  #settled = 0;

  constructor(from: number) {
    this.#place = { page: 1, y: from };
  }

  add(row: Row): void {
    this.rows.push(row);
  }

  /** The page of the last row if these follow. */
  lastPageWith(following: readonly Row[]): number {
    // Where a row is depends on the one or two that stay with it.
    const settled = Math.max(this.rows.length - 2, this.#settled);
    this.#place = placeAfter(this.rows.slice(this.#settled), this.#place, settled - this.#settled);
    this.#settled = settled;
    return placeAfter([...this.rows.slice(settled), ...following], this.#place).page;
  }
}

/** How a group ends whose other lines are summed up, and the groups after it with the lines that are kept: the rows are as high whatever they sum up. */
function leastRest(build: LineRows, { groups, kept }: { groups: readonly Group[]; kept: number }): Row[] {
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : [build.head(group), ...group.booked.slice(0, kept).map((line) => build.line(line))]),
    ...build.ending(group, group.booked),
  ]);
}
