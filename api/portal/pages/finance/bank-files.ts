import type { VNode } from 'preact';
import { requireJob } from '../../../../jobs/jobs.ts';
import type { BankStatus, StatementBridge } from '../../../../jobs/payouts/rails/bank/bank-status.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { hasPermission, mayStart } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { factorNotice, notice } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { reason } from '../../month/payout-table.ts';
import type { Page, PageRequest } from '../../page.ts';

/** The API takes 32 MB of base64. */
const LARGEST_FILE_BYTES = 24 * 1024 * 1024;

const COUNTS = ['applied', 'unchanged', 'repeated', 'for_person'] as const;
type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

/** Payouts by bank files: what the bank has done, export, answers, and files without an answer. */
export const bankFiles: Page = {
  path: '/bank-files',
  permission: 'payouts:read',
  largestFormBytes: LARGEST_FILE_BYTES,
  show,
  acts: {
    async export({ api }, { period = '', rail = '', execution_on }) {
      const options = { rail, ...(execution_on && { execution_on }) };
      const { outcome } = await api.send<{ outcome: { files: readonly object[]; refused: readonly string[] } }>(
        'POST',
        '/jobs/export-payouts/runs',
        { period: period.trim(), options, wait: true },
      );
      // Shown above the files that were made.
      if (outcome.refused.length > 0) throw new Rejected(outcome.refused.join('\n'));
      return `/bank-files?done=${outcome.files.length > 0 ? 'exported' : 'nothingExported'}`;
    },
    async answer({ api }, { file: content = '' }) {
      const { look_at: _, ...counts } = await api.send<Counts & { look_at: readonly string[] }>(
        'POST',
        '/bank-answers',
        {
          content,
        },
      );
      const found = COUNTS.map((name) => [name, String(counts[name])]);
      return `/bank-files?${new URLSearchParams([['done', 'answered'], ...found])}`;
    },
    async resolve({ api }, { file_id = '', outcome = '', sentence = '' }) {
      await api.send('POST', `/bank-files/${encodeURIComponent(file_id)}/resolution`, { outcome, sentence });
      return '/bank-files?done=resolveDone';
    },
  },
};

async function show(request: PageRequest) {
  const { api, words, locale, query, caller } = request;
  const { bank: texts } = words.payouts;
  const format = formats(locale);
  const status = await api.get<BankStatus>('/bank-files');
  const done = {
    ...{ exported: texts.exported, nothingExported: texts.nothingExported, resolveDone: texts.resolveDone },
  }[query.done ?? ''];
  const mayExport = mayStart(caller, requireJob('export-payouts'));
  const mayAnswer = hasPermission(caller, 'bank-files:answer');
  const open = status.files.filter(({ states, resolved }) => resolved === null && (states.sending ?? 0) > 0);
  const body = [
    ...(done ? [notice(query.done === 'nothingExported' ? 'plain' : 'good', done)] : []),
    ...(query.done === 'answered' ? [answeredNotice(request)] : []),
    html`<p>${texts.explain}</p>${factorNotice(request)}`,
    ...(status.look_at.length === 0
      ? []
      : [html`<h2>${texts.lookAt}</h2><ul lang="en">${status.look_at.map((each) => html`<li>${each}</li>`)}</ul>`]),
    html`<h2>${texts.files}</h2>${fileTable(request, { status, format })}`,
    ...(mayExport ? [exportForm(request)] : []),
    ...(mayAnswer ? [answerForm(request)] : []),
    ...(hasPermission(caller, 'payouts:decide') && open.length > 0
      ? [
          resolutionForm(
            request,
            open.map(({ file_id }) => file_id),
          ),
        ]
      : []),
    ...(status.statements.length === 0
      ? []
      : [html`<h2>${texts.statements}</h2>${statementTable(request, { rows: status.statements, format })}`]),
  ];
  return { title: texts.title, body };
}

