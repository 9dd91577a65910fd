import { developerPage } from '../../components/developer-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { allOf, fromCursor, type Paged } from '../../page-reads.ts';

interface Invoice {
  readonly invoice_id: string;
  readonly kind: 'invoice' | 'credit_note';
  readonly number: string;
  readonly period: string;
  readonly currency: string;
  readonly issued_on: string;
  readonly net: string;
  readonly tax: string;
  readonly due: string;
}

interface File {
  readonly document_id: string;
  readonly content_id: string;
  readonly format: string;
}

/** The invoices and credit notes to a developer, with their files. */
export const developerInvoices = developerPage({
  path: '/invoices',
  permission: 'developers:read',
  async show({ api, developer, words, locale, query, path }) {
    const { invoices: texts, more } = words.developer;
    const { amount, date, period } = formats(locale);
    const subject = developer.developer_id;
    const page = new URLSearchParams({ subject, limit: '50' });
    const { data, next_cursor } = await api.get<Paged<Invoice>>(fromCursor(`/invoices?${page}`, query.cursor));
    const files = await allOf<File>(api, `/documents?${new URLSearchParams({ subject })}`);
    const filesOf = ({ invoice_id }: Invoice) => files.filter(({ content_id }) => content_id === invoice_id);
    const table = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none, rows: data },
      columns: [
        { label: texts.number, cell: ({ number }) => number },
        { label: texts.kind, cell: ({ kind }) => texts.kinds[kind] },
        { label: texts.month, cell: (each) => period(each.period) },
        { label: texts.issued, cell: ({ issued_on }) => date(issued_on) },
        { label: texts.net, isNumber: true, cell: ({ net, currency }) => amount(net, currency) },
        { label: texts.tax, isNumber: true, cell: ({ tax, currency }) => amount(tax, currency) },
        { label: texts.due, isNumber: true, cell: ({ due, currency }) => amount(due, currency) },
        {
          label: texts.files,
          cell: (each) =>
            html`<span class="row">${filesOf(each).map(
              ({ document_id, format }) =>
                html`<a href=${`/v1/documents/${encodeURIComponent(document_id)}`} download>${format.toUpperCase()}</a>`,
            )}</span>`,
        },
      ],
    });
    const body = html`${table}${nextPage({ cursor: next_cursor, path, label: more })}`;
    return { title: texts.title, body };
  },
});
