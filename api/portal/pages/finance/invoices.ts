import type { VNode } from 'preact';
import { TO_DEVELOPERS } from '../../../../jobs/invoices/draw-invoice.ts';
import type { InvoiceStatus } from '../../../../jobs/invoices/invoice-status.ts';
import type { ListedInvoice } from '../../../../jobs/invoices/list-invoices.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page, PageRequest } from '../../page.ts';
import { fromCursor, orRefusal, type Paged } from '../../page-reads.ts';

/** The invoices of a month: what is missing for whom, issuing them, the list with its files and answers. */
export const invoices: Page = {
  path: '/months/:period/invoices',
  permission: 'invoices:list',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { invoices: texts } = words.issue;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const title = texts.title(format.period(period));
    const back = html`<p><a href=${`/months/${period}`}>${words.finance.common.back(format.period(period))}</a></p>`;
    // Without an invoice file nothing is decided, and the API says what to do.
    const status = await orRefusal(api.get<InvoiceStatus>(`/periods/${period}/invoices/status`));
    if (status instanceof Rejected) {
      return { title, body: [back, html`<div lang="en">${notice('warn', status.message)}</div>`] };
    }
    const page = await api.get<Paged<ListedInvoice>>(fromCursor(`/invoices?period=${period}`, query.cursor));
    const body = [
      ...(query.done === 'started' ? [notice('good', texts.started)] : []),
      back,
      ...(status.is_closed ? whatIsOpen(request, { status, format }) : [notice('plain', texts.open)]),
      html`<h2>${texts.list}</h2><p class="soft">${words.meanings.fixed.invoiceNotice.meaning}</p>`,
      listOf(request, { rows: page.data, format }),
      html`${nextPage({ cursor: page.next_cursor, path: `/months/${period}/invoices`, label: words.finance.common.next })}`,
    ];
    return { title, body };
  },
  acts: {
    async issue({ api, params }) {
      const period = parsePeriod(params.period ?? '');
      await api.send('POST', '/jobs/issue-invoices/runs', { period });
      return `/months/${period}/invoices?done=started`;
    },
  },
};

function whatIsOpen(
  { words }: PageRequest,
  { status, format }: { readonly status: InvoiceStatus; readonly format: Formats },
): readonly VNode[] {
  const { invoices: texts } = words.issue;
  const { common } = words.finance;
  const { ready, missing, left_out, private_count, disputed_count } = status;
  return [
    html`<h2>${texts.ready} (${format.count(ready.length)})</h2>
      ${
        ready.length === 0
          ? html`<p class="soft">${texts.readyNone}</p>`
          : html`<p>${ready.slice(0, 100).map(({ subject, currency }) => html`${creatorLink(subject)} ${currency} `)}</p>
            <form method="post"><button name="act" value="issue">${texts.issue}</button></form>`
      }
      ${disputed_count > 0 && html`<p>${stateLabel('warn', texts.disputed(disputed_count))}</p>`}
      ${private_count > 0 && html`<p>${texts.private(format.count(private_count))}</p>`}
      <h2>${texts.missing} (${format.count(missing.length)})</h2>`,
    grid({
      caption: texts.missing,
      isCaptionHidden: true,
      none: texts.missingNone,
      rows: missing,
      columns: [
        { label: texts.subject, cell: ({ subject }) => html`<code>${subject}</code>` },
        { label: common.currency, cell: ({ currency }) => currency },
        { label: common.reason, cell: ({ because }) => html`<span lang="en">${because}</span>` },
        {
          label: texts.complete,
          cell: ({ subject }) => html`<a href=${`/billing/${encodeURIComponent(subject)}`}>${texts.complete}</a>`,
        },
      ],
    }),
    ...(left_out.length === 0
      ? []
      : [html`<h2>${texts.leftOut}</h2><ul lang="en">${left_out.map((each) => html`<li>${each}</li>`)}</ul>`]),
  ];
}

function listOf(
  { words }: PageRequest,
  { rows, format }: { readonly rows: readonly ListedInvoice[]; readonly format: Formats },
): VNode {
  const { invoices: texts } = words.issue;
  return grid({
    caption: texts.list,
    isCaptionHidden: true,
    none: words.finance.common.none,
    rows,
    columns: [
      { label: texts.number, cell: ({ number }) => number },
      { label: texts.kind, cell: ({ kind }) => texts.kinds[kind] ?? kind },
      {
        label: texts.subject,
        cell: ({ kind, subject }) => (TO_DEVELOPERS.includes(kind) ? subject : creatorLink(subject)),
      },
      { label: texts.issuedOn, cell: ({ issued_on }) => format.date(issued_on) },
      { label: texts.net, isNumber: true, cell: ({ net, currency }) => format.amount(net, currency) },
      { label: texts.tax, isNumber: true, cell: ({ tax, currency }) => format.amount(tax, currency) },
      { label: texts.due, isNumber: true, cell: ({ due, currency }) => format.amount(due, currency) },
      {
        label: texts.answer,
        cell: ({ answer, because }) =>
          answer === null
            ? '–'
            : html`${stateLabel(answer === 'accepted' ? 'good' : 'warn', texts.answers[answer])} ${because}`,
      },
      {
        label: texts.files,
        cell: ({ kind, subject, period }) =>
          html`<a href=${`/documents?${new URLSearchParams({ kind, subject, period })}`}>${texts.files}</a>`,
      },
    ],
  });
}
