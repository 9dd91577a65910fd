import type { VNode } from 'preact';
import type { StatementDocument, StatementLine } from '../../../../reports/statement/document.ts';
import { languageOf } from '../../../../reports/statement/language.ts';
import { NotFound } from '../../../../warehouse/errors.ts';
import { decimalToMinor } from '../../../../warehouse/money.ts';
import { heldBack } from '../../components/creator-money.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { rangeOf, stepBar } from '../../components/step-bar.ts';
import { formats } from '../../formats.ts';
import { type Children, html } from '../../markup.ts';
import { downloads } from './statements.ts';

/** One statement: how the balance came about, line by line, and how to verify it. */
export const creatorStatement = creatorPage({
  path: '/statements/:statement_id',
  permission: 'statements:read',
  async show(request) {
    const { words, locale } = request;
    const { statement: texts } = words.creator;
    const doc = await requireStatement(request, request.params.statement_id ?? '');
    const { period } = formats(locale);
    const held = decimalToMinor(doc.payout_decision.held, doc.currency);
    const body = html`<p class="row"><span>${texts.download}</span>${downloads(doc.statement_id)}</p>
      <h2>${texts.waterfall}</h2>
      ${waterfall(request, doc)}
      <h2>${texts.decision}</h2>
      <p lang=${doc.locale}>${doc.payout_decision.explanation}</p>
      ${held > 0n && html`<p>${heldBack({ held_minor: held, currency: doc.currency }, locale)}</p>`}
      ${doc.tax.length > 0 && html`<h2>${texts.tax}</h2>${taxTable(request, doc)}`}
      <h2>${texts.lines}</h2>
      ${lineTable(request, doc)}
      ${paidTable(request, doc)}
      ${
        doc.payout_notices.length > 0 &&
        html`<h2>${texts.notices}</h2><ul lang=${doc.locale}>${doc.payout_notices.map(({ explanation }) => html`<li>${explanation}</li>`)}</ul>`
      }
      ${verification(request, doc)}
      <p><a href=${request.at('/statements')}>${words.creator.back}</a></p>`;
    return { title: texts.title(period(doc.period), doc.currency), body };
  },
});

/** The document of a statement, if it is of the creator of the page. */
export async function requireStatement(
  { api, creator }: CreatorRequest,
  statementId: string,
): Promise<StatementDocument> {
  const doc = await api.get<StatementDocument>(`/statements/${encodeURIComponent(statementId)}`);
  if (doc.creator.creator_id !== creator.creator_id) throw new NotFound(`There is no statement ${statementId}.`);
  return doc;
}

/** The amounts of the summary with the signs by which they change the balance. */
function waterfall({ words, locale }: CreatorRequest, { summary, currency }: StatementDocument): VNode {
  const { statement: texts } = words.creator;
  const { minor } = formats(locale);
  const of = (amount: string): bigint => decimalToMinor(amount, currency);
  const changes = [
    [texts.earnings, of(summary.earnings)],
    [texts.refunds, -of(summary.refunds)],
    [texts.adjustments, of(summary.adjustments)],
    [texts.taxWithheld, -of(summary.tax_withheld)],
    [texts.payouts, -of(summary.payouts)],
    [texts.payoutReversals, of(summary.payout_reversals)],
  ] as const;
  let balance = of(summary.opening);
  const steps = changes.map(([label, change]) => {
    const from = balance;
    balance += change;
    return { label, change, from, to: balance };
  });
  const range = rangeOf([of(summary.opening), ...steps.map(({ to }) => to)]);
  const total = (label: string, sum: bigint): WaterfallRow => ({
    ...{ label: html`<strong>${label}</strong>`, change: '', to: html`<strong>${minor(sum, currency)}</strong>` },
    course: stepBar({ from: 0n, to: sum, isTotal: true }, range),
  });
  const rows: readonly WaterfallRow[] = [
    total(texts.opening, of(summary.opening)),
    ...steps.map(({ label, change, from, to }) => ({
      ...{ label, change: minor(change, currency), to: minor(to, currency) },
      course: change === 0n ? '' : stepBar({ from, to }, range),
    })),
    total(texts.closing, of(summary.closing)),
  ];
  return grid({
    ...{ caption: texts.waterfallCaption, isStacked: true, none: '', rows },
    columns: [
      { label: currency, cell: ({ label }) => label },
      { label: texts.change, isNumber: true, cell: ({ change }) => change },
      { label: texts.balance, isNumber: true, cell: ({ to }) => to },
      { label: texts.course, cell: ({ course }) => course },
    ],
  });
}

type WaterfallRow = Readonly<Record<'label' | 'change' | 'to' | 'course', Children>>;

