import { requireJob } from '../../../../jobs/jobs.ts';
import type { PayoutPreview } from '../../../../jobs/payouts/preview.ts';
import type { PayoutStatus } from '../../../../jobs/payouts/status.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { startersOf } from '../../../auth/permissions.ts';
import { chosenIn } from '../../components/chosen.ts';
import { grid } from '../../components/grid.ts';
import { factorNotice, notice, stateLabel } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { orNothing } from '../../month/facts.ts';
import { nameOf } from '../../month/name-of.ts';
import { creatorLink, previewSections } from '../../month/payout-preview.ts';
import type { Page, PageRequest } from '../../page.ts';

/** The payouts of a month: what is to be approved and what changed, the approval, decisions about single ones, and sending. */
export const payouts: Page = {
  path: '/months/:period/payouts',
  permission: 'payouts:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { payouts: texts, common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const title = texts.title(format.period(period));
    const back = html`<p><a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`;
    const preview = await orNothing(api.get<PayoutPreview>(`/payouts/${period}/preview`));
    if (!preview) return { title, body: [notice('plain', texts.none), back] };
    const { payouts: lines } = await api.get<{ payouts: PayoutStatus[] }>(`/payouts/${period}`);
    const { state, approved_by, approvals_missing } = preview;
    const body = [
      ...(query.done ? [notice('good', query.done === 'approved' ? texts.approved : common.saved)] : []),
      html`<p>${stateLabel(state === 'planned' ? 'warn' : 'good', texts.states[state])}${' '}
        ${texts.planned(nameOf(preview.planned_by), format.dateTime(preview.planned_at))}${' '}
        ${approved_by.length > 0 && texts.approvedBy(approved_by.map(nameOf).join(', '))}${' '}
        ${approvals_missing > 0 && texts.missing(approvals_missing)}</p>`,
      back,
      ...previewSections({ words, preview, format, period }),
      decisionOf(request, preview),
      statusTable(request, { lines, format, isOpen: state === 'planned' || state === 'approved' }),
    ];
    return { title, body };
  },
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
    async decide({ api, params }, form) {
      const period = parsePeriod(params.period ?? '');
      const { decision = '', sentence = '' } = form;
      await api.send('POST', `/payouts/${period}/decisions`, { decision, ids: chosenIn(form), sentence });
      return `/months/${period}/payouts?done=decided`;
    },
  },
};

const mayStart = ({ caller }: Pick<PageRequest, 'caller'>, job: string): boolean =>
  caller.roles.some((role) => startersOf(requireJob(job)).includes(role));

/** The button that goes on: approval by another person than the planner, then sending. */
function decisionOf(request: PageRequest, preview: PayoutPreview) {
  const { words, caller } = request;
  const texts = words.finance.payouts;
  const { state, planned_by, approval_hash } = preview;
  if (state === 'planned' && mayStart(request, 'approve-payouts')) {
    if (planned_by.endsWith(`(${caller.id})`))
      return html`<h2>${texts.approveHeading}</h2>${notice('plain', texts.ownPlan)}`;
    return html`<h2>${texts.approveHeading}</h2>${factorNotice(request)}<form class="stack" method="post">
      <p>${texts.approveExplain}</p>
      <input type="hidden" name="hash" value=${approval_hash} />
      <button name="act" value="approve">${texts.approve}</button>
    </form>`;
  }
  if (state === 'approved' && mayStart(request, 'send-payouts')) {
    return html`<h2>${texts.send}</h2>${factorNotice(request)}<form class="stack" method="post">
      <button name="act" value="send">${texts.send}</button>
    </form>`;
  }
  return html``;
}

function statusTable(
  request: PageRequest,
  { lines, format, isOpen }: { lines: readonly PayoutStatus[]; format: Formats; isOpen: boolean },
) {
  const { payouts: texts, common, exceptions } = request.words.finance;
  const table = grid({
    caption: texts.status,
    isCaptionHidden: !isOpen,
    none: common.none,
    rows: lines,
    columns: [
      {
        label: texts.which,
        cell: ({ payout_id, state }) => html`<span class="pick">
          ${isOpen && state !== 'skipped' && html`<input type="checkbox" name=${`id:${payout_id}`} aria-label=${exceptions.select(payout_id)} />`}
          <a href=${`/trace?id=${encodeURIComponent(payout_id)}`}><code>${payout_id}</code></a></span>`,
      },
      { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
      { label: common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
      { label: common.state, cell: ({ state }) => texts.lineStates[state] ?? state },
      {
        label: common.reason,
        cell: (row) =>
          html`<span lang="en">${[row.reason_meaning, row.last_reason].filter(Boolean).join(' ')}</span> ${row.decided_by && `(${nameOf(row.decided_by)})`}`,
      },
    ],
  });
  if (!isOpen) return html`<h2>${texts.status}</h2>${table}`;
  return html`<h2>${texts.decide}</h2><p>${texts.decideExplain}</p>
    <form method="post">${table}
      <div class="stack">
        <label>${texts.decision}<select name="decision">${(['hold', 'release', 'cancel'] as const).map(
          (each) => html`<option value=${each}>${texts.decisions[each]}</option>`,
        )}</select></label>
        <label>${common.sentence}<textarea name="sentence" rows="2" required maxlength="500"></textarea></label>
        <button class="second" name="act" value="decide">${texts.decideButton}</button>
      </div>
    </form>`;
}
