import { requirePresent } from '../../warehouse/invariant.ts';
import type { ExportFile } from '../render/export-files.ts';
import { COLUMN_WIDTH, drawColumns, type TaggedBlocks } from '../render/pdf/columns.ts';
import type { PageWriter } from '../render/pdf/page-writer.ts';
import { legibleName, setText } from '../render/pdf/paragraph.ts';
import { drawTable } from '../render/pdf/table.ts';
import { STYLE, WIDTH } from '../render/pdf/theme.ts';
import { pdfOfCopies } from './copies-pdf.ts';
import { type Dac7Copy, renderDac7Copies } from './dac7-copy.ts';
import type { Changes, FiledRecord } from './filed.ts';
import type { FormYear } from './form-year.ts';
import { fileNameOf } from './profiles.ts';
import type { TaxFile } from './tax-file.ts';
import { RULE_SET_ON } from './words.ts';

interface Address {
  readonly street: string;
  readonly city: string;
  readonly region?: string;
  readonly postal_code?: string;
  readonly country: string;
}

/** What a recipient gets of a form: the content of the official copy. */
export interface RecipientCopy {
  readonly form: string;
  readonly title: string;
  /** `CORRECTED`, on what replaces an earlier copy. */
  readonly mark: string | null;
  /** Which copy of the form it is. */
  readonly copy: string;
  readonly omb_number: string;
  readonly year: string;
  readonly cutoff_at: string;
  /** What the form calls the payer. */
  readonly payer_role: 'Payer' | 'Withholding agent';
  /** `number` in full: a payer's own is never truncated. */
  readonly payer: { readonly name: string; readonly address: Address; readonly number: string; readonly phone: string };
  /** `number` truncated. */
  readonly recipient: {
    readonly creator_id: string;
    readonly name: string;
    readonly address: Address;
    readonly number: string;
  };
  readonly boxes: readonly { readonly number: string; readonly caption: string; readonly value: string }[];
  readonly notice: string;
  readonly instructions: readonly string[];
}

/** What the copies of all forms for the IRS have in common. */
export function headOf(
  { tax_year }: Pick<FormYear, 'tax_year'>,
  { payer, ein }: { readonly payer: TaxFile['payer']; readonly ein: string },
): Pick<RecipientCopy, 'year' | 'cutoff_at' | 'payer' | 'payer_role'> {
  const { name, address, phone } = payer;
  return {
    year: tax_year.year,
    cutoff_at: tax_year.cutoff_at,
    payer: { name, address, number: ein, phone },
    payer_role: 'Payer',
  };
}

/** The copies of a form for one creator, before they are rendered as one PDF. Plain values, which can be sent to a thread. */
export interface RecipientFile<T = RecipientCopy | Dac7Copy> {
  /** The path in an archive. */
  readonly name: string;
  readonly creator_id: string;
  readonly copies: readonly T[];
}

/** What a form is made of: the files for the tax office, and the copies of creators. */
export interface FormFiles {
  readonly files: readonly ExportFile[];
  readonly copies: readonly RecipientFile[];
}

interface CopyOptions<C, T> {
  /** `isAgain`: it replaces a copy that the creator has. */
  readonly copyOf: (record: FiledRecord<C>, isAgain: boolean) => T;
  /** Whether the payer stands otherwise on all copies than before, so that each creator gets a new one. */
  readonly isPayerCorrected?: boolean | undefined;
}

/** A file for each creator of whom something changes: what is taken back, and every form that the creator then has. */
export function copiesOf<C, T>(
  { changes, records }: Changes<C>,
  { copyOf, isPayerCorrected = false }: CopyOptions<C, T>,
): RecipientFile<T>[] {
  const inForce = Map.groupBy(
    records.filter(({ is_withdrawn }) => !is_withdrawn),
    ({ creator_id }) => creator_id,
  );
  const changed = Map.groupBy(changes, ({ creator_id }) => creator_id);
  const creators = new Set([...changed.keys(), ...(isPayerCorrected ? inForce.keys() : [])]);
  return [...creators].map((creator_id, index) => {
    const own = changed.get(creator_id) ?? [];
    const withdrawn: readonly FiledRecord<C>[] = own.filter(({ act }) => act === 'withdrawn');
    const isNew = (each: FiledRecord<C>): boolean => own.some(({ act, part }) => act === 'new' && part === each.part);
    const isAgain = (each: FiledRecord<C>): boolean => each.amendment_count > 0 || (isPayerCorrected && !isNew(each));
    return {
      ...{ name: `recipients/${fileNameOf(creator_id, index)}.pdf`, creator_id },
      copies: [...withdrawn, ...(inForce.get(creator_id) ?? [])].map((each) => copyOf(each, isAgain(each))),
    };
  });
}

