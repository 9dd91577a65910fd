import type { VNode } from 'preact';
import { isOnHold } from '../../../../jobs/exception-totals.ts';
import type { PeriodException } from '../../../../jobs/exceptions.ts';
import { requireJob } from '../../../../jobs/jobs.ts';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission, mayStart, startersOf } from '../../../auth/permissions.ts';
import type { RunResponse } from '../../../http/run-shape.ts';
import { assignForm, ownerOf } from '../../components/assign-form.ts';
import { requireChosen } from '../../components/chosen.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { inlineCode } from '../../components/inline-code.ts';
import { traceLink } from '../../components/links.ts';
import { exceptionMeaning, exceptionWords } from '../../components/meaning.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Form, Page, PageRequest } from '../../page.ts';
import type { Paged } from '../../page-reads.ts';

/** What a month could not book: by reason with amounts, each with its age and cure; several are acknowledged at once. */
export const exceptions: Page = {
  path: '/months/:period/exceptions',
  permission: 'exceptions:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { exceptions: texts, common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const path = `/months/${period}/exceptions`;
    const asked = [
      ...(query.reason ? [`reason=${encodeURIComponent(query.reason)}`] : []),
      ...(query.cursor ? [`cursor=${encodeURIComponent(query.cursor)}`] : []),
    ].join('&');
    const { data, next_cursor } = await api.get<Paged<PeriodException>>(`/periods/${period}/exceptions?${asked}`);
    const isAll = asked !== '' || next_cursor === null;
    const all = isAll ? data : (await api.get<Paged<PeriodException>>(`/periods/${period}/exceptions?limit=1000`)).data;
    const body = [
      ...(query.done ? [notice('good', query.done === 'started' ? words.finance.months.started : common.saved)] : []),
      html`<p>${texts.explain} <a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`,
      byReason(request, { path, rows: all, format }),
      await replayForm(request, { rows: all, format }),
      html`<h2>${query.reason ? texts.ofReason : texts.list}</h2>
        ${query.reason && html`<p><a href=${path}>${texts.all}</a></p>`}
        <form method="post">
          ${listOf(request, { path, rows: data, format })}
          ${nextPage({ cursor: next_cursor, path: query.reason ? `${path}?reason=${query.reason}` : path, label: common.next })}
          ${data.some((row) => !row.is_acknowledged) && acknowledgement(request, query.reason)}
        </form>`,
    ];
    return { title: texts.title(format.period(period)), body };
  },
  acts: {
    async replay({ api, params }) {
      await api.send('POST', '/jobs/replay-rejected/runs', {});
      return `/months/${parsePeriod(params.period ?? '')}/exceptions?done=started`;
    },
    acknowledge: (request, form) => acknowledge(request, form, { exception_ids: requireChosen(request, form) }),
    acknowledgeReason: (request, form) => acknowledge(request, form, { reason: form.reason }),
  },
};

/** One exception: what it is about, and who has acknowledged it. */
export const exception: Page = {
  path: '/months/:period/exceptions/:exception_id',
  permission: 'exceptions:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { exceptions: texts, common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const id = params.exception_id ?? '';
    const format = formats(locale);
    const found = await api.get<PeriodException>(`/periods/${period}/exceptions/${encodeURIComponent(id)}`);
    const about = ['fact_kind', 'message_id', 'sale_id', 'asset_id', 'developer_id', 'creator_id'] as const;
    const history = [found.acknowledgement, ...found.earlier_acknowledgements].flatMap((each) => (each ? [each] : []));
    const body = [
      ...(query.done ? [notice('good', common.saved)] : []),
      html`<p><code class="code">${id}</code> ${stateOf(request, found)}</p>
        <p>${exceptionMeaning(request, found)}</p>
        <dl class="facts">
          <dt>${texts.cure}</dt><dd>${inlineCode(exceptionWords(request, found).cure)}</dd>
          <dt>${common.amount}</dt><dd>${amountOf(found, { format, texts })}</dd>
          <dt>${common.age}</dt><dd>${common.days(found.age_days)}</dd>
          <dt>${words.finance.breaks.owner}</dt><dd>${ownerOf(words, found)}</dd>
          ${about.map((name) => found[name] && html`<dt>${name}</dt><dd>${traceLink(found[name])}</dd>`)}
        </dl>
        <form method="post"><input type="hidden" name=${`id:${id}`} value="on" />${acknowledgement(request, undefined)}</form>
        ${hasPermission(request.caller, 'exceptions:acknowledge') && (await assignForm(request, found.owner))}
        <h2>${texts.history}</h2>`,
      grid({
        caption: texts.history,
        isCaptionHidden: true,
        none: common.none,
        rows: history,
        columns: [
          { label: common.by, cell: ({ acknowledged_by }) => nameOf(acknowledged_by) },
          { label: common.at, cell: ({ acknowledged_at }) => format.dateTime(acknowledged_at) },
          { label: common.reason, cell: ({ sentence }) => sentence },
        ],
      }),
      html`<p><a href=${`/months/${period}/exceptions`}>${texts.title(format.period(period))}</a></p>`,
    ];
    return { title: texts.one, body };
  },
  acts: {
    acknowledge: (request, form) => acknowledge(request, form, { exception_ids: requireChosen(request, form) }),
    async assign({ api, params }, { owner = '' }) {
      const path = `/periods/${parsePeriod(params.period ?? '')}/exceptions/${encodeURIComponent(params.exception_id ?? '')}`;
      await api.send('POST', `${path}/owner`, { owner });
      return `${path.replace('/periods/', '/months/')}?done=assigned`;
    },
  },
};

