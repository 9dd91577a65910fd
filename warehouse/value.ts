/** A value of a row or parameter: exact numerics, instants and dates are strings; integers are bigints. */
export type Value = string | bigint | boolean | number | null;
export type ValueRow = Readonly<Record<string, Value>>;
