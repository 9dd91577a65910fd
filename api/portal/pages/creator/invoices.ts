import type { ListedInvoice } from '../../../../jobs/invoices/list-invoices.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

/** The self-billing invoices and credit notes in the name of a creator, which accepts or disputes each. */
export const creatorInvoices = creatorPage({
  path: '/invoices',
  permission: 'invoices:answer',
  async show(request) {
    const { api, creator, words, locale, query, path, at } = request;
    const { invoices: texts } = words.issue;
    const { amount, date, period } = formats(locale);
    const filter = new URLSearchParams({ subject: creator.creator_id, limit: '50' });
    const { data, next_cursor } = await api.get<Paged<ListedInvoice>>(fromCursor(`/invoices?${filter}`, query.cursor));
    const table = grid({
      ...{ caption: texts.own.title, isCaptionHidden: true, isStacked: true, none: texts.own.none, rows: data },
      columns: [
        { label: texts.number, cell: ({ number }) => number },
        { label: texts.kind, cell: ({ kind }) => texts.kinds[kind] ?? kind },
        { label: words.finance.common.month, cell: (row) => period(row.period) },
        { label: texts.issuedOn, cell: ({ issued_on }) => date(issued_on) },
        { label: texts.due, isNumber: true, cell: ({ due, currency }) => amount(due, currency) },
        { label: texts.answer, cell: (row) => answerOf(request, row) },
      ],
    });
    const body = html`${query.done && notice('good', words.finance.common.saved)}
      <p>${texts.own.explain} <a href=${at('/documents')}>${texts.files}</a></p>
      ${table}${nextPage({ cursor: next_cursor, path, label: words.finance.common.next })}`;
    return { title: texts.own.title, body };
  },
  acts: {
    accept: (request, form) => answer(request, form, 'accepted'),
    dispute: (request, form) => answer(request, form, 'disputed'),
  },
});

async function answer(
  { api, at }: CreatorRequest,
  { invoice = '', sentence = '' }: Readonly<Record<string, string>>,
  given: 'accepted' | 'disputed',
): Promise<string> {
  const because = sentence.trim();
  const body = { answer: given, ...(because !== '' && { because }) };
  await api.send('POST', `/invoices/${encodeURIComponent(invoice)}/answers`, body);
  return at('/invoices?done=answered');
}

/** What was answered, and the form for another answer, unless it is cancelled. */
function answerOf({ words, caller }: CreatorRequest, row: ListedInvoice) {
  const { invoices: texts } = words.issue;
  const { invoice_id, number, answer: last, because, cancelled_by } = row;
  if (cancelled_by !== null) return texts.own.cancelled(cancelled_by);
  const shown =
    last !== null && html`${stateLabel(last === 'accepted' ? 'good' : 'warn', texts.answers[last])} ${because}`;
  if (caller.creatorIds.length === 0) return html`${shown || '–'}`;
  return html`${shown}<form class="stack" method="post">
    <input type="hidden" name="invoice" value=${invoice_id} />
    <label>${texts.own.why}<input name="sentence" maxlength="2000" aria-label=${`${texts.own.why}: ${number}`} /></label>
    <span class="row">
      <button class="second" name="act" value="accept">${texts.own.accept}</button>
      <button class="second" name="act" value="dispute">${texts.own.dispute}</button>
    </span>
  </form>`;
}
