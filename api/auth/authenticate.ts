import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { problem, refuse } from '../http/problems.ts';
import type { Caller } from './keys.ts';
import { hasPermission, PERMISSIONS, type Permission } from './permissions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The permission that the caller needs; every authenticated route must set one. */
    permission?: Permission;
  }
}

const CALLER = 'caller';

/** The caller of an authenticated request. */
export function callerOf(request: FastifyRequest): Caller {
  return requirePresent(request.getDecorator<Caller | null>(CALLER), 'The request was not authenticated.');
}

/**
 * Authentication and authorization: every route of this scope needs a key whose role has the route's permission. The command line is
 * told the cause of an internal error.
 */
export function requireKeys(app: FastifyInstance, callerByKey: (key: string) => Promise<Caller | undefined>): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = key === undefined ? undefined : await callerByKey(key);
    if (!caller) return unauthorized(reply, key);
    const { config, url } = request.routeOptions;
    const permission = requirePresent(config.permission, `The route ${url} has no permission.`);
    if (!hasPermission(caller, permission)) return forbidden(reply, { caller, permission });
    request.setDecorator(CALLER, caller);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const showsCause = request.getDecorator<Caller | null>(CALLER)?.isCommandLine;
    return refuse(error, request, reply, { showsCause });
  });
}

function unauthorized(reply: FastifyReply, key: string | undefined): FastifyReply {
  const state = key === undefined ? 'The request has no API key' : 'The API key is unknown or revoked';
  return problem(
    reply.header('www-authenticate', 'Bearer'),
    401,
    `${state}; send a valid key as "Authorization: Bearer rk_…".`,
  );
}

function forbidden(
  reply: FastifyReply,
  { caller, permission }: { caller: Caller; permission: Permission },
): FastifyReply {
  const needed = PERMISSIONS[permission].join(' or ');
  return problem(
    reply,
    403,
    `The key ${caller.name} has the role ${caller.role}; this request needs the role ${needed}.`,
  );
}

/** Whether the caller may see this creator's data; to other callers it is reported as not found. */
export function maySee(caller: Caller, creatorId: string): boolean {
  return caller.role !== 'creator' || caller.creatorId === creatorId;
}

/**
 * The name under which something is recorded that the caller does. It includes the id of the key, because two keys may have the
 * same name. Throws `Rejected` if a key other than the command line's names a person.
 */
export function personOf(caller: Caller, by: string | undefined): string {
  if (caller.isCommandLine) return by ?? caller.name;
  if (by !== undefined)
    throw new Rejected(
      'by is allowed only for the command line; leave it out of the body, and it is recorded under the name of your API key.',
    );
  return `${caller.name} (${caller.apiKeyId})`;
}
