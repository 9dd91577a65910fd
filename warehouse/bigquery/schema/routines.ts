import type { SqlFunction } from '../../functions/function.ts';
import type { BigQueryAddress } from '../client/address.ts';
import type { Api } from '../client/api.ts';
import { inParallel } from '../client/in-parallel.ts';
import { pathOf } from './names.ts';

interface RoutineResource {
  readonly definitionBody?: string;
  readonly arguments?: readonly { readonly name?: string }[];
}

/** Deploys SQL functions as persistent functions of the dataset `fn`; writes only those that differ. */
export async function deployRoutines(
  api: Api,
  { address, functions }: { address: BigQueryAddress; functions: readonly SqlFunction[] },
): Promise<void> {
  await inParallel(functions, (declared) => deployRoutine(api, { address, declared }));
}

async function deployRoutine(
  api: Api,
  { address, declared }: { address: BigQueryAddress; declared: SqlFunction },
): Promise<void> {
  const { name, parameters, meaning, bigquery } = declared;
  const { project, dataset, table: routineId } = pathOf(`fn.${name}`, address);
  const folder = `/datasets/${dataset}/routines`;
  const path = `${folder}/${routineId}`;
  const found = await api.find<RoutineResource>({ path });
  if (
    found?.definitionBody === bigquery &&
    found.arguments?.map((argument) => argument.name).join() === parameters.join()
  ) {
    return;
  }
  const body = {
    routineReference: { projectId: project, datasetId: dataset, routineId },
    routineType: 'SCALAR_FUNCTION',
    language: 'SQL',
    arguments: parameters.map((parameter) => ({ name: parameter, argumentKind: 'ANY_TYPE' })),
    definitionBody: bigquery,
    description: meaning,
  };
  if (found) await api.request({ method: 'PUT', path, body });
  else await api.make({ method: 'POST', path: folder, body });
}
