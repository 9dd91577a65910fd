import { InvariantBroken } from '../errors.ts';
import type { ColumnShape } from '../vocabulary/tables.ts';

/** The expression of a row as a record of CSV that ends with CR; a file of lines adds the LF. See `BulkFormat`. */
export function csvRecord(columns: readonly ColumnShape[]): string {
  return `${columns.map((column) => `coalesce(${writeField(column)}, '')`).join(` || ',' || `)} || chr(13)`;
}

function writeField({ name, type }: ColumnShape): string {
  switch (type) {
    case 'string':
    case 'json':
      return quoted(guarded(name));
    case 'numeric':
      return `rtrim(rtrim(cast(cast(${name} as decimal(38, 9)) as varchar), '0'), '.')`;
    case 'timestamp':
      return instantOf(`epoch_us(${name})`);
    case 'int64':
    case 'bool':
    case 'date':
      return `cast(${name} as varchar)`;
    default:
      throw new InvariantBroken(`The column ${name} of type ${type} cannot be written as CSV.`);
  }
}

/** Six decimal places only if the last three are not zero. */
function instantOf(micros: string): string {
  const below = `((${micros} % 1000 + 1000) % 1000)`;
  const rest = `case when ${below} = 0 then '' else lpad(cast(${below} as varchar), 3, '0') end`;
  return `strftime(make_timestamp(${micros}), '%Y-%m-%dT%H:%M:%S.%g') || ${rest} || 'Z'`;
}

/**
 * A spreadsheet recognises a formula by these first characters, after those that it skips: as `reports/render/csv-records.ts`. Not as a list with `in`:
 * from five values on, the engine joins with the list, and a join loses the order of the rows.
 */
function guarded(name: string): string {
  return `case when regexp_matches(${name}, '^[\\x00\\t\\n\\v\\f\\r\\pZ\\p{Cf}]*[-=+@＝＋－＠]|^[\\t\\r\\n\\x00]') then chr(39) || ${name} else ${name} end`;
}

function quoted(field: string): string {
  return `(case when regexp_matches(${field}, '[",\\r\\n]') then '"' || replace(${field}, '"', '""') || '"' else ${field} end)`;
}
