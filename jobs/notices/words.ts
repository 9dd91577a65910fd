import type { Locale } from '../../reports/statement/format.ts';
import { wordsDe } from './words-de.ts';
import { type MailWords, wordsEn } from './words-en.ts';

/** What mails say to somebody whose language this is; English if none is known. */
export const mailWords = (locale: string | null): MailWords => WORDS[locale === 'de' ? 'de' : 'en'];

const WORDS: Readonly<Record<Locale, MailWords>> = { en: wordsEn, de: wordsDe };
