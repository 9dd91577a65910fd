import { requirePerson } from '../../auth/people.ts';
import { html } from '../markup.ts';
import type { Page } from '../page.ts';

/** Sets up the second factor, and takes a code of it for this session. */
export const secondFactor: Page = {
  path: '/account/second-factor',
  async show({ caller, words, signIn, services, query }) {
    const { factor } = words;
    const made = (await signIn.hasFactor(caller.id))
      ? undefined
      : await signIn.beginFactor(await requirePerson(services, caller.id), caller.sessionId);
    const body = html`<p>${factor.explain}</p>
      ${
        made &&
        html`<p>${factor.scan}</p>
        <dl class="facts"><dt>${factor.secret}</dt><dd><code class="code">${made.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></dd></dl>
        <p><a href=${made.address}>${factor.openApp}</a></p>`
      }
      <form class="stack" method="post">
        <input type="hidden" name="next" value=${query.next ?? ''} />
        <label>${factor.code}<input name="code" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,9}" maxlength="9" /></label>
        <button name="act" value="verify">${factor.confirm}</button>
      </form>`;
    return { title: factor.title, body };
  },
  acts: {
    async verify(request, { code = '', next = '' }) {
      await request.verify(code);
      return isOurPath(next) ? next : '/account?done=factor';
    },
  },
};

/** Not `//host` or `/\\host`, which lead elsewhere. */
const isOurPath = (path: string): boolean => /^\/(?![/\\])[\w/.~:@%-]*$/.test(path);
