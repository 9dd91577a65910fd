import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { callerByAppToken } from '../auth/app-consents.ts';
import { APP_SCOPES, OAUTH_PATHS } from '../auth/app-scopes.ts';
import { recordActs } from '../auth/audit.ts';
import { decorateCaller, setCaller } from '../auth/authenticate.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { networkOf, throttle, unidentifiedThrottle } from '../auth/throttle.ts';

/** What an app sends to the token and revocation endpoints; everything else is ignored (RFC 6749, 3.2). */
const PARAMETERS = [
  ...['grant_type', 'code', 'code_verifier', 'redirect_uri', 'refresh_token', 'scope'],
  ...['token', 'token_type_hint', 'client_id', 'client_secret'],
];

/** Of an app, from one network. Somebody else who names it is counted for their own. */
const REQUESTS_PER_APP = { of: 'requests of an app', most: 600, windowMs: 60_000 };

/** The endpoints of OAuth 2.1 that apps ask themselves; people come through the pages (`api/portal/consent.ts`). */
export async function oauthRoutes(
  app: FastifyInstance,
  { services, signIn }: { services: Services; signIn: SignIn },
): Promise<void> {
  await app.register(helmet);
  await app.register(formbody);
  decorateCaller(app);
  recordActs(app, services);
  const perApp = throttle(services, REQUESTS_PER_APP);
  const refused = unidentifiedThrottle(services, 'oauth');
  const forward = async (request: FastifyRequest, reply: FastifyReply): Promise<Response> => {
    const network = networkOf(request.ip);
    const form = formOf(request);
    await perApp.count(`${clientOf(request, form)} ${network}`);
    const headers = new Headers();
    if (request.headers.authorization !== undefined) headers.set('authorization', request.headers.authorization);
    const response = await signIn.oauth(
      new Request(`${signIn.url()}${request.routeOptions.url}`, { method: 'POST', headers, body: form }),
    );
    if (response.status >= 400) await refused.count(network);
    const challenge = response.headers.get('www-authenticate');
    if (challenge !== null) reply.header('www-authenticate', challenge);
    reply.code(response.status).header('cache-control', 'no-store');
    return response;
  };

  app.get(OAUTH_PATHS.metadata, { schema: { hide: true } }, async () => metadataOf(signIn.url()));

  app.post(OAUTH_PATHS.token, { config: { act: 'issue tokens to an app' } }, async (request, reply) => {
    const response = await forward(request, reply);
    const answer = (await response.json()) as { access_token?: string; error?: string };
    if (response.status === 401 && answer.error === 'invalid_request') {
      // The provider's word for a verifier that does not fit: RFC 7636, 4.6, and RFC 6749, 5.2, where 401 is for clients alone.
      reply.code(400);
      answer.error = 'invalid_grant';
    }
    // For the audit log.
    const caller = answer.access_token && (await callerByAppToken(services, answer.access_token));
    if (caller) setCaller(request, caller);
    return answer;
  });

  app.post(OAUTH_PATHS.revoke, { config: { act: 'revoke a token of an app' } }, async (request, reply) => {
    const response = await forward(request, reply);
    // RFC 7009, 2.2: a token that is not known is revoked already.
    if (response.status === 400) reply.code(200);
    return response.status === 401 ? response.json() : '';
  });
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  const given = (body ?? {}) as Readonly<Record<string, unknown>>;
  return new URLSearchParams(
    PARAMETERS.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : [])),
  );
}

/** The app that a request names, with or without proof. */
function clientOf({ headers }: FastifyRequest, form: URLSearchParams): string {
  const [, basic = ''] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return form.get('client_id') ?? Buffer.from(basic, 'base64').toString().split(':')[0] ?? '';
}

/** RFC 8414. What better-auth could do and we do not serve is not in it. */
function metadataOf(url: string): object {
  return {
    issuer: url,
    authorization_endpoint: url + OAUTH_PATHS.authorize,
    token_endpoint: url + OAUTH_PATHS.token,
    revocation_endpoint: url + OAUTH_PATHS.revoke,
    scopes_supported: APP_SCOPES,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
