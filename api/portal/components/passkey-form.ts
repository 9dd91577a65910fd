import type { VNode } from 'preact';
import { Rejected } from '../../../warehouse/errors.ts';
import { type Children, html } from '../markup.ts';
import type { Words } from '../words.ts';

/** What the script has put into the field `response`. Throws `Rejected` for anything else. */
export function parsePasskey(response: string): object {
  try {
    const value: unknown = JSON.parse(response);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Nobody but our script sends it.
  }
  throw new Rejected('The browser sent no passkey; try again.');
}

interface PasskeyForm {
  /** Whether a passkey is made or used. */
  readonly kind: 'create' | 'get';
  /** Where the browser gets what it needs for that. */
  readonly options: string;
  readonly action?: string;
  readonly words: Words;
  readonly label: string;
  readonly act: string;
  /** Further fields. */
  readonly children?: Children;
}

/** A form that the script of passkeys shows and completes; a page with one has `script: 'passkey'`. */
export function passkeyForm({ kind, options, action, words, label, act, children }: PasskeyForm): VNode {
  return html`<form class="stack" method="post" action=${action} data-passkey=${kind} data-options=${options} hidden>
    ${children}
    <input type="hidden" name="response" /><input type="hidden" name="act" value=${act} />
    <p role="alert" class="field-fault" data-refused=${words.passkeys.refused} hidden></p>
    <button>${label}</button>
  </form>`;
}
