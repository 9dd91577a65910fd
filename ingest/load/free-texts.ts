import { isJsonObject, type JsonObject } from '../../warehouse/json.ts';
import type { RowCells } from '../rudder/plan.ts';
import { FREE_TEXTS } from './raw-tables.ts';
import type { Cell } from './table-buffer.ts';

/** The row with the free text of the event as it was sent: the mapping writes a title `1984-01-01` as an instant. */
export function asSent(row: RowCells, message: JsonObject): RowCells {
  const texts = FREE_TEXTS.get(row.table);
  if (texts === undefined) return row;
  const [values, types] = [[...row.values], [...row.types]];
  for (const name of texts) {
    const index = row.columns.indexOf(name);
    const sent = index === -1 ? undefined : sentText(message, name);
    if (sent === undefined) continue;
    values[index] = sent.value;
    types[index] = sent.type;
  }
  return { ...row, values, types };
}

/** The free text of an event as it was sent; undefined if it is no text. */
export function sentText({ properties }: JsonObject, name: string): Cell | undefined {
  const text = isJsonObject(properties) ? properties[name] : undefined;
  return typeof text === 'string' ? { value: text.toWellFormed(), type: 'string' } : undefined;
}
