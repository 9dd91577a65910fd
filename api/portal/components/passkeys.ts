import type { VNode } from 'preact';
import { SECOND_FACTOR_PATH } from '../../auth/authenticate.ts';
import { type ListedPasskey, passkeyDomain } from '../../auth/passkeys.ts';
import { formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';
import { grid } from './grid.ts';
import { passkeyForm } from './passkey-form.ts';

interface Own {
  readonly passkeys: readonly ListedPasskey[];
  readonly hasFactor: boolean;
}

/** The passkeys of whoever looks, and the form to add one, right after a second factor if there is one. */
export function ownPasskeys(request: PageRequest, { passkeys, hasFactor }: Own): VNode {
  const { words, locale, caller, signIn, path } = request;
  const texts = words.passkeys;
  const { dateTime } = formats(locale);
  const removal = ({ passkey_id }: ListedPasskey): VNode =>
    html`<form method="post"><input type="hidden" name="passkey" value=${passkey_id} /><button class="second" name="act" value="remove">${texts.remove}</button></form>`;
  const addition = caller.isFresh || !hasFactor ? addForm(request) : null;
  return html`<h2>${texts.title}</h2>
    <p>${texts.explain}</p>
    ${grid({
      ...{ caption: texts.title, isCaptionHidden: true, none: texts.none, rows: passkeys },
      columns: [
        { label: texts.name, cell: ({ name }) => name },
        { label: texts.made, cell: ({ created_at }) => dateTime(created_at) },
        {
          label: texts.used,
          cell: ({ last_used_at }) => (last_used_at === null ? texts.never : dateTime(last_used_at)),
        },
        { label: texts.remove, cell: removal },
      ],
    })}
    ${
      passkeyDomain(signIn.url()) === undefined
        ? html`<p class="soft">${texts.noDomain}</p>`
        : (addition ??
          html`<p>${texts.factorFirst} <a href=${`${SECOND_FACTOR_PATH}?next=${encodeURIComponent(path)}`}>${texts.factorLink}</a></p>`)
    }`;
}

function addForm({ words }: PageRequest): VNode {
  const texts = words.passkeys;
  return html`<noscript><p class="soft">${texts.noScript}</p></noscript>
    ${passkeyForm({
      ...{ kind: 'create', options: '/v1/me/passkeys/options', words, label: texts.add, act: 'add' },
      children: html`<label>${texts.nameHint}<input name="name" required maxlength="60" autocomplete="off" /></label>`,
    })}`;
}
