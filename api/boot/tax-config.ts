import { resolve } from 'node:path';
import { assertKeysOutlast, parseRetention, type Retention } from '../../jobs/retention/retention-rules.ts';
import { type KeyPlace, parseKeyPlaces } from '../../jobs/tax/key-places.ts';
import { integerBetween, type SettingsReader, wordOf } from '../../warehouse/settings.ts';

/** The settings of tax profiles; none has a default. */
export interface TaxConfig {
  /** Where the keys of tax profiles are, the first place for new ones; undefined if no profile is stored. */
  readonly taxKeyPlaces: readonly KeyPlace[] | undefined;
  /** The file with what is decided for tax exports; undefined if none is made. */
  readonly taxFile: string | undefined;
  /** The file with what is decided for invoices; undefined if none is issued. */
  readonly invoiceFile: string | undefined;
  /** Whether two people open the numbers of a whole tax year, or one alone, which the log says. */
  readonly taxOpenedBy: 'one_person' | 'two_people';
  /** For how many years after a year the law requires its tax forms to be kept; undefined if nothing is erased. */
  readonly taxRetentionYears: number | undefined;
  /** For how many years statements, invoices, tax forms and bank files are kept; undefined if none is deleted. */
  readonly retention: Retention | undefined;
}

export function taxConfig(settings: SettingsReader): TaxConfig {
  const taxKeyPlaces = settings.read('TANTIEME_TAX_KEYS', (text) => parseKeyPlaces(text).map(absolute));
  const taxRetentionYears = settings.read('TANTIEME_TAX_RETENTION_YEARS', integerBetween(1, 30));
  const retention = settings.read('TANTIEME_DOCUMENT_RETENTION', (text) => {
    const years = parseRetention(text);
    assertKeysOutlast(years, { taxRetentionYears });
    return years;
  });
  const taxFile = settings.read('TANTIEME_TAX_FILE', (path) => resolve(path));
  const invoiceFile = settings.read('TANTIEME_INVOICE_FILE', (path) => resolve(path));
  const taxOpenedBy =
    settings.read('TANTIEME_TAX_OPENED_BY', wordOf(['two_people', 'one_person'] as const)) ?? 'two_people';
  return { taxFile, invoiceFile, taxKeyPlaces, taxOpenedBy, taxRetentionYears, retention };
}

const absolute = (place: KeyPlace): KeyPlace =>
  place.kind === 'file' ? { ...place, path: resolve(place.path) } : place;
