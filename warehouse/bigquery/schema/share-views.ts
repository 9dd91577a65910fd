import { isDeepStrictEqual } from 'node:util';
import { Unavailable } from '../../errors.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';
import type { Api } from '../client/api.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Catalogue } from './catalogue.ts';
import { pathOf } from './names.ts';
import type { TableResource } from './table-resource.ts';

/** The datasets that the views of `tantieme` read. */
const READ_BY_VIEWS = ['raw', 'landing', 'stripe', 'seeds', 'ledger', 'draft'] as const;

interface DatasetResource {
  readonly etag?: string;
  readonly access?: readonly object[];
}

interface Store {
  readonly api: Api;
  readonly address: BigQueryAddress;
  readonly catalogue: Catalogue;
}

/**
 * Creates the views with the descriptions of their columns, drops those that are no longer shared, and authorises their dataset to read the models, and the models to read what they
 * read: https://cloud.google.com/bigquery/docs/authorized-datasets. Rights of people are given on the dataset of the views alone.
 */
export async function shareViews(
  store: Store,
  { dataset, views }: { dataset: string; views: readonly (TableShape & { readonly sql: string })[] },
): Promise<void> {
  await store.catalogue.keepViews(dataset, views);
  await inParallel(views, async (view) => {
    await store.catalogue.createView(view);
    await describeColumns(store, view);
  });
  await authorise(store, { views: dataset, toRead: 'tantieme' });
  for (const read of READ_BY_VIEWS) await authorise(store, { views: 'tantieme', toRead: read });
}

/** BigQuery derives the columns of a view from its SELECT; only their descriptions can be set. */
async function describeColumns({ api, address }: Store, { name, columns }: TableShape): Promise<void> {
  const { dataset, table } = pathOf(name, address);
  const path = `/datasets/${dataset}/tables/${table}`;
  const fields = (await api.find<TableResource>({ path }))?.schema?.fields ?? [];
  const described = fields.map((field) => {
    const meaning = columns.find((column) => column.name === field.name)?.meaning;
    return meaning ? { ...field, description: meaning } : field;
  });
  if (isDeepStrictEqual(described, fields)) return;
  await api.request({ method: 'PATCH', path, body: { schema: { fields: described } } });
}

/** Adds an entry to the access list, which has those that others have added. */
async function authorise({ api, address }: Store, { views, toRead }: { views: string; toRead: string }): Promise<void> {
  const path = `/datasets/${datasetOf(toRead, address)}`;
  const reference = { projectId: address.project, datasetId: datasetOf(views, address) };
  const found = await api.find<DatasetResource>({ path });
  if (!found) return;
  const isThere = found.access?.some((entry) =>
    isDeepStrictEqual((entry as { dataset?: { dataset?: object } }).dataset?.dataset, reference),
  );
  if (isThere) return;
  const access = [...(found.access ?? []), { dataset: { dataset: reference, targetTypes: ['VIEWS'] } }];
  const changed = await api.change({ method: 'PATCH', path, etag: found.etag, body: { access } });
  if (changed === undefined) {
    throw new Unavailable(
      `The access to ${path.slice('/datasets/'.length)} was changed by somebody else meanwhile; try again.`,
    );
  }
}
