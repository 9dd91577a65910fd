import type { VNode } from 'preact';
import { NotFound } from '../../../../warehouse/errors.ts';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { nextPeriod, parsePeriod, periodOf } from '../../../../warehouse/period.ts';
import { chart } from '../../components/chart.ts';
import { amountAxis } from '../../components/chart-axis.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { type Asset, type AssetEarnings, termsTable } from './assets.ts';

/** One asset: what it earned in each of the last twelve months, and its terms. */
export const creatorAsset = creatorPage({
  path: '/assets/:asset_id',
  async show(request) {
    const { api, creator, words, services, params, at } = request;
    const { consents: texts, creator: creatorWords } = words;
    const id = encodeURIComponent(creator.creator_id);
    const until = periodOf(services.clock.now());
    const from = nextPeriod(parsePeriod(`${Number(until.slice(0, 4)) - 1}${until.slice(4)}`));
    const { data: assets } = await api.get<{ data: Asset[] }>(`/creators/${id}/assets`);
    const asset = assets.find(({ asset_id }) => asset_id === params.asset_id);
    if (!asset) throw new NotFound(`There is no asset ${params.asset_id} of ${creator.creator_id}.`);
    const { data } = await api.get<{ data: AssetEarnings[] }>(
      `/creators/${id}/earnings?${new URLSearchParams({ from, until })}`,
    );
    const earned = data.filter(({ asset_id }) => asset_id === asset.asset_id);
    const byCurrency = [...Map.groupBy(earned, ({ currency }) => currency)];
    const body = html`<p class="soft"><code>${asset.asset_id}</code></p>
      ${byCurrency.length === 0 && html`<p>${texts.asset.none}</p>`}
      ${await Promise.all(byCurrency.map(([currency, rows]) => overTime(request, { currency, rows, from, until })))}
      <p>${texts.asset.sales} <a href=${at('/statements')}>${creatorWords.statements.title}</a></p>
      <h2>${texts.asset.terms}</h2>
      ${termsTable(request, [asset])}
      <p><a href=${at('/assets')}>${creatorWords.assets.title}</a></p>`;
    return { title: asset.asset_title ?? asset.asset_id, body };
  },
});

interface Earned {
  readonly currency: string;
  readonly rows: readonly AssetEarnings[];
  readonly from: string;
  readonly until: string;
}

/** A bar and a row for each month, also for one without earnings. */
async function overTime({ words, locale }: CreatorRequest, { currency, rows, from, until }: Earned): Promise<VNode> {
  const { overview, month } = words.creator;
  const { amount, month: shortMonth, period } = formats(locale);
  const months: string[] = [];
  for (let each = parsePeriod(from); each <= until; each = nextPeriod(each)) months.push(each);
  const of = (name: string): AssetEarnings | undefined => rows.find((row) => row.period === name);
  const title = words.consents.asset.overTime(currency);
  const money = (row: AssetEarnings | undefined, name: 'earned_amount' | 'changed_amount' | 'royalty_amount'): string =>
    amount(decimalOf(parseDecimal(row?.[name] ?? '0')), currency);
  const points = months.map((name) => ({
    ...{ label: shortMonth(name), text: money(of(name), 'royalty_amount') },
    nanos: parseDecimal(of(name)?.royalty_amount ?? '0'),
  }));
  return html`<h2>${title}</h2>${await chart({ kind: 'bar', title, points, axis: amountAxis(locale, currency) })}
    ${grid({
      caption: title,
      isCaptionHidden: true,
      none: '',
      rows: months.toReversed(),
      columns: [
        { label: month, cell: (name) => period(name) },
        { label: overview.earned, isNumber: true, cell: (name) => money(of(name), 'earned_amount') },
        {
          label: `${overview.refunds}, ${overview.adjustments}`,
          isNumber: true,
          cell: (name) => money(of(name), 'changed_amount'),
        },
        { label: overview.net, isNumber: true, cell: (name) => money(of(name), 'royalty_amount') },
      ],
    })}`;
}
