import type { VNode } from 'preact';
import { ownCureOf } from '../../../reports/finance/break-sentences.ts';
import { EXCEPTION_REASONS, type ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import type { BreakClassName } from '../../../warehouse/vocabulary/reconciliation.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';
import type { Meaning } from '../words/meanings/en.ts';

type Language = Pick<PageRequest, 'words' | 'locale'>;

/** What a code means, in the language of the page; of a code without words, what the API says of it, in English. */
export function meaningOf(
  meanings: Readonly<Record<string, Meaning>>,
  { code, english }: { readonly code: string; readonly english: string | null },
): VNode {
  const said = Object.hasOwn(meanings, code) ? meanings[code]?.meaning : undefined;
  return said === undefined ? html`<span lang="en">${english ?? code}</span>` : html`${said}`;
}

/** A sentence of the API with ids or amounts, which is in English; in another language it comes after what its code means. */
function withDetail({ locale }: Language, { meaning }: Meaning, english: string): VNode {
  return locale === 'en' ? html`${english}` : html`${meaning} <span lang="en">${english}</span>`;
}

interface Excepted {
  readonly exception_reason: string;
  readonly meaning: string;
}

/** Why an exception cannot be booked, or needs a look. That of events in the quarantine names them. */
export function exceptionMeaning(request: Language, { exception_reason, meaning: english }: Excepted): VNode {
  const reason = exception_reason as ExceptionReason;
  const said = request.words.meanings.exceptions[reason];
  return english === EXCEPTION_REASONS[reason].meaning ? html`${said.meaning}` : withDetail(request, said, english);
}

interface Broken {
  readonly break_class: string;
  readonly what_happened: string;
}

/** What a break is, with its ids and amounts. */
export const breakMeaning = (request: Language, { break_class, what_happened }: Broken): VNode =>
  withDetail(request, request.words.meanings.breaks[break_class as BreakClassName], what_happened);

/** What to do about a break. */
export function breakCure({ words }: Pick<Language, 'words'>, row: Parameters<typeof ownCureOf>[0]): string {
  const { breaks, ownCures } = words.meanings;
  const own = ownCureOf(row);
  return own === undefined ? breaks[row.break_class as BreakClassName].cure : ownCures[own].cure;
}
