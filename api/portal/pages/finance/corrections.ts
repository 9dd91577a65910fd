import type { Correction } from '../../../../jobs/corrections.ts';
import { CORRECTED_KINDS } from '../../../../warehouse/vocabulary/corrections.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { traceLink } from '../../components/links.ts';
import { factorNotice, notice, stateLabel, type Tone } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';

const TONES: Readonly<Record<Correction['state'], Tone>> = { proposed: 'warn', approved: 'good', rejected: 'plain' };

/** Corrections: what waits for another person's approval, all of them, and a form to propose one. */
export const corrections: Page = {
  path: '/corrections',
  permission: 'corrections:read',
  async show(request) {
    const { api, words, locale, query, caller } = request;
    const texts = words.books.corrections;
    const format = formats(locale);
    const { data } = await api.get<{ data: Correction[] }>('/corrections');
    const waiting = data.filter(({ state }) => state === 'proposed');
    const mayDecide = hasPermission(caller, 'corrections:decide');
    const done = { proposed: texts.proposed, approved: texts.approved, rejected: texts.rejected }[query.done ?? ''];
    const body = [
      ...(done ? [notice('good', done)] : []),
      html`<p>${texts.explain}</p>${mayDecide && factorNotice(request)}<h2>${texts.waiting}</h2>`,
      ...(waiting.length === 0 ? [html`<p class="soft">${texts.waitingNone}</p>`] : []),
      ...waiting.map((each) => waitingCard(request, { correction: each, format, mayDecide })),
      html`<h2>${texts.list}</h2>`,
      listOf(request, { rows: data, format }),
      ...(mayDecide ? [proposal(words)] : []),
    ];
    return { title: texts.title, body };
  },
  acts: {
    async approve({ api }, { correction_id }) {
      await api.send('POST', '/corrections/approvals', { correction_ids: [correction_id] });
      return '/corrections?done=approved';
    },
    async reject({ api }, { correction_id = '', reason = '' }) {
      await api.send('POST', `/corrections/${encodeURIComponent(correction_id)}/rejection`, { reason });
      return '/corrections?done=rejected';
    },
    async propose({ api }, { act: _, ...form }) {
      // A field that is left empty is one that is not given.
      const given = Object.entries(form).filter(([, value]) => value.trim() !== '');
      await api.send('POST', '/corrections', Object.fromEntries(given));
      return '/corrections?done=proposed';
    },
  },
};

interface Waiting {
  readonly correction: Correction;
  readonly format: Formats;
  readonly mayDecide: boolean;
}

function waitingCard({ words, caller }: PageRequest, { correction, format, mayDecide }: Waiting) {
  const texts = words.books.corrections;
  const { correction_id, proposed_by, proposed_at, correction_reason, reference } = correction;
  return html`<section class="card" aria-label=${correction_id}>
    <h3>${whatOf(words, { correction, format })}</h3>
    <p>${correction_reason}</p>
    <p class="soft">${texts.reference}: ${reference}. ${texts.proposedBy} ${nameOf(proposed_by)}, ${format.dateTime(proposed_at)}</p>
    ${
      mayDecide &&
      html`<div class="row">${
        proposed_by.endsWith(`(${caller.id})`)
          ? html`<span>${texts.own}</span>`
          : html`<form method="post"><input type="hidden" name="correction_id" value=${correction_id} /><button name="act" value="approve">${texts.approve}</button></form>`
      }
      <form class="row" method="post">
        <input type="hidden" name="correction_id" value=${correction_id} />
        <label>${texts.why}<input name="reason" required maxlength="500" /></label>
        <button class="second" name="act" value="reject">${texts.reject}</button>
      </form></div>`
    }
  </section>`;
}

function whatOf(words: PageRequest['words'], { correction, format }: { correction: Correction; format: Formats }) {
  const { corrected_kind, corrected_id, adjustment_amount, currency, units } = correction;
  const { kinds } = words.books.corrections;
  const amount =
    adjustment_amount !== null && currency !== null ? `, ${format.amount(adjustment_amount, currency)}` : '';
  return html`${kinds[corrected_kind] ?? corrected_kind} ${traceLink(corrected_id)}${amount}${units !== null && `, ${words.finance.exceptions.units(units)}`}`;
}

function listOf({ words }: PageRequest, { rows, format }: { rows: readonly Correction[]; format: Formats }) {
  const texts = words.books.corrections;
  const by = (name: string | null, at: string | null) => (name && at ? `${nameOf(name)}, ${format.dateTime(at)}` : '–');
  return grid({
    caption: texts.list,
    isCaptionHidden: true,
    none: texts.none,
    rows,
    columns: [
      { label: texts.what, cell: (correction) => whatOf(words, { correction, format }) },
      { label: words.finance.common.reason, cell: ({ correction_reason }) => correction_reason },
      { label: texts.reference, cell: ({ reference }) => reference },
      { label: texts.proposedBy, cell: ({ proposed_by, proposed_at }) => by(proposed_by, proposed_at) },
      { label: texts.decidedBy, cell: ({ decided_by, decided_at }) => by(decided_by, decided_at) },
      {
        label: words.finance.common.state,
        cell: ({ state, rejection_reason }) =>
          html`${stateLabel(TONES[state], texts.states[state])} ${rejection_reason}`,
      },
    ],
  });
}

function proposal(words: PageRequest['words']) {
  const texts = words.books.corrections;
  return html`<h2>${texts.propose}</h2>
    <form class="stack" method="post">
      <label>${texts.kind}<select name="corrected_kind">${CORRECTED_KINDS.map((kind) => html`<option value=${kind}>${texts.kinds[kind] ?? kind}</option>`)}</select></label>
      <label>${texts.id}<input name="corrected_id" required /></label>
      <label>${texts.units}<input name="units" inputmode="decimal" maxlength="30" /></label>
      <label>${texts.amount}<input name="amount" inputmode="decimal" maxlength="30" /></label>
      <label>${texts.currency}<input name="currency" maxlength="3" pattern="[A-Z]{3}" /></label>
      <label>${texts.replacedBy}<input name="replaced_by_id" /></label>
      <label>${texts.reason}<textarea name="reason" rows="2" required></textarea></label>
      <label>${texts.referenceHint}<input name="reference" required /></label>
      <button name="act" value="propose">${texts.propose}</button>
    </form>`;
}
