import type { VNode } from 'preact';
import type { Agreement } from '../../../../jobs/invoices/agreements.ts';
import type { BillingProfile } from '../../../../jobs/invoices/billing-profiles.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Form, Page, PageRequest } from '../../page.ts';
import { orNothing } from '../../page-reads.ts';

const ADDRESS = ['street', 'city', 'region', 'postal_code', 'country'] as const;
const OTHERS = ['vat_id', 'tax_number', 'registration_id', 'email', 'phone'] as const;
const NEEDED: readonly string[] = ['name', 'street', 'city', 'country'];

/** How a business stands on invoices, and the agreement of a creator to self-billing. */
export const billing: Page = {
  path: '/billing/:party_id',
  permission: 'invoices:list',
  async show(request) {
    const { words, params, caller, query } = request;
    const { party: texts } = words.issue;
    const id = params.party_id ?? '';
    const kind = await kindOf(request);
    const profile = await orNothing(request.api.get<BillingProfile>(profilePath(kind, id)));
    const mayDecide = hasPermission(caller, 'invoices:decide');
    const body = [
      ...(query.done ? [notice('good', texts.done)] : []),
      html`<p>${kind === 'creator' ? creatorLink(id) : id}</p><p>${texts.explain}</p>
        <p class="soft">${profile ? texts.version(String(profile.version), nameOf(profile.recorded_by)) : texts.none}</p>`,
      profileForm(request, { profile, mayDecide }),
      ...(kind === 'creator' ? [await agreementSection(request, { id, mayDecide })] : []),
    ];
    return { title: texts.title(id), body };
  },
  acts: {
    async record(request, form) {
      const id = request.params.party_id ?? '';
      const business = businessIn(form);
      await request.api.send('POST', profilePath(await kindOf(request), id), { business });
      return `/billing/${encodeURIComponent(id)}?done=recorded`;
    },
    async agree({ api, params }, { agreement_version, text_hash, agreed_on }) {
      const id = encodeURIComponent(params.party_id ?? '');
      const body = { agreement_version, text_hash: text_hash?.trim().toLowerCase(), agreed_on };
      await api.send('POST', `/creators/${id}/self-billing-agreements`, body);
      return `/billing/${id}?done=agreed`;
    },
    async end({ api, params }, { ended_on }) {
      const id = encodeURIComponent(params.party_id ?? '');
      await api.send('POST', `/creators/${id}/self-billing-agreements/end`, { ended_on });
      return `/billing/${id}?done=ended`;
    },
  },
};

const profilePath = (kind: string, id: string): string => `/billing-profiles/${kind}/${encodeURIComponent(id)}`;

/** Whoever is no creator is a developer. */
async function kindOf({ api, params }: PageRequest): Promise<'creator' | 'developer'> {
  const found = await orNothing(api.get(`/creators/${encodeURIComponent(params.party_id ?? '')}`));
  return found ? 'creator' : 'developer';
}

/** A field that is left empty is one that the business has not. */
function businessIn(form: Form): object {
  const given = (name: string): string | null => form[name]?.trim() || null;
  const some = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, given(name)]));
  return { name: given('name'), address: some(ADDRESS), ...some(OTHERS) };
}

function profileForm(
  { words }: PageRequest,
  { profile, mayDecide }: { readonly profile: BillingProfile | undefined; readonly mayDecide: boolean },
): VNode {
  const { party: texts } = words.issue;
  const { address, ...rest } = profile?.business ?? { address: undefined };
  const values: Readonly<Record<string, string | null | undefined>> = { ...rest, ...address };
  const names = ['name', ...ADDRESS, ...OTHERS] as const;
  if (!mayDecide) {
    return html`<dl class="facts">${names.map((name) => html`<dt>${texts.fields[name]}</dt><dd>${values[name] ?? '–'}</dd>`)}</dl>`;
  }
  return html`<form class="stack" method="post">
    ${names.map(
      (
        name,
      ) => html`<label><span>${texts.fields[name]}${!NEEDED.includes(name) && html` <span class="soft">(${texts.optional})</span>`}</span>
        <input name=${name} value=${values[name] ?? ''} required=${NEEDED.includes(name)} maxlength="200" /></label>`,
    )}
    <button name="act" value="record">${texts.save}</button>
  </form>`;
}

async function agreementSection(
  { api, words, locale }: PageRequest,
  { id, mayDecide }: { readonly id: string; readonly mayDecide: boolean },
): Promise<VNode> {
  const { party: texts } = words.issue;
  const { common } = words.finance;
  const format = formats(locale);
  const { data } = await api.get<{ data: Agreement[] }>(`/creators/${encodeURIComponent(id)}/self-billing-agreements`);
  const table = grid({
    caption: texts.agreement,
    isCaptionHidden: true,
    none: common.none,
    rows: data,
    columns: [
      { label: texts.agreementVersion, cell: ({ agreement_version }) => agreement_version },
      { label: texts.agreedOn, cell: ({ agreed_on }) => format.date(agreed_on) },
      { label: texts.endedOn, cell: ({ ended_on }) => (ended_on === null ? '–' : format.date(ended_on)) },
      { label: common.by, cell: (row) => common.byAt(nameOf(row.recorded_by), format.dateTime(row.recorded_at)) },
      { label: texts.textHash, cell: ({ text_hash }) => html`<code class="code">${text_hash}</code>` },
    ],
  });
  const forms = html`<form class="stack" method="post">
      <label>${texts.agreementVersion}<input name="agreement_version" required maxlength="50" /></label>
      <label>${texts.textHash}<input name="text_hash" required maxlength="64" pattern="[0-9a-fA-F]{64}" /></label>
      <label>${texts.agreedOn}<input name="agreed_on" type="date" required /></label>
      <button class="second" name="act" value="agree">${texts.agree}</button>
    </form>
    ${
      data.at(-1)?.ended_on === null &&
      html`<form class="stack" method="post">
        <label>${texts.endedOn}<input name="ended_on" type="date" required /></label>
        <button class="second" name="act" value="end">${texts.end}</button>
      </form>`
    }`;
  return html`<h2>${texts.agreement}</h2><p>${texts.agreementExplain}</p>${table}${mayDecide && forms}`;
}
