import type { Api } from '../client/api.ts';

/** A page of a list; the items are under the name of their kind. */
interface Page {
  readonly nextPageToken?: string;
  readonly [kind: string]: unknown;
}

/** Every item of a list of the API, `tables` or `routines`; none if the dataset does not exist. */
export async function listed<T>(api: Api, { path, kind }: { path: string; kind: string }): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const query = { maxResults: '1000', ...(pageToken === undefined ? {} : { pageToken }) };
    const page = await api.find<Page>({ path, query });
    items.push(...((page?.[kind] ?? []) as T[]));
    pageToken = page?.nextPageToken;
  } while (pageToken);
  return items;
}
