import { NotFound } from '../../../../warehouse/errors.ts';
import {
  type Balance,
  explainStanding,
  isAboutAccount,
  type ListedStatement,
  maskedAccount,
  type Payout,
  STATE_TONES,
} from '../../components/creator-money.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { stateLabel } from '../../components/notice.ts';
import { asTranslated } from '../../components/refusal.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { allOf } from '../../page-reads.ts';
import { lineTable, requireStatement } from './statement.ts';

/** All payouts of a creator as they stand. */
export const creatorPayouts = creatorPage({
  path: '/payouts',
  async show(request) {
    const { words, locale, at } = request;
    const { payouts: texts, amount, state } = words.creator;
    const { minor, period, dateTime } = formats(locale);
    const { payouts, balanceOf } = await payoutsOf(request);
    const body = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none, rows: payouts },
      columns: [
        {
          label: texts.for,
          cell: (row) => html`<a href=${at(`/payouts/${encodeURIComponent(row.payout_id)}`)}>${period(row.period)}</a>`,
        },
        { label: amount, isNumber: true, cell: (row) => minor(row.amount_minor, row.currency) },
        { label: state, cell: (row) => stateLabel(STATE_TONES[row.state], texts.states[row.state]) },
        { label: texts.changed, cell: ({ changed_at }) => dateTime(changed_at) },
        { label: texts.to, cell: ({ account_id_stripe }) => html`<code>${maskedAccount(account_id_stripe)}</code>` },
        { label: texts.why, cell: (row) => explainStanding(row, { words, locale, balance: balanceOf(row) }) },
      ],
    });
    return { title: texts.title, body };
  },
});

/** One payout: how it stands, why, and what it is made of. */
export const creatorPayout = creatorPage({
  path: '/payouts/:payout_id',
  permission: 'statements:read',
  async show(request) {
    const { words, locale, at, params, api, creator } = request;
    const { payouts: texts, todo } = words.creator;
    const { payouts, balanceOf } = await payoutsOf(request);
    const payout = payouts.find(({ payout_id }) => payout_id === params.payout_id);
    if (payout === undefined) throw asTranslated(new NotFound(texts.notFound));
    const { minor, period, dateTime } = formats(locale);
    const id = encodeURIComponent(creator.creator_id);
    const { data } = await api.get<{ data: ListedStatement[] }>(`/statements?creator_id=${id}&period=${payout.period}`);
    const listed = data.find(({ currency }) => currency === payout.currency);
    const doc = listed && (await requireStatement(request, listed.statement_id));
    const body = html`<div class="card"><div class="figure">${minor(payout.amount_minor, payout.currency)}</div>
        <p>${stateLabel(STATE_TONES[payout.state], texts.states[payout.state])}</p></div>
      <h2>${texts.why}</h2>
      <p>${explainStanding(payout, { words, locale, balance: balanceOf(payout) })}</p>
      ${isAboutAccount(payout.reason) && html`<p><a class="button" href=${at('/payout-account')}>${todo.account}</a></p>`}
      <dl class="facts">
        <dt>${texts.changed}</dt><dd>${dateTime(payout.changed_at)}</dd>
        <dt>${texts.to}</dt><dd><code>${maskedAccount(payout.account_id_stripe)}</code></dd>
        ${payout.transfer_id_stripe && html`<dt>${texts.transfer}</dt><dd><code class="code">${payout.transfer_id_stripe}</code></dd>`}
      </dl>
      ${
        doc &&
        html`<h2>${texts.composition}</h2>
        <p>${texts.compositionExplain} <a href=${at(`/statements/${doc.statement_id}`)}>${words.creator.statements.open(period(doc.period), doc.currency)}</a></p>
        ${lineTable(request, doc)}`
      }`;
    return { title: texts.details(period(payout.period)), body };
  },
});

async function payoutsOf({ api, creator }: CreatorRequest) {
  const id = encodeURIComponent(creator.creator_id);
  const payouts = await allOf<Payout>(api, `/creators/${id}/current-payouts`);
  const balances = await allOf<Balance>(api, `/creators/${id}/balances`);
  const balanceOf = ({ period, currency }: Payout): Balance | undefined =>
    balances.find((balance) => balance.period === period && balance.currency === currency);
  return { payouts, balanceOf };
}
