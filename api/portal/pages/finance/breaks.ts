import type { VNode } from 'preact';
import type { BreakDossier } from '../../../../jobs/break-history.ts';
import type { PeriodBreak } from '../../../../jobs/breaks.ts';
import type { BridgeLine, Verdict } from '../../../../jobs/reconcile-stripe.ts';
import { cureOf } from '../../../../reports/finance/break-sentences.ts';
import { minorToDecimal, parseDecimal } from '../../../../warehouse/money.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { assignForm, ownerOf } from '../../components/assign-form.ts';
import { chart } from '../../components/chart.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { breakMeaning } from '../../components/meaning.ts';
import { notice, stateLabel, type Tone } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import { verdictOf } from '../../month/verdict.ts';
import type { Page, PageRequest } from '../../page.ts';
import { fromCursor, orNothing, type Paged } from '../../page-reads.ts';

interface Comparison {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly bridge: readonly BridgeLine[];
}

const REPORTS = ['pdf', 'xlsx', 'json'] as const;

/** The comparison of a month with Stripe: what it says, the bridge of the balance, and the breaks with both sides. */
export const breaks: Page = {
  path: '/months/:period/breaks',
  permission: 'reconciliations:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { breaks: texts, common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const path = `/months/${period}/breaks`;
    const title = texts.title(format.period(period));
    const back = html`<p><a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`;
    const comparison = await orNothing(api.get<Comparison>(`/reconciliations/${period}`));
    if (!comparison) return { title, body: [notice('plain', texts.notYet), back] };
    const page = await api.get<Paged<PeriodBreak>>(fromCursor(`/periods/${period}/breaks`, query.cursor));
    const { bridge } = comparison;
    const body = [
      ...(query.done ? [notice('good', common.saved)] : []),
      html`<p>${verdictOf(request, comparison)}</p>`,
      back,
      html`<h2>${texts.list}</h2>`,
      listOf(request, { path, rows: page.data, format }),
      html`${nextPage({ cursor: page.next_cursor, path, label: common.next })}<h2>${texts.bridge}</h2>`,
      ...(await bridgesOf(request, { bridge, format })),
      html`<p>${texts.report}: ${REPORTS.map((each) => html`<a href=${`/v1/reconciliations/${period}/report/${each}`}>${each.toUpperCase()}</a> `)}</p>`,
    ];
    return { title, body };
  },
};

/** One break with both sides and its history; it is acknowledged as it was seen, and given to somebody to work on. */
export const breakPage: Page = {
  path: '/months/:period/breaks/:break_id',
  permission: 'reconciliations:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { breaks: texts, common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const id = params.break_id ?? '';
    const { found, history } = await api.get<BreakDossier>(`/periods/${period}/breaks/${encodeURIComponent(id)}`);
    const body = [
      ...(query.done ? [notice('good', common.saved)] : []),
      html`<p><code class="code">${id}</code> <a href=${`/months/${period}/breaks`}>${texts.title(format.period(period))}</a></p>`,
      found ? factsOf(request, { found, format }) : notice('plain', texts.gone),
      ...(found && hasPermission(request.caller, 'breaks:decide')
        ? [acknowledgement(words, found), await assignForm(request, found.owner)]
        : []),
      html`<h2>${texts.history}</h2>`,
      grid({
        caption: texts.history,
        isCaptionHidden: true,
        none: common.none,
        rows: history,
        columns: [
          { label: common.at, cell: ({ changed_at }) => format.dateTime(changed_at) },
          { label: common.state, cell: ({ change }) => texts.changes[change] },
          { label: common.by, cell: ({ changed_by }) => nameOf(changed_by) },
          { label: texts.ledger, isNumber: true, cell: (row) => side(row.ledger_minor, { row, format, texts }) },
          { label: texts.stripe, isNumber: true, cell: (row) => side(row.stripe_minor, { row, format, texts }) },
          { label: texts.owner, cell: ({ owner }) => nameOf(owner ?? '') },
        ],
      }),
    ];
    return { title: texts.what, body };
  },
  acts: {
    async acknowledge({ api, params }, { sentence = '', state_digest }) {
      const { period, break_id } = params;
      const which = { break_ids: [break_id], state_digest, sentence };
      await api.send('POST', `/periods/${period}/break-acknowledgements`, which);
      return `/months/${period}/breaks?done=acknowledged`;
    },
    async assign({ api, params }, { owner = '' }) {
      const { period, break_id = '' } = params;
      const path = `/periods/${period}/breaks/${encodeURIComponent(break_id)}/owner`;
      await api.send('POST', path, { owner });
      return `/months/${period}/breaks/${encodeURIComponent(break_id)}?done=assigned`;
    },
  },
};

type Texts = PageRequest['words']['finance']['breaks'];

function side(
  minor: bigint | null,
  { row, format, texts }: { row: { readonly currency: string }; format: Formats; texts: Texts },
): string {
  return minor === null ? texts.absent : format.minor(minor, row.currency);
}

const TONES: Readonly<Record<PeriodBreak['break_state'], Tone>> = {
  open: 'warn',
  in_grace: 'plain',
  acknowledged: 'good',
};

