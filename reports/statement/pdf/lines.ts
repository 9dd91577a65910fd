import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { setText } from '../../render/pdf/paragraph.ts';
import { drawTable, HEAD, lastPageOf, type Row } from '../../render/pdf/table.ts';
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

/** More rows than any page has. */
const ROWS_OF_A_PAGE = 40;

/** The rows of all groups; from the first line on that does not leave room for how the groups end, lines are summed up. */
function rowsWithin(build: LineRows, { groups, from, pages }: Space): Row[] {
  const rows: Row[] = [];
  let isFull = false;
  for (const [index, group] of groups.entries()) {
    rows.push(build.head(group));
    let endings: Row[] | undefined;
    const hasRoom = (row: Row): boolean => {
      if (rows.length < ROWS_OF_A_PAGE) return true;
      endings ??= endingsOf(build, groups.slice(index));
      return lastPageOf([...rows, row, ...endings], from) <= pages;
    };
    const summedUp: StatementLine[] = [];
    for (const line of group.booked) {
      const row = isFull ? undefined : build.line(line);
      if (row !== undefined && hasRoom(row)) rows.push(row);
      else {
        isFull = true;
        summedUp.push(line);
      }
    }
    rows.push(...build.ending(group, summedUp));
  }
  return rows;
}

/** How a group, of which some lines have their rows already, and the groups after it end if all other lines are summed up: the rows are as high whatever they sum up. */
function endingsOf(build: LineRows, groups: readonly Group[]): Row[] {
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : [build.head(group)]),
    ...build.ending(group, group.booked),
  ]);
}
