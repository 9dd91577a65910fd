import type { VNode } from 'preact';
import type { Assignee } from '../../auth/assignees.ts';
import { html } from '../markup.ts';
import { nameOf } from '../month/name-of.ts';
import type { PageRequest } from '../page.ts';
import type { Listed } from '../page-reads.ts';
import type { Words } from '../words.ts';

/** Who works on something, or that nobody does. */
export const ownerOf = (words: Words, { owner }: { readonly owner: string | null }): string =>
  owner === null ? words.finance.breaks.nobody : nameOf(owner);

/** Gives something to a person to work on; the act is `assign`, the field `owner`. */
export async function assignForm({ api, words }: PageRequest, owner: string | null): Promise<VNode> {
  const texts = words.finance.breaks;
  const { data } = await api.get<Listed<Assignee>>('/assignees');
  return html`<form class="stack" method="post">
    <label>${texts.assignTo}<select name="owner" required>${data.map(
      ({ id, name }) => html`<option value=${id} selected=${owner?.endsWith(`(${id})`) ?? false}>${name}</option>`,
    )}</select></label>
    <button class="second" name="act" value="assign">${texts.assign}</button>
  </form>`;
}
