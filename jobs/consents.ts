import { consentRevoked } from '../ingest/events/assets.ts';
import { enqueueEvent } from '../ingest/outbox/enqueue-event.ts';
import { CONSENT_POLICY } from '../transforms/seeds/consent-policy.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, NotFound } from '../warehouse/errors.ts';
import { derivedId } from '../warehouse/ids.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import type { ValueRow } from '../warehouse/warehouse.ts';
import type { Services } from './job.ts';

const QUERIES = readQueries(import.meta.url, 'consents.queries.sql', { consents_of_creator: ['creator_id'] });

type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock'>;

/** A consent of a creator to one use of an asset, by its receipt. */
export interface Consent extends ValueRow {
  readonly consent_receipt_id: string;
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly usage_right: string;
  /** SHA-256 of the receipt. */
  readonly consent_hash: string;
  readonly granted_at: string;
  readonly granted_by: string;
  /** When it was revoked, also if the warehouse has not loaded that yet; null while it is in force. */
  readonly revoked_at: string | null;
  /** Whether the creator owns the asset now, and so may revoke it. */
  readonly is_owner: boolean;
}

/** What a revocation means for what was sold before; a sentence for people. */
export const REVOCATION_EFFECT = CONSENT_POLICY.do_licences_continue
  ? 'From now on the asset is neither sold nor used by this consent. Licences that were sold before stay valid, and subscriptions that were started before are renewed; what they earn is paid. A revocation cannot be taken back: a new consent has a new receipt.'
  : 'From now on the asset is neither sold nor used by this consent. Licences that were sold before stay valid, but subscriptions are not renewed. A revocation cannot be taken back: a new consent has a new receipt.';

/** The consents of a creator, the newest first. */
export async function consentsOf(stores: Stores, creatorId: string): Promise<Consent[]> {
  const rows = await stores.warehouse.query<Consent>(...QUERIES.consents_of_creator(creatorId));
  const inForce = rows.filter(({ revoked_at }) => revoked_at === null).map((row) => messageIdOf(row, creatorId));
  if (inForce.length === 0) return rows;
  const sent = await stores.operational
    .selectFrom('outbox')
    .select(['message_id', 'occurred_at'])
    .where('message_id', 'in', inForce)
    .execute();
  const revoked = new Map(sent.map(({ message_id, occurred_at }) => [message_id, occurred_at]));
  return rows.map((row) => ({
    ...row,
    revoked_at: row.revoked_at ?? revoked.get(messageIdOf(row, creatorId)) ?? null,
  }));
}

/**
 * Revokes a consent, from now on: the event that reports it is sent with the next load of events, once. Throws `NotFound` for an unknown receipt,
 * `Conflict` for one that is revoked or whose asset belongs to somebody else now.
 */
export async function revokeConsent(
  stores: Stores,
  { creatorId, receiptId }: { readonly creatorId: string; readonly receiptId: string },
): Promise<Consent> {
  const found = (await consentsOf(stores, creatorId)).find((each) => each.consent_receipt_id === receiptId);
  if (!found) throw new NotFound(`${creatorId} has no consent ${receiptId}.`);
  if (found.revoked_at !== null)
    throw new Conflict(`The consent ${receiptId} was revoked at ${found.revoked_at} already; there is nothing to do.`);
  if (!found.is_owner)
    throw new Conflict(
      `The consent ${receiptId} cannot be revoked by ${creatorId}: the asset ${found.asset_id} was transferred, and only its owner revokes consents now.`,
    );
  const revoked_at = instant(stores.clock.now());
  const { consent_receipt_id, asset_id } = found;
  await enqueueEvent(stores.operational, {
    declaration: consentRevoked,
    messageId: messageIdOf(found, creatorId),
    occurredAt: revoked_at,
    properties: { consent_receipt_id, creator_id: creatorId, asset_id },
  });
  return { ...found, revoked_at };
}

/** A creator revokes a receipt once. */
const messageIdOf = ({ consent_receipt_id }: Consent, creatorId: string): string =>
  derivedId('revocation', consent_receipt_id, creatorId);
