import cron from 'node-cron';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { cronLogger } from '../../jobs/cron-logger.ts';

test('what node-cron has to say goes into our log, and not to the console', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const consoles = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
  const task = cron.createTask('* * * * *', () => Promise.reject(new Error('It broke.')), { logger: cronLogger(log) });
  await task.execute().catch(() => undefined);
  await task.destroy();
  expect(lines).toMatchObject([{ level: 50, component: 'node-cron', err: { message: 'It broke.' } }]);
  for (const method of consoles) expect(method).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
