import { CONSENT_POLICY } from '../../../transforms/seeds/consent-policy.ts';
import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { compareTexts, type Fact, inOrderOfRecording, type RawEvent, type RawRow } from './facts.ts';
import type { Terms } from './terms.ts';

const NEVER = '9999-12-31T00:00:00.000Z';

interface Consent {
  readonly assetId: string | null | undefined;
  readonly right: string | null | undefined;
  readonly from: string;
  readonly until: string;
}

/** Whom assets belong to, and what their owners allow (rulings 3, 55 and 56). */
export interface Rights {
  /** Whether it comes from somebody who had the asset by its time, and was recorded before the end of that was. */
  isOwner(
    claim: Pick<RawRow, 'timestamp' | 'loaded_at'> & { readonly [column: string]: string | null | undefined },
  ): boolean;
  /** When the ownership ends in which terms were set, if it does. */
  ownedUntil(terms: RawRow): string;
  reasonAgainst(fact: Fact, terms: Terms, nextTermsAt: string): ExceptionReason | undefined;
}

export function rightsIn(events: readonly RawEvent[]): Rights {
  const rowsOf = (table: string): RawRow[] =>
    inOrderOfRecording(events.filter((event) => event.table === table)).map(({ row }) => row);
  const owners = ownersIn(rowsOf);
  const isOwner: Rights['isOwner'] = ({ asset_id, creator_id, timestamp, loaded_at }) => {
    const ofAsset = owners.get(asset_id ?? '');
    if (!ofAsset) return true;
    return ofAsset.some(({ owner, since }, index) => {
      const next = ofAsset[index + 1];
      return owner === creator_id && since <= timestamp && (!next || loaded_at <= next.recordedAt);
    });
  };
  const consents = consentsIn(rowsOf, isOwner, owners);
  const withdrawals = rowsOf('asset_withdrawn').filter((row) => owners.has(row.asset_id ?? '') && isOwner(row));
  const starts = rowsOf('subscription_started');
  const isConsented = (assetId: string | null | undefined, at: string, right?: string | null): boolean => {
    const ofAsset = consents.filter((consent) => consent.assetId === assetId);
    const isNeeded = CONSENT_POLICY.is_consent_always_needed || ofAsset.some(({ from }) => from <= at);
    if (!isNeeded) return true;
    return ofAsset.some(
      (consent) => consent.from <= at && at < consent.until && (right === undefined || consent.right === right),
    );
  };
  return {
    isOwner,
    ownedUntil({ asset_id, creator_id, timestamp, loaded_at }) {
      const ofAsset = owners.get(asset_id ?? '') ?? [];
      const ends = ofAsset.flatMap(({ owner, since }, index) => {
        const next = ofAsset[index + 1];
        const isTheirs = owner === creator_id && since <= timestamp && (!next || loaded_at <= next.recordedAt);
        return isTheirs ? [next?.since ?? NEVER] : [];
      });
      return ends.sort(compareTexts).at(-1) ?? NEVER;
    },
    reasonAgainst({ kind, licenseType, occurredAt, row }, terms, nextTermsAt) {
      const withdrawnAt = withdrawals
        .filter((each) => each.asset_id === row.asset_id)
        .map(({ timestamp }) => timestamp)
        .filter((at) => at >= terms.since && at < nextTermsAt)
        .sort(compareTexts)[0];
      const isWithdrawn = withdrawnAt !== undefined && withdrawnAt <= occurredAt;
      const isAllowed = isConsented(row.asset_id, occurredAt, kind === 'use' ? (row.usage_right ?? null) : undefined);
      const reason = isWithdrawn ? 'asset_withdrawn' : isAllowed ? undefined : 'consent_missing';
      if (!reason || licenseType !== 'subscription' || !CONSENT_POLICY.do_licences_continue) return reason;
      const isContinued = starts.some(
        ({ asset_id, developer_id, timestamp }) =>
          asset_id === row.asset_id &&
          developer_id === row.developer_id &&
          timestamp < occurredAt &&
          timestamp < (withdrawnAt ?? NEVER) &&
          isConsented(asset_id, timestamp),
      );
      return isContinued ? undefined : reason;
    },
  };
}

interface Ownership {
  readonly owner: string;
  readonly since: string;
  readonly recordedAt: string;
}

/** The owners of each asset, in order: the first to claim it, then those to whom the owner transferred it. */
function ownersIn(rowsOf: (table: string) => RawRow[]): Map<string, Ownership[]> {
  const claims = [
    ...rowsOf('asset_uploaded').map((row) => ({ row, rank: 1 })),
    ...rowsOf('asset_published').map((row) => ({ row, rank: 2 })),
  ].sort(
    (a, b) =>
      compareTexts(a.row.loaded_at, b.row.loaded_at) ||
      a.rank - b.rank ||
      compareTexts(a.row.timestamp, b.row.timestamp) ||
      compareTexts(a.row.id, b.row.id),
  );
  const owners = new Map<string, Ownership[]>();
  for (const { row } of claims) {
    if (!row.asset_id || !row.creator_id || owners.has(row.asset_id)) continue;
    owners.set(row.asset_id, [{ owner: row.creator_id, since: '', recordedAt: '' }]);
  }
  const transfers = rowsOf('asset_transferred')
    .filter((row) => row.owner_id && row.owner_id !== row.creator_id)
    .sort((a, b) => compareTexts(a.loaded_at, b.loaded_at) || compareTexts(a.timestamp, b.timestamp));
  for (const [assetId, ofAsset] of owners) {
    // An owner's transfer that counts is the first one recorded of his time, even if it was recorded before he became the owner.
    for (let last = ofAsset.at(-1), next: RawRow | undefined; last; last = next && ofAsset.at(-1)) {
      const { owner, since, recordedAt } = last;
      next = transfers.find(
        (row) =>
          row.asset_id === assetId &&
          row.creator_id === owner &&
          (row.timestamp > since || (row.timestamp === since && row.loaded_at > recordedAt)),
      );
      if (next) ofAsset.push({ owner: next.owner_id ?? '', since: next.timestamp, recordedAt: next.loaded_at });
    }
  }
  return owners;
}

function consentsIn(
  rowsOf: (table: string) => RawRow[],
  isOwner: Rights['isOwner'],
  owners: ReadonlyMap<string, unknown>,
): Consent[] {
  const granted = new Map<string, RawRow>();
  for (const row of rowsOf('consent_granted')) {
    const id = row.consent_receipt_id;
    if (id && !granted.has(id)) granted.set(id, row);
  }
  const revocations = rowsOf('consent_revoked');
  return [...granted].flatMap(([id, row]) => {
    if (!owners.has(row.asset_id ?? '') || !isOwner(row)) return [];
    const revokedAt = revocations
      .filter(
        (each) =>
          each.consent_receipt_id === id &&
          each.timestamp >= row.timestamp &&
          isOwner({ ...each, asset_id: row.asset_id }),
      )
      .map(({ timestamp }) => timestamp)
      .sort(compareTexts)[0];
    return [{ assetId: row.asset_id, right: row.usage_right, from: row.timestamp, until: revokedAt ?? NEVER }];
  });
}
