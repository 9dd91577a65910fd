import { allOf } from '../../components/creator-money.ts';
import { dataTable } from '../../components/data-table.ts';
import { developerPage } from '../../components/developer-page.ts';
import { nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

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
  permission: 'invoices:read',
  async show({ api, developer, words, locale, query, path }) {
    const { invoices: texts, more } = words.developer;
    const { amount, date, period } = formats(locale);
    const subject = developer.developer_id;
    const page = new URLSearchParams({ subject, limit: '50', ...(query.cursor && { cursor: query.cursor }) });
    const { data, next_cursor } = await api.get<{ data: Invoice[]; next_cursor: string | null }>(`/invoices?${page}`);
    const files = await allOf<File>(api, `/documents?${new URLSearchParams({ subject })}`);
    const table = dataTable({
      ...{ caption: texts.explain, isStacked: true },
      columns: [
        ...[texts.number, texts.kind, texts.month, texts.issued].map((label) => ({ label })),
        ...[texts.net, texts.tax, texts.due].map((label) => ({ label, isNumber: true })),
        { label: texts.files },
      ],
      rows: data.map((each) => [
        ...[each.number, texts.kinds[each.kind], period(each.period), date(each.issued_on)],
        ...[each.net, each.tax, each.due].map((sum) => amount(sum, each.currency)),
        html`<span class="row">${files
          .filter(({ content_id }) => content_id === each.invoice_id)
          .map(
            ({ document_id, format }) =>
              html`<a href=${`/v1/documents/${encodeURIComponent(document_id)}`} download>${format.toUpperCase()}</a>`,
          )}</span>`,
      ]),
    });
    const body = html`${data.length === 0 ? html`<p>${texts.none}</p>` : table}${nextPage({ cursor: next_cursor, path, label: more })}`;
    return { title: texts.title, body };
  },
});
