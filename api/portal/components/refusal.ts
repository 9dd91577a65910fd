import type { VNode } from 'preact';
import { messageOf } from '../../../warehouse/errors.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';

const TRANSLATED = new WeakSet<object>();

/** Marks an error whose message is in the language of the page; every other one is a sentence in English. */
export function asTranslated<E extends Error>(error: E): E {
  TRANSLATED.add(error);
  return error;
}

/** Why something was refused. In another language than English, the sentence of the API is quoted after one of the page. */
export function refusal(
  { words, locale }: Pick<PageRequest, 'words' | 'locale'>,
  { error, status }: { readonly error: unknown; readonly status: number },
): VNode {
  const message = messageOf(error);
  if (locale === 'en' || (error instanceof Error && TRANSLATED.has(error))) return html`<p>${message}</p>`;
  return html`<p>${words.errors.refused(status)}</p><p><q lang="en">${message}</q></p>`;
}
