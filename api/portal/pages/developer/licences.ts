import { developerPage } from '../../components/developer-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { type Children, html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface Licence {
  readonly license_id: string;
  readonly license_type: 'one_time' | 'subscription';
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly licensed_at: string;
  readonly last_paid_at: string;
  readonly cancelled_at: string | null;
  readonly payment_count: number;
  readonly currency: string;
  readonly paid_amount: string | null;
  readonly refunded_amount: string | null;
  readonly terms_id: string | null;
  readonly creator_id: string | null;
  readonly creator_name: string | null;
  readonly consents: readonly Consent[];
}

interface Consent {
  readonly consent_receipt_id: string;
  readonly usage_right: string | null;
  readonly revoked_at: string | null;
}

/** The licences that a developer holds, with what they permit and where the content comes from. */
export const developerLicences = developerPage({
  path: '/licences',
  async show({ api, apiPath, words, locale, query, path }) {
    const { licences: texts, asset, more } = words.developer;
    const { amount, dateTime } = formats(locale);
    const { data, next_cursor } = await api.get<Paged<Licence>>(
      fromCursor(`${apiPath}/licences?limit=50`, query.cursor),
    );
    const soft = (text: Children) => text && html`<div class="soft">${text}</div>`;
    const consentOf = ({ consent_receipt_id, usage_right, revoked_at }: Consent) =>
      html`<div>${texts.rights[usage_right ?? ''] ?? usage_right ?? '–'} <code>${consent_receipt_id}</code>${soft(revoked_at !== null && texts.revoked(dateTime(revoked_at)))}</div>`;
    const table = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none, rows: data },
      columns: [
        {
          label: asset,
          cell: ({ asset_id, asset_title }) =>
            html`${asset_title ?? asset_id}${soft(asset_title !== null && html`<code>${asset_id}</code>`)}`,
        },
        {
          label: texts.bought,
          cell: (
            each,
          ) => html`${texts.kinds[each.license_type]} <code>${each.license_id}</code>, ${dateTime(each.licensed_at)}
            ${soft(each.payment_count > 1 && texts.lastPaid(dateTime(each.last_paid_at)))}
            ${soft(each.cancelled_at !== null && texts.cancelled(dateTime(each.cancelled_at)))}`,
        },
        {
          label: texts.paid,
          cell: (each) => html`${each.paid_amount === null ? '–' : amount(each.paid_amount, each.currency)}
            ${soft(each.refunded_amount !== null && texts.refunded(amount(each.refunded_amount, each.currency)))}`,
        },
        {
          label: texts.source,
          cell: (each) =>
            html`${each.creator_name ?? each.creator_id ?? '–'}${soft(each.terms_id !== null && html`<code>${each.terms_id}</code>`)}`,
        },
        {
          label: texts.uses,
          cell: ({ consents }) => (consents.length === 0 ? texts.noConsent : html`${consents.map(consentOf)}`),
        },
      ],
    });
    const body = html`${table}${nextPage({ cursor: next_cursor, path, label: more })}`;
    return { title: texts.title, body };
  },
});
