import countries from 'i18n-iso-countries';
import type { VNode } from 'preact';
import { html } from '../markup.ts';
import type { Locale } from '../words.ts';

/** The name of a country of ISO 3166-1 in the language of the page; the code itself where it has none. */
export function countryName(code: string, locale: Locale): string {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code) : code;
}

/** Every country, by name. */
export function countryOptions(locale: Locale, chosen: string): VNode[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const { compare } = new Intl.Collator(locale);
  return Object.keys(countries.getAlpha2Codes())
    .map((code) => [code, names.of(code) ?? code] as const)
    .toSorted(([, a], [, b]) => compare(a, b))
    .map(([code, name]) => html`<option value=${code} selected=${code === chosen}>${name}</option>`);
}
