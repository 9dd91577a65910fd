import type { SqlFunction } from '../../functions/function.ts';
import { FUNCTIONS } from '../../functions/functions.ts';
import type { Api } from '../client/api.ts';

interface DatasetReference {
  readonly projectId: string;
  readonly datasetId: string;
}

interface RoutineResource {
  readonly definitionBody?: string;
  readonly arguments?: readonly { readonly name?: string }[];
}

/** Deploys every function of `functions/` as a persistent SQL function of a dataset; writes only those that differ. */
export async function deployRoutines(api: Api, dataset: DatasetReference): Promise<void> {
  await Promise.all(FUNCTIONS.map((declared) => deployRoutine(api, { dataset, declared })));
}

async function deployRoutine(
  api: Api,
  { dataset, declared }: { dataset: DatasetReference; declared: SqlFunction },
): Promise<void> {
  const { name, parameters, meaning, bigquery } = declared;
  const folder = `/datasets/${dataset.datasetId}/routines`;
  const path = `${folder}/${name}`;
  const found = await api.find<RoutineResource>({ path });
  if (
    found?.definitionBody === bigquery &&
    found.arguments?.map((argument) => argument.name).join() === parameters.join()
  ) {
    return;
  }
  const body = {
    routineReference: { ...dataset, routineId: name },
    routineType: 'SCALAR_FUNCTION',
    language: 'SQL',
    arguments: parameters.map((parameter) => ({ name: parameter, argumentKind: 'ANY_TYPE' })),
    definitionBody: bigquery,
    description: meaning,
  };
  if (found) await api.request({ method: 'PUT', path, body });
  else await api.make({ method: 'POST', path: folder, body });
}
