import type { FiledForm } from '../../reports/tax/filed.ts';
import { parseYear } from '../../reports/tax/read.ts';
import { archiveOf, composeFiling, type Filing, filesOfFiling } from '../../reports/tax/render.ts';
import { FORM_TITLES, type TaxFormName } from '../../reports/tax/words.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type DocumentKind, subjectOfPayer } from '../../warehouse/vocabulary/documents.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import {
  type DocumentInForce,
  documentIdOf,
  documentsInForce,
  recordDocuments,
  type StoredDocument,
} from '../document-rows.ts';
import type { Run } from '../job.ts';
import { deletedDocuments, wasDeleted } from '../retention/deletions.ts';
import { readDocument, sealOfPlatform } from './sealed-documents.ts';
import { storeCopies } from './store-copies.ts';
import { archiveName, type FormRequest, KIND_OF_FORM, type OpenedForm, openForm } from './tax-year.ts';

export interface FiledOutcome {
  readonly form: TaxFormName;
  readonly year: string;
  readonly filing_number: number;
  /** False if nothing has changed since that filing; then nothing was stored. */
  readonly is_new: boolean;
  readonly new_count: number;
  readonly corrected_count: number;
  readonly withdrawn_count: number;
  /** Of the archive for the tax office. */
  readonly document_id: string;
  readonly copy_count: number;
  /** Creators on file who have given a profile since that was not used: it is used once they are accepted. */
  readonly not_used: readonly string[];
}

export interface FilingRequest extends Omit<FormRequest, 'by'> {
  readonly because?: string | undefined;
  /** The number of the last filing if the tax office has refused it as a whole, so that this one takes its place. */
  readonly refused?: number | undefined;
  /** Whether the IRS was informed that the payer of the last filing was wrong; `because` then says when and how. */
  readonly isPayerCorrected?: boolean | undefined;
}

/**
 * Files a form of a year: stores what is given to the tax office and a copy for each creator of whom something has changed, and records them in one
 * transaction. A later filing has only what leads from the one before it to the books and profiles as they are. Files of an attempt that ended
 * before it was recorded are referred to by nothing. Throws as `openForm`, and `Conflict` if the form was filed meanwhile.
 */
export async function fileForm(
  run: Run,
  { because, refused, isPayerCorrected, ...request }: FilingRequest,
): Promise<FiledOutcome> {
  const { form, payer = MAIN_PAYER } = request;
  const kind = KIND_OF_FORM[form];
  const series: Series = { kind, year: parseYear(request.year), payer };
  const inForce = await documentsInForce(run.operational, { kind, period: series.year });
  const last = await lastFiled(run, { inForce, payer });
  const before = refused === undefined ? last : await readBeforeRefused(run, { last, series, refused });
  const opened = await openForm(run, { ...request, by: run.startedBy }, before);
  const composed = withVersions(composeFiling(opened.composed, { ...opened, before, isPayerCorrected }), {
    opened,
    before,
  });
  const filing =
    refused === undefined
      ? composed
      : { ...composed, isNeeded: true, filed: { ...composed.filed, based_on: last?.based_on ?? 0 } };
  const not_used = notUsed(filing, opened);
  if (!filing.isNeeded)
    return { ...outcomeOf(filing, { series, number: before?.number ?? 0 }), copy_count: 0, is_new: false, not_used };
  const documents = await storeFiling(run, { filing, opened, series });
  const latest = new Map(inForce.map((each) => [chainOf(each), each.content_id]));
  await recordDocuments(
    run,
    documents.map((each) => {
      const [format = ''] = Object.keys(each.files);
      return { ...each, supersedes: latest.get(chainOf({ ...each, format })), issued_by: run.startedBy, because };
    }),
    `${FORM_TITLES[form]} of ${series.year} was filed by somebody else meanwhile; look at that filing, then file again if something is still to be changed.`,
  );
  const { number } = filing.summary;
  return { ...outcomeOf(filing, { series, number }), copy_count: filing.copies.length, is_new: true, not_used };
}

/** Adds the versions that the creators on file were filed from; of one that has none now, the one before. */
function withVersions(
  filing: Filing,
  { opened, before }: { opened: OpenedForm; before: FiledForm | undefined },
): Filing {
  const onFile = new Set(filing.filed.records.map(({ creator_id }) => creator_id));
  const latest = [...(before?.versions ?? []), ...opened.versions].filter(({ creator_id }) => onFile.has(creator_id));
  const versions = [
    ...new Map(latest.map(({ creator_id, form, version }) => [creator_id, { creator_id, form, version }])).values(),
  ];
  return { ...filing, filed: { ...filing.filed, versions } };
}

function notUsed({ filed }: Filing, { versions }: OpenedForm): string[] {
  const onFile = new Set(filed.records.map(({ creator_id }) => creator_id));
  return versions
    .filter(({ creator_id, has_later }) => has_later && onFile.has(creator_id))
    .map((each) => each.creator_id);
}

