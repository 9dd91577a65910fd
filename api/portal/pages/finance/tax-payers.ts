import type { VNode } from 'preact';
import type { AssignedPayer } from '../../../../jobs/tax/payers.ts';
import type { PayerName } from '../../../../reports/tax/tax-file.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import type { Listed } from '../../page-reads.ts';

/** A year, the payer whose forms are shown, and all payers of the tax file. */
export interface OfPayers {
  readonly year: string;
  readonly payer_id: string;
  readonly payers: readonly PayerName[];
}

export const PAYER_ACTS: NonNullable<Page['acts']> = {
  async payer({ api }, { year = '', first_year = '', payer = '', creators = '' }) {
    await api.send('POST', '/tax/payers', {
      payer,
      year: first_year,
      creators: creators.split(/[\s,]+/).filter(Boolean),
    });
    return `/tax?${new URLSearchParams({ year, payer, done: 'saved' })}`;
  },
};

/** The payers of the tax file where there are several: each has forms of its own. */
export function payerLinks({ words }: PageRequest, { year, payers, payer_id }: OfPayers): VNode | false {
  if (payers.length < 2) return false;
  const link = (each: PayerName): VNode => {
    const query = new URLSearchParams({ year, payer: each.payer_id });
    return html`<a href=${`/tax?${query}`} aria-current=${each.payer_id === payer_id ? 'page' : undefined}>${each.name}</a> `;
  };
  return html`<p>${words.taxActs.payers.payer}: ${payers.map(link)}</p>`;
}

/** Which creators have another payer than the main one, and the form to give them one; nothing where there is one payer. */
export async function payerSections(request: PageRequest, { year, payers }: OfPayers): Promise<readonly VNode[]> {
  const { api, words, locale, caller } = request;
  if (payers.length < 2 || !hasPermission(caller, 'tax-profiles:list')) return [];
  const texts = words.taxActs.payers;
  const { common } = words.finance;
  const format = formats(locale);
  const { data } = await api.get<Listed<AssignedPayer>>('/tax/payers');
  const named = new Map(payers.map(({ payer_id, name }) => [payer_id, name]));
  return [
    html`<h2 id="payers">${texts.title}</h2><p>${texts.explain}</p>`,
    grid({
      ...{ caption: texts.title, isCaptionHidden: true, none: texts.none, rows: data },
      columns: [
        { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
        { label: texts.payer, cell: ({ payer_id }) => named.get(payer_id) ?? payer_id },
        { label: texts.firstYear, cell: ({ valid_from_on }) => valid_from_on.slice(0, 4) },
        { label: common.by, cell: (row) => common.byAt(nameOf(row.decided_by), format.dateTime(row.decided_at)) },
      ],
    }),
    ...(hasPermission(caller, 'tax-profiles:decide')
      ? [
          html`<form class="stack" method="post">
      <input type="hidden" name="year" value=${year} />
      <label>${texts.payer}<select name="payer">${payers.map((each) => html`<option value=${each.payer_id}>${each.name}</option>`)}</select></label>
      <label>${texts.firstYear}<input name="first_year" inputmode="numeric" pattern="20[0-9][0-9]" required maxlength="4" value=${String(Number(year) + 1)} /></label>
      <label>${texts.creators}<textarea name="creators" rows="3" required></textarea></label>
      <button class="second" name="act" value="payer">${texts.act}</button>
    </form>`,
        ]
      : []),
  ];
}
