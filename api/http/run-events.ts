import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactJson } from './exact-json.ts';
import { type RunResponse, requireRun } from './run-shape.ts';

const POLL_MS = 1000;
/** A run that has just begun is looked at more often: many last a second. */
const FIRST_POLL_MS = 50;
/** A comment after this long without a change: proxies end connections that are silent for a minute. */
const SILENT_POLLS = 15;
/** The stream ends then, and the reader's next one is authorized anew. */
const MOST_POLLS = 600;

/** The progress of a run while it goes on, as server-sent events. */
export const runEventRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/runs/:run_id/events',
    {
      config: { permission: 'runs:read' },
      // HEAD would wait for the end of the run.
      exposeHeadRoute: false,
      schema: {
        operationId: 'watchRun',
        tags: ['jobs'],
        summary: 'The progress of a run as server-sent events, until it has ended',
        description:
          'Each event has the run as `GET /v1/runs/{run_id}` returns it, without its outcome: at first as it is, then whenever it has changed. After the event of a run that has ended the stream ends; one that ends before, after ten minutes, can be opened again.',
        params: Type.Object({ run_id: Type.String({ maxLength: 100 }) }),
        response: {
          200: {
            description: 'A stream by the rules of server-sent events (HTML Living Standard, 9.2).',
            content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const first = await requireRun(services, request.params.run_id);
      return reply
        .type('text/event-stream')
        .header('cache-control', 'private, no-store')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(eventsOf(services, first), { objectMode: false }));
    },
  );
};

async function* eventsOf(services: Services, first: RunResponse): AsyncGenerator<string> {
  let run = first;
  let sent = eventOf(run);
  yield sent;
  for (let polls = 1; run.state === 'running' && polls < MOST_POLLS; polls++) {
    await pause(Math.min(POLL_MS, FIRST_POLL_MS * polls));
    run = await requireRun(services, first.run_id);
    const event = eventOf(run);
    if (event !== sent) yield event;
    else if (polls % SILENT_POLLS === 0) yield ': still running\n\n';
    sent = event;
  }
}

function eventOf({ outcome: _, ...run }: RunResponse): string {
  return `data: ${exactJson(run)}\n\n`;
}
