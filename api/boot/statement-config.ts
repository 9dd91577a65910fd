import { resolve } from 'node:path';
import { LOCALES } from '../../reports/statement/format.ts';
import { readIssuerFile } from '../../reports/statement/issuer-file.ts';
import { DEFAULT_SETTINGS, type StatementSettings } from '../../reports/statement/settings.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { integerBetween, type SettingsReader, wordOf } from '../../warehouse/settings.ts';

/** The settings of statements. */
export interface StatementConfig {
  /** Who owes the royalties; also named on reports for finance. */
  readonly issuerName: string;
  readonly statements: StatementSettings;
}

const DEFAULT_NAME = 'Tantieme Marketplace';

export function statementConfig(settings: SettingsReader): StatementConfig {
  const name = settings.read('TANTIEME_ISSUER_NAME', (text) => text);
  const file = settings.read('TANTIEME_ISSUER_FILE', (path) => {
    if (name !== undefined) throw new Rejected('TANTIEME_ISSUER_NAME is set too; the file has the name, so remove it.');
    return readIssuerFile(resolve(path));
  });
  const locale = settings.read('TANTIEME_LOCALE', wordOf(LOCALES), DEFAULT_SETTINGS.locale);
  const pages = settings.read(
    'TANTIEME_STATEMENT_DETAIL_PAGES',
    integerBetween(2, 1000),
    String(DEFAULT_SETTINGS.detailPages),
  );
  return {
    issuerName: file?.name ?? name ?? DEFAULT_NAME,
    statements: Object.freeze({
      locale: locale ?? DEFAULT_SETTINGS.locale,
      issuer: file?.details ?? DEFAULT_SETTINGS.issuer,
      ...(file?.others && { otherIssuers: file.others }),
      detailPages: pages ?? DEFAULT_SETTINGS.detailPages,
    }),
  };
}
