import type { ChosenNotice } from '../../../jobs/notices/choices.ts';
import { mailWords } from '../../../jobs/notices/words.ts';
import { notice } from '../components/notice.ts';
import { html } from '../markup.ts';
import type { Page, PageRequest } from '../page.ts';

/** What whoever looks is mailed about. */
export const notices: Page = {
  path: '/account/notices',
  permission: 'account:manage',
  async show(request) {
    const { words, locale, query } = request;
    const texts = words.notices;
    const labels = mailWords(locale).notices;
    const kinds = await kindsOf(request);
    const chosen = kinds.filter(({ is_security }) => !is_security);
    const always = kinds.filter(({ is_security }) => is_security);
    const body = html`${query.done === 'saved' && notice('good', texts.done)}
      ${
        chosen.length > 0 &&
        html`<p>${texts.explain}</p>
          <form class="stack" method="post">
            ${chosen.map(
              ({ kind, is_on }) =>
                html`<label class="inline"><input type="checkbox" name=${kind} checked=${is_on} />${labels[kind].label}</label>`,
            )}
            <button name="act" value="save">${words.account.save}</button>
          </form>`
      }
      <h2>${texts.always}</h2>
      <p>${texts.alwaysExplain}</p>
      <ul>${always.map(({ kind }) => html`<li>${labels[kind].label}</li>`)}</ul>`;
    return { title: texts.title, body };
  },
  acts: {
    async save(request, form) {
      for (const { kind, is_on, is_security } of await kindsOf(request)) {
        const isOn = form[kind] !== undefined;
        if (!is_security && isOn !== is_on) await request.api.send('PUT', `/me/notices/${kind}`, { is_on: isOn });
      }
      return '/account/notices?done=saved';
    },
  },
};

const kindsOf = async ({ api }: PageRequest): Promise<readonly ChosenNotice[]> =>
  (await api.get<{ notices: ChosenNotice[] }>('/me')).notices;
