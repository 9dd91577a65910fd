import type { VNode } from 'preact';
import type { Consent } from '../../../../jobs/consents.ts';
import { CONSENT_POLICY } from '../../../../transforms/seeds/consent-policy.ts';
import { NotFound, Rejected } from '../../../../warehouse/errors.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { asTranslated } from '../../components/refusal.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

/** The consents that a creator gave, with their receipts. */
export const creatorConsents = creatorPage({
  path: '/consents',
  permission: 'consents:read',
  async show(request) {
    const { words, locale, at, query } = request;
    const { consents: texts } = words;
    const format = formats(locale);
    const table = grid({
      caption: texts.explain,
      isStacked: true,
      none: texts.none,
      rows: await consentsOf(request),
      columns: [
        { label: words.creator.asset, cell: ({ asset_id, asset_title }) => asset_title ?? asset_id },
        { label: texts.use, cell: ({ usage_right }) => texts.uses[usage_right] ?? usage_right },
        { label: texts.granted, cell: ({ granted_at }) => format.dateTime(granted_at) },
        { label: words.creator.state, cell: (consent) => stateOf(request, consent) },
        {
          label: texts.receipt,
          cell: ({ consent_receipt_id }) =>
            html`<a href=${at(`/consents/${encodeURIComponent(consent_receipt_id)}`)}><code>${consent_receipt_id}</code></a>`,
        },
      ],
    });
    return { title: texts.title, body: html`${query.done && notice('good', texts.done)}${table}` };
  },
});

/** One consent, and its revocation, which asks for a confirmation. */
export const creatorConsent = creatorPage({
  path: '/consents/:consent_receipt_id',
  permission: 'consents:read',
  async show(request) {
    const { words, locale, params, at } = request;
    const { consents: texts } = words;
    const format = formats(locale);
    const found = (await consentsOf(request)).find((each) => each.consent_receipt_id === params.consent_receipt_id);
    if (!found) throw new NotFound(`There is no consent ${params.consent_receipt_id}.`);
    const { asset_id, asset_title, usage_right, granted_at, consent_receipt_id, consent_hash } = found;
    const body = html`<p>${stateOf(request, found)}</p>
      <dl class="facts">
        <dt>${words.creator.asset}</dt><dd>${asset_title ?? ''} <code>${asset_id}</code></dd>
        <dt>${texts.use}</dt><dd>${texts.uses[usage_right] ?? usage_right}</dd>
        <dt>${texts.granted}</dt><dd>${format.dateTime(granted_at)}</dd>
        <dt>${texts.receipt}</dt><dd><code class="code">${consent_receipt_id}</code></dd>
        <dt>${texts.hash}</dt><dd><code class="code">${consent_hash}</code></dd>
      </dl>
      ${revocation(request, found)}
      <p><a href=${at('/consents')}>${texts.title}</a></p>`;
    return { title: `${asset_title ?? asset_id}: ${texts.uses[usage_right] ?? usage_right}`, body };
  },
  acts: {
    async revoke({ api, creator, params, words, at }, { confirm }) {
      if (confirm === undefined) throw asTranslated(new Rejected(words.consents.unconfirmed));
      const id = encodeURIComponent(params.consent_receipt_id ?? '');
      await api.send('POST', `/creators/${encodeURIComponent(creator.creator_id)}/consents/${id}/revoke`, {});
      return at('/consents?done=revoked');
    },
  },
});

async function consentsOf({ api, creator }: CreatorRequest): Promise<readonly Consent[]> {
  const { data } = await api.get<{ data: Consent[] }>(`/creators/${encodeURIComponent(creator.creator_id)}/consents`);
  return data;
}

function stateOf({ words, locale }: CreatorRequest, { revoked_at, is_owner }: Consent): VNode {
  const { consents: texts } = words;
  if (revoked_at !== null) return stateLabel('plain', texts.revoked(formats(locale).dateTime(revoked_at)));
  return is_owner ? stateLabel('good', texts.inForce) : stateLabel('plain', texts.transferred);
}

function revocation({ words, caller }: CreatorRequest, { revoked_at, is_owner }: Consent): VNode | null {
  const { consents: texts } = words;
  if (revoked_at !== null || !hasPermission(caller, 'consents:revoke')) return null;
  if (!is_owner) return html`<p>${texts.owner}</p>`;
  return html`<h2>${texts.revokeTitle}</h2>
    ${notice('warn', CONSENT_POLICY.do_licences_continue ? texts.effect.continue : texts.effect.end)}
    <form class="stack" method="post">
      <label class="inline"><input type="checkbox" name="confirm" required />${texts.confirm}</label>
      <button class="second" name="act" value="revoke">${texts.act}</button>
    </form>`;
}
