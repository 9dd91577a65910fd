/** Which strings RudderStack recognises as timestamps, and how it normalises them. */

const SHAPE =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?$/;
/** A fast path: the normal form with a day that its month has in every year. */
const NORMAL =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const SHORTEST = '2024-01-05'.length;
const LONGEST = 39;
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** A timestamp in UTC with milliseconds, `2024-01-05T10:00:00.123Z`, its fraction truncated; undefined for any other string. */
export function normalTimestamp(text: string): string | undefined {
  return normalOf(text, 'day overflows');
}

/** Like `normalTimestamp`, but also undefined for a day that does not exist in its month. */
export function existingTimestamp(text: string): string | undefined {
  return normalOf(text, 'day must exist');
}

function normalOf(text: string, rule: DayRule): string | undefined {
  if (text.length < SHORTEST || text.length > LONGEST || text[4] !== '-') return undefined;
  if (NORMAL.test(text)) return text;
  const epochMs = epochOf(text, rule);
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

type DayRule = 'day overflows' | 'day must exist';

function epochOf(text: string, rule: DayRule): number | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', sign, zoneHour = 0, zoneMinute = 0] =
    match;
  const date = new Date(0);
  // Date.UTC would treat the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // RudderStack turns 31 February into 2 or 3 March and drops the time of day.
  if (date.getUTCDate() !== Number(day)) return rule === 'day overflows' ? within(date.getTime()) : undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return within(date.getTime() - (sign === '-' ? -offsetMs : offsetMs));
}

function within(epochMs: number): number | undefined {
  return epochMs >= FIRST && epochMs <= LAST ? epochMs : undefined;
}
