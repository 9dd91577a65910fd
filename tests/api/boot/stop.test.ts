import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { openOperational } from '../../../warehouse/operational/operational.ts';
import { dataPlane } from '../../ingest/outbox/data-plane.ts';
import { folderAndConfig, NOW } from '../test-api.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A server with events in its outbox that nothing has sent yet, and what it logs from here on. */
async function withOutbox(
  settings: Record<string, string>,
): Promise<{ server: Server; folder: string; log: string[] }> {
  const { folder, config } = await folderAndConfig(settings);
  folders.push(folder);
  const log: string[] = [];
  const into = new Writable({
    write(line, _encoding, done) {
      log.push(String(line));
      done();
    },
  });
  const server = await startServer(config, { clock: { now: () => NOW }, logger: pino(into) });
  for (const creator_id of ['cr_ada', 'cr_ben', 'cr_cleo']) {
    const properties = { creator_id, creator_name: creator_id, country: 'GB' };
    const event = { declaration: creatorSignedUp, messageId: `${creator_id}-signed`, properties };
    await enqueueEvent(server.services.operational, { ...event, occurredAt: '2026-01-05T00:00:00.000Z' });
  }
  return { server, folder, log };
}

describe('a server that stops', () => {
  test('writes the events of its own services into its sealed spool', async () => {
    const { server, folder, log } = await withOutbox({});
    await server.stop();
    const spool = join(folder, 'spool');
    const files = await readdir(spool);
    expect(files).toEqual([expect.stringMatching(/\.3\.[0-9a-f]{64}\.ndjson$/)]);
    const lines = (await readFile(join(spool, String(files[0])), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).message.messageId)).toEqual([
      'cr_ada-signed',
      'cr_ben-signed',
      'cr_cleo-signed',
    ]);
    expect(log.join('')).not.toContain('outbox');
  });

  test('does so all the same where the data plane elsewhere is down, says so, and keeps what waits', async () => {
    await using plane = await dataPlane(200, 401);
    const { server, folder, log } = await withOutbox({ RUDDERSTACK_DATA_PLANE_URL: plane.url });
    await server.stop();
    expect(log.join('')).toContain('Events of our own stay in the outbox and are sent after the next start');
    const operational = await openOperational({ kind: 'pglite', folder: join(folder, 'operational') });
    const waiting = await operational
      .selectFrom('outbox')
      .select('message_id')
      .where('sent_at', 'is', null)
      .orderBy('entry')
      .execute();
    await operational.destroy();
    expect(plane.taken).toEqual(['cr_ada-signed']);
    expect(waiting).toEqual([{ message_id: 'cr_ben-signed' }, { message_id: 'cr_cleo-signed' }]);
  });
});
