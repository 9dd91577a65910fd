import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import project from '../../../package.json' with { type: 'json' };
import { ThreadPool } from '../../../warehouse/thread-pool.ts';
import { ASSETS } from '../style.ts';

/** Where Scalar's script for browsers is: another address for each version. */
export const SCALAR_PATH = `${ASSETS}scalar-${project.dependencies['@scalar/fastify-api-reference']}.js`;

const ENTRY = new URL('scalar-thread.ts', import.meta.url);
/** The thread has one task in the life of a process. */
const IDLE_MS = 0;

interface Bundle {
  /** The script, as the value of `accept-encoding` allows. Throws if the package cannot be loaded; the next call tries again. */
  read(acceptEncoding?: string | string[]): Promise<{ readonly encoding?: 'gzip'; readonly bytes: Buffer }>;
  close(): Promise<void>;
}

/**
 * Scalar's script for browsers: 4.9 MB, or 1.4 MB compressed. Its package is loaded when somebody first asks for the script, in a thread that
 * then ends: it takes a third of a second of a processor and 80 MB, which requests would wait for and the process would keep.
 */
export function openBundle(): Bundle {
  const thread = new ThreadPool<undefined, Uint8Array>({ entry: ENTRY, threads: 1, idleMs: IDLE_MS });
  let loaded: Promise<Buffer> | undefined;
  const load = (): Promise<Buffer> => {
    loaded ??= thread.run(undefined).then(
      ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength),
      (error: unknown) => {
        loaded = undefined;
        throw error;
      },
    );
    return loaded;
  };
  return {
    async read(acceptEncoding = '') {
      const compressed = await load();
      if (/\bgzip\b/.test(String(acceptEncoding))) return { encoding: 'gzip', bytes: compressed };
      return { bytes: await promisify(gunzip)(compressed) };
    },
    close: () => thread.close(),
  };
}