async function acknowledge({ api, params }: PageRequest, { sentence = '' }: Form, which: object): Promise<string> {
  const period = parsePeriod(params.period ?? '');
  await api.send('POST', `/periods/${period}/acknowledgements`, { ...which, sentence });
  return `/months/${period}/exceptions?done=acknowledged`;
}

type Texts = PageRequest['words']['finance']['exceptions'];

function amountOf(row: PeriodException, { format, texts }: { format: Formats; texts: Texts }): string {
  const { currency, units } = row;
  const amount = row.suspended_amount ?? row.flagged_amount;
  if (amount !== null && currency !== null) return format.amount(amount, currency);
  return units === null ? '–' : texts.units(units);
}

function stateOf({ words }: Pick<PageRequest, 'words'>, row: PeriodException) {
  const texts = words.finance.exceptions;
  if (row.is_acknowledged) {
    return stateLabel('good', texts.acknowledged(nameOf(row.acknowledgement?.acknowledged_by ?? '')));
  }
  if (isOnHold(row)) return stateLabel('plain', texts.held);
  return stateLabel('warn', row.acknowledgement ? texts.changed : texts.open);
}

function acknowledgement({ words, caller }: PageRequest, reason: string | undefined) {
  if (!hasPermission(caller, 'exceptions:acknowledge')) return null;
  const { exceptions: texts, common } = words.finance;
  return html`<div class="stack">
    <label>${common.sentence}<textarea name="sentence" rows="2" required maxlength="1000"></textarea></label>
    <div class="row">
      <button name="act" value="acknowledge">${texts.acknowledge}</button>
      ${
        reason &&
        html`<input type="hidden" name="reason" value=${reason} />
        <button class="second" name="act" value="acknowledgeReason">${texts.acknowledgeAll}</button>`
      }
    </div>
  </div>`;
}

/** Events about money in the quarantine are loaded again once their cause is mended; nothing if there are none. */
async function replayForm({ api, words, caller }: PageRequest, { rows, format }: Omit<Rows, 'path'>): Promise<VNode> {
  if (!rows.some(({ exception_reason }) => exception_reason === 'event_quarantined')) return html``;
  const { exceptions: texts, months } = words.finance;
  const replay = requireJob('replay-rejected');
  const starters = startersOf(replay).map((role) => words.roles[role]);
  const { data } = hasPermission(caller, 'runs:read')
    ? await api.get<{ data: RunResponse[] }>('/runs?job=replay-rejected&limit=1')
    : { data: [] };
  const [last] = data;
  return html`<h2>${texts.replay}</h2><p>${texts.replayExplain}</p>
    ${last && html`<p class="soft">${format.dateTime(last.started_at)}, ${nameOf(last.started_by)}: <span lang="en">${last.error ?? last.progress ?? last.state}</span></p>`}
    ${
      mayStart(caller, replay)
        ? html`<form method="post"><button class="second" name="act" value="replay">${texts.replayAct}</button></form>`
        : html`<p class="soft">${months.cannot(starters.join(', '))}</p>`
    }`;
}

interface Rows {
  readonly path: string;
  readonly rows: readonly PeriodException[];
  readonly format: Formats;
}

function byReason(request: Pick<PageRequest, 'words'>, { path, rows, format }: Rows) {
  const { words } = request;
  const { exceptions: texts, common } = words.finance;
  const groups = [...Map.groupBy(rows, (row) => `${row.exception_reason} ${row.currency ?? ''}`).values()];
  return grid({
    caption: texts.byReason,
    none: texts.none,
    rows: groups,
    columns: [
      {
        label: common.reason,
        cell: ([row]) =>
          row && html`<a href=${`${path}?reason=${row.exception_reason}`}>${exceptionWords(request, row).meaning}</a>`,
      },
      { label: common.count, isNumber: true, cell: (some) => format.count(some.length) },
      { label: common.amount, isNumber: true, cell: (some) => sumOf(some, format) },
      { label: common.age, isNumber: true, cell: (some) => common.days(Math.max(...some.map((row) => row.age_days))) },
      { label: texts.cure, cell: ([row]) => row && inlineCode(exceptionWords(request, row).cure) },
    ],
  });
}

function sumOf(rows: readonly PeriodException[], format: Formats): string {
  const currency = rows[0]?.currency;
  const amounts = rows.flatMap((row) => row.suspended_amount ?? row.flagged_amount ?? []);
  if (!currency || amounts.length === 0) return '–';
  return format.amount(decimalOf(amounts.map(parseDecimal).reduce((sum, each) => sum + each, 0n)), currency);
}

function listOf(request: PageRequest, { path, rows, format }: Rows) {
  const { words, caller } = request;
  const { exceptions: texts, common } = words.finance;
  const mayTick = hasPermission(caller, 'exceptions:acknowledge');
  return grid({
    caption: texts.list,
    isCaptionHidden: true,
    none: texts.none,
    rows,
    columns: [
      {
        label: texts.one,
        cell: (row) => html`<span class="pick">
          ${mayTick && !row.is_acknowledged && html`<input type="checkbox" name=${`id:${row.exception_id}`} aria-label=${texts.select(row.exception_id)} />`}
          <a href=${`${path}/${encodeURIComponent(row.exception_id)}`}><code>${row.exception_id}</code></a></span>`,
      },
      { label: common.reason, cell: (row) => exceptionMeaning(request, row) },
      { label: common.amount, isNumber: true, cell: (row) => amountOf(row, { format, texts }) },
      { label: common.age, isNumber: true, cell: (row) => common.days(row.age_days) },
      { label: words.finance.breaks.owner, cell: (row) => ownerOf(words, row) },
      { label: common.state, cell: (row) => stateOf({ words }, row) },
    ],
  });
}
