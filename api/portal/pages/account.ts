import type { AppConsent } from '../../auth/app-consents.ts';
import { passkeyDomain } from '../../auth/passkeys.ts';
import { requirePerson } from '../../auth/people.ts';
import { hasPermission } from '../../auth/permissions.ts';
import { grid } from '../components/grid.ts';
import { notice } from '../components/notice.ts';
import { parsePasskey } from '../components/passkey-form.ts';
import { ownPasskeys } from '../components/passkeys.ts';
import { formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { Page, PageRequest } from '../page.ts';

/** Who is logged in, where, in which language, the second factors, and the way to what is mailed. */
export const account: Page = {
  path: '/account',
  async show(request) {
    const { caller, words, locale, signIn, services, query } = request;
    const person = await requirePerson(services, caller.id);
    const sessions = await signIn.sessionsOf(caller.id);
    const { hasApp, passkeys } = await signIn.factorsOf(caller.id);
    const hasFactor = hasApp || passkeys.length > 0;
    const { account: texts } = words;
    const { dateTime } = formats(locale);
    const factor = caller.isVerified ? texts.factorVerified : hasFactor ? texts.factorThere : texts.factorMissing;
    const done = {
      factor: words.factor.done,
      added: words.passkeys.added,
      removed: words.passkeys.removed,
      withdrawn: words.apps.own.withdrawn,
    }[query.done ?? ''];
    const body = html`${done && notice('good', done)}
      <dl class="facts">
        <dt>${texts.email}</dt><dd>${person.email}</dd>
        <dt>${texts.roles}</dt>
        <dd>${person.roles.map(({ role, subject_id }) => `${words.roles[role]} ${subject_id}`.trim()).join(', ')}</dd>
      </dl>
      <h2>${texts.factor}</h2>
      <p>${factor} ${!caller.isVerified && html`<a href="/account/second-factor">${hasFactor ? texts.factorGive : texts.factorSetUp}</a>`}</p>
      ${ownPasskeys(request, { passkeys, hasFactor })}
      <h2>${words.notices.title}</h2>
      <p><a href="/account/notices">${words.notices.link}</a></p>
      <h2>${texts.language}</h2>
      <form class="row" method="post" action="/language">
        <select name="locale" aria-label=${texts.language}>
          ${[
            ['en', 'English'],
            ['de', 'Deutsch'],
          ].map(
            ([value, name]) => html`<option value=${value} selected=${value === locale} lang=${value}>${name}</option>`,
          )}
        </select>
        <button class="second">${texts.save}</button>
      </form>
      <h2>${texts.sessions}</h2>
      <p class="soft">${texts.sessionsExplain}</p>
      ${grid({
        ...{ caption: texts.sessions, isCaptionHidden: true, isStacked: true, none: texts.unknown, rows: sessions },
        columns: [
          {
            label: texts.browser,
            cell: ({ id, user_agent }) =>
              html`${user_agent ?? texts.unknown}${id === caller.sessionId && html` (${texts.thisSession})`}`,
          },
          { label: texts.address, cell: ({ ip_address }) => ip_address || texts.unknown },
          { label: texts.lastUsed, cell: ({ updated_at }) => dateTime(updated_at) },
          {
            label: texts.end,
            cell: ({ id }) =>
              html`<form method="post"><input type="hidden" name="session" value=${id} /><button class="second" name="act" value="end">${texts.end}</button></form>`,
          },
        ],
      })}
      ${hasPermission(caller, 'app-consents:manage') && (await appsOf(request))}`;
    return { title: texts.title, body, hasPasskeys: passkeyDomain(signIn.url()) !== undefined };
  },
  acts: {
    async add({ api }, { name = '', response = '' }) {
      await api.send('POST', '/me/passkeys', { name, response: parsePasskey(response) });
      return '/account?done=added';
    },
    async remove({ api }, { passkey = '' }) {
      await api.send('DELETE', `/me/passkeys/${encodeURIComponent(passkey)}`);
      return '/account?done=removed';
    },
    async end({ caller, signIn }, { session = '' }) {
      await signIn.endSession(caller.id, session);
      return '/account';
    },
    async withdraw({ api }, { consent = '' }) {
      await api.send('DELETE', `/app-consents/${encodeURIComponent(consent)}`);
      return '/account?done=withdrawn';
    },
  },
};

async function appsOf({ api, words, locale }: PageRequest) {
  const { data } = await api.get<{ data: AppConsent[] }>('/app-consents');
  const { own: texts, scopes: meanings } = words.apps;
  const { dateTime } = formats(locale);
  const list = grid({
    caption: texts.title,
    none: texts.none,
    rows: data,
    columns: [
      { label: texts.app, cell: ({ app_name }) => app_name },
      { label: texts.account, cell: ({ account }) => account },
      {
        label: texts.may,
        cell: ({ scopes }) => scopes.map((each) => html`<div>${meanings[each as keyof typeof meanings] ?? each}</div>`),
      },
      { label: texts.since, cell: ({ allowed_at }) => dateTime(allowed_at) },
      {
        label: texts.withdraw,
        cell: ({ consent_id }) =>
          html`<form method="post"><input type="hidden" name="consent" value=${consent_id} /><button class="second" name="act" value="withdraw">${texts.withdraw}</button></form>`,
      },
    ],
  });
  return html`<h2>${texts.title}</h2>${list}`;
}
