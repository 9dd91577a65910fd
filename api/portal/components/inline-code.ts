import type { VNode } from 'preact';
import { html } from '../markup.ts';

/** A sentence in which what stands between backticks is code, as in our declarations. */
export function inlineCode(text: string): VNode {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
