import type { Environment } from '../../warehouse/settings.ts';

/** The environment of this process; a `.env` file in the working directory adds variables that are not set. */
export function readEnvironment(): Environment {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}
