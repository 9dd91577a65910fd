import type { VNode } from 'preact';
import { SECOND_FACTOR_PATH } from '../../auth/authenticate.ts';
import { type Children, html } from '../markup.ts';
import type { PageRequest } from '../page.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A message above the content of a page: a paragraph, and what follows it. */
export function notice(tone: Tone, text: Children, more?: Children): VNode {
  return html`<div class=${`notice ${tone}`} role=${tone === 'good' ? 'status' : undefined}><p>${text}</p>${more}</div>`;
}

/** A short state as a label; its text says it, the colour repeats it. */
export function stateLabel(tone: Tone, text: string): VNode {
  return html`<span class=${`state ${tone}`}>${text}</span>`;
}

/** Where a person gives its second factor before it decides; nothing if it has. */
export function factorNotice({ caller, words, path }: Pick<PageRequest, 'caller' | 'words' | 'path'>): VNode | null {
  if (caller.isVerified) return null;
  const { factorFirst, factorLink } = words.finance.common;
  const address = `${SECOND_FACTOR_PATH}?next=${encodeURIComponent(path)}`;
  return notice('warn', html`${factorFirst} <a href=${address}>${factorLink}</a>`);
}
