import type { IssuedJournal } from '../../../../jobs/issue-journal.ts';
import type { JournalSummary } from '../../../../reports/journal/manifest.ts';
import { MAPPED_FORMATS } from '../../../../reports/journal/render.ts';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import { orNothing } from '../../page-reads.ts';

interface Issued {
  readonly document_id: string;
  readonly kind: string;
  readonly issued_at: string;
  readonly issued_by: string | null;
}

/** The journal of a closed month: its totals, every posting as CSV, and the formats of accounting software, issued once. */
export const journal: Page = {
  path: '/months/:period/journal',
  permission: 'journals:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { journal: texts } = words.issue;
    const { common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const title = texts.title(format.period(period));
    // The API writes nine decimal places.
    const plain = (decimal: string, currency: string): string =>
      format.amount(decimalOf(parseDecimal(decimal)), currency);
    const back = html`<p><a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`;
    const summary = await orNothing(api.get<JournalSummary>(`/periods/${period}/journal?format=json`));
    if (!summary) return { title, body: [back, notice('plain', texts.open)] };
    const done = { issued: texts.done, same: texts.same }[query.done ?? ''];
    const body = [
      ...(done ? [notice('good', done)] : []),
      back,
      html`<p>${texts.facts(format.count(summary.posting_count))} <code class="code">${summary.seal}</code></p>
        <p><a class="button" href=${`/v1/periods/${period}/journal?format=csv`} download>${texts.exact}</a></p>
        <h2>${texts.formats}</h2><p>${texts.formatsExplain}</p>`,
      await formatTable(request, period),
      html`<h2>${texts.totals}</h2>`,
      grid({
        caption: texts.totals,
        isCaptionHidden: true,
        none: common.none,
        rows: summary.totals,
        columns: [
          { label: texts.account, cell: ({ account, currency }) => html`<code>${account}</code> ${currency}` },
          { label: texts.opening, isNumber: true, cell: (row) => plain(row.opening, row.currency) },
          { label: texts.movement, isNumber: true, cell: (row) => plain(row.movement, row.currency) },
          { label: texts.closing, isNumber: true, cell: (row) => plain(row.closing, row.currency) },
        ],
      }),
    ];
    return { title, body };
  },
  acts: {
    issue: ({ api, params }, { format = '' }) => issue(api, { period: params.period, format }),
    again: ({ api, params }, { format = '', sentence = '' }) =>
      issue(api, { period: params.period, format, because: sentence }),
  },
};

async function issue(
  api: PageRequest['api'],
  { period: text, format, because }: { period: string | undefined; format: string; because?: string },
): Promise<string> {
  const period = parsePeriod(text ?? '');
  const path = `/periods/${period}/journals/${encodeURIComponent(format)}`;
  const { is_new } = await api.send<IssuedJournal>('POST', path, because === undefined ? {} : { because });
  return `/months/${period}/journal?done=${is_new ? 'issued' : 'same'}`;
}

async function formatTable({ api, words, locale, caller }: PageRequest, period: string) {
  const { journal: texts } = words.issue;
  const { common } = words.finance;
  const format = formats(locale);
  const issued: (Issued | undefined)[] = [];
  for (const each of MAPPED_FORMATS) {
    const { data } = await api.get<{ data: Issued[] }>(`/documents?kind=journal_${each}&period=${period}&limit=1`);
    issued.push(data[0]);
  }
  const mayIssue = hasPermission(caller, 'journals:issue');
  return grid({
    caption: texts.formats,
    isCaptionHidden: true,
    none: common.none,
    rows: MAPPED_FORMATS.map((name, at) => ({ name, last: issued[at] })),
    columns: [
      { label: texts.format, cell: ({ name }) => texts.names[name] },
      {
        label: texts.issued,
        cell: ({ last }) => (last ? common.byAt(nameOf(last.issued_by ?? ''), format.dateTime(last.issued_at)) : '–'),
      },
      {
        label: texts.download,
        cell: ({ name, last }) =>
          html`<a href=${`/v1/periods/${period}/journal?format=${name}`} download>${last ? texts.download : texts.preview}: ${texts.names[name]}</a>`,
      },
      {
        label: texts.issue,
        cell: ({ name, last }) => (mayIssue ? issueForm(words, { name, isIssued: last !== undefined }) : '–'),
      },
    ],
  });
}

function issueForm(words: PageRequest['words'], { name, isIssued }: { name: keyof Names; isIssued: boolean }) {
  const { journal: texts } = words.issue;
  const which = html`<input type="hidden" name="format" value=${name} />`;
  if (!isIssued) {
    return html`<form method="post">${which}<button name="act" value="issue">${texts.issueFormat(texts.names[name])}</button></form>`;
  }
  return html`<details><summary>${texts.again}: ${texts.names[name]}</summary><form class="stack" method="post">${which}
    <p>${texts.againExplain}</p>
    <label>${words.finance.common.sentence}<textarea name="sentence" rows="2" required maxlength="1000"></textarea></label>
    <button class="second" name="act" value="again">${texts.again}</button></form></details>`;
}

type Names = PageRequest['words']['issue']['journal']['names'];
