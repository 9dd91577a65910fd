import type { Permission } from './permissions.ts';

/**
 * What a person can allow a partner's app: permissions of creators and developers, none of which needs a second factor, decides anything, or gives
 * access to what is paid where.
 */
export const APP_PERMISSIONS = [
  'statements:read',
  'documents:read',
  'earnings:read',
  'payout-accounts:read',
  'developers:read',
  'invoices:read',
] as const satisfies readonly Permission[];

/** Whether the app may go on without the person being there: it is then given refresh tokens. OpenID Connect Core, 11. */
const OFFLINE = 'offline_access';

export type AppScope = (typeof APP_PERMISSIONS)[number] | typeof OFFLINE;

export const APP_SCOPES: readonly AppScope[] = [...APP_PERMISSIONS, OFFLINE];

/** How tokens and secrets begin, so that a leaked one is recognised. */
export const PREFIX = { opaqueAccessToken: 'oat_', refreshToken: 'ort_', clientSecret: 'ocs_' } as const;

/** Where the pages and apps of the OAuth 2.1 flow go; the names of the endpoints are better-auth's. */
export const OAUTH_PATHS = {
  authorize: '/oauth2/authorize',
  consent: '/oauth2/consent',
  token: '/oauth2/token',
  revoke: '/oauth2/revoke',
  metadata: '/.well-known/oauth-authorization-server',
} as const;
