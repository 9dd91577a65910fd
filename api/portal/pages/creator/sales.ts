import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { creatorPage } from '../../components/creator-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';
import { requireStatement } from './statement.ts';

interface Royalty {
  readonly movement_id: string;
  readonly movement_kind: string;
  readonly revenue_event_id: string;
  readonly revenue_event_kind: string;
  readonly currency: string;
  readonly fee_bps: number;
  readonly share_bps: number;
  readonly units: string;
  readonly gross_amount: string;
  readonly royalty_amount: string;
  readonly occurred_at: string | null;
}

/** The sales and uses behind a line of a statement. */
export const creatorSales = creatorPage({
  path: '/statements/:statement_id/sales',
  permission: 'statements:read',
  async show(request) {
    const { api, creator, words, locale, query, params, at, path } = request;
    const { sales: texts, statement, exceptions } = words.creator;
    const doc = await requireStatement(request, params.statement_id ?? '');
    const { asset_id = '', terms_id } = query;
    const about = { ...(asset_id && { asset_id }), ...(terms_id && { terms_id }) };
    const filter = new URLSearchParams({ period: doc.period, ...about });
    const id = encodeURIComponent(creator.creator_id);
    const { data, next_cursor } = await api.get<Paged<Royalty>>(
      fromCursor(`/creators/${id}/royalties?${filter}`, query.cursor),
    );
    const { amount, dateTime, period } = formats(locale);
    const money = (exact: string): string => amount(exact, doc.currency);
    const ofCurrency = data.filter(({ currency }) => currency === doc.currency);
    const sum = ofCurrency.reduce((all, { royalty_amount }) => all + parseDecimal(royalty_amount), 0n);
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
    const kindOf = ({ movement_kind, revenue_event_kind }: Royalty): string =>
      movement_kind === 'earning'
        ? (exceptions.kinds[revenue_event_kind] ?? revenue_event_kind)
        : (statement.kinds[movement_kind as 'refund'] ?? movement_kind);
    const isWhole = next_cursor === null && !query.cursor;
    const rows: readonly (Royalty | undefined)[] =
      isWhole && ofCurrency.length > 0 ? [...ofCurrency, undefined] : ofCurrency;
    // The last row has the sum alone.
    const cellOf = (of: (royalty: Royalty) => string) => (row: Royalty | undefined) => (row ? of(row) : '');
    const body = html`${grid({
      ...{ caption: texts.caption, none: texts.none, rows },
      columns: [
        {
          label: texts.what,
          cell: (row) =>
            row
              ? html`${kindOf(row)}${row.revenue_event_kind === 'sale' && html`<div><code>${row.revenue_event_id}</code></div>`}`
              : html`<strong>${texts.total}</strong>`,
        },
        {
          label: texts.when,
          cell: cellOf(({ occurred_at }) => (occurred_at === null ? '–' : dateTime(occurred_at))),
        },
        { label: statement.units, isNumber: true, cell: cellOf(({ units }) => amount(units, '').trim()) },
        { label: statement.gross, isNumber: true, cell: cellOf(({ gross_amount }) => money(gross_amount)) },
        {
          label: texts.rate,
          cell: cellOf((row) =>
            texts.formula(percent.format(row.fee_bps / 10_000), percent.format(row.share_bps / 10_000)),
          ),
        },
        { label: statement.yours, isNumber: true, cell: (row) => money(row?.royalty_amount ?? decimalOf(sum)) },
      ],
    })}
    ${nextPage({ cursor: next_cursor, path: `${path}?${new URLSearchParams(about)}`, label: texts.more })}
    <p><a href=${at(`/statements/${doc.statement_id}`)}>${words.creator.statements.open(period(doc.period), doc.currency)}</a></p>`;
    const title = doc.lines.find((line) => line.asset_id === asset_id)?.asset_title ?? asset_id;
    return { title: texts.title(title, period(doc.period)), body };
  },
});
