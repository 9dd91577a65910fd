import type { Locale } from '../../reports/statement/format.ts';
import { de } from './words/de.ts';
import { en, type Words } from './words/en.ts';

/**
 * Everything that pages say, by subject; a sentence that depends on something is a function. English gives the shape, and German must have it.
 * The languages are those of statements.
 */
export type { Locale, Words };

const WORDS: Readonly<Record<Locale, Words>> = { en, de };

export const wordsOf = (locale: Locale): Words => WORDS[locale];

export const isLocale = (text: string): text is Locale => Object.hasOwn(WORDS, text);

/** The language that a browser prefers of ours: RFC 9110, 12.5.4; English if none. */
export function preferredLocale(accepted: string | undefined): Locale {
  const wanted = (accepted ?? '')
    .split(',')
    .map((each) => {
      const [tag = '', ...parameters] = each.trim().split(';');
      const quality = Number(/q=([\d.]+)/.exec(parameters.join(';'))?.[1] ?? 1);
      return { language: tag.split('-')[0]?.toLowerCase() ?? '', quality };
    })
    .sort((a, b) => b.quality - a.quality)
    .map(({ language }) => language)
    .find(isLocale);
  return wanted ?? 'en';
}
