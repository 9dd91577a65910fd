import type { VNode } from 'preact';
import { type CoarseFigures, OTHER } from '../../../../reports/coarse/coarse-figures.ts';
import { languageOf } from '../../../../reports/statement/language.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { OpenPage, OpenRequest } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

/** What closed months earned, and what of it is not shown; only if the installation publishes it. */
export const figures: OpenPage = {
  path: '/figures',
  async show(request) {
    const { api, words, query } = request;
    const { figures: texts } = words.open;
    const { data, next_cursor } = await api.get<Paged<CoarseFigures>>(fromCursor('/public/figures', query.cursor));
    const body = html`<p>${texts.explain}</p>
      ${data.length === 0 && html`<p>${texts.none}</p>`}
      ${data.map((month) => monthOf(request, month))}
      ${nextPage({ cursor: next_cursor, path: '/figures', label: words.finance.common.next })}`;
    return { title: texts.title, body };
  },
};

function monthOf({ words, locale }: OpenRequest, month: CoarseFigures): VNode {
  const { figures: texts } = words.open;
  const { licenses } = languageOf(locale).say.lines;
  const { amount, period } = formats(locale);
  const licence = (type: string): string =>
    type === OTHER ? texts.other : (licenses[type as keyof typeof licenses] ?? type);
  const table = grid({
    caption: period(month.period),
    isCaptionHidden: true,
    none: texts.noSums,
    rows: month.royalties,
    columns: [
      { label: texts.licence, cell: ({ license_type }) => licence(license_type) },
      {
        label: texts.royalties,
        isNumber: true,
        cell: ({ royalty_amount, currency }) => amount(royalty_amount, currency),
      },
    ],
  });
  const suppressed = month.suppressed.map(({ currency, license_types }) => {
    const types = license_types.map(licence).join(', ');
    return html`<li>${texts.merged(currency, types)}</li>`;
  });
  return html`<h2>${period(month.period)}</h2>
    <p>${texts.creators(month.creator_count)}</p>
    ${table}
    ${suppressed.length > 0 && html`<ul class="plain soft">${suppressed}</ul>`}`;
}
