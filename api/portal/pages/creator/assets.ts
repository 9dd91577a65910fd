import type { VNode } from 'preact';
import { languageOf } from '../../../../reports/statement/language.ts';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { periodOf } from '../../../../warehouse/period.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

interface Terms {
  readonly license_type: string | null;
  readonly rate: string | null;
  readonly currency: string | null;
  readonly valid_from_at: string;
  readonly share_bps: number | null;
  readonly holder_count: number | null;
}

export interface Asset {
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly terms: readonly Terms[];
}

export interface AssetEarnings {
  readonly period: string;
  readonly currency: string;
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly earned_amount: string;
  readonly changed_amount: string;
  readonly royalty_amount: string;
}

interface Waiting {
  readonly fact_kind: string;
  readonly exception_reason: string;
  readonly fact_count: number;
  readonly suspended_amount: string | null;
  readonly currency: string | null;
  readonly asset_id: string | null;
  readonly asset_title: string | null;
  readonly first_occurred_at: string;
}

/** The assets of a creator with their terms in plain words, what each earned in twelve months, and what waits. */
export const creatorAssets = creatorPage({
  path: '/assets',
  async show(request) {
    const { api, creator, words } = request;
    const { assets: texts, exceptions } = words.creator;
    const id = encodeURIComponent(creator.creator_id);
    const { data: assets } = await api.get<{ data: Asset[] }>(`/creators/${id}/assets`);
    const earned = await readEarned(request);
    const { data: waiting } = await api.get<{ data: Waiting[] }>(`/creators/${id}/exceptions`);
    const body = html`${termsTable(request, assets)}
      <h2>${texts.byAsset}</h2>
      ${earningsTable(request, earned)}
      <h2 id="waiting">${exceptions.title}</h2>
      ${waitingTable(request, waiting)}`;
    return { title: texts.title, body };
  },
});

const titled = ({ at }: CreatorRequest, { id, title }: { id: string; title: string | null }): VNode =>
  html`<a href=${at(`/assets/${encodeURIComponent(id)}`)}>${title ?? id}</a>${title !== null && html`<div class="soft"><code>${id}</code></div>`}`;