/** The copies of one recipient as a tagged PDF. Equal copies have equal bytes: every date in it is that of the closing. */
export function renderRecipientCopies(copies: RecipientFile['copies']): Buffer {
  const ofDac7 = copies.filter((copy): copy is Dac7Copy => 'seller_xml' in copy);
  const ofIrs = copies.filter((copy): copy is RecipientCopy => !('seller_xml' in copy));
  return ofDac7.length > 0 ? renderDac7Copies(ofDac7) : renderIrsCopies(ofIrs);
}

function renderIrsCopies(copies: readonly RecipientCopy[]): Buffer {
  const first = requirePresent(copies[0], 'A recipient has at least one form.');
  const title = `Form ${first.form} for ${first.year}`;
  const foot = `${title}, account ${first.recipient.creator_id}`;
  return pdfOfCopies(copies, { title, at: first.cutoff_at, head: [title, first.payer.name], foot }, drawCopy);
}

function drawCopy(page: PageWriter, copy: RecipientCopy): void {
  const quiet = (text: string): void => page.write('P', setText(text, { style: STYLE.period, width: WIDTH }));
  page.write('P', setText(copy.payer.name, { style: STYLE.issuer, width: WIDTH, maxLines: 3 }));
  page.y += 10;
  page.write('H1', setText(`Form ${copy.form}`, { style: STYLE.title, width: WIDTH }));
  if (copy.mark !== null) page.write('P', setText(copy.mark, { style: STYLE.amount, width: WIDTH }));
  quiet(`${copy.title}, calendar year ${copy.year}`);
  quiet(`${copy.copy}. OMB No. ${copy.omb_number}`);
  page.y += 14;
  drawParties(page, copy);
  page.y += 16;
  drawBoxes(page, copy);
  page.y += 14;
  page.write('P', setText(copy.notice, { style: STYLE.cellStrong, width: WIDTH }));
  page.y += 14;
  page.write('H2', setText('Instructions for recipient', { style: STYLE.heading, width: WIDTH }));
  page.y += 4;
  for (const text of [...copy.instructions, `This copy is no tax advice. Rules as of ${RULE_SET_ON}.`]) {
    page.write('P', setText(text, { style: STYLE.body, width: WIDTH }));
    page.y += 4;
  }
}

function drawParties(page: PageWriter, { payer, payer_role, recipient }: RecipientCopy): void {
  const name = legibleName(recipient.name, recipient.creator_id);
  const width = COLUMN_WIDTH;
  const party = (role: string, heading: string, lines: readonly string[]): TaggedBlocks => [
    ['H2', setText(role, { style: STYLE.label, width })],
    ['P', setText(heading, { style: STYLE.name, width, maxLines: 4 })],
    ...lines.map((line) => ['P', setText(line, { style: STYLE.body, width })] as const),
  ];
  const numbers = [`U.S. TIN: ${recipient.number}`, `Account number: ${recipient.creator_id}`];
  drawColumns(
    page,
    party(payer_role, payer.name, [...linesOf(payer.address), `EIN: ${payer.number}`, `Telephone: ${payer.phone}`]),
    party('Recipient', name, [...linesOf(recipient.address), ...numbers]),
  );
}

function drawBoxes(page: PageWriter, { boxes }: RecipientCopy): void {
  const columns = [
    { title: 'Box', x: 0, width: 50, align: 'left' },
    { title: 'Caption', x: 56, width: 290, align: 'left' },
    { title: 'Value', x: 352, width: WIDTH - 352, align: 'right' },
  ] as const;
  const rows = boxes.map(({ number, caption, value }) => ({
    kind: 'field' as const,
    cells: [
      [setText(number, { style: STYLE.cell, width: columns[0].width })],
      [setText(caption, { style: STYLE.cell, width: columns[1].width })],
      [setText(value, { style: STYLE.figureStrong, width: columns[2].width, align: 'right' as const })],
    ],
  }));
  drawTable(page, { title: 'Boxes', columns, rows });
}

function linesOf({ street, city, region, postal_code, country }: Address): string[] {
  return [street, [city, region, postal_code].filter(Boolean).join(', '), country];
}
