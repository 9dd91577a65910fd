import { FORMATS_OF, type Formats, type Locale } from './format.ts';
import { DE } from './sentences/de.ts';
import { DE_WORKBOOK } from './sentences/de-workbook.ts';
import { EN } from './sentences/en.ts';
import { EN_WORKBOOK } from './sentences/en-workbook.ts';

/** A language in which statements are written: numbers, dates and every sentence. */
export interface Language extends Formats {
  readonly locale: Locale;
  readonly say: typeof EN;
  readonly workbook: typeof EN_WORKBOOK;
}

const LANGUAGES: Readonly<Record<Locale, Language>> = {
  en: { locale: 'en', ...FORMATS_OF.en, say: EN, workbook: EN_WORKBOOK },
  de: { locale: 'de', ...FORMATS_OF.de, say: DE, workbook: DE_WORKBOOK },
};

export const languageOf = (locale: Locale): Language => LANGUAGES[locale];

/** The language for a BCP 47 tag, such as `de-AT`; English where statements are not written in it. */
export function languageOfTag(tag: string): Language {
  const language = new Intl.Locale(tag).language;
  return language === 'de' ? LANGUAGES.de : LANGUAGES.en;
}
