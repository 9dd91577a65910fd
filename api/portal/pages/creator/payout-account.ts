import type { VNode } from 'preact';
import type { PayoutAccount } from '../../../../jobs/payout-accounts/accounts.ts';
import type { InstantChoice } from '../../../../jobs/payouts/instant/choices.ts';
import { Conflict } from '../../../../warehouse/errors.ts';
import { findPerson } from '../../../auth/people.ts';
import { countryName, countryOptions } from '../../components/country-options.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

const TONES = { complete: 'good', incomplete: 'warn', closed: 'bad', unread: 'plain', missing: 'warn' } as const;

/** The connected account of a creator, what Stripe requires of it, and the way to Stripe. */
export const creatorPayoutAccount = creatorPage({
  path: '/payout-account',
  permission: 'payout-accounts:read',
  async show(request) {
    const { words, query } = request;
    const { account: texts } = words.creator;
    const account = await accountOf(request);
    const state = account?.state ?? 'missing';
    const { returned: back, expired, opened, instant } = texts;
    const returned = { returned: back, expired, opened, chosen: instant.chosen }[query.done ?? ''];
    const body = html`${returned && notice(query.done === 'expired' ? 'warn' : 'good', returned)}
      <p>${texts.explain}</p>
      <p>${stateLabel(TONES[state], texts.states[state])} ${texts.says[state]}</p>
      ${account && facts(request, account)}
      ${way(request, state)}
      ${await instantPayouts(request, state)}`;
    return { title: texts.title, body };
  },
  acts: {
    async open({ api, creator, caller, services, at }, { country = '' }) {
      const email = (await findPerson(services, caller.id))?.email;
      await api.send('POST', `/creators/${creator.creator_id}/payout-account`, { country, ...(email && { email }) });
      return at('/payout-account?done=opened');
    },
    async link({ api, creator, signIn, at }) {
      const { url } = await api.send<{ url: string }>('POST', `/creators/${creator.creator_id}/payout-account/links`, {
        return_url: `${signIn.url()}${at('/payout-account?done=returned')}`,
        refresh_url: `${signIn.url()}${at('/payout-account?done=expired')}`,
      });
      return url;
    },
    instantOn: (request) => choose(request, true),
    instantOff: (request) => choose(request, false),
  },
});

async function choose({ api, creator, at }: CreatorRequest, is_instant: boolean): Promise<string> {
  await api.send('POST', `/creators/${creator.creator_id}/instant-payouts`, { is_instant });
  return at('/payout-account?done=chosen');
}

async function accountOf({ api, creator }: CreatorRequest): Promise<PayoutAccount | undefined> {
  try {
    return await api.get<PayoutAccount>(`/creators/${creator.creator_id}/payout-account`);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

/** The choice to be paid out at once, where the platform offers it or it was chosen; a second factor is needed as for the account. */
async function instantPayouts(request: CreatorRequest, state: keyof typeof TONES): Promise<VNode | undefined> {
  const { api, words, creator, caller, services } = request;
  const { instant: texts, factor } = words.creator.account;
  if (state === 'missing' || state === 'closed') return undefined;
  const { is_instant } = await api.get<InstantChoice>(`/creators/${creator.creator_id}/instant-payouts`);
  if (!services.instantPayouts && !is_instant) return undefined;
  const isVerified = caller.kind !== 'person' || caller.isVerified;
  const [act, label] = is_instant ? ['instantOff', texts.leave] : ['instantOn', texts.choose];
  return html`<h2>${texts.title}</h2>
    <p>${texts.explain}</p>
    <p>${stateLabel(is_instant ? 'good' : 'plain', is_instant ? texts.on : texts.off)}</p>
    ${is_instant && !services.instantPayouts && html`<p>${texts.switchedOff}</p>`}
    ${
      isVerified
        ? html`<form class="stack" method="post"><button name="act" value=${act}>${label}</button></form>`
        : html`<p>${texts.factorFirst} <a href=${factorPath(request)}>${factor}</a></p>`
    }`;
}

function facts({ words, locale }: CreatorRequest, account: PayoutAccount): VNode {
  const { account: texts } = words.creator;
  const { dateTime, date } = formats(locale);
  const named = (names: readonly string[]): string[] => [
    ...new Set(names.map((name) => nameOfRequirement(name, words.creator))),
  ];
  const pastDue = named(account.past_due);
  const due = named(account.currently_due).filter((name) => !pastDue.includes(name));
  return html`<dl class="facts">
      <dt>${texts.id}</dt><dd><code class="code">${account.account_id_stripe}</code></dd>
      ${account.country && html`<dt>${texts.country}</dt><dd>${countryName(account.country, locale)}</dd>`}
      ${account.disabled_reason && html`<dt>${texts.because}</dt><dd>${texts.disabled} <code>${account.disabled_reason}</code></dd>`}
      ${account.read_at && html`<dt>${texts.read}</dt><dd>${dateTime(account.read_at)}</dd>`}
    </dl>
    ${
      pastDue.length + due.length > 0 &&
      html`<h2>${texts.due}</h2><ul>
        ${pastDue.map((name) => html`<li>${name} ${stateLabel('bad', texts.pastDue)}</li>`)}
        ${due.map((name) => html`<li>${name} ${stateLabel('warn', texts.dueNow)}</li>`)}
      </ul>${account.requirements_due_at && html`<p>${texts.dueBy(date(account.requirements_due_at.slice(0, 10)))}</p>`}`
    }
    ${
      account.pending_verification.length > 0 &&
      html`<h2>${texts.pending}</h2><ul>${named(account.pending_verification).map((name) => html`<li>${name}</li>`)}</ul>`
    }`;
}

/** Stripe's names are paths: `individual.dob.day`, `person_123.verification.document`. Source: docs.stripe.com/api/accounts/object (requirements). */
function nameOfRequirement(name: string, { requirements }: CreatorRequest['words']['creator']): string {
  const parts = name.split('.');
  if (parts.includes('verification')) return requirements.verification;
  if (parts.includes('id_number') || parts.includes('ssn_last_4')) return requirements.id_number;
  const [first = ''] = parts;
  const known: Readonly<Record<string, string | undefined>> = requirements;
  return known[first.startsWith('person_') ? 'person' : first] ?? requirements.other;
}

/** The page of the second factor, which leads back here. */
const factorPath = ({ at }: CreatorRequest): string =>
  `/account/second-factor?next=${encodeURIComponent(at('/payout-account'))}`;

function way(request: CreatorRequest, state: keyof typeof TONES): VNode {
  const { words, caller, locale, creator } = request;
  const { account: texts } = words.creator;
  if (caller.kind === 'person' && !caller.isVerified) {
    return notice(
      'plain',
      texts.factorFirst,
      html`<p><a class="button" href=${factorPath(request)}>${texts.factor}</a></p>`,
    );
  }
  if (state === 'missing' || state === 'closed') {
    return html`<form class="stack" method="post">
      <p>${texts.openExplain}</p>
      <label>${texts.country}<select name="country" required>${countryOptions(locale, creator.country ?? '')}</select></label>
      <button name="act" value="open">${texts.open}</button>
    </form>`;
  }
  return html`<form class="stack" method="post"><button name="act" value="link">${state === 'complete' ? texts.change : texts.goOn}</button></form>`;
}
