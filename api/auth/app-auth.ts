import { AsyncLocalStorage } from 'node:async_hooks';
import { oauthProvider } from '@better-auth/oauth-provider';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import { APP_SCOPES, OAUTH_PATHS, PREFIX } from './app-scopes.ts';
import { type SignInOptions, settings } from './better-auth.ts';

/** How long an app can go on with what it was given; each refresh gives new tokens. */
const ACCESS_SECONDS = 3600;
const REFRESH_SECONDS = 30 * 24 * 3600;
/** RFC 6749, 4.1.2 recommends at most ten minutes; an app takes the code at once. */
const CODE_SECONDS = 120;

/** The account for which a person answers an app just now. */
const ACCOUNT = new AsyncLocalStorage<string>();

/**
 * The OAuth 2.1 provider of better-auth on our store: codes with PKCE (S256), opaque tokens stored as hashes, refresh tokens that work once. Nothing is
 * signed: there are no ID tokens. Its instance is one of its own, because most processes never need it.
 */
export function openAppAuth(options: Omit<SignInOptions, 'deliver'>) {
  const { advanced, ...common } = settings(options);
  const { handler } = betterAuth({
    ...common,
    // Our tables lack the columns that we do not use.
    advanced: { ...advanced, database: { ...advanced.database, validateSchema: false } },
    plugins: [
      // Without it the provider refuses to store secrets as hashes. No key is made until something is signed.
      jwt({ disableSettingJwtHeader: true }),
      provider(),
    ],
  });
  return {
    /** Answers a request to one of its endpoints; `account` is the one for which the person allows something with it. */
    handle: (request: Request, account = ''): Promise<Response> =>
      ACCOUNT.run(account, async () => await handler(request)),
  };
}

function provider(): BetterAuthPlugin {
  const made = oauthProvider({
    scopes: [...APP_SCOPES],
    grantTypes: ['authorization_code', 'refresh_token'],
    ...{ loginPage: '/login', consentPage: OAUTH_PATHS.consent },
    ...{ accessTokenExpiresIn: ACCESS_SECONDS, refreshTokenExpiresIn: REFRESH_SECONDS, codeExpiresIn: CODE_SECONDS },
    ...{ storeTokens: 'hashed', storeClientSecret: 'hashed', prefix: PREFIX },
    postLogin: {
      page: OAUTH_PATHS.consent,
      shouldRedirect: () => false,
      consentReferenceId: () => ACCOUNT.getStore(),
    },
    schema: SCHEMA,
    silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
  });
  // Its types are not made for `exactOptionalPropertyTypes`.
  return made as unknown as BetterAuthPlugin;
}

const TOKEN = {
  ...{ token: 'token_hash', clientId: 'app_id', sessionId: 'session_id', userId: 'person_id', referenceId: 'account' },
  ...{ authorizationCodeId: 'code_hash', expiresAt: 'expires_at', createdAt: 'created_at' },
};

/** Our names for the provider's tables and columns. */
const SCHEMA = {
  oauthClient: {
    modelName: 'apps',
    fields: {
      ...{ clientId: 'app_id', clientSecret: 'secret_hash', tokenEndpointAuthMethod: 'auth_method' },
      ...{ redirectUris: 'redirect_uris', grantTypes: 'grant_types', createdAt: 'created_at' },
    },
  },
  oauthConsent: {
    modelName: 'app_consents',
    fields: {
      ...{ clientId: 'app_id', userId: 'person_id', referenceId: 'account' },
      ...{ requestedUserInfoClaims: 'requested_claims', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
  },
  oauthRefreshToken: {
    modelName: 'app_refresh_tokens',
    fields: { ...TOKEN, revoked: 'revoked_at', rotatedAt: 'rotated_at', authTime: 'authenticated_at' },
  },
  oauthAccessToken: { modelName: 'app_access_tokens', fields: { ...TOKEN, refreshId: 'refresh_id' } },
};
