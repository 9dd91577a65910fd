import { requireJob } from '../../../../jobs/jobs.ts';
import type { YearOpening } from '../../../../jobs/tax/year-openings.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { factsOf } from '../../month/facts.ts';
import { nameOf } from '../../month/name-of.ts';
import { nextActs } from '../../month/next-acts.ts';
import { stepView } from '../../month/step-view.ts';
import { type StepName, stepsOf } from '../../month/steps.ts';
import { verdictOf } from '../../month/verdict.ts';
import type { Page, PageRequest } from '../../page.ts';
import type { Listed } from '../../page-reads.ts';

/** Payouts are approved soon after a closing; older months have theirs. */
const MONTHS_LOOKED_AT = 3;

/** What waits for a second person: the payouts of the last closed months, corrections, and numbers of a tax year that are to be opened. */
async function inbox(
  { api, words, caller }: PageRequest,
  { closed, format }: { closed: readonly string[]; format: Formats },
) {
  const { payouts, common } = words.finance;
  const { corrections } = words.books;
  const batches = await Promise.all(
    closed
      .slice(0, MONTHS_LOOKED_AT)
      .map((period) =>
        api.get<Listed<{ period: string; state: string; planned_by: string }>>(`/payouts/${period}/batches`),
      ),
  );
  const planned = batches.flatMap(({ data }) => data.slice(-1).filter(({ state }) => state === 'planned'));
  const { data } = await api.get<Listed<unknown>>('/corrections?state=proposed');
  const openings = hasPermission(caller, 'tax-years:read')
    ? (await api.get<Listed<YearOpening>>('/tax/openings')).data.filter(({ state }) => state === 'requested')
    : [];
  return html`<h2>${corrections.waiting}</h2>
    ${planned.length + data.length + openings.length === 0 && html`<p class="soft">${common.none}</p>`}
    <ul>
      ${planned.map(
        ({ period, planned_by }) =>
          html`<li><a href=${`/months/${period}/payouts`}>${payouts.title(format.period(period))}</a> (${nameOf(planned_by)})</li>`,
      )}
      ${data.length > 0 && html`<li><a href="/corrections">${corrections.title}: ${format.count(data.length)}</a></li>`}
      ${openings.map(
        ({ year, form, requested_by }) =>
          html`<li><a href=${`/tax?year=${year}#openings`}>${words.taxActs.openings.title}: ${words.taxActs.forms[form]}, ${year}</a> (${nameOf(requested_by)})</li>`,
      )}
    </ul>`;
}

/** All months, the newest first, and what waits for approval. */
export const months: Page = {
  path: '/months',
  permission: 'runs:read',
  async show(request) {
    const { api, words, locale } = request;
    const { months: texts, common } = words.finance;
    const format = formats(locale);
    const { period } = format;
    const { data } = await api.get<{ data: { period: string; is_closed: boolean }[] }>('/periods');
    const closed = data.flatMap((each) => (each.is_closed ? [each.period] : [])).toReversed();
    const table = grid({
      caption: texts.title,
      isCaptionHidden: true,
      none: texts.none,
      rows: data.toReversed(),
      columns: [
        { label: common.month, cell: (row) => html`<a href=${`/months/${row.period}`}>${period(row.period)}</a>` },
        {
          label: common.state,
          cell: ({ is_closed }) =>
            is_closed ? stateLabel('good', texts.closed) : stateLabel('plain', texts.openState),
        },
      ],
    });
    return {
      title: texts.title,
      body: [await inbox(request, { closed, format }), html`<h2>${texts.title}</h2>`, table],
    };
  },
};

/** The steps of a month's end, what stands in each, and the button that goes on. */
export const month: Page = {
  path: '/months/:period',
  permission: 'runs:read',
  async show(request) {
    const { words, locale, params, query } = request;
    const { months: texts } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const { facts, totals, comparison } = await factsOf(request, period);
    const steps = stepsOf(facts);
    const next = steps.find(({ state }) => state !== 'done');
    const findings: Partial<Record<StepName, unknown>> = {
      exceptions: facts.openExceptions && !facts.close && texts.exceptionsOpen(facts.openExceptions),
      compare: comparison && verdictOf(request, comparison),
    };
    const body = [
      ...(query.done === 'started' ? [notice('good', texts.started)] : []),
      html`<ol class="steps">${steps.map((step) =>
        stepView(request, {
          ...{ step, isNext: step === next, acts: nextActs(request, { step, period }), formats: format },
          finding: (findings[step.name] || undefined) as string | undefined,
        }),
      )}</ol>`,
      totalsTable(request, { totals, format }),
      html`<p><a href=${`/months/${period}/documents`}>${words.books.documents.title(format.period(period))}</a></p>`,
    ];
    const isLive = steps.some(({ state }) => state === 'running');
    return { title: texts.checklist(format.period(period)), body, isLive };
  },
  acts: {
    async run({ api, params }, { job = '' }) {
      const { name, about } = requireJob(job);
      const period = parsePeriod(params.period ?? '');
      await api.send('POST', `/jobs/${name}/runs`, about === 'period' ? { period } : {});
      return `/months/${period}?done=started`;
    },
  },
};

type Totals = Readonly<Record<string, string>>;

function totalsTable(
  { words }: Pick<PageRequest, 'words'>,
  { totals, format }: { totals: readonly Totals[]; format: Formats },
) {
  const { totals: caption, totalsOf } = words.finance.months;
  if (totals.length === 0) return html``;
  const column = (label: string, name: string) => ({
    ...{ label, isNumber: true },
    cell: (row: Totals) => format.rounded(row[name] ?? '0', row.currency ?? ''),
  });
  return grid({
    caption,
    isStacked: true,
    none: '',
    rows: totals,
    columns: [
      { label: words.finance.common.currency, cell: ({ currency }: Totals) => currency },
      column(totalsOf.buyers, 'buyers_net_amount'),
      column(totalsOf.creators, 'creators_amount'),
      column(totalsOf.fee, 'platform_fee_amount'),
      column(totalsOf.refunds, 'refunds_amount'),
      column(totalsOf.suspense, 'suspense_amount'),
    ],
  });
}
