import type { VNode } from 'preact';
import type { PayoutAccount } from '../../../../jobs/payout-accounts/accounts.ts';
import type { BankAccount } from '../../../../jobs/payout-accounts/bank-accounts.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { countryName, countryOptions } from '../../components/country-options.ts';
import type { Creator } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { traceLink } from '../../components/links.ts';
import { meaningOf } from '../../components/meaning.ts';
import { factorNotice, notice, stateLabel } from '../../components/notice.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageContent, PageRequest } from '../../page.ts';
import { orNothing } from '../../page-reads.ts';

const TONES = { complete: 'good', incomplete: 'warn', closed: 'bad', unread: 'plain' } as const;

type Show = (request: PageRequest, above: VNode) => Promise<PageContent>;

/** Opening the account of a creator, and a link with which the creator completes it; the link is shown once and stored nowhere. */
export const ACCOUNT_ACTS = (show: Show): NonNullable<Page['acts']> => ({
  async open({ api, params }, { country = '' }) {
    const id = encodeURIComponent(params.creator_id ?? '');
    await api.send('POST', `/creators/${id}/payout-account`, { country });
    return `/creators/${id}?done=opened`;
  },
  async link(request) {
    const { api, params, signIn, words, locale } = request;
    const id = encodeURIComponent(params.creator_id ?? '');
    const own = `${signIn.url()}/c/${id}/payout-account`;
    const made = await api.send<{ url: string; expires_at: string }>('POST', `/creators/${id}/payout-account/links`, {
      ...{ return_url: `${own}?done=returned`, refresh_url: `${own}?done=expired` },
    });
    const { creator: texts } = words.ledger;
    const at = formats(locale).dateTime(made.expires_at);
    const shown = await show(
      request,
      notice('warn', texts.linkMade(at), html`<p><code class="code">${made.url}</code></p>`),
    );
    return { ...shown, isDone: true };
  },
});

/** Where a creator is paid to, what Stripe requires, and the accounts that were reported before. */
export async function accountSection(
  request: PageRequest,
  { known, format }: { readonly known: Creator; readonly format: Formats },
): Promise<VNode> {
  const { api, words, locale, query } = request;
  const { creator: texts } = words.ledger;
  const path = `/creators/${encodeURIComponent(known.creator_id)}`;
  const account = await orNothing(api.get<PayoutAccount>(`${path}/payout-account`));
  const bank = await orNothing(api.get<BankAccount>(`${path}/bank-account`));
  const { data } = await api.get<{ data: { account_id_stripe: string; first_reported_at: string }[] }>(
    `${path}/payout-account/history`,
  );
  const { account: said } = words.creator;
  return html`<h2>${texts.payoutAccount}</h2>
    ${query.done === 'opened' && notice('good', texts.opened)}
    ${
      account
        ? html`<p>${stateLabel(TONES[account.state], said.states[account.state])} ${traceLink(account.account_id_stripe)} ${account.country !== null && countryName(account.country, locale)} ${account.disabled_reason !== null && meaningOf(words.meanings.disabled, { code: account.disabled_reason, english: account.disabled_because })}</p>
          ${account.currently_due.length > 0 && html`<p>${texts.due}: <code>${account.currently_due.join(', ')}</code></p>`}`
        : html`<p>${texts.noAccount}</p>`
    }
    ${
      data.length > 0 &&
      grid({
        caption: texts.payoutAccount,
        isCaptionHidden: true,
        none: '',
        rows: data,
        columns: [
          { label: texts.account, cell: ({ account_id_stripe }) => traceLink(account_id_stripe) },
          { label: texts.firstReported, cell: ({ first_reported_at }) => format.dateTime(first_reported_at) },
        ],
      })
    }
    ${accountForm(request, { known, account })}
    ${
      bank &&
      html`<h3>${texts.bankAccount}</h3><dl class="facts">
        <dt>${texts.account}</dt><dd><code>${bank.masked}</code>, ${bank.country}, ${bank.currency}</dd>
        <dt>${texts.recorded}</dt><dd>${words.finance.common.byAt(nameOf(bank.recorded_by), format.dateTime(bank.recorded_at))}</dd>
        ${bank.stopped_because !== null && html`<dt>${texts.stopped}</dt><dd lang="en">${bank.stopped_because}</dd>`}
      </dl>`
    }`;
}

function accountForm(
  request: PageRequest,
  { known, account }: { readonly known: Creator; readonly account: PayoutAccount | undefined },
): VNode | null {
  const { words, caller, locale } = request;
  const { creator: texts } = words.ledger;
  if (!hasPermission(caller, 'payout-accounts:create')) return null;
  if (!account || account.state === 'closed') {
    return html`${factorNotice(request)}<form class="stack" method="post">
      <label>${texts.openCountry}<select name="country" required>${countryOptions(locale, known.country ?? '')}</select></label>
      <button class="second" name="act" value="open">${texts.open}</button>
    </form>`;
  }
  return html`${factorNotice(request)}<form class="stack" method="post">
    <p>${texts.linkExplain}</p><button class="second" name="act" value="link">${texts.link}</button>
  </form>`;
}
