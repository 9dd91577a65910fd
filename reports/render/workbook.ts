import { escaped, MAIN, PACKAGE, packageParts, workbookXml, XML } from './workbook-package.ts';
import { type ZipEntry, zipArchive, zipEntry } from './zip.ts';

/** A cell: a text, a number, or nothing. A text is never read as a formula. */
export type Cell = string | number | null;

export interface SheetColumn {
  readonly title: string;
  /** In characters. */
  readonly width: number;
  /** The number format of its cells; without one, the column holds texts. */
  readonly format?: string;
  readonly isWrapped?: boolean;
  /** On the screen only: from the first such column on, nothing is printed, so that the columns before it can be read on paper. */
  readonly isScreenOnly?: boolean;
}

/** A sheet with a header row, which stays in view. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Workbook {
  readonly creator: string;
  /** When it was made: the only date in the file. In milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** The background of header rows, as `RRGGBB`. */
  readonly headerColour: string;
  readonly sheets: readonly Sheet[];
}

/** Identifiers below this are the built-in number formats of ECMA-376 part 1, 18.8.30. */
const FIRST_FORMAT = 164;
/**
 * A workbook in SpreadsheetML (ECMA-376, transitional), as Excel and LibreOffice read it. Equal workbooks have equal bytes.
 * A library that can read and change workbooks too takes ten times as long to write one.
 */
export function xlsxOf(workbook: Workbook): Buffer {
  const { sheets } = workbook;
  const styles = stylesOf(workbook);
  const texts = new Map<string, number>();
  const sheetParts = sheets.map((sheet, index) =>
    zipEntry(`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet, { styles, texts })),
  );
  const parts: ZipEntry[] = [
    ...packageParts(sheets.map(({ name }) => name)),
    zipEntry(
      'xl/workbook.xml',
      workbookXml(sheets.map((sheet) => ({ name: sheet.name, printed: printedCells(sheet) }))),
    ),
    zipEntry('docProps/core.xml', coreXml(workbook)),
    zipEntry('xl/styles.xml', styles.xml),
    ...sheetParts,
    zipEntry('xl/sharedStrings.xml', textsXml(texts)),
  ];
  return zipArchive(parts, workbook.createdAtMs);
}

function printedCells({ columns, rows }: Sheet): string {
  const first = columns.findIndex(({ isScreenOnly }) => isScreenOnly);
  return `A1:${lettersOf((first < 0 ? columns.length : first) - 1)}${rows.length + 1}`;
}

interface Styles {
  readonly xml: string;
  /** The index of the style of a column's cells, and of its header. */
  readonly indexOf: (column: SheetColumn, isHeader: boolean) => number;
}

const isNumberFormat = (format: string | undefined): format is string => format !== undefined && format !== 'General';

function stylesOf({ sheets, headerColour }: Workbook): Styles {
  const columns = sheets.flatMap((sheet) => sheet.columns);
  const formats = [...new Set(columns.flatMap(({ format }) => (isNumberFormat(format) ? [format] : [])))];
  const keyOf = ({ format, isWrapped }: SheetColumn, isHeader: boolean): string => {
    const number = isNumberFormat(format) ? FIRST_FORMAT + formats.indexOf(format) : 0;
    const font = isHeader ? 'fontId="1" fillId="2" applyFont="1" applyFill="1"' : 'fontId="0" fillId="0"';
    return (
      `<xf numFmtId="${number}" ${font} borderId="0" xfId="0"${number === 0 ? '' : ' applyNumberFormat="1"'} applyAlignment="1">` +
      `<alignment vertical="top"${isWrapped ? ' wrapText="1"' : ''}/></xf>`
    );
  };
  const plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>';
  const used = [false, true].flatMap((isHeader) => columns.map((column) => keyOf(column, isHeader)));
  const distinct = [...new Set([plain, ...used])];
  const numbers = formats.map(
    (format, index) => `<numFmt numFmtId="${FIRST_FORMAT + index}" formatCode="${escaped(format)}"/>`,
  );
  const face = '<sz val="11"/>';
  const xml =
    `${XML}<styleSheet xmlns="${MAIN}">${numbers.length === 0 ? '' : `<numFmts count="${numbers.length}">${numbers.join('')}</numFmts>`}` +
    `<fonts count="2"><font>${face}<name val="Calibri"/><family val="2"/></font>` +
    `<font><b/>${face}<color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font></fonts>` +
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    `<fill><patternFill patternType="solid"><fgColor rgb="FF${headerColour}"/></patternFill></fill></fills>` +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${distinct.length}">${distinct.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
  return { xml, indexOf: (column, isHeader) => distinct.indexOf(keyOf(column, isHeader)) };
}

function sheetXml({ columns, rows }: Sheet, { styles, texts }: { styles: Styles; texts: Map<string, number> }): string {
  const cellStyles = columns.map((column) => styles.indexOf(column, false));
  const headerStyles = columns.map((column) => styles.indexOf(column, true));
  const letters = columns.map((_, index) => lettersOf(index));
  const textIndex = (text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const rowXml = (cells: readonly Cell[], rowNumber: number, styleOf: readonly number[]): string => {
    let xml = `<row r="${rowNumber}">`;
    for (const [index, cell] of cells.entries()) {
      const start = `<c r="${letters[index]}${rowNumber}" s="${styleOf[index]}"`;
      if (cell === null) xml += `${start}/>`;
      else if (typeof cell === 'number') xml += `${start}><v>${cell}</v></c>`;
      else xml += `${start} t="s"><v>${textIndex(cell)}</v></c>`;
    }
    return `${xml}</row>`;
  };
  const widths = columns.map(
    ({ width }, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${width}" style="${cellStyles[index]}" customWidth="1"/>`,
  );
  const header = rowXml(
    columns.map(({ title }) => title),
    1,
    headerStyles,
  );
  return (
    `${XML}<worksheet xmlns="${MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>` +
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>' +
    `<cols>${widths.join('')}</cols><sheetData>${header}` +
    `${rows.map((cells, index) => rowXml(cells, index + 2, cellStyles)).join('')}</sheetData>` +
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>' +
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
  );
}

/** `A` to `Z`, then `AA`. */
function lettersOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${lettersOf(Math.floor(index / 26) - 1)}${last}`;
}

function textsXml(texts: ReadonlyMap<string, number>): string {
  let items = '';
  for (const text of texts.keys()) {
    items += /^\s|\s$/.test(text)
      ? `<si><t xml:space="preserve">${escaped(text)}</t></si>`
      : `<si><t>${escaped(text)}</t></si>`;
  }
  return `${XML}<sst xmlns="${MAIN}" uniqueCount="${texts.size}">${items}</sst>`;
}

function coreXml({ creator, createdAtMs }: Workbook): string {
  const at = `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`;
  const by = escaped(creator);
  return (
    `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dc:creator>${by}</dc:creator><cp:lastModifiedBy>${by}</cp:lastModifiedBy>` +
    `<dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created>` +
    `<dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified></cp:coreProperties>`
  );
}
