import { type MappedFormat, readAccountingFile } from '../reports/journal/accounting-file.ts';
import { composeJournal } from '../reports/journal/compose.ts';
import { readJournalSource } from '../reports/journal/read.ts';
import { journalArchive } from '../reports/journal/render.ts';
import { sha256Hex } from '../warehouse/ids.ts';
import { type Period, parsePeriod } from '../warehouse/period.ts';
import { type DocumentKind, PLATFORM_SUBJECT } from '../warehouse/vocabulary/documents.ts';
import { type DocumentInForce, documentIdOf, documentsInForce, recordDocuments } from './document-rows.ts';
import type { Services } from './job.ts';

type Stores = Pick<Services, 'operational' | 'warehouse' | 'documents' | 'clock' | 'accountingFile'>;

/** Each format is a kind of its own, for all of them are archives. */
const KIND_OF_FORMAT = {
  datev: 'journal_datev',
  quickbooks: 'journal_quickbooks',
  xero: 'journal_xero',
} as const satisfies Readonly<Record<MappedFormat, DocumentKind>>;

interface JournalRequest {
  readonly period: string;
  readonly format: MappedFormat;
  readonly by: string;
  /** Why it is issued again, by the accounting file as it is now. */
  readonly because?: string | undefined;
}

export interface IssuedJournal {
  readonly period: string;
  readonly format: MappedFormat;
  readonly document_id: string;
  /** False if it was issued before, or has not changed since. */
  readonly is_new: boolean;
  readonly issued_at: string;
  readonly issued_by: string | null;
}

/** The journal in force of a period and format; undefined if none was issued. */
export async function issuedJournal(
  { operational }: Pick<Stores, 'operational'>,
  { period, format }: Pick<JournalRequest, 'period' | 'format'>,
): Promise<DocumentInForce | undefined> {
  return (await documentsInForce(operational, { kind: KIND_OF_FORMAT[format], period })).at(-1);
}

/** A journal by the ledger and the accounting file as they are. Throws as `readAccountingFile`, `readJournalSource` and `journalArchive`. */
export async function composedJournal(
  { warehouse, accountingFile }: Pick<Stores, 'warehouse' | 'accountingFile'>,
  { period, format }: { period: Period; format: MappedFormat },
): Promise<Buffer> {
  const file = await readAccountingFile(accountingFile);
  return journalArchive(composeJournal(await readJournalSource(warehouse, period)), { format, file });
}

/**
 * Issues the journal of a closed period in a format, once: a journal that was imported is not changed by another accounting file. Given a
 * reason, it is issued again in the place of the one before, unless it is the same. Throws as `composedJournal`, and `Conflict` if it was
 * issued meanwhile.
 */
export async function issueJournal(stores: Stores, request: JournalRequest): Promise<IssuedJournal> {
  const { format, by, because } = request;
  const period = parsePeriod(request.period);
  const before = await issuedJournal(stores, { period, format });
  if (before && because === undefined) return shown(before, { period, format, is_new: false });
  const bytes = await composedJournal(stores, { period, format });
  if (before?.hash === sha256Hex(bytes)) return shown(before, { period, format, is_new: false });
  const hash = await stores.documents.put(bytes);
  const kind = KIND_OF_FORMAT[format];
  const content_id = `${kind}-${period}-${before ? Number(before.content_id.split('-').at(-1)) + 1 : 1}`;
  const issued_at = await recordDocuments(
    stores,
    [
      {
        ...{ kind, content_id, period, subject: PLATFORM_SUBJECT, issued_by: by },
        because: before && because,
        supersedes: before?.content_id,
        files: { zip: { hash, byte_size: bytes.length } },
        fileName: (extension) => `${content_id.replaceAll('_', '-')}.${extension}`,
      },
    ],
    `The journal of ${period} for ${format} was issued by somebody else meanwhile; look at that one first.`,
  );
  return { period, format, is_new: true, document_id: documentIdOf(content_id, 'zip'), issued_at, issued_by: by };
}

function shown(
  { document_id, issued_at, issued_by }: DocumentInForce,
  what: Pick<IssuedJournal, 'period' | 'format' | 'is_new'>,
): IssuedJournal {
  return { ...what, document_id, issued_at, issued_by };
}
