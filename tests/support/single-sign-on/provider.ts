import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import Provider from 'oidc-provider';
import { type Loopback, listenLocally } from '../loopback.ts';

/** Somebody at the provider, and how they log in there. */
export interface Identity {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly amr?: readonly string[];
  readonly acr?: string;
}

export interface LocalProvider extends Loopback {
  /** Who logs in next. */
  be(identity: Identity): void;
}

export const CLIENT = { id: 'tantieme', secret: 'the secret of the client' } as const;

/** A provider of OpenID Connect, by oidc-provider, at which whoever `be` names logs in without being asked. */
export async function startProvider(redirectUri: string): Promise<LocalProvider> {
  let handle: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = await listenLocally(createServer((request, response) => handle(request, response)));
  let current: Identity = { sub: 'nobody' };
  const provider = new Provider(server.url, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['a key of a test'] },
    acrValues: ['phr'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], amr: null, acr: null, auth_time: null, profile: [] },
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
    pkce: { required: () => true },
    interactions: { url: () => '/interaction' },
    ttl: { Session: 1, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => claimsOf(current) }),
    loadExistingGrant,
  });
  const answer = provider.callback();
  handle = (request, response) => {
    if (request.url !== '/interaction') return answer(request, response);
    const { sub: accountId, amr, acr } = current;
    const login = { accountId, remember: false, ...(amr && { amr }), ...(acr && { acr }) };
    void provider.interactionFinished(request, response, { login });
  };
  return {
    ...server,
    be(identity) {
      current = identity;
    },
  };
}

const claimsOf = ({ sub, email, email_verified }: Identity): object => ({
  ...{ sub, ...(email !== undefined && { email }) },
  ...(email_verified !== undefined && { email_verified }),
});

interface Context {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    };
  };
}

/** Nobody is asked for consent. */
async function loadExistingGrant({ oidc }: Context): Promise<object> {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}