/** A creator may be called as the platform is, but a copy has its own format. */
const chainOf = ({ subject, format }: { subject: string; format: string }): string => JSON.stringify([format, subject]);

/** The filings of a form and year by one payer, which are numbered from 1. */
interface Series {
  readonly kind: DocumentKind;
  readonly year: string;
  readonly payer: string;
}

/** What the last filing of a series left with the tax office; undefined before the first one. */
async function lastFiled(
  run: Run,
  { inForce, payer }: { inForce: readonly DocumentInForce[]; payer: string },
): Promise<FiledForm | undefined> {
  const row = inForce.find(({ subject, format }) => subject === subjectOfPayer(payer) && format === 'json');
  return row && readRecords(run, row);
}

/** What the tax office has if it has refused the last filing. The ids of that one stay used. */
async function readBeforeRefused(
  run: Run,
  { last, series, refused }: { last: FiledForm | undefined; series: Series; refused: number },
): Promise<FiledForm> {
  if (last?.number !== refused)
    throw new Conflict(
      `Filing ${refused} of ${series.year} cannot take the place of a refused one: ${last ? `the last filing is ${last.number}, and only that one can have been refused` : 'nothing was filed'}.`,
    );
  const { number, used_ids, based_on } = last;
  if (based_on === 0) return { ...last, payer: null, records: [], versions: [] };
  const row = await run.operational
    .selectFrom('documents')
    .select(['document_id', 'kind', 'subject', 'hash'])
    .where('document_id', '=', documentIdOf(contentIdOf(series, based_on), 'json'))
    .executeTakeFirstOrThrow();
  return { ...(await readRecords(run, row)), number, used_ids };
}

/** Throws `NotFound` if the filing was deleted: nothing can be corrected against it any more. */
async function readRecords(
  run: Run,
  row: Pick<DocumentInForce, 'document_id' | 'kind' | 'subject' | 'hash'>,
): Promise<FiledForm> {
  const deleted = await deletedDocuments(run.operational).where('document_id', '=', row.document_id).executeTakeFirst();
  if (deleted) throw wasDeleted(deleted);
  return JSON.parse(Buffer.from(await readDocument(run, row)).toString()) as FiledForm;
}

function outcomeOf(
  { filed, summary }: Filing,
  { series, number }: { series: Series; number: number },
): Omit<FiledOutcome, 'is_new' | 'copy_count' | 'not_used'> {
  const { form, year } = filed;
  const { number: _, ...counts } = summary;
  const document_id = documentIdOf(contentIdOf(series, number), 'zip');
  return { form, year, filing_number: number, ...counts, document_id };
}

/** `tax_dac7-2026-1`, of another payer than the main one `tax_dac7-2026-ireland-1`. */
const contentIdOf = ({ kind, year, payer }: Series, number: number): string =>
  [kind, year, ...(payer === MAIN_PAYER ? [] : [payer]), number].join('-');

type Unrecorded = Omit<StoredDocument, 'supersedes' | 'issued_by' | 'because'>;

/** The archive and the records first, then the copies. */
async function storeFiling(
  run: Run,
  { filing, opened, series }: { filing: Filing; opened: OpenedForm; series: Series },
): Promise<Unrecorded[]> {
  const { composed, file } = opened;
  const { kind, year, payer } = series;
  const { number } = filing.filed;
  const content_id = contentIdOf(series, number);
  const stem = archiveName(composed, file).replace(/\.zip$/, `-${number}`);
  const pdfs = await storeCopies(run, filing.copies);
  const archive = archiveOf(composed, filesOfFiling(composed, { filing, file }));
  const record = Buffer.from(`${JSON.stringify(filing.filed, null, 2)}\n`);
  const subject = subjectOfPayer(payer);
  const sealed = await sealOfPlatform(run, { documents: [archive, record], subject });
  const [zip = '', json = ''] = await run.documents.putAll(sealed);
  return [
    {
      ...{ kind, content_id, period: year, subject },
      files: {
        zip: { hash: zip, byte_size: archive.length },
        json: { hash: json, byte_size: record.length },
      },
      fileName: (format) => `${stem}.${format}`,
    },
    ...filing.copies.map(({ creator_id: subject }, index): Unrecorded => {
      const digest = sha256Hex(subject).slice(0, 16);
      const name = /^[A-Za-z0-9_-]{1,100}$/.test(subject) ? subject : digest;
      return {
        ...{ kind, content_id: `${content_id}-${digest}`, period: year, subject },
        files: { pdf: requirePresent(pdfs[index], 'Each copy is stored.') },
        fileName: (format) => `${stem}-${name}.${format}`,
      };
    }),
  ];
}
