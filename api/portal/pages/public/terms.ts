import type { VNode } from 'preact';
import { languageOf } from '../../../../reports/statement/language.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { OpenPage, OpenRequest } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface Offer {
  readonly license_type: string;
  readonly rate: string;
  readonly currency: string;
  readonly valid_from_at: string;
}

interface OfferedAsset {
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly usage_rights: readonly string[];
  readonly terms: readonly Offer[];
}

/** What can be licensed, at which price and for which uses; only if the installation publishes it. */
export const terms: OpenPage = {
  path: '/terms',
  async show(request) {
    const { api, words, query } = request;
    const { terms: texts } = words.open;
    const { data, next_cursor } = await api.get<Paged<OfferedAsset>>(fromCursor('/public/assets', query.cursor));
    const table = grid({
      caption: texts.title,
      isCaptionHidden: true,
      none: texts.none,
      rows: data,
      columns: [
        {
          label: texts.asset,
          cell: ({ asset_id, asset_title }: OfferedAsset) =>
            html`${asset_title ?? asset_id}${asset_title !== null && html`<div class="soft"><code>${asset_id}</code></div>`}`,
        },
        { label: texts.prices, cell: (asset) => pricesOf(request, asset) },
        {
          label: texts.rights,
          cell: ({ usage_rights }) =>
            usage_rights.map((right) => texts.uses[right as keyof typeof texts.uses] ?? right).join(', ') ||
            texts.noRights,
        },
      ],
    });
    const more = nextPage({ cursor: next_cursor, path: '/terms', label: words.finance.common.next });
    return { title: texts.title, body: html`<p>${texts.explain}</p>${table}${more}` };
  },
};

function pricesOf({ words, locale }: OpenRequest, { terms: offers }: OfferedAsset): VNode {
  const { units } = words.creator.assets;
  const { licenses } = languageOf(locale).say.lines;
  const { amount, dateTime } = formats(locale);
  return html`<ul class="plain">${offers.map(({ license_type, rate, currency, valid_from_at }) => {
    const price = amount(rate, currency);
    const say = units[license_type as keyof typeof units] as ((sum: string) => string) | undefined;
    const name = licenses[license_type as keyof typeof licenses] ?? license_type;
    return html`<li><strong>${name}</strong>: ${say?.(price) ?? price}
      <span class="soft"> ${words.open.terms.since(dateTime(valid_from_at))}</span></li>`;
  })}</ul>`;
}
