import { decimalOf, minorToDecimal, parseDecimal } from '../../warehouse/money.ts';
import {
  type ExportFile,
  type ListedFile,
  linesOfFiles,
  linesOfSettings,
  listed,
  textOf,
} from '../render/export-files.ts';
import type { AccountingFile, MappedFormat } from './accounting-file.ts';
import type { Journal } from './document.ts';
import { nineDecimals } from './exact-csv.ts';
import type { JournalSource } from './read.ts';
import { NOTICE, RULE_SET_ON } from './words.ts';

/** An account from the beginning to the end of a period: opening + movement = closing, as decimal text. */
interface ShownTotal {
  readonly account: string;
  readonly currency: string;
  readonly opening: string;
  readonly movement: string;
  readonly closing: string;
}

interface Heading {
  readonly period: string;
  readonly cutoff_at: string;
  readonly seal: string;
  readonly posting_count: number;
  /** The date of the descriptions of the formats that are followed. */
  readonly rule_set_on: string;
  readonly notice: string;
}

/** What a period has moved, exactly: beside the general CSV. */
export interface JournalSummary extends Heading {
  readonly totals: ShownTotal[];
}

/** What is in the files of an export, and by which settings it was made. */
export interface Manifest extends Heading {
  readonly format: MappedFormat;
  readonly accounting_file_hash: string;
  /** As chosen in the accounting file, without its accounts. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly entry_count: number;
  readonly files: readonly ListedFile[];
  /** In minor units. */
  readonly totals: readonly ShownTotal[];
}

/** The exact totals, with nine decimal places. */
export function summaryOf({ period, close, balances }: JournalSource): JournalSummary {
  const totals = balances.map(({ account, currency, opening_amount, closing_amount }) => ({
    ...{ account, currency, opening: nineDecimals(opening_amount) },
    movement: nineDecimals(decimalOf(parseDecimal(closing_amount) - parseDecimal(opening_amount))),
    closing: nineDecimals(closing_amount),
  }));
  const { cutoff_at, seal, posting_count } = close;
  return { ...headingOf({ period, cutoff_at, seal, posting_count }), totals };
}

export function manifestOf(
  journal: Journal,
  { format, file, files }: { format: MappedFormat; file: AccountingFile; files: readonly ExportFile[] },
): Manifest {
  const { accounts: _, ...settings } = file[format] ?? { accounts: {} };
  return {
    ...headingOf(journal),
    format,
    accounting_file_hash: file.file_hash,
    settings,
    entry_count: journal.entries.length,
    files: files.map(listed),
    totals: journal.totals.map(({ account, currency, opening_minor, closing_minor }) => ({
      ...{ account, currency, opening: minorToDecimal(opening_minor, currency) },
      movement: minorToDecimal(closing_minor - opening_minor, currency),
      closing: minorToDecimal(closing_minor, currency),
    })),
  };
}

function headingOf({
  period,
  cutoff_at,
  seal,
  posting_count,
}: Pick<Journal, 'period' | 'cutoff_at' | 'seal' | 'posting_count'>): Heading {
  return { period, cutoff_at, seal, posting_count: Number(posting_count), rule_set_on: RULE_SET_ON, notice: NOTICE };
}

/** The README beside the files. */
export function readmeOf({ period, format, files, settings, ...rest }: Manifest): string {
  return textOf([
    `Journal of ${period} for ${format}`,
    '',
    ...[rest.notice, ''],
    `Formats as described on ${rest.rule_set_on}. Cutoff of the closing ${rest.cutoff_at}, seal ${rest.seal}.`,
    `${rest.posting_count} postings in ${rest.entry_count} entries: one for each day, kind and currency. What is of an earlier month is booked on the first day.`,
    'Each amount is the difference of two balances rounded to the minor unit; what that leaves over is on export_rounding.',
    'Import every file once, in this order:',
    ...linesOfFiles(files),
    '',
    `Accounting file: SHA-256 ${rest.accounting_file_hash}`,
    ...linesOfSettings(settings),
    '',
    'Account, currency: opening, movement, closing (debits positive)',
    ...rest.totals.map(
      ({ account, currency, opening, movement, closing }) =>
        `  ${account}, ${currency}: ${opening}, ${movement}, ${closing}`,
    ),
  ]);
}
