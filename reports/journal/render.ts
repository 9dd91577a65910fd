import { type ExportFile, exportArchive, withManifest } from '../render/export-files.ts';
import { type AccountingFile, type MappedFormat, requireSettings } from './accounting-file.ts';
import { renderDatev } from './datev.ts';
import type { Journal } from './document.ts';
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
): Pick<ExportFile, 'name' | 'bytes'>[] {
  const files = filesOf(journal, { format, file });
  const manifest = manifestOf(journal, { format, file, files });
  const stem = `journal-${journal.period}-${format}`;
  return withManifest(files, { stem, text: readmeOf(manifest), manifest });
}

function filesOf(journal: Journal, { format, file }: { format: MappedFormat; file: AccountingFile }): ExportFile[] {
  if (format === 'datev') return renderDatev(journal, requireSettings(file, 'datev'));
  if (format === 'quickbooks') return renderQuickBooks(journal, requireSettings(file, 'quickbooks'));
  return renderXero(journal, requireSettings(file, 'xero'));
}

/** The files as one archive, dated as the closing. */
export function journalArchive(journal: Journal, options: { format: MappedFormat; file: AccountingFile }): Buffer {
  return exportArchive(renderJournal(journal, options), journal.cutoff_at);
}
