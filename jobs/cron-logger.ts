import type { Logger as CronLogger } from 'node-cron';
import type { Logger } from 'pino';
import { messageOf } from '../warehouse/errors.ts';

/** Sends node-cron's messages to our log; without this it writes to the console. */
export function cronLogger(log: Logger): CronLogger {
  const at =
    (level: 'info' | 'warn' | 'error' | 'debug') =>
    (message: string | Error, error?: Error): void => {
      const err = error ?? (message instanceof Error ? message : undefined);
      log[level]({ component: 'node-cron', ...(err && { err }) }, messageOf(message));
    };
  return { info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug') };
}
