import type { Evaluation, Result } from './evaluation.ts';
import type { TableReference } from './names.ts';
import type { ParameterResource } from './parameters.ts';
import type { Problem } from './refusal.ts';
import type { FieldResource } from './schema.ts';
import type { Storage } from './storage.ts';

export interface JobReference {
  readonly projectId: string;
  readonly jobId: string;
  readonly location: string;
}

export interface QueryConfiguration {
  readonly query: string;
  readonly useLegacySql?: boolean;
  readonly parameterMode?: string;
  readonly queryParameters?: readonly ParameterResource[];
  readonly destinationTable?: TableReference;
  readonly writeDisposition?: string;
  readonly createDisposition?: string;
  readonly maximumBytesBilled?: string;
  readonly timePartitioning?: PartitioningResource;
  readonly clustering?: { readonly fields: readonly string[] };
}

export interface LoadConfiguration {
  readonly destinationTable: TableReference;
  readonly sourceFormat?: string;
  readonly maxBadRecords?: number;
  readonly schema?: { readonly fields: readonly FieldResource[] };
  readonly writeDisposition?: string;
  readonly createDisposition?: string;
  readonly timePartitioning?: PartitioningResource;
  readonly clustering?: { readonly fields: readonly string[] };
}

export interface CopyConfiguration {
  readonly sourceTable?: TableReference;
  readonly sourceTables?: readonly TableReference[];
  readonly destinationTable: TableReference;
  readonly writeDisposition?: string;
  readonly createDisposition?: string;
  readonly operationType?: string;
  readonly destinationExpirationTime?: string;
}

export interface PartitioningResource {
  readonly type: string;
  readonly field?: string;
  readonly expirationMs?: string;
  readonly requirePartitionFilter?: boolean;
}

/** The configuration of a job; exactly one of the three kinds is set. */
export interface Configuration {
  readonly query?: QueryConfiguration;
  readonly load?: LoadConfiguration;
  readonly copy?: CopyConfiguration;
  readonly labels?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
}

/** A job as the API returns it. */
export interface JobResource {
  readonly kind: 'bigquery#job';
  readonly id: string;
  readonly jobReference: JobReference;
  readonly configuration: Configuration & { readonly jobType: string };
  readonly status: JobStatus;
  readonly statistics: Statistics;
}

export interface JobStatus {
  readonly state: 'PENDING' | 'RUNNING' | 'DONE';
  readonly errorResult?: Problem;
  readonly errors?: readonly Problem[];
}

/** 64-bit counts are text, as in all of Google's JSON. */
export interface Statistics {
  readonly creationTime?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly totalBytesProcessed?: string;
  readonly numChildJobs?: string;
  readonly query?: object;
  readonly load?: object;
  readonly copy?: object;
}

/** The input of a job. */
export interface Work {
  readonly storage: Storage;
  readonly evaluation: Evaluation;
  /** The body of a load. */
  readonly media: Buffer | undefined;
}

export interface Outcome {
  readonly statistics: Statistics;
  /** For a query. */
  readonly result?: Result;
}