/** The lines, each with its sentence, what it changes, and the way to its sales and uses. */
export function lineTable(request: CreatorRequest, doc: StatementDocument): VNode {
  const { words, locale, at } = request;
  const { statement: texts } = words.creator;
  const { say } = languageOf(locale);
  const { amount, period } = formats(locale);
  const money = (exact: string): string => amount(exact, doc.currency);
  const name = (line: StatementLine): VNode => html`<strong>${line.asset_title || texts.balanceAdjustment}</strong>
    <div class="soft">${texts.kinds[line.kind]}${line.license_type && `, ${say.lines.licenses[line.license_type]}`}${
      line.earned_period !== doc.period && `, ${texts.earnedIn(period(line.earned_period))}`
    }</div>
    <p lang=${doc.locale}>${line.formula}</p>
    ${movements(line, request, doc)}
    ${
      line.asset_id !== null &&
      line.terms_id !== null &&
      html`<a href=${`${at(`/statements/${doc.statement_id}/sales`)}?${new URLSearchParams({ asset_id: line.asset_id, terms_id: line.terms_id })}`} aria-label=${texts.salesOf(line.asset_title)}>${texts.sales}</a>`
    }`;
  return grid({
    ...{ caption: texts.linesCaption, isStacked: true, none: texts.noLines, rows: doc.lines },
    columns: [
      { label: words.creator.asset, cell: name },
      { label: texts.units, isNumber: true, cell: ({ units }) => amount(units, '').trim() },
      { label: texts.gross, isNumber: true, cell: ({ gross_exact }) => money(gross_exact) },
      {
        ...{ label: texts.fee, isNumber: true },
        cell: (line) => html`${money(line.platform_fee_exact)}<div class="soft">${line.platform_fee_rate}</div>`,
      },
      {
        ...{ label: texts.yours, isNumber: true },
        cell: (line) => html`${money(line.amount_exact)}<div class="soft">${line.share_rate}</div>`,
      },
    ],
  });
}

/** What a refund, dispute or correction changed of each sale. */
function movements(
  { movements: moved }: StatementLine,
  { locale }: CreatorRequest,
  { currency }: StatementDocument,
): VNode | false {
  if (moved.length === 0) return false;
  const { amount, dateTime, count } = formats(locale);
  return html`<details><summary>${count(moved.length)} × ${moved[0]?.movement_id.split(':')[0]}</summary><ul>${moved.map(
    ({ movement_id, sale_id, occurred_at, amount_exact }) =>
      html`<li><code>${movement_id}</code> → <code>${sale_id}</code>, ${dateTime(occurred_at)}: ${amount(amount_exact, currency)}</li>`,
  )}</ul></details>`;
}

/** The tax by day of credit, each with its sentence. */
function taxTable({ words, locale }: CreatorRequest, doc: StatementDocument): VNode {
  const { statement: texts } = words.creator;
  const { say } = languageOf(locale);
  const { amount, date } = formats(locale);
  return grid({
    ...{ caption: texts.tax, isCaptionHidden: true, none: '', rows: doc.tax },
    columns: [
      { label: say.tax.creditedOn, cell: ({ credited_on }) => date(credited_on) },
      { label: say.tax.how, cell: ({ explanation }) => html`<span lang=${doc.locale}>${explanation}</span>` },
      { label: words.creator.amount, isNumber: true, cell: ({ withheld }) => amount(withheld, doc.currency) },
    ],
  });
}

function paidTable({ words, locale, at }: CreatorRequest, doc: StatementDocument): VNode | false {
  const { statement: texts, payouts } = words.creator;
  const { amount, period, date } = formats(locale);
  const moved = [
    ...doc.payouts.map((each) => ({ ...each, on: each.sent_on, sign: '' })),
    ...doc.payout_reversals.map((each) => ({ ...each, on: each.reversed_on, sign: '-' })),
  ];
  if (moved.length === 0) return false;
  return html`<h2>${texts.paid}</h2>${grid({
    ...{ caption: texts.paid, isCaptionHidden: true, none: '', rows: moved },
    columns: [
      {
        label: payouts.for,
        cell: (row) =>
          html`<a href=${at(`/payouts/${encodeURIComponent(row.payout_id)}`)}>${period(row.paid_period)}</a>`,
      },
      { label: payouts.changed, cell: ({ on }) => date(on) },
      { label: payouts.transfer, cell: ({ transfer_id_stripe }) => html`<code>${transfer_id_stripe}</code>` },
      {
        ...{ label: words.creator.amount, isNumber: true },
        cell: ({ sign, amount: sum }) => amount(`${sign}${sum}`, doc.currency),
      },
    ],
  })}`;
}

function verification({ words, locale }: CreatorRequest, doc: StatementDocument): VNode {
  const { statement: texts } = words.creator;
  const { amount } = formats(locale);
  const { carried_in_exact, carried_out_exact } = doc.rounding;
  return html`<h2>${texts.verify}</h2>
    <p>${texts.rounding(amount(carried_in_exact, doc.currency), amount(carried_out_exact, doc.currency))}</p>
    <p>${texts.verifyExplain}</p>
    <p><code class="code">npx tantieme verify-statement statement-${doc.period}-${doc.currency.toLowerCase()}-${doc.creator.creator_id}.json</code></p>
    <dl class="facts"><dt>${texts.seal}</dt><dd><code class="code">${doc.seal}</code></dd></dl>`;
}
