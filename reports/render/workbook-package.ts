import { type ZipEntry, zipEntry } from './zip.ts';

/** The parts of a workbook's file around its sheets. */

export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
export const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
/** Control characters, which nobody would see and XML mostly does not allow. Unicode has pictures of those of ASCII. */
const CONTROL = /(?![\t\n\r])\p{Cc}/gu;
const FIRST_PICTURE = 0x2400;
const PICTURE_OF_DEL = '\u2421';
/** What else XML does not allow; a spreadsheet program would report the file as damaged. */
const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const SPECIAL = /[&<>"\r]|_(?=x[0-9A-Fa-f]{4}_)/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would read a bare carriage return as a line feed.
  '\r': '&#13;',
  // A spreadsheet program would read `_x0041_` as A: ECMA-376 part 1, 22.4.2.4.
  _: '_x005F_',
};

/** A text inside an element or an attribute. A control character is shown as its picture: NUL as ␀. */
export function escaped(text: string): string {
  const shown = text.replace(CONTROL, pictureOf);
  return shown.replace(NOT_XML, '\uFFFD').replace(SPECIAL, (character) => ESCAPES[character] ?? '');
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return PICTURE_OF_DEL;
  return code < 0x20 ? String.fromCharCode(FIRST_PICTURE + code) : '\uFFFD';
}

const packagePartsOf = new Map<string, readonly ZipEntry[]>();

/** The parts that only depend on the names of the sheets; compressed once, because all workbooks of a kind share them. */
export function packageParts(names: readonly string[]): readonly ZipEntry[] {
  const key = names.join('\n');
  const known = packagePartsOf.get(key);
  if (known) return known;
  const numbers = names.map((_, index) => index + 1);
  const type = (part: string, name: string): string =>
    `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-${name}+xml"/>`;
  const link = (id: number, kind: string, target: string): string =>
    `<Relationship Id="rId${id}" Type="${kind}" Target="${target}"/>`;
  const links = (...inside: readonly string[]): string =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${inside.join('')}</Relationships>`;
  const main = 'officedocument.spreadsheetml';
  const parts = [
    zipEntry(
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        `${type('xl/workbook.xml', `${main}.sheet.main`)}${type('xl/styles.xml', `${main}.styles`)}` +
        `${type('xl/sharedStrings.xml', `${main}.sharedStrings`)}` +
        `${numbers.map((each) => type(`xl/worksheets/sheet${each}.xml`, `${main}.worksheet`)).join('')}` +
        `${type('docProps/core.xml', 'package.core-properties')}${type('docProps/app.xml', 'officedocument.extended-properties')}</Types>`,
    ),
    zipEntry(
      '_rels/.rels',
      links(
        link(1, `${OFFICE}/relationships/officeDocument`, 'xl/workbook.xml'),
        link(2, `${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml'),
        link(3, `${OFFICE}/relationships/extended-properties`, 'docProps/app.xml'),
      ),
    ),
    zipEntry(
      'docProps/app.xml',
      `${XML}<Properties xmlns="${OFFICE}/extended-properties"><Application>Microsoft Excel</Application></Properties>`,
    ),
    zipEntry(
      'xl/_rels/workbook.xml.rels',
      links(
        ...numbers.map((each) => link(each, `${OFFICE}/relationships/worksheet`, `worksheets/sheet${each}.xml`)),
        link(names.length + 1, `${OFFICE}/relationships/styles`, 'styles.xml'),
        link(names.length + 2, `${OFFICE}/relationships/sharedStrings`, 'sharedStrings.xml'),
      ),
    ),
  ];
  packagePartsOf.set(key, parts);
  return parts;
}

/** A sheet as the workbook lists it. */
interface ListedSheet {
  readonly name: string;
  /** The cells that are printed: `A1:K12`. */
  readonly printed: string;
}

/** The list of the sheets, with what of each is printed; each printed page repeats the header row. */
export function workbookXml(sheets: readonly ListedSheet[]): string {
  const listed = sheets.map(
    ({ name }, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const names = sheets.flatMap(({ name, printed }, index) => {
    const sheet = escaped(`'${name.replaceAll("'", "''")}'!`);
    const cells = printed.replace(/([A-Z]+)([0-9]+)/g, '$$$1$$$2');
    return [
      `<definedName name="_xlnm.Print_Area" localSheetId="${index}">${sheet}${cells}</definedName>`,
      `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${sheet}$1:$1</definedName>`,
    ];
  });
  return (
    `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}/relationships"><sheets>${listed.join('')}</sheets>` +
    `<definedNames>${names.join('')}</definedNames></workbook>`
  );
}