function listOf(
  request: Pick<PageRequest, 'words' | 'locale'>,
  { path, rows, format }: { path: string; rows: readonly PeriodBreak[]; format: Formats },
) {
  const { words } = request;
  const { breaks: texts, common } = words.finance;
  return grid({
    caption: texts.list,
    isCaptionHidden: true,
    none: texts.none,
    rows,
    columns: [
      {
        label: texts.what,
        cell: (row) => html`<a href=${`${path}/${encodeURIComponent(row.break_id)}`}>${breakMeaning(request, row)}</a>`,
      },
      { label: texts.ledger, isNumber: true, cell: (row) => side(row.ledger_minor, { row, format, texts }) },
      { label: texts.stripe, isNumber: true, cell: (row) => side(row.stripe_minor, { row, format, texts }) },
      { label: texts.priority, cell: ({ priority }) => texts.priorities[priority] },
      { label: common.age, isNumber: true, cell: ({ age_days }) => common.days(age_days) },
      { label: texts.owner, cell: (row) => ownerOf(words, row) },
      { label: common.state, cell: (row) => stateLabel(TONES[row.break_state], texts.states[row.break_state]) },
    ],
  });
}

function factsOf(
  request: Pick<PageRequest, 'words' | 'locale'>,
  { found, format }: { found: PeriodBreak; format: Formats },
) {
  const { words } = request;
  const { breaks: texts, common } = words.finance;
  const last = found.acknowledgement;
  const known = { row: found, format, texts };
  return html`<p>${breakMeaning(request, found)}</p>
    <dl class="facts">
      <dt>${common.state}</dt><dd>${stateLabel(TONES[found.break_state], texts.states[found.break_state])}</dd>
      <dt>${texts.ledger}</dt><dd>${side(found.ledger_minor, known)}</dd>
      <dt>${texts.stripe}</dt><dd>${side(found.stripe_minor, known)}</dd>
      <dt>${texts.priority}</dt><dd>${texts.priorities[found.priority]}</dd>
      <dt>${texts.whose}</dt><dd lang="en">${found.whose_money}</dd>
      <dt>${texts.cure}</dt><dd>${cureOf(found, words.meanings)}</dd>
      <dt>${common.age}</dt><dd>${common.days(found.age_days)}</dd>
      <dt>${texts.owner}</dt><dd>${ownerOf(words, found)}</dd>
      ${last && html`<dt>${texts.states.acknowledged}</dt><dd>${common.byAt(nameOf(last.acknowledged_by), format.dateTime(last.acknowledged_at))}: ${last.sentence}</dd>`}
    </dl>`;
}

function acknowledgement(words: PageRequest['words'], { state_digest }: PeriodBreak) {
  const { breaks: texts, common } = words.finance;
  return html`<form class="stack" method="post">
      <input type="hidden" name="state_digest" value=${state_digest} />
      <label>${common.sentence}<textarea name="sentence" rows="2" required maxlength="1000"></textarea></label>
      <button name="act" value="acknowledge">${texts.acknowledge}</button>
    </form>`;
}

/** A chart and a table for each balance and currency. */
async function bridgesOf(
  { words }: Pick<PageRequest, 'words'>,
  { bridge, format }: { bridge: readonly BridgeLine[]; format: Formats },
): Promise<VNode[]> {
  const { breaks: texts } = words.finance;
  const groups = Map.groupBy(bridge, ({ balance_type, currency }) => texts.bridgeOf(balance_type, currency));
  // A balance has no movements of its own.
  const moved = (row: BridgeLine, cell: string) => (['activity', 'payouts'].includes(row.bridge_line) ? cell : '');
  const labelOf = (row: BridgeLine) =>
    [texts.lines[row.bridge_line] ?? row.bridge_line, row.bridge_category].filter(Boolean).join(': ');
  const sections = [...groups].map(async ([title, rows]) => {
    const drawn = rows.filter(({ bridge_line }) => ['opening', 'activity', 'payouts', 'closing'].includes(bridge_line));
    const points = drawn.map((row) => ({
      ...{ label: row.bridge_category || labelOf(row), text: format.minor(row.net_minor, row.currency) },
      nanos: parseDecimal(minorToDecimal(row.net_minor, row.currency)),
      isBalance: row.bridge_line === 'opening' || row.bridge_line === 'closing',
    }));
    const isDrawn = points.some(({ nanos }) => nanos !== 0n);
    return html`<h3>${title}</h3>${isDrawn && (await chart({ kind: 'bridge', title, points }))}
      ${grid({
        caption: title,
        isCaptionHidden: true,
        none: '',
        rows,
        columns: [
          { label: texts.line, cell: labelOf },
          { label: texts.movements, isNumber: true, cell: (row) => moved(row, format.count(row.movement_count)) },
          {
            label: texts.gross,
            isNumber: true,
            cell: (row) => moved(row, format.minor(row.gross_minor, row.currency)),
          },
          { label: texts.fees, isNumber: true, cell: (row) => moved(row, format.minor(row.fee_minor, row.currency)) },
          { label: texts.net, isNumber: true, cell: (row) => format.minor(row.net_minor, row.currency) },
        ],
      })}`;
  });
  return Promise.all(sections);
}
