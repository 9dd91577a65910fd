import { Conflict } from '../../errors.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';
import type { Api } from '../client/api.ts';

/** The lifetime of a scratch table: longer than any transaction. */
const DAY_MS = String(24 * 60 * 60_000);

interface DatasetResource {
  readonly location?: string;
  readonly defaultTableExpirationMs?: string;
}

/** Creates a dataset if it does not exist. Throws `Conflict` if it exists at another location. */
export async function createDataset(
  api: Api,
  { name, address }: { name: string; address: BigQueryAddress },
): Promise<void> {
  const { project, location } = address;
  const datasetId = datasetOf(name, address);
  const path = `/datasets/${datasetId}`;
  // Scratch tables of a process that died expire by themselves.
  const isScratch = datasetId === datasetOf('scratch', address);
  const expiry = isScratch ? { defaultTableExpirationMs: DAY_MS } : {};
  const found = await api.find<DatasetResource>({ path });
  if (!found) {
    const datasetReference = { projectId: project, datasetId };
    const body = { datasetReference, location, labels: { app: 'tantieme' }, ...expiry };
    await api.make({ method: 'POST', path: '/datasets', body });
    return;
  }
  if (found.location !== undefined && found.location.toLowerCase() !== location.toLowerCase()) {
    throw new Conflict(
      `The dataset ${datasetId} of ${project} cannot be used: it is in ${found.location}, but the location of the warehouse is ${location}. Set ?location=${found.location} in WAREHOUSE_URL.`,
    );
  }
  const isMissing = isScratch && found.defaultTableExpirationMs === undefined;
  if (isMissing) await api.request({ method: 'PATCH', path, body: expiry });
}
