import type { Person } from '../../../auth/people.ts';
import { ROLES } from '../../../auth/roles.ts';
import { grid } from '../../components/grid.ts';
import { factorNotice, notice } from '../../components/notice.ts';
import { html } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** Who may log in and as what; inviting, and taking roles away. */
export const people: Page = {
  path: '/people',
  permission: 'people:manage',
  async show(request) {
    const { api, words, query, caller } = request;
    const { people: texts } = words.books;
    const done = { invited: texts.invited, revoked: texts.revoked, forgotten: texts.forgotten }[query.done ?? ''];
    // Even to read who may log in needs the second factor.
    if (!caller.isVerified) return { title: texts.title, body: html`${factorNotice(request)}` };
    const { data } = await api.get<{ data: Person[] }>('/people');
    const act = (id: string, name: string, label: string) =>
      html`<form method="post"><input type="hidden" name="person" value=${id} /><button class="second" name="act" value=${name}>${label}</button></form>`;
    const body = [
      ...(done ? [notice('good', done)] : []),
      grid({
        caption: texts.list,
        none: texts.none,
        rows: data,
        columns: [
          { label: texts.name, cell: ({ name }) => name },
          { label: texts.email, cell: ({ email }) => email },
          {
            label: texts.roles,
            cell: ({ roles }) =>
              roles.map(({ role, subject_id }) => `${words.roles[role]} ${subject_id}`.trim()).join(', ') ||
              texts.noRoles,
          },
          { label: texts.revoke, cell: ({ id, roles }) => (roles.length > 0 ? act(id, 'revoke', texts.revoke) : '–') },
          { label: texts.forget, cell: ({ id }) => act(id, 'forget', texts.forget) },
        ],
      }),
      html`<h2>${texts.invite}</h2>
        <form class="stack" method="post">
          <label>${texts.email}<input name="email" type="email" required maxlength="254" /></label>
          <label>${texts.name}<input name="name" maxlength="100" /></label>
          <label>${texts.role}<select name="role">${ROLES.map((role) => html`<option value=${role}>${words.roles[role]}</option>`)}</select></label>
          <label>${texts.subject}<input name="subject_id" maxlength="255" /></label>
          <button name="act" value="invite">${texts.send}</button>
        </form>`,
    ];
    return { title: texts.title, body };
  },
  acts: {
    async invite({ api }, { email, name, role, subject_id }) {
      await api.send('POST', '/people', { email, role, ...(name && { name }), ...(subject_id && { subject_id }) });
      return '/people?done=invited';
    },
    async revoke({ api }, { person = '' }) {
      await api.send('DELETE', `/people/${encodeURIComponent(person)}/roles`);
      return '/people?done=revoked';
    },
    async forget({ api }, { person = '' }) {
      await api.send('DELETE', `/people/${encodeURIComponent(person)}/second-factor`);
      return '/people?done=forgotten';
    },
  },
};
