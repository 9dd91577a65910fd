import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Services } from '../../jobs/job.ts';
import { instant } from '../../warehouse/clock.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { inAct } from '../../warehouse/operational/acts.ts';
import { callerIn } from './authenticate.ts';
import type { Caller } from './caller.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route does, for the audit log; by default the operation id of its schema. */
    act?: string;
  }
}

const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Records every request of this scope that would change something, also a refused one: who, what, when, from where, and the status of the answer.
 * Bodies are not recorded: they have tax numbers. What it changes of audited tables is recorded by the store, with the hash of each row before and after and
 * the id of the request. The row of the act is written after the answer has left, so one may be missing if the server is killed just
 * then; what was done stands in the table that it changed, with the name of who did it.
 */
export function recordActs(
  app: FastifyInstance,
  { operational, clock }: Pick<Services, 'operational' | 'clock'>,
): void {
  // Once the body is read: reading it leaves the context of what is asynchronous.
  app.addHook('preHandler', (request, _reply, done) => {
    if (isAct(request)) inAct(request.id, done);
    else done();
  });
  app.addHook('onResponse', async (request, reply) => {
    if (!isAct(request)) return;
    const { config, schema, url = '' } = request.routeOptions;
    // Rows are never deleted, so nobody may fill the table.
    if (reply.statusCode === 429 && !callerIn(request)) return;
    const operation = (schema as { operationId?: string } | undefined)?.operationId;
    try {
      await operational
        .insertInto('audit_log')
        .values({
          ...{ done_at: instant(clock.now()), ...actorOf(callerIn(request)) },
          ...{
            act: config.act ?? operation ?? `${request.method} ${url}`,
            subject: pathOf(request),
            status: reply.statusCode,
          },
          ...{ address: request.ip, request_id: request.id },
        })
        .execute();
    } catch (error) {
      request.log.error(`An act could not be recorded in the audit log: ${messageOf(error)}`);
    }
  });
}

const isAct = ({ method, routeOptions: { config } }: FastifyRequest): boolean =>
  !READING.includes(method) || config.act !== undefined;

function actorOf(caller: Caller | null): { done_by: string; actor_id: string; actor_kind: Caller['kind'] | 'nobody' } {
  if (!caller) return { done_by: 'nobody', actor_id: '', actor_kind: 'nobody' };
  return { done_by: caller.name, actor_id: caller.id, actor_kind: caller.kind };
}

/** Without the query, which may hold the token of a link. */
const pathOf = (request: FastifyRequest): string => request.url.split('?')[0]?.slice(0, 500) ?? '';
