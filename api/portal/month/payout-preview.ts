import type { VNode } from 'preact';
import type { Open, PayoutPreview, PreviewedPayout } from '../../../jobs/payouts/preview.ts';
import { type Column, grid } from '../components/grid.ts';
import { creatorLink, namedCreator, traceLink } from '../components/links.ts';
import { breakMeaning, exceptionMeaning, meaningOf } from '../components/meaning.ts';
import type { Formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';

interface Shown {
  readonly words: PageRequest['words'];
  readonly locale: PageRequest['locale'];
  readonly preview: PayoutPreview;
  readonly format: Formats;
  readonly period: string;
  /** The payouts that this page of the list shows; the sums and what is open are of all. */
  readonly onPage: ReadonlySet<string>;
}

/** What a person must read before approving, in the order of its weight. */
export function previewSections(shown: Shown): readonly VNode[] {
  return [totals(shown), ...whatIsOpen(shown), ...whatChanged(shown), ...lines(shown)];
}

function totals({ words, preview, format }: Shown): VNode {
  const texts = words.finance.payouts;
  const { last_paid } = preview;
  return html`<h2>${texts.totals}</h2>
    <div class="cards">${preview.totals.map(({ currency, payout_count, amount_minor }) => {
      const before = last_paid?.totals.find((each) => each.currency === currency);
      return html`<div class="card"><h3>${currency}</h3>
        <div class="figure">${format.minor(amount_minor, currency)}</div>
        <p>${texts.payoutCount(payout_count)}</p>
        ${last_paid && before && html`<p class="soft">${texts.lastPaid(format.period(last_paid.period))}: ${format.minor(before.amount_minor, currency)}, ${texts.payoutCount(before.payout_count)}</p>`}
      </div>`;
    })}</div>`;
}

/** What a comparison, breaks, exceptions and limits say against paying. */
function whatIsOpen(shown: Shown): readonly VNode[] {
  const { words, preview, format, period } = shown;
  const texts = words.finance.payouts;
  const { open_breaks, exceptions, quarantined_money, holds, above_limits, comparison_overrides } = preview;
  return [
    html`<h2>${texts.comparison}</h2><p>${preview.compared_at === null ? texts.neverCompared : texts.comparedAt(format.dateTime(preview.compared_at))}</p>
      ${comparison_overrides.map(({ sentence, overridden_by }) => html`<p>${sentence} (${overridden_by})</p>`)}`,
    html`<h2>${texts.breaks} (${format.count(open_breaks.count)})</h2>
      <ul>${open_breaks.first.map((row) => html`<li><a href=${`/months/${period}/breaks/${encodeURIComponent(row.break_id)}`}>${breakMeaning(shown, row)}</a></li>`)}</ul>
      ${restOf(open_breaks, { none: words.finance.breaks.none, all: texts.allBreaks, path: `/months/${period}/breaks` })}`,
    html`<h2>${texts.exceptions} (${format.count(exceptions.count)})</h2>
      <ul>${exceptions.first.map((row) => html`<li><a href=${`/months/${period}/exceptions/${encodeURIComponent(row.exception_id)}`}><code>${row.exception_id}</code></a> ${exceptionMeaning(shown, row)}</li>`)}</ul>
      ${restOf(exceptions, { none: words.finance.exceptions.none, all: texts.allExceptions, path: `/months/${period}/exceptions` })}`,
    ...(quarantined_money.length === 0
      ? []
      : [
          html`<h2>${texts.quarantine}</h2><ul lang="en">${quarantined_money.map(
            ({ source_id, event, reason, event_count }) =>
              html`<li>${format.count(event_count)} × ${event} (${source_id}): ${reason}</li>`,
          )}</ul>`,
        ]),
    ...(holds.length === 0
      ? []
      : [
          html`<h2>${texts.holds}</h2><ul>${holds.map(
            ({ creator_id, sentence }) => html`<li>${creatorLink(creator_id)} <span lang="en">${sentence}</span></li>`,
          )}</ul>`,
        ]),
    ...(above_limits.length === 0
      ? []
      : [
          html`<h2>${texts.limits}</h2><p>${texts.limitsExplain}</p><ul>${above_limits.map(
            ({ creator_id, currency, amount_minor, limit_minor }) =>
              html`<li>${creator_id ?? texts.batchSum}: ${format.minor(amount_minor, currency)}, ${texts.limit} ${format.minor(limit_minor, currency)}</li>`,
          )}</ul>`,
        ]),
  ];
}

/** What the first few of a list leave open: that there are none, or where the others are. */
function restOf(
  { count, first }: Open<unknown>,
  { none, all, path }: Readonly<Record<'none' | 'all' | 'path', string>>,
): VNode {
  if (count === 0) return html`<p class="soft">${none}</p>`;
  return html`${count > first.length && html`<p><a href=${path}>${all}</a></p>`}`;
}

function whatChanged({ words, preview, format }: Shown): readonly VNode[] {
  const { payouts: texts, common } = words.finance;
  const ofFirst = new Map(preview.payouts.map((each) => [each.creator_id, each]));
  const first = preview.first_time_payees.flatMap((id) => ofFirst.get(id) ?? []);
  return [
    html`<h2>${texts.changed} (${format.count(preview.changed_accounts.length)})</h2>`,
    grid({
      caption: texts.changed,
      isCaptionHidden: true,
      none: texts.changedNone,
      rows: preview.changed_accounts,
      columns: [
        { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
        { label: texts.account, cell: ({ account_id_stripe }) => traceLink(account_id_stripe) },
        { label: texts.accountBefore, cell: ({ account_before }) => traceLink(account_before) },
        { label: common.at, cell: ({ first_reported_at }) => format.dateTime(first_reported_at) },
        { label: texts.isPaid, cell: ({ is_paid }) => (is_paid ? texts.yes : texts.no) },
      ],
    }),
    html`<h2>${texts.firstTime} (${format.count(first.length)})</h2>
      ${first.length === 0 ? html`<p class="soft">${texts.firstTimeNone}</p>` : html`<details><summary>${texts.showFirstTime}</summary><ul>${first.map((each) => html`<li>${namedCreator(each)}</li>`)}</ul></details>`}`,
  ];
}

function lines({ words, preview, format, onPage }: Shown): readonly VNode[] {
  const { payouts: texts, common } = words.finance;
  const columns: readonly Column<PreviewedPayout>[] = [
    { label: common.creator, cell: namedCreator },
    { label: common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
    {
      label: texts.destination,
      cell: (row) =>
        html`<code>${row.account_id_stripe}</code> ${[row.account_country, row.account_currency?.toUpperCase()].filter(Boolean).join(', ')}`,
    },
    {
      label: texts.lastAmount,
      isNumber: true,
      cell: (row) => (row.last_amount_minor === null ? '–' : format.minor(row.last_amount_minor, row.currency)),
    },
    { label: texts.change, cell: (row) => changeOf(row, texts) },
  ];
  const byId = new Map(preview.payouts.map((each) => [each.payout_id, each]));
  const rows = preview.payouts.filter(({ payout_id }) => onPage.has(payout_id));
  return [
    html`<h2>${texts.largest}</h2>`,
    grid({
      caption: texts.largest,
      isCaptionHidden: true,
      isStacked: true,
      none: common.none,
      columns,
      rows: preview.largest.flatMap((id) => byId.get(id) ?? []),
    }),
    html`<h2>${texts.lines}</h2>`,
    grid({ caption: texts.lines, isCaptionHidden: true, isStacked: true, none: common.none, columns, rows }),
    html`<h2>${texts.notPaid}</h2>`,
    grid({
      caption: texts.notPaid,
      isCaptionHidden: true,
      none: texts.notPaidNone,
      rows: preview.not_paid,
      columns: [
        {
          label: common.reason,
          cell: ({ reason, meaning }) => meaningOf(words.meanings.unpaid, { code: reason, english: meaning }),
        },
        { label: common.count, isNumber: true, cell: ({ balance_count }) => format.count(balance_count) },
      ],
    }),
  ];
}

function changeOf(row: PreviewedPayout, texts: PageRequest['words']['finance']['payouts']): string {
  const changes = [
    ...(row.is_first_payout ? [texts.first] : []),
    ...(row.last_account_id_stripe === null ? [] : [texts.accountChanged(row.last_account_id_stripe)]),
    ...(row.amount_ratio_bps == null ? [] : [texts.ratio(`${BigInt(row.amount_ratio_bps) / 100n} %`)]),
  ];
  return changes.join('; ') || '–';
}
