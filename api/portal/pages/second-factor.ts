import type { VNode } from 'preact';
import { passkeyDomain } from '../../auth/passkeys.ts';
import { requirePerson } from '../../auth/people.ts';
import { parsePasskey, passkeyForm } from '../components/passkey-form.ts';
import { html } from '../markup.ts';
import type { Page, PageRequest } from '../page.ts';

/** Takes a second factor for this session, a passkey or a code, and sets up an app. */
export const secondFactor: Page = {
  path: '/account/second-factor',
  async show(request) {
    const { caller, words, signIn, query } = request;
    const { factor } = words;
    const { hasApp, passkeys } = await signIn.factorsOf(caller.id);
    const next = html`<input type="hidden" name="next" value=${query.next ?? ''} />`;
    const isUsable = passkeys.length > 0 && passkeyDomain(signIn.url()) !== undefined;
    // Whoever has a passkey sets up an app right after using it.
    const mayBegin = !hasApp && (passkeys.length === 0 || caller.isFresh === true);
    const body = html`<p>${factor.explain}</p>
      ${
        isUsable &&
        html`${passkeyForm({
          ...{ kind: 'get', options: '/login/passkey/options', words, label: words.passkeys.verify, act: 'passkey' },
          children: next,
        })}${!hasApp && html`<noscript><p>${words.passkeys.noScript}</p></noscript>`}`
      }
      ${mayBegin && (await newApp(request))}
      ${
        (hasApp || mayBegin) &&
        html`<form class="stack" method="post">
          ${next}
          <label>${factor.code}<input name="code" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,9}" maxlength="9" /></label>
          <button name="act" value="verify">${factor.confirm}</button>
        </form>`
      }`;
    return { title: factor.title, body, hasPasskeys: isUsable };
  },
  acts: {
    async verify(request, { code = '', next = '' }) {
      await request.verify(code);
      return isOurPath(next) ? next : '/account?done=factor';
    },
    async passkey(request, { response = '', next = '' }) {
      await request.verifyByPasskey(parsePasskey(response));
      return isOurPath(next) ? next : '/account?done=factor';
    },
  },
};

async function newApp({ caller, words, signIn, services }: PageRequest): Promise<VNode> {
  const { factor } = words;
  const made = await signIn.beginFactor(await requirePerson(services, caller.id), caller);
  return html`<p>${factor.scan}</p>
    <dl class="facts"><dt>${factor.secret}</dt><dd><code class="code">${made.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></dd></dl>
    <p><a href=${made.address}>${factor.openApp}</a></p>`;
}

/** Not `//host` or `/\\host`, which lead elsewhere. */
const isOurPath = (path: string): boolean => /^\/(?![/\\])[\w/.~:@%-]*$/.test(path);
