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
  isOwner(claim: Pick<RawRow, 'timestamp'> & { readonly [column: string]: string | null | undefined }): boolean;
  reasonAgainst(fact: Fact, terms: Terms, nextTermsAt: string): ExceptionReason | undefined;
}

export function rightsIn(events: readonly RawEvent[]): Rights {
  const rowsOf = (table: string): RawRow[] =>
    inOrderOfRecording(events.filter((event) => event.table === table)).map(({ row }) => row);
  const owners = ownersIn(rowsOf);
  const isOwner: Rights['isOwner'] = ({ asset_id, creator_id, timestamp }) => {
    const owner = ownerAt(owners.get(asset_id ?? ''), timestamp);
    return owner === undefined || owner === creator_id;
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
}

/** The owners of each asset, in order: the first to claim it, then those to whom an owner transferred it. */
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
    owners.set(row.asset_id, [{ owner: row.creator_id, since: '' }]);
  }
  // Reports are in the order of recording, which the sort keeps for those of one instant.
  for (const row of rowsOf('asset_transferred').sort((a, b) => compareTexts(a.timestamp, b.timestamp))) {
    const ofAsset = owners.get(row.asset_id ?? '');
    if (row.owner_id && ofAsset?.at(-1)?.owner === row.creator_id)
      ofAsset?.push({ owner: row.owner_id, since: row.timestamp });
  }
  return owners;
}

function ownerAt(ofAsset: readonly Ownership[] | undefined, at: string): string | undefined {
  return ofAsset?.findLast(({ since }) => since <= at)?.owner;
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
          (each.creator_id === row.creator_id || isOwner({ ...each, asset_id: row.asset_id })),
      )
      .map(({ timestamp }) => timestamp)
      .sort(compareTexts)[0];
    return [{ assetId: row.asset_id, right: row.usage_right, from: row.timestamp, until: revokedAt ?? NEVER }];
  });
}
