import type { ListedApp } from '../../../auth/apps.ts';
import { grid } from '../../components/grid.ts';
import { factorNotice, notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page, PageContent, PageRequest } from '../../page.ts';

/** Apps of partners: registering and revoking them. */
export const apps: Page = {
  path: '/apps',
  permission: 'apps:manage',
  show: (request) => content(request),
  acts: {
    async register(request, { name, redirects = '', is_public }) {
      const redirect_uris = redirects.split(/\s+/).filter((each) => each !== '');
      const body = { name, redirect_uris, is_public: is_public === 'yes' };
      // Shown in the answer to the form, because the secret is stored nowhere.
      return content(request, await request.api.send<ListedApp & { client_secret?: string }>('POST', '/apps', body));
    },
    async revoke({ api }, { app = '' }) {
      await api.send('DELETE', `/apps/${encodeURIComponent(app)}`);
      return '/apps?done=revoked';
    },
  },
};

async function content(request: PageRequest, made?: ListedApp & { client_secret?: string }): Promise<PageContent> {
  const { api, words, query, caller, locale } = request;
  const texts = words.apps.admin;
  // Even to read which apps there are needs the second factor.
  if (!caller.isVerified) return { title: texts.title, body: html`${factorNotice(request)}` };
  const { data } = await api.get<{ data: ListedApp[] }>('/apps');
  const { dateTime } = formats(locale);
  const body = [
    ...(query.done === 'revoked' ? [notice('good', texts.revoked)] : []),
    ...(made ? [notice('good', texts.made(made.name), credentials(made, texts))] : []),
    grid({
      caption: texts.list,
      none: texts.none,
      rows: data,
      columns: [
        { label: texts.name, cell: ({ name }) => name },
        { label: texts.id, cell: ({ app_id }) => html`<code>${app_id}</code>` },
        {
          label: texts.kind,
          cell: ({ auth_method }) => (auth_method === 'none' ? texts.isPublic : texts.confidential),
        },
        { label: texts.redirects, cell: ({ redirect_uris }) => redirect_uris.map((uri) => html`<div>${uri}</div>`) },
        { label: texts.scopes, cell: ({ scopes }) => scopes.join(', ') },
        {
          label: texts.state,
          cell: ({ app_id, revoked_at }) =>
            revoked_at === null
              ? html`${texts.active} <form method="post"><input type="hidden" name="app" value=${app_id} /><button class="second" name="act" value="revoke">${texts.revoke}</button></form>`
              : texts.revokedOn(dateTime(revoked_at)),
        },
      ],
    }),
    html`<h2>${texts.register}</h2>
      <form class="stack" method="post">
        <label>${texts.name}<input name="name" required maxlength="100" /></label>
        <label>${texts.redirectsHelp}<textarea name="redirects" rows="3" required></textarea></label>
        <label class="inline"><input type="checkbox" name="is_public" value="yes" />${texts.publicHelp}</label>
        <button name="act" value="register">${texts.send}</button>
      </form>`,
  ];
  return { title: texts.title, body };
}

function credentials(
  { app_id, client_secret }: ListedApp & { client_secret?: string },
  texts: PageRequest['words']['apps']['admin'],
) {
  return html`<dl class="facts">
      <dt>${texts.id}</dt><dd><code>${app_id}</code></dd>
      ${client_secret !== undefined && html`<dt>${texts.secret}</dt><dd><code class="code">${client_secret}</code></dd>`}
    </dl>
    ${client_secret !== undefined && html`<p>${texts.secretOnce}</p>`}`;
}
