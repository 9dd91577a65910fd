import { resolve } from 'node:path';
import { integerBetween, type SettingsReader, storeAddress } from '../../warehouse/settings.ts';

/** The settings of tax profiles; none has a default. */
export interface TaxConfig {
  /** The file with the keys of tax profiles; undefined if none is stored. */
  readonly taxKeyFile: string | undefined;
  /** The file with what is decided for tax exports; undefined if none is made. */
  readonly taxFile: string | undefined;
  /** For how many years after a year the law requires its tax forms to be kept; undefined if nothing is erased. */
  readonly taxRetentionYears: number | undefined;
}

export function taxConfig(settings: SettingsReader): TaxConfig {
  const address = settings.read('TANTIEME_TAX_KEYS', storeAddress('file'));
  const taxRetentionYears = settings.read('TANTIEME_TAX_RETENTION_YEARS', integerBetween(1, 30));
  const taxFile = settings.read('TANTIEME_TAX_FILE', (path) => resolve(path));
  return { taxFile, taxKeyFile: address && resolve(address.rest), taxRetentionYears };
}
