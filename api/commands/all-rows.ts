import type { Client } from './client.ts';

/** The rows of all pages of a list of the API. `path` may have filters. */
export async function allRows<T>(client: Client, path: string): Promise<T[]> {
  const list = `${path}${path.includes('?') ? '&' : '?'}limit=1000`;
  const rows: T[] = [];
  for (let cursor = ''; ; ) {
    const page = await client.requestJson<{ data: T[]; next_cursor: string | null }>(
      `${list}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    rows.push(...page.data);
    if (page.next_cursor === null) return rows;
    cursor = page.next_cursor;
  }
}
