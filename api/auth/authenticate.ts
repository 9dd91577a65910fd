import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requirePresent } from '../../warehouse/invariant.ts';
import { problem } from '../http/problems.ts';
import type { Caller, Role } from './keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask; every route behind the door says so. `command line`: only the one of this machine. */
    roles?: readonly (Role | 'command line')[];
  }
}

const CALLER = 'caller';

/** The caller of a request that has passed the door. */
export function callerOf(request: FastifyRequest): Caller {
  return requirePresent(request.getDecorator<Caller | null>(CALLER), 'A request without a caller has passed the door.');
}

/** The door: every route of this scope asks for a key, and for one of the roles that it names. */
export function guard(app: FastifyInstance, callerByKey: (key: string) => Promise<Caller | undefined>): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const caller = key === undefined ? undefined : await callerByKey(key);
    if (!caller) return unauthorized(reply, key);
    const roles = requirePresent(
      request.routeOptions.config.roles,
      `${request.routeOptions.url} does not say who may ask.`,
    );
    const has = roles.some((role) => (role === 'command line' ? caller.isCommandLine : role === caller.role));
    if (!has) return forbidden(reply, { caller, roles });
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
  { caller, roles }: { caller: Caller; roles: readonly (Role | 'command line')[] },
): FastifyReply {
  return problem(reply, 403, `The key ${caller.name} has the role ${caller.role}; this needs ${roles.join(' or ')}.`);
}

/** Whether the caller may see what is this creator's; for one who may not, it is as if it did not exist. */
export function maySee(caller: Caller, creatorId: string): boolean {
  return caller.role !== 'creator' || caller.creatorId === creatorId;
}
