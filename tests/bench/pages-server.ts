/** Serves the demo's data to `pages.ts`, with somebody of every role logged in, and builds a month again and again on request. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readConfig } from '../../api/boot/config.ts';
import { listen } from '../../api/boot/listen.ts';
import { openServices } from '../../api/boot/services.ts';
import { buildApp } from '../../api/http/app.ts';
import { build } from '../../transforms/engine/build.ts';
import { instant, systemClock } from '../../warehouse/clock.ts';
import { inventPeople } from '../support/people/people.ts';
import { PERIOD } from './month.ts';
import type { Built, Served } from './pages.ts';

const [, , folder = ''] = process.argv;
const config = readConfig({
  ...{ TANTIEME_DATA_DIR: join(folder, 'data'), RUDDERSTACK_WRITE_KEYS: 'tantieme=wk_bench', PORT: '0' },
});
const opened = await openServices(config, { clock: systemClock });
const { services, signIn, sources } = opened;
const { operational, warehouse } = services;
const app = buildApp({ services, sources, signIn });
const url = await listen(app, { host: '127.0.0.1', port: 0 });
opened.listening(url);

const { subject: creatorId } = await operational
  .selectFrom('documents')
  .select('subject')
  .where('kind', '=', 'statement')
  .where('period', '=', PERIOD)
  .orderBy('entry')
  .executeTakeFirstOrThrow();
const people = await inventPeople({ services, signIn, folder, creatorId });
const cookies: [string, string][] = [];
for (const { person, role } of people) {
  const token = new URL(await signIn.invitationLink(person)).searchParams.get('token') ?? '';
  const entered = await app.inject({
    ...{ method: 'POST', url: '/login/enter', payload: `token=${token}` },
    headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
  });
  cookies.push([role, String(entered.headers['set-cookie']).split(';')[0] ?? '']);
}
await operational
  .updateTable('sessions')
  .set({ verified_at: instant(systemClock.now()) })
  .execute();
process.send?.({ url, cookies } satisfies Served);

const delay = monitorEventLoopDelay({ resolution: 1 });
let isBuilding = false;
process.on('message', async (message) => {
  if (message === 'build') {
    isBuilding = true;
    let builds = 0;
    const before = process.threadCpuUsage();
    delay.enable();
    for (; isBuilding; builds++) {
      await warehouse.withRollback((writer) => build(writer, PERIOD, { parts: ['books', 'open'] }));
    }
    const { user, system } = process.threadCpuUsage(before);
    const delayUs = (nanos: number): number => nanos / 1000;
    process.send?.({
      ...{ builds, cpuUs: user + system },
      ...{ delayUs: delayUs(delay.percentile(99)), longestDelayUs: delayUs(delay.max) },
    } satisfies Built);
  } else isBuilding = false;
});
process.on('disconnect', async () => {
  await app.close();
  await opened.close();
});