function fileTable(
  { words, caller }: PageRequest,
  { status, format }: { readonly status: BankStatus; readonly format: Formats },
): VNode {
  const { bank: texts } = words.payouts;
  const { common, payouts } = words.finance;
  const mayRead = hasPermission(caller, 'bank-files:read');
  return grid({
    caption: texts.files,
    isCaptionHidden: true,
    none: texts.none,
    rows: status.files,
    columns: [
      {
        label: texts.file,
        cell: ({ file_id }) =>
          mayRead
            ? html`<a href=${`/v1/bank-files/${file_id}`} download>${file_id}</a>`
            : html`<code>${file_id}</code>`,
      },
      { label: common.amount, isNumber: true, cell: ({ amount, currency }) => format.amount(amount, currency) },
      { label: texts.open, isNumber: true, cell: (row) => format.amount(row.open_amount, row.currency) },
      {
        label: texts.states,
        cell: ({ states }) =>
          Object.entries(states)
            .map(([state, count]) => `${payouts.lineStates[state] ?? state}: ${format.count(count)}`)
            .join(', '),
      },
      { label: common.state, cell: ({ resolved }) => (resolved === null ? '–' : texts.resolved[resolved]) },
    ],
  });
}

function exportForm({ words, query }: PageRequest): VNode {
  const { bank: texts } = words.payouts;
  return html`<h2>${texts.export}</h2><p>${texts.exportExplain}</p>
    <form class="stack" method="post">
      <label>${texts.period}<input name="period" required pattern="\\d{4}-\\d{2}" maxlength="7" value=${query.period ?? ''} /></label>
      <label>${texts.rail}<select name="rail">${(['sepa', 'ach'] as const).map(
        (rail) => html`<option value=${rail}>${texts.rails[rail]}</option>`,
      )}</select></label>
      <label>${texts.executionOn}<input name="execution_on" type="date" /></label>
      <button name="act" value="export">${texts.export}</button>
    </form>`;
}

function answerForm({ words }: PageRequest): VNode {
  const { bank: texts } = words.payouts;
  return html`<h2>${texts.answer}</h2><p>${texts.answerExplain}</p>
    <form class="stack" method="post" enctype="multipart/form-data">
      <label>${texts.answerFile}<input name="file" type="file" required /></label>
      <button class="second" name="act" value="answer">${texts.answerAct}</button>
    </form>`;
}

function answeredNotice({ words, query }: PageRequest): VNode {
  const { bank: texts } = words.payouts;
  const counts = COUNTS.map((name) => html`<li>${query[name]} ${texts.counts[name]}</li>`);
  return notice('good', texts.answered, html`<ul>${counts}</ul>`);
}

function resolutionForm({ words }: PageRequest, fileIds: readonly string[]): VNode {
  const { bank: texts } = words.payouts;
  return html`<h2>${texts.resolve}</h2><p>${texts.resolveExplain}</p>
    <form class="stack" method="post">
      <label>${texts.file}<select name="file_id">${fileIds.map((id) => html`<option value=${id}>${id}</option>`)}</select></label>
      <label>${texts.outcome}<select name="outcome">${(['taken', 'never_taken'] as const).map(
        (outcome) => html`<option value=${outcome}>${texts.outcomes[outcome]}</option>`,
      )}</select></label>
      ${reason(words, 500)}
      <button class="second" name="act" value="resolve">${texts.resolveAct}</button>
    </form>`;
}

function statementTable(
  { words }: PageRequest,
  { rows, format }: { readonly rows: readonly StatementBridge[]; readonly format: Formats },
): VNode {
  const { bank: texts } = words.payouts;
  const column = (label: string, name: 'opening' | 'ours' | 'others' | 'closing') => ({
    ...{ label, isNumber: true },
    cell: (row: StatementBridge) => format.amount(row[name], row.currency),
  });
  return grid({
    caption: texts.statements,
    isCaptionHidden: true,
    none: words.finance.common.none,
    rows,
    columns: [
      { label: texts.statement, cell: ({ statement_id }: StatementBridge) => html`<code>${statement_id}</code>` },
      column(texts.opening, 'opening'),
      column(texts.ours, 'ours'),
      column(texts.others, 'others'),
      column(texts.closing, 'closing'),
    ],
  });
}
