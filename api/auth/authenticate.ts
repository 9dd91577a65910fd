import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requirePresent } from '../../warehouse/invariant.ts';
import { problem } from '../http/problems.ts';
import type { Caller } from './keys.ts';
import { hasPermission, PERMISSIONS, type Permission } from './permissions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs; every authenticated route names one. */
    permission?: Permission;
  }
}

const CALLER = 'caller';

/** The caller of an authenticated request. */
export function callerOf(request: FastifyRequest): Caller {
  return requirePresent(request.getDecorator<Caller | null>(CALLER), 'The request was not authenticated.');
}

/** Authentication and authorization: every route of this scope needs a key whose role has the route's permission. */
export function requireKeys(app: FastifyInstance, callerByKey: (key: string) => Promise<Caller | undefined>): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = key === undefined ? undefined : await callerByKey(key);
    if (!caller) return unauthorized(reply, key);
    const { config, url } = request.routeOptions;
    const permission = requirePresent(config.permission, `The route ${url} names no permission.`);
    if (!hasPermission(caller, permission)) return forbidden(reply, { caller, permission });
    request.setDecorator(CALLER, caller);
  });
}

function unauthorized(reply: FastifyReply, key: string | undefined): FastifyReply {
  const state = key === undefined ? 'The request has no key' : 'The key is not known, or was revoked';
  return problem(
    reply.header('www-authenticate', 'Bearer'),
    401,
    `${state}; send one as "Authorization: Bearer rk_…".`,
  );
}

function forbidden(
  reply: FastifyReply,
  { caller, permission }: { caller: Caller; permission: Permission },
): FastifyReply {
  const needed = PERMISSIONS[permission].join(' or ');
  return problem(reply, 403, `The key ${caller.name} has the role ${caller.role}; this needs ${needed}.`);
}

/** Whether the caller may see what is this creator's; for one who may not, it is as if it did not exist. */
export function maySee(caller: Caller, creatorId: string): boolean {
  return caller.role !== 'creator' || caller.creatorId === creatorId;
}
