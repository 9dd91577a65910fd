import { parseSources, type Source } from '../../ingest/gateway/source.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type Environment, integerBetween, SettingsReader } from '../../warehouse/settings.ts';
import type { ListenAddress } from './listen.ts';

/** The settings of a gateway that runs alone. */
export interface GatewayConfig extends ListenAddress {
  /** Its own: each process has one. */
  readonly dataFolder: string;
  readonly sources: readonly Source[];
}

/** Reads only what a gateway needs. Throws `Rejected` with every setting that is missing or malformed, one per line. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const settings = new SettingsReader(environment);
  const dataFolder = dataFolderIn(settings);
  const sources = settings.require(
    'RUDDERSTACK_WRITE_KEYS',
    parseOwnKeys,
    'set the sources that may send events as name=key, separated by commas.',
  );
  const address = listenAddressIn(settings);
  settings.finish();
  const malformed = 'A malformed setting must have been reported.';
  return Object.freeze({
    dataFolder,
    sources: requirePresent(sources, malformed),
    ...requirePresent(address, malformed),
  });
}

export function dataFolderIn(settings: SettingsReader): string {
  return settings.read('TANTIEME_DATA_DIR', (folder) => folder, '.data') ?? '';
}

/** Undefined if a setting is malformed; `settings` has the problem. */
export function listenAddressIn(settings: SettingsReader): ListenAddress | undefined {
  const port = settings.read('PORT', integerBetween(0, 65_535), '8080');
  const host = settings.read('HOST', (name) => name, '127.0.0.1');
  return port === undefined || host === undefined ? undefined : { host, port };
}

/** The sources. Throws `Rejected` if one has a key of .env.example. */
export function parseOwnKeys(list: string): readonly Source[] {
  const sources = parseSources(list);
  const placeholders = sources.filter(({ write_key }) => write_key.startsWith('change-me'));
  if (placeholders.length === 0) return sources;
  const names = placeholders.map(({ source_id }) => source_id).join(' and ');
  const keys = placeholders.length === 1 ? `the key of ${names} is` : `the keys of ${names} are`;
  throw new Rejected(
    `${keys} public, copied from .env.example; set your own, for example with "openssl rand -hex 16".`,
  );
}
