/** PostgreSQL's own numbers of the types that must not become a Date or a lossy number. */
const TIMESTAMPTZ = 1184;
const INT8 = 20;

export const parsers: Readonly<Record<number, (text: string) => string | bigint>> = {
  [TIMESTAMPTZ]: (text: string): string => new Date(text).toISOString(),
  [INT8]: (text: string): bigint => BigInt(text),
};
