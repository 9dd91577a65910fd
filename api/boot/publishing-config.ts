import { join } from 'node:path';
import type { PublishingSettings } from '../../jobs/job.ts';
import type { LineageSettings } from '../../jobs/lineage/record-lineage.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { OperationalAddress } from '../../warehouse/operational/operational.ts';
import { integerBetween, requireHttpAddress, type SettingsReader } from '../../warehouse/settings.ts';
import { parseMemorySize } from './memory-size.ts';

export interface PublishingConfig {
  readonly publishing: PublishingSettings;
  readonly lineage: LineageSettings;
}

/** Below the data folder. */
export const LINEAGE_FOLDER = 'lineage';

interface Given {
  readonly folder: string;
  readonly operational: OperationalAddress | undefined;
}

/** `BI_URL=operational` is the database of the control store. */
export function publishingConfig(settings: SettingsReader, { folder, operational }: Given): PublishingConfig {
  const databaseUrl = settings.read('BI_URL', (address) => parseDatabase(address, operational));
  const seconds = settings.read('BI_QUERY_SECONDS', integerBetween(1, 3600), '60');
  const queryMemory = settings.read('BI_QUERY_MEMORY', parseMemorySize, '1GB');
  const queryRows = settings.read('BI_QUERY_ROWS', integerBetween(1, 10_000_000), '1000000');
  const queryProcesses = settings.read('BI_QUERY_PROCESSES', integerBetween(1, 64), '2');
  const url = settings.read('OPENLINEAGE_URL', requireHttpAddress);
  const apiKey = settings.read('OPENLINEAGE_API_KEY', (key) => key);
  return {
    lineage: { folder: join(folder, LINEAGE_FOLDER), url, apiKey },
    publishing: {
      folder: join(folder, 'bi'),
      databaseUrl,
      queryTimeMs: (seconds ?? 0) * 1000,
      queryMemory: queryMemory ?? '',
      queryRows: queryRows ?? 0,
      queryProcesses: queryProcesses ?? 0,
    },
  };
}

/** The messages leave out the address, which may contain a password. */
function parseDatabase(address: string, operational: OperationalAddress | undefined): string {
  if (/^postgres(ql)?:/.test(address)) return address;
  if (address !== 'operational') {
    throw new Rejected('it is neither the address of a PostgreSQL database, postgres://…, nor operational.');
  }
  if (operational?.kind === 'postgres') return operational.url;
  throw new Rejected('it is operational, but OPERATIONAL_URL is no PostgreSQL database; set the address of one.');
}
