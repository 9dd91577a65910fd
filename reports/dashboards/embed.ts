import { createHmac } from 'node:crypto';
import { Rejected } from '../../warehouse/errors.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';

/** How long a signed address can be opened. Metabase allows a minute more. */
const VALID_SECONDS = 600;
const CREATOR_ID = new RegExp(FIELDS.creator_id.pattern ?? '');
const SECRET = /^[0-9a-f]{64}$/;

interface EmbedRequest {
  /** The address of Metabase. */
  readonly url: string;
  /** Metabase's embedding secret: 64 hexadecimal digits. */
  readonly secret: string;
  /** Metabase's number of the dashboard. */
  readonly dashboardId: number;
  /** The creator whose figures are shown: exactly one. */
  readonly creatorId: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The address at which a creator's dashboard is embedded: a signed embed of Metabase, an HS256 JWT with the creator locked in it. Metabase takes an
 * empty list for no filter and would show every creator, so anything but exactly one id is refused: throws `Rejected`.
 */
export function signEmbed({ url, secret, dashboardId, creatorId, now }: EmbedRequest): string {
  if (typeof creatorId !== 'string' || !CREATOR_ID.test(creatorId)) {
    throw new Rejected('A dashboard cannot be signed for anything but exactly one creator; give one creator id.');
  }
  if (!SECRET.test(secret)) {
    throw new Rejected("Metabase's embedding secret must have 64 hexadecimal digits; copy it from Metabase.");
  }
  const claims = {
    resource: { dashboard: dashboardId },
    params: { creator_id: creatorId },
    exp: Math.floor(now / 1000) + VALID_SECONDS,
  };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createHmac('sha256', Buffer.from(secret)).update(signed).digest('base64url');
  return new URL(`embed/dashboard/${signed}.${signature}`, url.endsWith('/') ? url : `${url}/`).href;
}
