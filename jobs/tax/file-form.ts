import type { FiledForm } from '../../reports/tax/filed.ts';
import { parseYear } from '../../reports/tax/read.ts';
import type { TaxFormFile } from '../../reports/tax/recipient-copy.ts';
import { archiveOf, composeFiling, type Filing, withText } from '../../reports/tax/render.ts';
import { FORM_TITLES, type TaxFormName } from '../../reports/tax/words.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type DocumentKind, PLATFORM_SUBJECT } from '../../warehouse/vocabulary/documents.ts';
import {
  type DocumentInForce,
  documentIdOf,
  documentsInForce,
  recordDocuments,
  type StoredDocument,
} from '../document-rows.ts';
import type { Services } from '../job.ts';
import { PLATFORM_KEY_OWNER } from './data-keys.ts';
import { readDocument, sealDocuments } from './sealed-documents.ts';
import { archiveName, type FormRequest, KIND_OF_FORM, type OpenedForm, openForm } from './tax-year.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'documents' | 'clock' | 'taxKeys' | 'taxFile'>;

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

export interface FilingRequest extends FormRequest {
  readonly because?: string | undefined;
  /** Whether the tax office has refused the last filing as a whole, so that this one takes its place. */
  readonly isRefused?: boolean | undefined;
}

/**
 * Files a form of a year: stores what is given to the tax office and a copy for each creator of whom something has changed, and records them. A
 * later filing has only what leads from the one before it to the books and profiles as they are. Files of an attempt that ended before it was
 * recorded are referred to by nothing. Throws as `openForm`, and `Conflict` if the form was filed meanwhile.
 */
