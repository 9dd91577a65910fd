import { requireJob } from '../../../../jobs/jobs.ts';
import type { PayoutPreview } from '../../../../jobs/payouts/preview.ts';
import type { PayoutStatus } from '../../../../jobs/payouts/status.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission, mayStart } from '../../../auth/permissions.ts';
import { requireChosen } from '../../components/chosen.ts';
import { nextPage } from '../../components/grid.ts';
import { factorNotice, notice, stateLabel } from '../../components/notice.ts';
import { asTranslated } from '../../components/refusal.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import { previewSections } from '../../month/payout-preview.ts';
import { decidedList, decisionForm, overrideForm, payoutTable, reversalForm } from '../../month/payout-table.ts';
import type { Page, PageContent, PageRequest } from '../../page.ts';
import { fromCursor, type Listed, orNothing, type Paged } from '../../page-reads.ts';

interface Batch {
  readonly sequence: number;
}

/**
 * The payouts of a month: what is to be approved and what changed, the approval, decisions about single ones, sending, what became of each, and
 * taking one back.
 */
export const payouts: Page = {
  path: '/months/:period/payouts',
  permission: 'payouts:read',
  show,
  acts: {
    async approve({ api, params }, { hash = '' }) {
      const period = parsePeriod(params.period ?? '');
      await api.send('POST', '/jobs/approve-payouts/runs', { period, options: { hash }, wait: true });
      return `/months/${period}/payouts?done=approved`;
    },
    async send({ api, params }) {
      const period = parsePeriod(params.period ?? '');
      await api.send('POST', '/jobs/send-payouts/runs', { period });
      return `/months/${period}?done=started`;
    },
    async decide(request, form) {
      const period = parsePeriod(request.params.period ?? '');
      const { decision = '', sentence = '' } = form;
      const body = { decision, ids: requireChosen(request, form), sentence };
      const { payouts: decided } = await request.api.send<{ payouts: Parameters<typeof decidedList>[1] }>(
        'POST',
        `/payouts/${period}/decisions`,
        body,
      );
      if (decided.every(({ refused }) => refused === null)) return `/months/${period}/payouts?done=decided`;
      const { title, body: shown } = await show(request);
      return { title, body: html`${decidedList(request, decided)}${shown}` };
    },
    async reverse({ api, params, words }, { id = '', sentence = '', confirm }) {
      const period = parsePeriod(params.period ?? '');
      if (confirm === undefined) throw asTranslated(new Rejected(words.payouts.reverse.unconfirmed));
      await api.send('POST', `/payouts/${period}/reversals`, { id, sentence });
      return `/months/${period}/payouts?done=reversed`;
    },
    async override({ api, params }, { sentence = '' }) {
      const period = parsePeriod(params.period ?? '');
      await api.send('POST', `/payouts/${period}/comparison-overrides`, { sentence });
      return `/months/${period}/payouts?done=overridden`;
    },
  },
};

async function show(request: PageRequest): Promise<PageContent> {
  const { api, words, locale, params, query, caller } = request;
  const { payouts: texts, common } = words.finance;
  const period = parsePeriod(params.period ?? '');
  const format = formats(locale);
  const title = texts.title(format.period(period));
  const mayDecide = hasPermission(caller, 'payouts:decide');
  const done = {
    ...{ approved: texts.approved, decided: common.saved },
    ...{ reversed: words.payouts.reverse.done, overridden: words.payouts.override.done },
  }[query.done ?? ''];
  const above = [
    ...(done ? [notice('good', done)] : []),
    html`<p><a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`,
  ];
  const preview = await orNothing(api.get<PayoutPreview>(`/payouts/${period}/preview`));
  if (!preview) {
    const below = mayDecide ? html`${factorNotice(request)}${overrideForm(request)}` : html``;
    return { title, body: [...above, notice('plain', texts.none), below] };
  }
  const { data: batches } = await api.get<Listed<Batch>>(`/payouts/${period}/batches`);
  const shown = batches.find(({ sequence }) => String(sequence) === query.batch) ?? batches.at(-1);
  const isLatest = shown === batches.at(-1);
  const which = `batch=${shown?.sequence}`;
  const { data: lines, next_cursor: cursor } = await api.get<Paged<PayoutStatus>>(
    fromCursor(`/payouts/${period}/lines?${which}`, query.cursor),
  );
  const next = nextPage({ cursor, path: `/months/${period}/payouts?${which}`, label: common.next });
  const ofBatch = (sequence: number) => words.payouts.earlier(format.count(sequence));
  const { state, approved_by, approvals_missing } = preview;
  const isOpen = isLatest && (state === 'planned' || state === 'approved');
  const body = [
    ...above,
    html`<p>${stateLabel(state === 'planned' ? 'warn' : 'good', texts.states[state])}${' '}
      ${texts.planned(nameOf(preview.planned_by), format.dateTime(preview.planned_at))}${' '}
      ${approved_by.length > 0 && texts.approvedBy(approved_by.map(nameOf).join(', '))}${' '}
      ${approvals_missing > 0 && texts.missing(approvals_missing)}</p>`,
    ...previewSections({
      words,
      locale,
      preview,
      format,
      period,
      onPage: new Set(lines.map(({ payout_id }) => payout_id)),
    }),
    decisionOf(request, preview),
    isOpen && mayDecide
      ? decisionForm(request, { lines, format })
      : statusOf(request, { lines, format, caption: isLatest ? texts.status : ofBatch(shown?.sequence ?? 1) }),
    html`${next}`,
    html`${
      batches.length > 1 &&
      html`<ul>${batches.map(
        ({ sequence }) =>
          html`<li><a href=${`/months/${period}/payouts?batch=${sequence}`}>${ofBatch(sequence)}</a></li>`,
      )}</ul>`
    }`,
    ...(mayDecide ? [html`${reversalForm(request, { lines, format })}${overrideForm(request)}`] : []),
  ];
  return { title, body };
}

const statusOf = (request: PageRequest, shown: Parameters<typeof payoutTable>[1]) =>
  html`<h2>${shown.caption}</h2>${payoutTable(request, shown)}`;

/** The button that goes on: approval by another person than the planner, then sending. */
function decisionOf(request: PageRequest, preview: PayoutPreview) {
  const { words, caller } = request;
  const texts = words.finance.payouts;
  const { state, planned_by, approval_hash } = preview;
  if (state === 'planned' && mayStart(caller, requireJob('approve-payouts'))) {
    if (planned_by.endsWith(`(${caller.id})`))
      return html`<h2>${texts.approveHeading}</h2>${notice('plain', texts.ownPlan)}`;
    return html`<h2>${texts.approveHeading}</h2>${factorNotice(request)}<form class="stack" method="post">
      <p>${texts.approveExplain}</p>
      <input type="hidden" name="hash" value=${approval_hash} />
      <button name="act" value="approve">${texts.approve}</button>
    </form>`;
  }
  if (state === 'approved' && mayStart(caller, requireJob('send-payouts'))) {
    return html`<h2>${texts.send}</h2>${factorNotice(request)}<form class="stack" method="post">
      <button name="act" value="send">${texts.send}</button>
    </form>
    ${preview.payouts.some(({ payout_rail }) => payout_rail !== 'stripe') && html`<p><a class="button second" href=${`/bank-files?period=${preview.period}`}>${words.payouts.bank.title}</a></p>`}`;
  }
  return html``;
}
