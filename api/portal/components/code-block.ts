import type { VNode } from 'preact';
import { html } from '../markup.ts';

/** A text for programs, which scrolls by itself; `label` says what it is. */
export function codeBlock(text: string, label: string): VNode {
  return html`<pre class="code-block" role="region" aria-label=${label} tabindex="0"><code>${text}</code></pre>`;
}
