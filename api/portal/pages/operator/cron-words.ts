import type { Words } from '../../words.ts';

/** A schedule in words, for the few forms of cron expressions that we have; any other as it is. */
export function cronWords(cron: string, texts: Words['operator']['cron']): string {
  const [minute = '', hour = '', day = '', ...rest] = cron.split(' ');
  const isEvery = (...fields: string[]): boolean => fields.every((each) => each === '*');
  const isNumber = (field: string): boolean => /^\d+$/.test(field);
  if (!isEvery(...rest)) return cron;
  const [, step] = /^\*\/(\d+)$/.exec(minute) ?? [];
  if (isEvery(minute, hour, day)) return texts.minute;
  if (step !== undefined && isEvery(hour, day)) return texts.minutes(Number(step));
  if (!isNumber(minute)) return cron;
  const padded = minute.padStart(2, '0');
  if (isEvery(hour, day)) return texts.hourly(padded);
  if (!isNumber(hour)) return cron;
  const time = `${hour.padStart(2, '0')}:${padded}`;
  if (isEvery(day)) return texts.daily(time);
  return /^\d+-\d+$/.test(day) ? texts.onDays(day.replace('-', '–'), time) : cron;
}
