import type { VNode } from 'preact';
import { EXCEPTION_REASONS, type ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import type { BreakClassName } from '../../../warehouse/vocabulary/reconciliation.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';
import type { Curable, Meaning } from '../words/meanings/en.ts';

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

/** What the reason of an exception means, and what to do. */
export const exceptionWords = (
  { words }: Pick<Language, 'words'>,
  { exception_reason }: Pick<Excepted, 'exception_reason'>,
): Curable => words.meanings.exceptions[exception_reason as ExceptionReason];

/** Why an exception cannot be booked, or needs a look. That of events in the quarantine names them. */
export function exceptionMeaning(request: Language, row: Excepted): VNode {
  const said = exceptionWords(request, row);
  const isFixed = row.meaning === EXCEPTION_REASONS[row.exception_reason as ExceptionReason].meaning;
  return isFixed ? html`${said.meaning}` : withDetail(request, said, row.meaning);
}

interface Broken {
  readonly break_class: string;
  readonly what_happened: string;
}

/** What a break is, with its ids and amounts. */
export const breakMeaning = (request: Language, { break_class, what_happened }: Broken): VNode =>
  withDetail(request, request.words.meanings.breaks[break_class as BreakClassName], what_happened);
