import type { VNode } from 'preact';
import type { PayoutStatus } from '../../../jobs/payouts/status.ts';
import { isOfPerson } from '../../../jobs/payouts/stop-reasons.ts';
import { type Column, grid } from '../components/grid.ts';
import { creatorLink, traceLink } from '../components/links.ts';
import { meaningOf } from '../components/meaning.ts';
import { stateLabel } from '../components/notice.ts';
import type { Formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';
import { nameOf } from './name-of.ts';

interface Lines {
  readonly lines: readonly PayoutStatus[];
  readonly format: Formats;
}

/** The last state of each payout of a batch, with its reason; `mayPick` puts a box before those that can be decided about. */
export function payoutTable(
  { words }: Pick<PageRequest, 'words'>,
  { lines, format, caption, mayPick = false }: Lines & { readonly caption: string; readonly mayPick?: boolean },
): VNode {
  const { finance, payouts } = words;
  const { payouts: texts, common, exceptions } = finance;
  const columns: readonly Column<PayoutStatus>[] = [
    {
      label: texts.which,
      cell: ({ payout_id, state }) => html`<span class="pick">
        ${mayPick && state !== 'skipped' && html`<input type="checkbox" name=${`id:${payout_id}`} aria-label=${exceptions.select(payout_id)} />`}
        ${traceLink(payout_id)}</span>`,
    },
    { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
    { label: common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
    { label: common.state, cell: ({ state }) => texts.lineStates[state] ?? state },
    {
      label: common.reason,
      cell: (row) =>
        html`${whyNot({ words }, row)} ${row.decided_by !== null && isOfPerson(row.reason) && `(${nameOf(row.decided_by)})`}`,
    },
    {
      label: payouts.transfer,
      cell: ({ transfer_id_stripe, file_id }) =>
        html`${traceLink(transfer_id_stripe)}${file_id !== null && html` <a href="/bank-files">${payouts.file} <code>${file_id}</code></a>`}`,
    },
  ];
  return grid({ caption, isCaptionHidden: true, isStacked: true, none: common.none, rows: lines, columns });
}

/** What the reason means, and what more is known of it; nothing of a payout that goes on. */
function whyNot(
  { words }: Pick<PageRequest, 'words'>,
  { reason: code, reason_meaning: english, last_reason }: PayoutStatus,
): VNode {
  return html`${english !== null && meaningOf(words.meanings.unpaid, { code, english })} ${last_reason !== null && last_reason !== english && html`<span lang="en">${last_reason}</span>`}`;
}

/** The payouts with boxes, and what a person decides about those that are ticked. */
export function decisionForm({ words }: Pick<PageRequest, 'words'>, { lines, format }: Lines): VNode {
  const { payouts: texts } = words.finance;
  return html`<h2>${texts.decide}</h2><p>${texts.decideExplain}</p>
    <form method="post">${payoutTable({ words }, { lines, format, caption: texts.status, mayPick: true })}
      <div class="stack">
        <label>${texts.decision}<select name="decision">${(['hold', 'release', 'cancel'] as const).map(
          (each) => html`<option value=${each}>${texts.decisions[each]}</option>`,
        )}</select></label>
        ${reason(words, 500)}
        <button class="second" name="act" value="decide">${texts.decideButton}</button>
      </div>
    </form>`;
}

const REVERSIBLE: readonly string[] = ['sent', 'confirmed'];

/** Takes back a payout that was sent by Stripe; nothing if there is none. */
export function reversalForm({ words }: Pick<PageRequest, 'words'>, { lines, format }: Lines): VNode | null {
  const texts = words.payouts.reverse;
  const sent = lines.filter(({ state, payout_rail }) => REVERSIBLE.includes(state) && payout_rail === 'stripe');
  if (sent.length === 0) return null;
  return html`<h2>${texts.title}</h2><p>${texts.explain}</p>
    <form class="stack" method="post">
      <label>${texts.which}<select name="id">${sent.map(
        ({ payout_id, creator_id, amount_minor, currency }) =>
          html`<option value=${payout_id}>${creator_id}: ${format.minor(amount_minor, currency)}</option>`,
      )}</select></label>
      ${reason(words, 500)}
      <label class="inline"><input type="checkbox" name="confirm" required />${texts.confirm}</label>
      <button class="second" name="act" value="reverse">${texts.act}</button>
    </form>`;
}

/** Lets the unsent or next batch be paid without a comparison that is new enough. */
export function overrideForm({ words }: Pick<PageRequest, 'words'>): VNode {
  const texts = words.payouts.override;
  return html`<h2 id="override">${texts.title}</h2><p>${texts.explain}</p>
    <form class="stack" method="post">
      ${reason(words, 500)}
      <button class="second" name="act" value="override">${texts.act}</button>
    </form>`;
}

/** What became of each payout, where some could not be changed. */
export function decidedList(
  { words }: Pick<PageRequest, 'words'>,
  decided: readonly { readonly payout_id: string; readonly state: string; readonly refused: string | null }[],
): VNode {
  const { outcomes } = words.payouts;
  const { lineStates } = words.finance.payouts;
  return html`<div class="notice warn" role="alert"><p>${outcomes.some}</p><ul>${decided.map(
    ({ payout_id, state, refused }) =>
      html`<li>${traceLink(payout_id)} ${
        refused === null
          ? html`${outcomes.changed} ${stateLabel('good', lineStates[state] ?? state)}`
          : html`<span lang="en">${refused}</span>`
      }</li>`,
  )}</ul></div>`;
}

/** Why somebody decides something, in a sentence. */
export const reason = (words: PageRequest['words'], longest: number): VNode =>
  html`<label>${words.finance.common.sentence}<textarea name="sentence" rows="2" required maxlength=${longest}></textarea></label>`;
