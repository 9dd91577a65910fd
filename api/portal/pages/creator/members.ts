import type { Member } from '../../../auth/members.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { factorNotice, notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

/** Who acts for a creator; a member invites and removes others. */
export const creatorMembers = creatorPage({
  path: '/members',
  permission: 'members:read',
  async show(request) {
    const { api, creator, caller, words, locale, query } = request;
    const texts = words.members;
    const { dateTime } = formats(locale);
    const { data } = await api.get<{ data: Member[] }>(`/creators/${creator.creator_id}/members`);
    const mayManage = hasPermission(caller, 'members:manage');
    const isDecider = mayManage && caller.isVerified === true;
    const done = { invited: texts.invited, removed: texts.removed }[query.done ?? ''];
    const removal = ({ id }: Member) =>
      html`<form method="post"><input type="hidden" name="person" value=${id} /><button class="second" name="act" value="remove">${texts.remove}</button></form>`;
    const body = html`${done && notice('good', done)}
      <p>${texts.explain}</p>
      ${grid({
        ...{ caption: texts.list, isCaptionHidden: true, none: '', rows: data },
        columns: [
          { label: texts.name, cell: ({ id, name }) => (id === caller.id ? `${name} (${texts.you})` : name) },
          { label: texts.email, cell: ({ email }) => email },
          { label: texts.since, cell: ({ since_at }) => dateTime(since_at) },
          ...(isDecider && data.length > 1 ? [{ label: texts.remove, cell: removal }] : []),
        ],
      })}
      ${mayManage && (isDecider ? invitation(request) : factorNotice(request))}`;
    return { title: texts.title, body };
  },
  acts: {
    async invite({ api, creator, at }, { email, name }) {
      await api.send('POST', `/creators/${creator.creator_id}/members`, { email, ...(name && { name }) });
      return at('/members?done=invited');
    },
    async remove({ api, creator, caller, at }, { person = '' }) {
      await api.send('DELETE', `/creators/${creator.creator_id}/members/${encodeURIComponent(person)}`);
      return person === caller.id ? '/' : at('/members?done=removed');
    },
  },
});

function invitation({ words }: CreatorRequest) {
  const texts = words.members;
  return html`<h2>${texts.invite}</h2>
    <form class="stack" method="post">
      <label>${texts.email}<input name="email" type="email" required maxlength="254" autocomplete="off" /></label>
      <label><span>${texts.name} <span class="soft">(${texts.optional})</span></span><input name="name" maxlength="100" autocomplete="off" /></label>
      <button name="act" value="invite">${texts.send}</button>
    </form>`;
}
