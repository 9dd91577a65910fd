import { zipArchive, zipBytes } from '../render/zip.ts';
import { type AccountingFile, type MappedFormat, settingsOf } from './accounting-file.ts';
import { renderDatev } from './datev.ts';
import type { Journal } from './document.ts';
import type { JournalFile } from './journal-file.ts';
import { manifestOf, readmeOf } from './manifest.ts';
import { renderQuickBooks } from './quickbooks.ts';
import { renderXero } from './xero.ts';

/** The formats with an account mapping. */
export const MAPPED_FORMATS: readonly MappedFormat[] = ['datev', 'quickbooks', 'xero'];

/**
 * The files of a format, and before them a text for people and a manifest. Equal journals and accounting files have equal bytes. Throws
 * `Rejected` if the accounting file does not suit the journal; then there is no file at all.
 */
export function renderJournal(
  journal: Journal,
  { format, file }: { format: MappedFormat; file: AccountingFile },
): Pick<JournalFile, 'name' | 'bytes'>[] {
  const files = filesOf(journal, { format, file });
  const manifest = manifestOf(journal, { format, file, files });
  const stem = `journal-${journal.period}-${format}`;
  return [
    { name: `${stem}.txt`, bytes: Buffer.from(readmeOf(manifest)) },
    { name: `${stem}.json`, bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...files,
  ];
}

function filesOf(journal: Journal, { format, file }: { format: MappedFormat; file: AccountingFile }): JournalFile[] {
  if (format === 'datev') return renderDatev(journal, settingsOf(file, 'datev'));
  if (format === 'quickbooks') return renderQuickBooks(journal, settingsOf(file, 'quickbooks'));
  return renderXero(journal, settingsOf(file, 'xero'));
}

/** The files as one archive, dated as the closing. */
export function journalArchive(journal: Journal, options: { format: MappedFormat; file: AccountingFile }): Buffer {
  const entries = renderJournal(journal, options).map(({ name, bytes }) => zipBytes(name, bytes));
  return zipArchive(entries, Date.parse(journal.cutoff_at));
}
