import { languageOf } from '../../../../reports/statement/language.ts';
import { periodOf } from '../../../../warehouse/period.ts';
import { creatorPage } from '../../components/creator-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface Sold {
  readonly license_type: string;
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly developer_id: string | null;
  readonly developer_name: string | null;
  readonly currency: string;
  readonly gross_amount: string;
  readonly royalty_amount: string;
  readonly occurred_at: string;
}

/** Who bought which licence to the creator's assets, and what it earned. */
export const creatorLicencesSold = creatorPage({
  path: '/licences',
  async show({ api, creator, words, locale, query, path, services }) {
    const { sold: texts, show, more, asset } = words.developer;
    const { amount, dateTime } = formats(locale);
    const { licenses } = languageOf(locale).say.lines;
    const isMonth = (text: string | undefined): text is string => /^\d{4}-(0[1-9]|1[0-2])$/.test(text ?? '');
    const now = periodOf(services.clock.now());
    const until = isMonth(query.until) ? query.until : now;
    const from = isMonth(query.from) ? query.from : `${Number(now.slice(0, 4)) - 1}${now.slice(4)}`;
    const months = new URLSearchParams({ from, until });
    const { data, next_cursor } = await api.get<Paged<Sold>>(
      fromCursor(`/creators/${encodeURIComponent(creator.creator_id)}/licences?${months}&limit=50`, query.cursor),
    );
    const table = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none, rows: data },
      columns: [
        {
          label: asset,
          cell: ({ asset_id, asset_title }) =>
            html`${asset_title ?? asset_id}${asset_title !== null && html`<div class="soft"><code>${asset_id}</code></div>`}`,
        },
        {
          label: texts.what,
          cell: ({ license_type }) => licenses[license_type as keyof typeof licenses] ?? license_type,
        },
        { label: texts.buyer, cell: (each) => each.developer_name ?? each.developer_id ?? '–' },
        { label: texts.when, cell: ({ occurred_at }) => dateTime(occurred_at) },
        { label: texts.gross, isNumber: true, cell: (each) => amount(each.gross_amount, each.currency) },
        { label: texts.yours, isNumber: true, cell: (each) => amount(each.royalty_amount, each.currency) },
      ],
    });
    const month = (name: string, label: string, value: string) =>
      html`<label>${label}<input name=${name} type="month" value=${value} required pattern="[0-9]{4}-[0-9]{2}" /></label>`;
    const body = html`<form class="row" method="get">
        ${month('from', texts.fromMonth, from)}${month('until', texts.untilMonth, until)}
        <button class="second">${show}</button>
      </form>
      ${table}
      ${nextPage({ cursor: next_cursor, path: `${path}?${months}`, label: more })}`;
    return { title: texts.title, body };
  },
});
