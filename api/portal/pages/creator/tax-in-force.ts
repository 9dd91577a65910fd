import type { VNode } from 'preact';
import type { TaxForm } from '../../../../ingest/tax/forms.ts';
import { percentOf } from '../../../../reports/statement/explanations.ts';
import { languageOf } from '../../../../reports/statement/language.ts';
import { countryName } from '../../components/country-options.ts';
import { html } from '../../markup.ts';
import type { Locale, Words } from '../../words.ts';
import { isOffered, sectionsOf } from './tax-fields.ts';

/** A form in force as the API shows it, with masks in the place of numbers. */
export interface ShownProfile {
  readonly form: TaxForm;
  readonly version: number;
  readonly state: 'valid' | 'expired';
  readonly recorded_at: string;
  readonly valid_until_on: string | null;
  readonly profile: object;
}

/** What was declared, field by field. Of the signature only who signed. */
export function profileFacts(
  { form, profile }: ShownProfile,
  { words, locale }: { words: Words; locale: Locale },
): VNode | false {
  if (!isOffered(form)) return false;
  const fields = sectionsOf(form, words).flatMap((section) => section.fields);
  const facts = fields.flatMap(({ name, label, kind, choices = [] }) => {
    const value = name
      .split('.')
      .reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], profile);
    if (value === undefined) return [];
    const text = String(value);
    if (kind === 'flag') return [[label, words.tax.choices[value === true ? 'yes' : 'no']]];
    if (kind === 'country') return [[label, countryName(text, locale)]];
    if (kind === 'choice') return [[label, choices.find(([each]) => each === text)?.[1] ?? text.replaceAll('_', ' ')]];
    if (kind === 'percent') return [[label, languageOf(locale).rate(percentOf(BigInt(text)))]];
    return [[label, text]];
  });
  return html`<dl class="facts">${facts.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`;
}