/** The terms of assets in plain words. */
export function termsTable(request: CreatorRequest, assets: readonly Asset[]): VNode {
  const { words, locale } = request;
  const { assets: texts, asset } = words.creator;
  const { licenses } = languageOf(locale).say.lines;
  const { amount, dateTime, count } = formats(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const priceOf = ({ license_type, rate, currency }: Terms): string => {
    if (rate === null || currency === null) return texts.noRate;
    const price = amount(rate, currency);
    const say = texts.units[license_type as keyof typeof texts.units] as ((sum: string) => string) | undefined;
    return say?.(price) ?? price;
  };
  const shareOf = ({ share_bps, holder_count }: Terms): string => {
    if (share_bps === null) return texts.noShare;
    if (holder_count === 1) return texts.whole;
    return texts.shared(percent.format(share_bps / 10_000), count(holder_count ?? 0));
  };
  const licenseOf = ({ license_type }: Terms): string =>
    licenses[license_type as keyof typeof licenses] ?? license_type ?? '–';
  const rows = assets.flatMap((of) =>
    (of.terms.length === 0 ? [undefined] : of.terms).map((terms: Terms | undefined) => ({ of, terms })),
  );
  return grid({
    ...{ caption: texts.explain, isStacked: true, none: texts.none, rows },
    columns: [
      { label: asset, cell: ({ of }) => titled(request, { id: of.asset_id, title: of.asset_title }) },
      { label: texts.license, cell: ({ terms }) => (terms ? licenseOf(terms) : texts.noTerms) },
      { label: texts.rate, cell: ({ terms }) => terms && priceOf(terms) },
      { label: texts.share, cell: ({ terms }) => terms && shareOf(terms) },
      { label: texts.since, cell: ({ terms }) => terms && dateTime(terms.valid_from_at) },
    ],
  });
}

interface Earned {
  readonly earned: readonly AssetEarnings[];
  readonly from: string;
  readonly until: string;
}

/** What the assets of a creator earned in this month and the twelve before. */
async function readEarned({ api, creator, services }: CreatorRequest): Promise<Earned> {
  const until = periodOf(services.clock.now());
  const from = `${Number(until.slice(0, 4)) - 1}${until.slice(4)}`;
  const path = `/creators/${encodeURIComponent(creator.creator_id)}/earnings?${new URLSearchParams({ from, until })}`;
  return { earned: (await api.get<{ data: AssetEarnings[] }>(path)).data, from, until };
}

/** The assets that earned most in each currency, with a link to all; false without any. */
export async function bestAssets(request: CreatorRequest, most: number): Promise<VNode | false> {
  const read = await readEarned(request);
  if (read.earned.length === 0) return false;
  const { assets: texts, all } = request.words.creator;
  return html`<h2>${texts.byAsset}</h2>${earningsTable(request, read, most)}<p><a href=${request.at('/assets')}>${all}</a></p>`;
}

function earningsTable(request: CreatorRequest, { earned, from, until }: Earned, most?: number): VNode {
  const { words, locale } = request;
  const { assets: texts, overview, asset } = words.creator;
  const { amount, period } = formats(locale);
  const byAsset = [...Map.groupBy(earned, ({ asset_id, currency }) => JSON.stringify([asset_id, currency])).values()];
  const sumOf = (rows: readonly AssetEarnings[], of: 'earned_amount' | 'changed_amount' | 'royalty_amount'): bigint =>
    rows.reduce((sum, row) => sum + parseDecimal(row[of]), 0n);
  const sorted = byAsset.toSorted((a, b) => {
    const [first, second] = [sumOf(a, 'royalty_amount'), sumOf(b, 'royalty_amount')];
    return first === second ? 0 : first > second ? -1 : 1;
  });
  // Amounts of different currencies have no order.
  const byCurrency = Map.groupBy(sorted, ([first]) => first?.currency);
  const money = (rows: readonly AssetEarnings[], of: Parameters<typeof sumOf>[1]): string =>
    amount(decimalOf(sumOf(rows, of)), rows[0]?.currency ?? '');
  return grid({
    ...{
      caption: texts.byAssetCaption(period(from), period(until)),
      none: texts.noEarnings,
      rows: [...byCurrency.values()].flatMap((rows) => rows.slice(0, most)),
    },
    columns: [
      {
        label: asset,
        cell: ([first]) => first && titled(request, { id: first.asset_id, title: first.asset_title }),
      },
      { label: overview.earned, isNumber: true, cell: (rows) => money(rows, 'earned_amount') },
      {
        label: `${overview.refunds}, ${overview.adjustments}`,
        isNumber: true,
        cell: (rows) => money(rows, 'changed_amount'),
      },
      { label: overview.net, isNumber: true, cell: (rows) => money(rows, 'royalty_amount') },
    ],
  });
}

function waitingTable(request: CreatorRequest, waiting: readonly Waiting[]): VNode {
  const { words, locale } = request;
  const { exceptions: texts, asset, amount: label } = words.creator;
  const { amount, dateTime, count } = formats(locale);
  return grid({
    ...{ caption: texts.caption, isStacked: true, none: texts.none, rows: waiting },
    columns: [
      {
        label: asset,
        cell: ({ asset_id: id, asset_title: title }) => (id === null ? '–' : titled(request, { id, title })),
      },
      { label: texts.what, cell: ({ fact_kind }) => texts.kinds[fact_kind] ?? fact_kind },
      { label: texts.count, isNumber: true, cell: ({ fact_count }) => count(fact_count) },
      {
        ...{ label, isNumber: true },
        cell: ({ suspended_amount, currency }) =>
          suspended_amount === null || currency === null ? '–' : amount(suspended_amount, currency),
      },
      { label: texts.why, cell: ({ exception_reason }) => texts.reasons[exception_reason] ?? texts.other },
      { label: texts.since, cell: ({ first_occurred_at }) => dateTime(first_occurred_at) },
    ],
  });
}
