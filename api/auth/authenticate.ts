import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Forbidden, Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { problem, refuse } from '../http/problems.ts';
import { type Caller, callerWithRoles } from './caller.ts';
import { hasPermission, needsSecondFactor, PERMISSIONS, type Permission } from './permissions.ts';
import { assertSameOrigin } from './same-origin.ts';
import { networkOf, type Throttle } from './throttle.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The permission that the caller needs; every authenticated route must set one. */
    permission?: Permission;
  }
}

const CALLER = 'caller';

/** The page on which a person gives the code of a second factor. */
export const SECOND_FACTOR_PATH = '/account/second-factor';

/** A key with a right secret that no longer works, and why: a sentence. */
export interface EndedKey {
  readonly because: string;
}

/** How a request shows who sends it: a key or the token of an app in its header, or the session in its cookie. Each gives undefined for what is not valid. */
export interface Authentication {
  byKey(key: string): Promise<Caller | EndedKey | undefined>;
  bySession(request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined>;
  /** Of requests of nobody known. */
  readonly unidentified: Throttle;
  /** The origin of our pages, the only one from which a session may change something. */
  readonly origin: () => string;
}

/** The caller of an authenticated request. */
export function callerOf(request: FastifyRequest): Caller {
  return requirePresent(request.getDecorator<Caller | null>(CALLER), 'The request was not authenticated.');
}

/** The same, where it may be nobody: a page that anybody may see, or a request that was refused. */
export function callerIn(request: FastifyRequest): Caller | null {
  return (request as { readonly [CALLER]?: Caller | null })[CALLER] ?? null;
}

/**
 * Authentication and authorization: every route of this scope needs a key or a session whose roles have the route's permission. The command line
 * sees the cause of an internal error.
 */
export function requireCallers(app: FastifyInstance, authentication: Authentication): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = await (key === undefined ? authentication.bySession(request, reply) : authentication.byKey(key));
    if (!caller || 'because' in caller) {
      await authentication.unidentified.count(networkOf(request.ip));
      return unauthorized(reply, { key, ended: caller?.because });
    }
    request.setDecorator(CALLER, caller);
    const { config, url } = request.routeOptions;
    const permission = requirePresent(config.permission, `The route ${url} has no permission.`);
    if (!hasPermission(caller, permission)) return forbidden(reply, { caller, permission });
    if (caller.kind === 'person') assertSameOrigin(request, authentication.origin());
    assertVerified(caller, { permission });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    return refuse(error, request, reply, { showsCause: callerIn(request)?.kind === 'command line' });
  });
}

/** Records who sends a request, outside the scope of `requireCallers`. */
export function setCaller(request: FastifyRequest, caller: Caller | null): void {
  request.setDecorator(CALLER, caller);
}

export const decorateCaller = (app: FastifyInstance): void => void app.decorateRequest(CALLER, null);

/** What a person may do, once it has given its second factor in this session. */
export class SecondFactorNeeded extends Forbidden {}

/** Throws `SecondFactorNeeded` if this is for verified people only, and the caller is a person who is not. */
export function assertVerified(caller: Caller, what: Parameters<typeof needsSecondFactor>[0]): void {
  if (caller.kind !== 'person' || caller.isVerified || !needsSecondFactor(what)) return;
  throw new SecondFactorNeeded(`This needs your second factor: give it at ${SECOND_FACTOR_PATH}, and try again.`);
}

/** Throws `SecondFactorNeeded` unless a second factor was given in this session within the last minutes. */
export function assertFresh({ isFresh }: Pick<Caller, 'isFresh'>): void {
  if (isFresh) return;
  throw new SecondFactorNeeded(
    `Your second factors are changed right after you have given one: give one at ${SECOND_FACTOR_PATH}, and try again.`,
  );
}

function unauthorized(
  reply: FastifyReply,
  { key, ended }: { readonly key: string | undefined; readonly ended: string | undefined },
): FastifyReply {
  const state =
    key === undefined ? 'The request has neither an API key nor a session' : 'The API key is unknown or revoked';
  const detail = ended ?? `${state}; send a valid key as "Authorization: Bearer rk_…".`;
  return problem(reply.header('www-authenticate', 'Bearer'), 401, detail);
}

function forbidden(
  reply: FastifyReply,
  { caller, permission }: { caller: Caller; permission: Permission },
): FastifyReply {
  if (hasPermission({ ...caller, scopes: [permission] }, permission)) {
    const challenge = `Bearer error="insufficient_scope", scope="${permission}"`;
    return problem(
      reply.header('www-authenticate', challenge),
      403,
      `${caller.name} lacks the scope ${permission}, which this request needs.`,
    );
  }
  const needed = PERMISSIONS[permission].join(' or ');
  return problem(reply, 403, `${callerWithRoles(caller)}; this request needs the role ${needed}.`);
}

/**
 * The name under which something is recorded that the caller does: that of the person, also of one who made the key, or of the key. It includes the
 * id, because two may have the same name. Throws `Rejected` if anybody but the command line names a person.
 */
export function requireActor(caller: Caller, by: string | undefined): string {
  if (caller.kind === 'command line') return by ?? caller.name;
  if (by !== undefined)
    throw new Rejected(
      'by is allowed only for the command line; leave it out of the body, and it is recorded under your name, or that of your API key.',
    );
  const { id, name } = caller.madeBy ?? caller;
  return `${name} (${id})`;
}