export async function fileTaxForm(
  stores: Stores,
  { because, isRefused = false, ...request }: FilingRequest,
): Promise<FiledOutcome> {
  const { form, by } = request;
  const [kind, year] = [KIND_OF_FORM[form], parseYear(request.year)];
  const inForce = await documentsInForce(stores.operational, { kind, period: year });
  const last = await lastFiled(stores, inForce);
  const before = isRefused ? await beforeRefused(stores, { last, kind, year }) : last;
  const opened = await openForm(stores, request, before);
  const composed = withVersions(composeFiling(opened.composed, { ...opened, before }), { opened, before });
  const filing = isRefused
    ? { ...composed, isNeeded: true, filed: { ...composed.filed, based_on: last?.based_on ?? 0 } }
    : composed;
  const not_used = notUsed(filing, opened);
  if (!filing.isNeeded)
    return { ...outcomeOf(filing, { kind, number: before?.number ?? 0 }), copy_count: 0, is_new: false, not_used };
  const { number } = filing.summary;
  const documents = await storeFiling(stores, { filing, opened, kind });
  const latest = new Map(inForce.map((each) => [chainOf(each), each.content_id]));
  await recordDocuments(
    stores,
    documents.map((each) => {
      const [format = ''] = Object.keys(each.files);
      return { ...each, supersedes: latest.get(chainOf({ ...each, format })), issued_by: by, because };
    }),
    `${FORM_TITLES[form]} of ${year} was filed by somebody else meanwhile; look at that filing, then file again if something is still to be changed.`,
  );
  return { ...outcomeOf(filing, { kind, number }), copy_count: documents.length - 1, is_new: true, not_used };
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

/** What the last filing of a form and year left with the tax office; undefined before the first one. */
async function lastFiled(stores: Stores, inForce: readonly DocumentInForce[]): Promise<FiledForm | undefined> {
  const row = inForce.find(({ subject, format }) => subject === PLATFORM_SUBJECT && format === 'json');
  return row && recordsIn(stores, row);
}

/** What the tax office has if it has refused the last filing. The ids of that one stay used. */
async function beforeRefused(
  stores: Stores,
  { last, kind, year }: { last: FiledForm | undefined; kind: DocumentKind; year: string },
): Promise<FiledForm> {
  if (!last)
    throw new Rejected(`The filing of ${year} cannot have been refused, because there is none; leave --refused out.`);
  const { number, used_ids, based_on } = last;
  if (based_on === 0) return { ...last, payer: null, records: [], versions: [] };
  const row = await stores.operational
    .selectFrom('documents')
    .select(['kind', 'subject', 'hash'])
    .where('document_id', '=', documentIdOf(contentIdOf({ kind, year, number: based_on }), 'json'))
    .executeTakeFirstOrThrow();
  return { ...(await recordsIn(stores, row)), number, used_ids };
}

async function recordsIn(stores: Stores, row: Pick<DocumentInForce, 'kind' | 'subject' | 'hash'>): Promise<FiledForm> {
  return JSON.parse(Buffer.from(await readDocument(stores, row)).toString()) as FiledForm;
}

function outcomeOf(
  { filed, summary }: Filing,
  { kind, number }: { kind: DocumentKind; number: number },
): Omit<FiledOutcome, 'is_new' | 'copy_count' | 'not_used'> {
  const { form, year } = filed;
  const { number: _, ...counts } = summary;
  const document_id = documentIdOf(contentIdOf({ kind, year, number }), 'zip');
  return { form, year, filing_number: number, ...counts, document_id };
}

const contentIdOf = ({ kind, year, number }: { kind: DocumentKind; year: string; number: number }): string =>
  `${kind}-${year}-${number}`;

type Unrecorded = Omit<StoredDocument, 'supersedes' | 'issued_by' | 'because'>;

/** The archive and the records first, then the copies. */
async function storeFiling(
  stores: Stores,
  { filing, opened, kind }: { filing: Filing; opened: OpenedForm; kind: DocumentKind },
): Promise<Unrecorded[]> {
  const { composed, file } = opened;
  const { year, number } = filing.filed;
  const content_id = contentIdOf({ kind, year, number });
  const archive = archiveOf(composed, withText(composed, { filing, file, isPreview: false }));
  const record = Buffer.from(`${JSON.stringify(filing.filed, null, 2)}\n`);
  const copies = filing.files.filter((each) => each.creator_id !== undefined);
  const plain = [
    { bytes: archive, subject: PLATFORM_SUBJECT, keyOwner: PLATFORM_KEY_OWNER },
    { bytes: record, subject: PLATFORM_SUBJECT, keyOwner: PLATFORM_KEY_OWNER },
    ...copies.map((copy) => ({
      bytes: copy.bytes,
      ...ownedBy(requirePresent(copy.creator_id, 'A copy is of a creator.')),
    })),
  ];
  const stored = (await stores.documents.putAll(await sealDocuments(stores, plain))).map((hash, index) => ({
    ...{ hash, byte_size: requirePresent(plain[index], 'Each hash is that of a file.').bytes.length },
  }));
  const [zip, json, ...pdfs] = stored;
  const stem = archiveName(composed).replace(/\.zip$/, `-${number}`);
  return [
    {
      ...{ kind, content_id, period: year, subject: PLATFORM_SUBJECT },
      files: {
        zip: requirePresent(zip, 'The archive is stored.'),
        json: requirePresent(json, 'The records are stored.'),
      },
      fileName: (format) => `${stem}.${format}`,
    },
    ...copies.map((copy, index) => copyOf(copy, { kind, year, number, stem, pdf: pdfs[index] })),
  ];
}

const ownedBy = (creator_id: string) => ({ subject: creator_id, keyOwner: creator_id });

function copyOf(
  { creator_id = '' }: TaxFormFile,
  {
    kind,
    year,
    number,
    stem,
    pdf,
  }: Pick<Unrecorded, 'kind'> & {
    year: string;
    number: number;
    stem: string;
    pdf: { hash: string; byte_size: number } | undefined;
  },
): Unrecorded {
  const digest = sha256Hex(creator_id).slice(0, 16);
  const name = /^[A-Za-z0-9_-]{1,100}$/.test(creator_id) ? creator_id : digest;
  return {
    ...{ kind, content_id: `${contentIdOf({ kind, year, number })}-${digest}`, period: year, subject: creator_id },
    files: { pdf: requirePresent(pdf, 'Each copy is stored.') },
    fileName: (format) => `${stem}-${name}.${format}`,
  };
}
